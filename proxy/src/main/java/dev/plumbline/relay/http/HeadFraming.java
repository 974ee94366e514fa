package dev.plumbline.relay.http;

/**
 * What Content-Length and Transfer-Encoding of a head say together (RFC 9112 6.1 to 6.3), or why they are refused.
 *
 * @param contentLength octets; −1 when absent
 * @param malformed null when the fields are sound
 */
record HeadFraming(long contentLength, boolean isChunked, Malformed malformed) {

    private static final HeadFraming NONE = new HeadFraming(-1, false, null);
    private static final HeadFraming CHUNKED = new HeadFraming(-1, true, null);
    /** Long.MAX_VALUE has 19 digits; 18 always fit, and no message is longer than an exabyte. */
    private static final int MOST_DIGITS = 18;

    static HeadFraming of(FieldSection fields, int minorVersion) {
        int length = fields.indexOf(KnownField.CONTENT_LENGTH, 0);
        int coding = fields.indexOf(KnownField.TRANSFER_ENCODING, 0);
        if (coding >= 0) {
            if (length >= 0) {
                return refused(fields, length, Fault.LENGTH_AND_CODING, "Content-Length or Transfer-Encoding", "both");
            }
            if (minorVersion == 0) {
                return refused(fields, coding, Fault.CODING_IN_HTTP_1_0, "no Transfer-Encoding in HTTP/1.0",
                        fields.quotedValue(coding));
            }
            return coding(fields, coding);
        }
        return length < 0 ? NONE : length(fields, length);
    }

    private static HeadFraming length(FieldSection fields, int i) {
        int second = fields.indexOf(KnownField.CONTENT_LENGTH, i + 1);
        if (second >= 0) {
            return refused(fields, second, Fault.SEVERAL_CONTENT_LENGTHS, "one Content-Length", "another");
        }
        byte[] octets = fields.octets();
        int digits = fields.valueEnd(i) - fields.valueStart(i);
        long length = 0;
        for (int at = fields.valueStart(i); at < fields.valueEnd(i) && digits <= MOST_DIGITS; at++) {
            if (!Octets.isDigit(octets[at])) {
                digits = 0;
            }
            length = length * 10 + (octets[at] - '0');
        }
        if (digits == 0 || digits > MOST_DIGITS) {
            return refused(fields, i, Fault.BAD_CONTENT_LENGTH, "a Content-Length of 1 to 18 digits",
                    fields.quotedValue(i));
        }
        return new HeadFraming(length, false, null);
    }

    private static HeadFraming coding(FieldSection fields, int first) {
        int chunked = 0;
        boolean isLast = false;
        boolean isSound = true;
        boolean isKnown = true;
        for (int i = first; i >= 0; i = fields.indexOf(KnownField.TRANSFER_ENCODING, i + 1)) {
            Members members = fields.members(i);
            while (members.advance()) {
                isLast = members.is("chunked");
                chunked += isLast ? 1 : 0;
                isKnown &= isLast;
                isSound &= isCoding(fields.octets(), members);
            }
        }
        if (!isSound || chunked > 1 || chunked == 1 && !isLast) {
            return refused(fields, first, Fault.BAD_TRANSFER_ENCODING, "chunked, once and last", fields.quotedValue(first));
        }
        if (!isKnown) {
            return refused(fields, first, Fault.UNKNOWN_CODING, "the transfer coding chunked", fields.quotedValue(first));
        }
        return CHUNKED;
    }

    /** A token: parameters are not used by any coding in use, and {@code chunked;x} is read as chunked by some. */
    private static boolean isCoding(byte[] octets, Members member) {
        for (int i = member.from(); i < member.to(); i++) {
            if (!Octets.isToken(octets[i])) {
                return false;
            }
        }
        return !member.isEmpty();
    }

    private static HeadFraming refused(FieldSection fields, int i, Fault fault, String expected, String got) {
        return new HeadFraming(-1, false, new Malformed(fields.nameStart(i), fault, expected, got));
    }
}
