package dev.plumbline.relay.tls;

import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.handler.codec.DecoderException;
import java.nio.channels.ClosedChannelException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** What ended a channel, in words for people: without the names of system calls and classes that an exception's message has. */
public final class ChannelFault {
    /** Numbers of errno(3) on Linux, for {@link #isErrno}. */
    public static final int ADDRESS_IN_USE = 98;
    public static final int ADDRESS_NOT_AVAILABLE = 99;
    public static final int CONNECTION_RESET = 104;
    public static final int CONNECTION_REFUSED = 111;

    /** {@code recvAddress(..) failed with error(-104): } */
    private static final Pattern CALL = Pattern.compile("^[\\w:]+\\(\\.*\\) failed(?: with error\\(-?\\d+\\))?: ");
    /** {@code : /192.0.2.1:443}, which whoever connects adds to the message. */
    private static final Pattern REMOTE = Pattern.compile(": \\S*/\\S+$");

    private ChannelFault() {
    }

    /** @return half a sentence, such as {@code connection reset by peer}; never empty */
    public static String said(Throwable cause) {
        if (cause instanceof DecoderException && cause.getCause() != null) {
            return said(cause.getCause());
        }
        if (cause instanceof SSLException) {
            return TlsFailure.of(cause).reason();
        }
        if (cause instanceof ClosedChannelException) {
            return "the connection was closed";
        }
        return ofMessage(cause);
    }

    /** Whether the system gave that number as its reason. Its words cannot tell: they are in the user's language. */
    public static boolean isErrno(Throwable cause, int number) {
        return cause instanceof NativeIoException told && told.expectedErr() == -number
                || String.valueOf(cause.getMessage()).contains(" failed with error(-" + number + ")");
    }

    /** What its message says, where it has one. */
    static String ofMessage(Throwable cause) {
        String message = cause.getMessage();
        if (message == null || message.isBlank()) {
            return cause.getClass().getSimpleName();
        }
        String bare = REMOTE.matcher(CALL.matcher(message).replaceFirst("")).replaceFirst("");
        boolean isWord = bare.length() > 1 && Character.isUpperCase(bare.charAt(0)) && Character.isLowerCase(bare.charAt(1));
        return isWord ? Character.toLowerCase(bare.charAt(0)) + bare.substring(1) : bare;
    }
}
