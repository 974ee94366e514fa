package dev.plumbline.relay.http;

/** {@code version SP 3DIGIT SP reason} (RFC 9112 4); the space before an empty reason is often left out, and nothing hangs on it. */
final class StatusLine {

    private static final int STATUS = "HTTP/1.1 ".length();
    static final int STATUS_END = STATUS + 3;

    private final byte[] octets;
    private final int end;
    private int minorVersion;
    private int status;

    StatusLine(byte[] octets, int end) {
        this.octets = octets;
        this.end = end;
    }

    int minorVersion() {
        return minorVersion;
    }

    int status() {
        return status;
    }

    /** Null if the line is sound; then the other methods tell what it says. */
    Malformed judge() {
        minorVersion = end < STATUS_END ? RequestLine.MALFORMED_VERSION
                : RequestLine.minorVersion(octets, 0, RequestLine.VERSION_LENGTH);
        if (minorVersion == RequestLine.MALFORMED_VERSION) {
            return refused(0, Fault.BAD_STATUS_LINE, "HTTP/1.1 and a status");
        }
        if (minorVersion == RequestLine.OTHER_VERSION) {
            return refused(0, Fault.UNSUPPORTED_VERSION, "HTTP/1.0 or HTTP/1.1");
        }
        boolean isSound = octets[STATUS - 1] == ' ' && octets[STATUS] >= '1' && octets[STATUS] <= '9'
                && Octets.isDigit(octets[STATUS + 1]) && Octets.isDigit(octets[STATUS + 2])
                && (end == STATUS_END || octets[STATUS_END] == ' ');
        if (!isSound) {
            return refused(STATUS - 1, Fault.BAD_STATUS_LINE, "a space and a status from 100 to 999");
        }
        status = (octets[STATUS] - '0') * 100 + (octets[STATUS + 1] - '0') * 10 + octets[STATUS + 2] - '0';
        return null;
    }

    private Malformed refused(int at, Fault fault, String expected) {
        return new Malformed(at, fault, expected, Escaped.quoted(octets, 0, end));
    }
}
