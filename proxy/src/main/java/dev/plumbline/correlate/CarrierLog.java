package dev.plumbline.correlate;

import dev.plumbline.wire.WireRange;
import java.util.Arrays;
import java.util.List;

/**
 * Who carried what lately, in one heading of one flow: runs of packets in packet order. Facts of a message may come
 * before or after its packets; this is what the late ones find.
 *
 * <p>Starts with one run per packet and part. When it is full, its older half is joined into runs of several packets that
 * touch, never across a border that a known message has there, so that old evidence gets coarser instead of lost.
 *
 * <pre>
 *  from    to      packets  count          reach[i] = max(to[0..i]): where a search for an offset may begin
 *  [0,     90000)  p3–p64   62   first
 *  [90000, 91448)  p65      1    first
 *  [40000, 41448)  p66      1    repeat
 * </pre>
 *
 * <p>Owned by: the recorder thread.
 * <p>Limits: see {@link CorrelatorLimits#carriers}.
 */
final class CarrierLog {
    /** Octets of all logs' arrays in units of one entry, shared so that they can be bounded together. */
    static final class Budget {
        private final int each;
        private final int all;
        private long used;

        Budget(int each, int all) {
            this.each = each;
            this.all = all;
        }

        int limit() {
            return used > all ? Math.max(16, each / 16) : each;
        }

        long used() {
            return used;
        }
    }

    private static final int[] NO_COUNTS = {};
    private static final long[] NONE = {};

    private final Budget budget;
    private long[] froms = NONE;
    private long[] tos = NONE;
    private long[] firstPackets = NONE;
    private long[] lastPackets = NONE;
    private long[] firstAts = NONE;
    private long[] lastAts = NONE;
    private long[] reach = NONE;
    /** Packets in the run; negative for repeats. */
    private int[] counts = NO_COUNTS;
    private int first;
    private int end;

    CarrierLog(Budget budget) {
        this.budget = budget;
    }

    boolean isFull() {
        return end - first >= budget.limit();
    }

    /** Whether the next entry needs larger arrays, or these moved. */
    boolean wouldGrow() {
        return end == froms.length;
    }

    int size() {
        return end - first;
    }

    void add(long from, long to, long packet, long at, boolean repeat) {
        if (end == froms.length) {
            makeRoom();
        }
        put(end++, from, to, packet, packet, at, at, repeat ? -1 : 1);
    }

    /** Adds to {@code tally} what carried any of {@code ranges}, which are ascending and disjoint. */
    void tally(List<WireRange> ranges, Tally tally) {
        if (ranges.isEmpty()) {
            return;
        }
        long low = ranges.get(0).start();
        long high = ranges.get(ranges.size() - 1).end();
        for (int i = firstReaching(low); i < end; i++) {
            if (froms[i] < high && tos[i] > low && touches(ranges, i)) {
                tally.add(counts[i] < 0, firstPackets[i], lastPackets[i], Math.abs(counts[i]), firstAts[i], lastAts[i]);
            }
        }
    }

    /** Forgets from the old end what lies wholly before {@code frontier} and was last added to before {@code olderThan}. */
    void forget(long frontier, long olderThan) {
        while (first < end && tos[first] <= frontier && lastAts[first] < olderThan) {
            first++;
        }
        if (first == end) {
            first = end = 0;
        }
    }

    /** Gives its memory back when it holds nothing. */
    void trim() {
        if (first == end && froms.length > 0) {
            release();
        }
    }

    /** Forgets all, and gives its memory back. */
    void release() {
        budget.used -= froms.length;
        first = end = 0;
        allocate(0);
    }

    /**
     * Joins the older half.
     *
     * @param borders ascending; a run keeps to one side of each, unless a single packet crossed it
     */
    void coalesce(long[] borders) {
        int half = first + (end - first) / 2;
        int kept = join(half, borders, true);
        if (kept > half - (half - first) / 4) {
            join(kept, borders, false);
        }
    }

