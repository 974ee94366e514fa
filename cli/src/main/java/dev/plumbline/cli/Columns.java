package dev.plumbline.cli;

/**
 * How many terminal columns text takes: wide East Asian characters and emoji two, combining marks none.
 *
 * <p>Source: Unicode UAX #11, by blocks, which is as near as terminals come to agreeing.
 */
final class Columns {
    private Columns() {
    }

    static int of(String text) {
        int columns = 0;
        for (int at = 0; at < text.length();) {
            int point = text.codePointAt(at);
            columns += of(point);
            at += Character.charCount(point);
        }
        return columns;
    }

    /** The longest beginning that fits. */
    static String prefix(String text, int columns) {
        int left = columns;
        int at = 0;
        while (at < text.length()) {
            int point = text.codePointAt(at);
            left -= of(point);
            if (left < 0) {
                break;
            }
            at += Character.charCount(point);
        }
        return text.substring(0, at);
    }

    static String padEnd(String text, int columns) {
        return text + " ".repeat(Math.max(0, columns - of(text)));
    }

    static String padStart(String text, int columns) {
        return " ".repeat(Math.max(0, columns - of(text))) + text;
    }

    private static int of(int point) {
        if (point < 0x300) {
            return 1;
        }
        int type = Character.getType(point);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        boolean wide = point >= 0x1100 && point <= 0x115f || point >= 0x2e80 && point <= 0xa4cf || point >= 0xac00 && point <= 0xd7a3
                || point >= 0xf900 && point <= 0xfaff || point >= 0xfe30 && point <= 0xfe6f || point >= 0xff00 && point <= 0xff60
                || point >= 0xffe0 && point <= 0xffe6 || point >= 0x1f300 && point <= 0x1faff || point >= 0x20000 && point <= 0x3fffd;
        return wide ? 2 : 1;
    }
}
