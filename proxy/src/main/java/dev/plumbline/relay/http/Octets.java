package dev.plumbline.relay.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** The character classes of RFC 9110 5.6 and comparisons on octets without making strings of them. */
final class Octets {

    static final byte CR = '\r';
    static final byte LF = '\n';
    static final byte SP = ' ';
    static final byte HTAB = '\t';

    private static final int TOKEN = 1;
    private static final int TEXT = 2;
    private static final int VISIBLE = 4;
    private static final byte[] CLASS = classes();

    private Octets() {
    }

    /** tchar. */
    static boolean isToken(byte b) {
        return (CLASS[b & 0xff] & TOKEN) != 0;
    }

    /** HTAB, SP, VCHAR, obs-text. */
    static boolean isText(byte b) {
        return (CLASS[b & 0xff] & TEXT) != 0;
    }

    /** VCHAR. */
    static boolean isVisible(byte b) {
        return (CLASS[b & 0xff] & VISIBLE) != 0;
    }

    /** VCHAR, obs-text: what stands between two spaces. */
    static boolean isVisibleOrBeyondAscii(byte b) {
        return b < 0 || isVisible(b);
    }

    static boolean isOws(byte b) {
        return b == SP || b == HTAB;
    }

    static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /** The value of a hexadecimal digit, or −1. */
    static int hex(byte b) {
        if (b >= '0' && b <= '9') {
            return b - '0';
        }
        int letter = b | 0x20;
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }

    /** Whether {@code octets[from, to)} is {@code text} but for the case of ASCII letters. */
    static boolean equalsIgnoreCase(byte[] octets, int from, int to, String text) {
        if (to - from != text.length()) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (lower(octets[i] & 0xff) != lower(text.charAt(i - from))) {
                return false;
            }
        }
        return true;
    }

    static boolean equalsIgnoreCase(byte[] octets, int from, int to, byte[] others, int otherFrom, int otherTo) {
        if (to - from != otherTo - otherFrom) {
            return false;
        }
        for (int i = from, j = otherFrom; i < to; i++, j++) {
            if (lower(octets[i] & 0xff) != lower(others[j] & 0xff)) {
                return false;
            }
        }
        return true;
    }

    static String text(byte[] octets, int from, int to) {
        return new String(octets, from, to - from, ISO_8859_1);
    }

    private static int lower(int c) {
        return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
    }

    private static byte[] classes() {
        byte[] classes = new byte[256];
        for (int c = 0; c < 256; c++) {
            boolean visible = c > ' ' && c < 0x7f;
            boolean alphanumeric = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
            classes[c] = (byte) ((visible ? VISIBLE : 0)
                    | (visible || c == ' ' || c == '\t' || c >= 0x80 ? TEXT : 0)
                    | (alphanumeric || c < 0x80 && "!#$%&'*+-.^_`|~".indexOf(c) >= 0 ? TOKEN : 0));
        }
        return classes;
    }
}
