package dev.plumbline.ca;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Something the certificate authority could not do, told in one line: which file or host, what was expected, what came.
 *
 * <p>Owned by: nobody, it is immutable.
 */
public final class CaException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Who has to act. */
    public enum Fault {
        /** A peer asked for a name that no certificate can carry. */
        HOST,
        /** The operator's files: missing, damaged, expired, with a wrong mode, or out of reach. */
        FILES,
        /** We have more names to make than the queue holds, or are closing. */
        OVERLOAD
    }

    private final Fault fault;

    CaException(Fault fault, String message, Throwable cause) {
        super(message, cause);
        this.fault = Objects.requireNonNull(fault);
    }

    static CaException file(Path file, String expected, String came) {
        return file(file, expected, came, null);
    }

    static CaException file(Path file, String expected, String came, Throwable cause) {
        return new CaException(Fault.FILES, oneLine(file + ": expected " + expected + ", came " + came), cause);
    }

    static CaException host(String raw, String expected) {
        return new CaException(Fault.HOST, "host \"" + escaped(raw) + "\": expected " + expected, null);
    }

    static CaException overload(String raw, String reason) {
        return new CaException(Fault.OVERLOAD, "no certificate for \"" + escaped(raw) + "\": " + reason, null);
    }

    /** Who has to act. */
    public Fault fault() {
        return fault;
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }

    /** A peer chose this text: nothing but printable ASCII of bounded length may reach a log or a terminal. */
    private static String escaped(String raw) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < raw.length() && i < 80; i++) {
            char c = raw.charAt(i);
            if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
                out.append(c);
            } else {
                out.append(c < 0x100 ? String.format("\\x%02x", (int) c) : String.format("\\u%04x", (int) c));
            }
        }
        return raw.length() > 80 ? out + "... (" + raw.length() + " characters)" : out.toString();
    }
}