    /** Joins entries before {@code until}; returns where that index has moved to. */
    private int join(int until, long[] borders, boolean touchingOnly) {
        int write = first;
        int openFirst = -1;
        int openRepeat = -1;
        for (int read = first; read < until; read++) {
            boolean repeat = counts[read] < 0;
            int run = repeat ? openRepeat : openFirst;
            if (run >= 0 && (!touchingOnly || tos[run] == froms[read]) && !isBetween(borders, run, read)) {
                extend(run, read);
                continue;
            }
            copy(read, write);
            openFirst = repeat ? openFirst : write;
            openRepeat = repeat ? write : openRepeat;
            write++;
        }
        int moved = write;
        for (int read = until; read < end; read++) {
            copy(read, write++);
        }
        end = write;
        for (int i = first; i < end; i++) {
            reach[i] = i == first ? tos[i] : Math.max(reach[i - 1], tos[i]);
        }
        return moved;
    }

    private boolean isBetween(long[] borders, int run, int next) {
        long low = Math.min(froms[run], froms[next]);
        long high = Math.max(tos[run], tos[next]);
        int at = Arrays.binarySearch(borders, low + 1);
        int i = at >= 0 ? at : -at - 1;
        return i < borders.length && borders[i] < high;
    }

    private void extend(int run, int with) {
        boolean samePacket = lastPackets[run] == firstPackets[with];
        int more = Math.abs(counts[with]) - (samePacket ? 1 : 0);
        counts[run] += counts[run] < 0 ? -more : more;
        froms[run] = Math.min(froms[run], froms[with]);
        tos[run] = Math.max(tos[run], tos[with]);
        lastPackets[run] = lastPackets[with];
        firstAts[run] = Math.min(firstAts[run], firstAts[with]);
        lastAts[run] = Math.max(lastAts[run], lastAts[with]);
    }

    private boolean touches(List<WireRange> ranges, int i) {
        int low = 0;
        int high = ranges.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ranges.get(middle).end() > froms[i]) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low < ranges.size() && ranges.get(low).start() < tos[i];
    }

    private int firstReaching(long offset) {
        int at = Arrays.binarySearch(reach, first, end, offset + 1);
        int i = at >= 0 ? at : -at - 1;
        while (i > first && reach[i - 1] > offset) {
            i--;
        }
        return i;
    }

    private void put(int i, long from, long to, long firstPacket, long lastPacket, long firstAt, long lastAt, int count) {
        froms[i] = from;
        tos[i] = to;
        firstPackets[i] = firstPacket;
        lastPackets[i] = lastPacket;
        firstAts[i] = firstAt;
        lastAts[i] = lastAt;
        counts[i] = count;
        reach[i] = i == first ? to : Math.max(reach[i - 1], to);
    }

    private void copy(int from, int to) {
        if (from != to) {
            put(to, froms[from], tos[from], firstPackets[from], lastPackets[from], firstAts[from], lastAts[from], counts[from]);
        }
    }

    private void makeRoom() {
        int size = end - first;
        int capacity = size > froms.length / 2 ? froms.length * 2 : Math.max(4, froms.length);
        budget.used += capacity - froms.length;
        allocate(capacity);
        first = 0;
        end = size;
    }

    private void allocate(int capacity) {
        froms = moved(froms, capacity);
        tos = moved(tos, capacity);
        firstPackets = moved(firstPackets, capacity);
        lastPackets = moved(lastPackets, capacity);
        firstAts = moved(firstAts, capacity);
        lastAts = moved(lastAts, capacity);
        reach = moved(reach, capacity);
        int[] to = capacity == 0 ? NO_COUNTS : new int[capacity];
        System.arraycopy(counts, first, to, 0, end - first);
        counts = to;
    }

    private long[] moved(long[] from, int capacity) {
        long[] to = capacity == 0 ? NONE : new long[capacity];
        System.arraycopy(from, first, to, 0, end - first);
        return to;
    }
}
