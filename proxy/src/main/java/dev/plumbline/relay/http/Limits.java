package dev.plumbline.relay.http;

/**
 * How much of a message, besides its content, is read before it is refused.
 *
 * <p>Units: octets. A line's length is counted without its CRLF, a head's with everything up to the blank line's LF.
 * Trailer sections obey the limits of fields and heads.
 *
 * <p>Limits: the defaults are {@link #DEFAULTS}: lines of 16 KiB and heads of 64 KiB (what servers of the field accept, with
 * room for long cookies), 256 fields (twice the largest count of common servers' defaults), 4 octets of blank lines
 * before a request, 4 KiB of chunk extensions per message.
 *
 * @param startLineOctets longest request or status line
 * @param fieldLineOctets longest field line
 * @param headOctets longest head, or trailer section
 * @param fields most field lines in a head, or trailer section
 * @param leadingOctets most octets of CRLF skipped before a request line (RFC 9112 2.2)
 * @param chunkExtensionOctets most octets of chunk extensions in one message (RFC 9112 7.1.1)
 */
public record Limits(int startLineOctets, int fieldLineOctets, int headOctets, int fields, int leadingOctets,
        int chunkExtensionOctets) {

    public static final Limits DEFAULTS = new Limits(16 << 10, 16 << 10, 64 << 10, 256, 4, 4 << 10);

    public Limits {
        atLeast(16, startLineOctets, "startLineOctets");
        atLeast(16, fieldLineOctets, "fieldLineOctets");
        atLeast(32, headOctets, "headOctets");
        atLeast(1, fields, "fields");
        atLeast(0, leadingOctets, "leadingOctets");
        atLeast(0, chunkExtensionOctets, "chunkExtensionOctets");
    }

    private static void atLeast(int least, int value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
        }
    }
}
