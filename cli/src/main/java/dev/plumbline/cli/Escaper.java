package dev.plumbline.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Makes text from anywhere safe for a terminal and for one line of a log: what could move the cursor, colour, reorder or
 * hide becomes {@code \x..}. A code point below U+0100 is written as its number, any other as its UTF-8 octets, two hex
 * digits each. The only way for such text to reach a console.
 *
 * <p>Owned by: nobody, it is immutable.
 */
final class Escaper {
    private static final String HEX = "0123456789abcdef";

    private final boolean asciiOnly;

    /** @param asciiOnly for a terminal that is not UTF-8: everything beyond ASCII is escaped too */
    Escaper(boolean asciiOnly) {
        this.asciiOnly = asciiOnly;
    }

    /** The text on one line. */
    String escape(String text) {
        int at = 0;
        while (at < text.length() && isPlain(text.charAt(at))) {
            at++;
        }
        if (at == text.length()) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, at);
        while (at < text.length()) {
            int point = text.codePointAt(at);
            append(point, out);
            at += Character.charCount(point);
        }
        return out.toString();
    }

    /** Octets as text: UTF-8 where they are, otherwise each octet one character. Not escaped yet. */
    static String decode(byte[] octets) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
        } catch (CharacterCodingException e) {
            return new String(octets, StandardCharsets.ISO_8859_1);
        }
    }

    private void append(int point, StringBuilder out) {
        if (isSafe(point)) {
            out.appendCodePoint(point);
        } else if (point < 0x100) {
            hex(point, out);
        } else if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
            // Half a pair has no UTF-8 form; these are the three octets it would have (RFC 3629 §3 forbids them).
            hex(0xe0 | point >> 12, out);
            hex(0x80 | point >> 6 & 0x3f, out);
            hex(0x80 | point & 0x3f, out);
        } else {
            for (byte octet : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
                hex(octet & 0xff, out);
            }
        }
    }

    private boolean isSafe(int point) {
        if (point < 0x7f) {
            return point >= 0x20;
        }
        return !asciiOnly && switch (Character.getType(point)) {
            // C1 and DEL; bidi marks, isolates, zero-width and tag characters; line ends by other names; what nobody can judge.
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private static boolean isPlain(char c) {
        return c >= 0x20 && c < 0x7f;
    }

    private static void hex(int octet, StringBuilder out) {
        out.append("\\x").append(HEX.charAt(octet >> 4)).append(HEX.charAt(octet & 15));
    }
}
