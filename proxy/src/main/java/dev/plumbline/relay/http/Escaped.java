package dev.plumbline.relay.http;

/** What a peer sent, made fit for an error text: printable ASCII, cut, quoted. */
final class Escaped {

    private static final int LONGEST = 60;

    private Escaped() {
    }

    /** {@code "text"}, with everything that is not printable ASCII as {@code \xNN}, cut after some sixty octets. */
    static String quoted(byte[] octets, int from, int to) {
        StringBuilder text = new StringBuilder("\"");
        int end = Math.min(to, from + LONGEST);
        for (int i = from; i < end; i++) {
            append(text, octets[i] & 0xff);
        }
        return text.append(end < to ? "\"..." : "\"").toString();
    }

    static String octet(int octet) {
        StringBuilder text = new StringBuilder("\"");
        append(text, octet & 0xff);
        return text.append('"').toString();
    }

    /** A sentence of ours that may quote a peer: printable ASCII, at most {@code longest} characters. */
    static String line(String sentence, int longest) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < sentence.length(); i++) {
            int length = text.length();
            char c = sentence.charAt(i);
            if (c >= ' ' && c < 0x7f) {
                text.append(c);
            } else if (c < 0x100) {
                hex(text.append("\\x"), c);
            } else {
                hex(hex(text.append("\\u"), c >> 8), c & 0xff);
            }
            if (text.length() > longest) {
                text.setLength(length);
                return text.append("...").toString();
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, int c) {
        if (c == '"' || c == '\\') {
            text.append('\\').append((char) c);
        } else if (c >= ' ' && c < 0x7f) {
            text.append((char) c);
        } else {
            hex(text.append("\\x"), c);
        }
    }

    private static StringBuilder hex(StringBuilder text, int octet) {
        return text.append(Character.forDigit(octet >> 4 & 15, 16)).append(Character.forDigit(octet & 15, 16));
    }
}
