package dev.plumbline.dump.file;

import java.nio.charset.StandardCharsets;

/**
 * The options at the end of a block: code 2, length 2, value padded to 4.
 *
 * <p>Owned by: the reading thread. Limits: what is longer than its block ends it; of text {@link #LONGEST_TEXT} characters are kept, and {@code …}.
 */
final class Options {
    static final int LONGEST_TEXT = 256;
    private static final int MOST_OCTETS_OF_A_CHARACTER = 4;

    private final Octets octets;
    private final int end;
    private int following;
    private int at;
    private int code;
    private int length;

    /** @param from,to octets of the block at the window's position */
    Options(Octets octets, int from, int to) {
        this.octets = octets;
        this.following = from;
        this.end = to;
    }

    boolean next() {
        if (following + 4 > end) {
            return false;
        }
        code = octets.u16(following);
        length = octets.u16(following + 2);
        at = following + 4;
        following = at + (length + 3 & ~3);
        return code != 0 && at + length <= end;
    }

    int code() {
        return code;
    }

    int length() {
        return length;
    }

    int u8() {
        return octets.copy(at, 1)[0] & 0xff;
    }

    long i64() {
        return octets.i64(at);
    }

    String text(int from) {
        int octetsThere = Math.min(length - from, (LONGEST_TEXT + 1) * MOST_OCTETS_OF_A_CHARACTER);
        String text = new String(octets.copy(at + from, octetsThere), StandardCharsets.UTF_8);
        if (text.codePointCount(0, text.length()) <= LONGEST_TEXT) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, LONGEST_TEXT)) + "…";
    }
}
