package dev.plumbline.relay.tls;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Reads a ClientHello out of octets that it does not consume, as they arrive.
 *
 * <p>The hello may be spread over many reads and over many records. Each octet is looked at once, however small the
 * reads are.
 *
 * <p>Owned by: the channel's event loop.
 * <br>Limits: {@value #MAX_OCTETS} octets of hello, and twice that on the wire; what is longer is invalid.
 * <br>Source: RFC 8446 sections 4 and 5.1.
 */
public final class ClientHelloPeek {
    /** The three answers, and a fourth: that this is another protocol. */
    public sealed interface Result permits Incomplete, NotTls, Invalid, Found {
    }

    /** More octets may make a ClientHello of it. */
    public record Incomplete() implements Result {
    }

    /** The first octets are those of another protocol. */
    public record NotTls(String reason) implements Result {
    }

    /** It began like TLS and then broke its rules. */
    public record Invalid(String reason) implements Result {
    }

    /** All of it is there. */
    public record Found(ClientHello hello) implements Result {
    }

    static final int MAX_OCTETS = 64 * 1024;
    private static final Incomplete INCOMPLETE = new Incomplete();
    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int MAX_FRAGMENT = 1 << 14;
    private static final int MESSAGE_HEADER = 4;

    private byte[] message = {};
    private int filled;
    private int seen;
    private int headerOctets;
    private int length;
    private int missing;
    private Result settled;

    /**
     * Looks at what has come so far.
     *
     * @param octets from the reader index on, all octets since the first of the TLS phase; indices stay as they are
     */
    public Result inspect(ByteBuf octets) {
        int base = octets.readerIndex();
        while (settled == null && seen < octets.readableBytes()) {
            if (missing > 0) {
                int taken = Math.min(missing, octets.readableBytes() - seen);
                settled = body(octets, base + seen, taken);
                seen += taken;
                missing -= taken;
            } else {
                settled = header(octets.getUnsignedByte(base + seen));
                seen++;
            }
            if (settled == null && seen > 2 * MAX_OCTETS) {
                settled = new Invalid("no ClientHello within " + 2 * MAX_OCTETS + " octets");
            }
        }
        return settled == null ? INCOMPLETE : settled;
    }

    /** Octets of memory it takes. */
    public int held() {
        return message.length;
    }

    private Result header(int octet) {
        switch (headerOctets++) {
            case 0:
                return octet == HANDSHAKE ? null : other("first octet " + octet + " (expected: 22, a handshake)");
            case 1:
                return octet == 3 ? null : other("second octet " + octet + " (expected: 3, the major version)");
            case 2:
                return octet <= 4 ? null : other("third octet " + octet + " (expected: a minor version up to 4)");
            case 3:
                length = octet << 8;
                return null;
            default:
                headerOctets = 0;
                missing = length | octet;
                return missing > 0 && missing <= MAX_FRAGMENT ? null
                        : new Invalid("record of " + missing + " octets (expected: 1 to " + MAX_FRAGMENT + ')');
        }
    }

    /** Only the first record can show that this is another protocol; later ones are bad TLS. */
    private Result other(String reason) {
        return filled == 0 ? new NotTls(reason) : new Invalid(reason);
    }

    private Result body(ByteBuf octets, int index, int count) {
        if (filled + count > message.length) {
            message = Arrays.copyOf(message, Math.max(message.length * 2, filled + count));
        }
        octets.getBytes(index, message, filled, count);
        filled += count;
        if (message[0] != CLIENT_HELLO) {
            return new Invalid("handshake message of type " + (message[0] & 0xff) + " (expected: 1, ClientHello)");
        }
        if (filled < MESSAGE_HEADER) {
            return null;
        }
        int size = (message[1] & 0xff) << 16 | (message[2] & 0xff) << 8 | message[3] & 0xff;
        if (size > MAX_OCTETS) {
            return new Invalid("ClientHello of " + size + " octets (expected: at most " + MAX_OCTETS + ')');
        }
        if (filled < MESSAGE_HEADER + size) {
            return null;
        }
        return ClientHelloReader.read(message, MESSAGE_HEADER, MESSAGE_HEADER + size);
    }
}
