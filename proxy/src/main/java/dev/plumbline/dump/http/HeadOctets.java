package dev.plumbline.dump.http;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Collects the octets of a head, through its blank line.
 *
 * <p>Owned by: the importing thread. Limits: {@link #MOST} octets.
 */
public final class HeadOctets {
    /** As much as the relay takes. */
    public static final int MOST = 64 << 10;

    private static final byte[] NONE = {};

    private byte[] octets = NONE;
    private int length;
    private int lineStart;
    private boolean isDone;

    /** Begins anew. */
    public void clear() {
        length = 0;
        lineStart = 0;
        isDone = false;
        if (octets.length > 4 << 10) {
            octets = NONE;
        }
    }

    /** @return how many octets belong to the head: all, unless it {@link #isDone} or {@link #isTooLong} */
    public int take(ByteBuffer from, int index, int count) {
        int room = Math.min(count, MOST - length);
        int scanned = length;
        reserve(length + room);
        from.get(index, octets, length, room);
        for (int i = scanned; i < scanned + room; i++) {
            if (octets[i] == '\n') {
                boolean isBlank = i == lineStart || i == lineStart + 1 && octets[lineStart] == '\r';
                lineStart = i + 1;
                if (isBlank) {
                    length = i + 1;
                    isDone = true;
                    return i + 1 - scanned;
                }
            }
        }
        length = scanned + room;
        return room;
    }

    public boolean isDone() {
        return isDone;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    public boolean isTooLong() {
        return length == MOST && !isDone;
    }

    /** Octets of memory. */
    public long memory() {
        return octets.length;
    }

    /** A copy. */
    public byte[] octets() {
        return Arrays.copyOf(octets, length);
    }

    private void reserve(int needed) {
        if (needed > octets.length) {
            octets = Arrays.copyOf(octets, Math.min(MOST, Math.max(Math.max(needed, 512), octets.length * 2)));
        }
    }
}
