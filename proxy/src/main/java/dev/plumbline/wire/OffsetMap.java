package dev.plumbline.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The relation from the octets of an inner byte space to the octets of the outer one that carried them. Append-only and
 * strictly increasing on both sides.
 *
 * <p>Made of blocks: a block says that its inner octets were carried by its outer octets, and nothing finer; a TLS record
 * is one, since no octet of it can be read without all of it. So any touch of a block maps to the whole of it.
 *
 * <pre>
 *  inner   |aaaa|bb|        |cccc|          plaintext
 *  outer   |-aaaa--|-bb-|~~~~~|-cccc--|     TCP payload; ~ carried nothing of ours (a ticket, a key update)
 * </pre>
 *
 * <p>Owned by: whoever appends; not safe for use by several threads.
 * <p>Limits: 32 octets per block kept. {@link #forgetBefore} drops what no question will be asked about any more.
 */
public final class OffsetMap {
    private long[] innerEnds = new long[16];
    private long[] outerStarts = new long[16];
    private long[] outerEnds = new long[16];
    private int first;
    private int size;
    private long innerStart;

    /**
     * Adds the next block. Blocks that carry nothing need not be added.
     *
     * @param inner starts where the block before ended
     * @param outer starts at or after the end of the block before
     */
    public void append(PlainRange inner, WireRange outer) {
        append(inner.start(), inner.end(), outer.start(), outer.end());
    }

    /** The same without the objects, for the path that runs once per record. */
    public void append(long innerFrom, long innerTo, long outerFrom, long outerTo) {
        if (innerFrom != innerEnd()) {
            throw new IllegalArgumentException("inner start: " + innerFrom + " (expected: " + innerEnd() + ")");
        }
        if (innerTo <= innerFrom || outerTo <= outerFrom) {
            throw new IllegalArgumentException("block: [" + innerFrom + "," + innerTo + ") in [" + outerFrom + "," + outerTo + ") (expected: neither empty)");
        }
        if (size > 0 && outerFrom < outerEnds[first + size - 1]) {
            throw new IllegalArgumentException("outer start: " + outerFrom + " (expected: >= " + outerEnds[first + size - 1] + ")");
        }
        makeRoom();
        int at = first + size++;
        innerEnds[at] = innerTo;
        outerStarts[at] = outerFrom;
        outerEnds[at] = outerTo;
    }

    /** One past the last inner octet known. */
    public long innerEnd() {
        return size == 0 ? innerStart : innerEnds[first + size - 1];
    }

    /** The outer ranges that carried {@code inner}, ascending, touching ones joined. What lies beyond the known octets is left out. */
    public List<WireRange> map(PlainRange inner) {
        List<WireRange> out = new ArrayList<>(2);
        if (inner.isEmpty()) {
            return out;
        }
        long from = -1;
        long to = -1;
        for (int i = blockOf(inner.start()); i < first + size && startOf(i) < inner.end(); i++) {
            if (outerStarts[i] == to) {
                to = outerEnds[i];
                continue;
            }
            if (from >= 0) {
                out.add(new WireRange(from, to));
            }
            from = outerStarts[i];
            to = outerEnds[i];
        }
        if (from >= 0) {
            out.add(new WireRange(from, to));
        }
        return out;
    }

    /** Forgets the blocks that end at or before {@code inner}. */
    public void forgetBefore(long inner) {
        while (size > 0 && innerEnds[first] <= inner) {
            innerStart = innerEnds[first++];
            size--;
        }
    }

    /**
     * Joins all blocks that lie wholly inside {@code inner} except the last {@code keep} of them, where they touch on the
     * outside too. For a long message whose inside no question will ever be asked about: keeps memory flat.
     */
    public void joinInside(PlainRange inner, int keep) {
        int from = blockOf(inner.start());
        if (from < first + size && startOf(from) < inner.start()) {
            from++;
        }
        int to = first + size - keep;
        int write = from;
        for (int read = from; read < first + size; read++) {
            boolean joinable = read < to && innerEnds[read] <= inner.end() && write > from && outerEnds[write - 1] == outerStarts[read];
            int at = joinable ? write - 1 : write++;
            outerStarts[at] = joinable ? outerStarts[at] : outerStarts[read];
            innerEnds[at] = innerEnds[read];
            outerEnds[at] = outerEnds[read];
        }
        size = Math.min(size, write - first);
    }

    /** Blocks kept, for tests and limits. */
    public int size() {
        return size;
    }

    private long startOf(int i) {
        return i == first ? innerStart : innerEnds[i - 1];
    }

    /** Index of the first block that ends after {@code inner}. */
    private int blockOf(long inner) {
        int at = Arrays.binarySearch(innerEnds, first, first + size, inner);
        return at >= 0 ? at + 1 : -at - 1;
    }

    private void makeRoom() {
        if (first + size < innerEnds.length) {
            return;
        }
        int capacity = size > innerEnds.length / 2 ? innerEnds.length * 2 : innerEnds.length;
        innerEnds = moved(innerEnds, capacity);
        outerStarts = moved(outerStarts, capacity);
        outerEnds = moved(outerEnds, capacity);
        first = 0;
    }

    private long[] moved(long[] from, int capacity) {
        long[] to = new long[capacity];
        System.arraycopy(from, first, to, 0, size);
        return to;
    }
}
