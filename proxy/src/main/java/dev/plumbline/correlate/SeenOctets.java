package dev.plumbline.correlate;

import dev.plumbline.wire.WireRange;
import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * Which octets of one heading have been seen: disjoint ranges, ascending, never touching.
 *
 * <pre>
 *  starts[0] &lt; ends[0] &lt; starts[1] &lt; ends[1] &lt; …
 * </pre>
 *
 * <p>Nearly always one range that grows at its end, which is the path that costs nothing.
 *
 * <p>Owned by: the recorder thread.
 * <p>Limits: keeps what it is told; {@link #closeOldestHole} is how its owner bounds it.
 */
final class SeenOctets {
    // One range is all that most headings ever need.
    private long[] starts = new long[1];
    private long[] ends = new long[1];
    private int size;

    /** Takes one part of what was added: {@code first} when it was new. */
    @FunctionalInterface
    interface Pieces {
        void piece(long from, long to, boolean first);
    }

    /**
     * Adds {@code [from, to)}, 0 ≤ from &lt; to, and tells the parts of it, ascending and without holes: new or known.
     */
    void add(long from, long to, Pieces pieces) {
        int i = firstEndingAtOrAfter(from);
        if (i == size || starts[i] > to) {
            pieces.piece(from, to, true);
            insert(i, from, to);
            return;
        }
        long at = from;
        int last = i;
        for (int k = i; k < size && starts[k] <= to; k++) {
            last = k;
            if (at < starts[k] && at < to) {
                pieces.piece(at, Math.min(starts[k], to), true);
                at = Math.min(starts[k], to);
            }
            long known = Math.min(ends[k], to);
            if (at < known) {
                pieces.piece(at, known, false);
                at = known;
            }
        }
        if (at < to) {
            pieces.piece(at, to, true);
        }
        starts[i] = Math.min(starts[i], from);
        ends[i] = Math.max(ends[last], to);
        remove(i + 1, last + 1);
    }

    /** Whether all of {@code [from, to)} was seen. */
    boolean covers(long from, long to) {
        int i = firstEndingAtOrAfter(to);
        return from >= to || i < size && starts[i] <= from;
    }

    /** Whether the octet at {@code offset} was seen. */
    boolean covers(long offset) {
        return covers(offset, offset + 1);
    }

    /** Tells the parts of {@code [from, to)} that were not seen, ascending. */
    void missing(long from, long to, BiConsumer<Long, Long> parts) {
        long at = from;
        for (int i = firstEndingAtOrAfter(from); i < size && starts[i] < to; i++) {
            if (at < starts[i]) {
                parts.accept(at, starts[i]);
            }
            at = Math.max(at, ends[i]);
        }
        if (at < to) {
            parts.accept(at, to);
        }
    }

    /** One past the octets seen without a hole from offset 0; 0 when octet 0 was not seen. */
    long contiguousEnd() {
        return size > 0 && starts[0] == 0 ? ends[0] : 0;
    }

    int islands() {
        return size;
    }

    /** Counts the hole between the two lowest ranges as seen, and returns it. Needs two ranges. */
    WireRange closeOldestHole() {
        WireRange hole = new WireRange(ends[0], starts[1]);
        ends[0] = ends[1];
        remove(1, 2);
        return hole;
    }

    private int firstEndingAtOrAfter(long offset) {
        if (size == 0 || ends[size - 1] < offset) {
            return size;
        }
        if (size == 1 || ends[size - 2] < offset) {
            return size - 1;
        }
        int at = Arrays.binarySearch(ends, 0, size, offset);
        return at >= 0 ? at : -at - 1;
    }

    private void insert(int at, long from, long to) {
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, size * 2);
            ends = Arrays.copyOf(ends, size * 2);
        }
        System.arraycopy(starts, at, starts, at + 1, size - at);
        System.arraycopy(ends, at, ends, at + 1, size - at);
        starts[at] = from;
        ends[at] = to;
        size++;
    }

    private void remove(int from, int to) {
        if (from >= to) {
            return;
        }
        System.arraycopy(starts, to, starts, from, size - to);
        System.arraycopy(ends, to, ends, from, size - to);
        size -= to - from;
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder("{");
        for (int i = 0; i < size; i++) {
            out.append(i == 0 ? "" : " ").append('[').append(starts[i]).append(',').append(ends[i]).append(')');
        }
        return out.append('}').toString();
    }
}
