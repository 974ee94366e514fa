package dev.plumbline.analyze;

import java.util.Arrays;

/**
 * The segments of one heading that are not acknowledged yet, in the order they were captured.
 *
 * <p>While nothing is sent twice or out of order, both ends ascend and an acknowledgement takes them off the front; only
 * otherwise are all of them looked at.
 *
 * <p>Owned by: its flow's analysis. Units: stream offsets, half-open; nanoseconds since 1970.
 * <p>Limits: {@code most} segments; of one that comes when there are so many no time is known later, which is counted. How far these reach is
 * remembered, from the first such octet to the last.
 */
final class Outstanding {
    static final int FIRST_ROOM = 4;
    private static final int FIELDS = 4;
    private static final int START = 0;
    private static final int END = 1;
    private static final int AT = 2;
    private static final int PACKET = 3;
    private final int most;
    /** Start, end, time and packet of each, one after the other. */
    private long[] entries = new long[FIRST_ROOM * FIELDS];
    private int first;
    private int last;
    private boolean ascends = true;
    private long untimed;
    /** The octets of those that were not remembered, as one range; empty when {@code restStart >= restEnd}. */
    private long restStart;
    private long restEnd;

    private long ackedAt = -1;
    private long ackedPacket;

    Outstanding(int most) {
        this.most = most;
    }

    /** Whether all is acknowledged. */
    boolean isEmpty() {
        return first == last && !hasRest();
    }

    private boolean hasRest() {
        return restStart < restEnd;
    }

    /** Segments that were not remembered. */
    long untimed() {
        return untimed;
    }

    void add(long start, long end, long at, long packet) {
        if (last - first >= most * FIELDS) {
            untimed++;
            restStart = hasRest() ? Math.min(restStart, start) : start;
            restEnd = hasRest() ? Math.max(restEnd, end) : end;
            return;
        }
        if (first == last) {
            first = 0;
            last = 0;
            ascends = true;
        } else if (last == entries.length) {
            makeRoom();
        }
        ascends &= first == last || start >= entries[last - FIELDS + END];
        entries[last + START] = start;
        entries[last + END] = end;
        entries[last + AT] = at;
        entries[last + PACKET] = packet;
        last += FIELDS;
    }

    /**
     * Takes off what {@code ack} acknowledges. What it acknowledges in part begins there from now on.
     *
     * @return whether some segment ended exactly there: then {@link #ackedAt} and {@link #ackedPacket} tell the first that did
     */
    boolean acknowledge(long ack) {
        ackedAt = -1;
        ackedPacket = 0;
        if (ascends) {
            takeFromFront(ack);
        } else {
            takeFromAll(ack);
        }
        restStart = Math.max(restStart, ack);
        return ackedPacket != 0;
    }

    /** When the segment that was just acknowledged had been sent. */
    long ackedAt() {
        return ackedAt;
    }

    long ackedPacket() {
        return ackedPacket;
    }

    /** From the least to the greatest octet that is not acknowledged; 0 when all are. */
    long octets() {
        if (isEmpty()) {
            return 0;
        }
        long least = hasRest() ? restStart : Long.MAX_VALUE;
        long greatest = hasRest() ? restEnd : Long.MIN_VALUE;
        if (ascends && first < last) {
            return Math.max(greatest, entries[last - FIELDS + END]) - Math.min(least, entries[first + START]);
        }
        for (int i = first; i < last; i += FIELDS) {
            least = Math.min(least, entries[i + START]);
            greatest = Math.max(greatest, entries[i + END]);
        }
        return greatest - least;
    }

    /** Where the first segment that carried the octet at {@code offset} lies; −1 when it is not remembered. */
    int carrierOf(long offset) {
        for (int i = first; i < last; i += FIELDS) {
            if (entries[i + START] <= offset && offset < entries[i + END]) {
                return i;
            }
        }
        return -1;
    }

    long at(int carrier) {
        return entries[carrier + AT];
    }

    long packet(int carrier) {
        return entries[carrier + PACKET];
    }

    /** Counts offsets from another octet. */
    void shift(long octets) {
        restStart += octets;
        restEnd += octets;
        for (int i = first; i < last; i += FIELDS) {
            entries[i + START] += octets;
            entries[i + END] += octets;
        }
    }

    private void takeFromFront(long ack) {
        while (first < last && entries[first + END] <= ack) {
            if (entries[first + END] == ack && ackedPacket == 0) {
                acked(first);
            }
            first += FIELDS;
        }
        if (first < last && entries[first + START] < ack) {
            entries[first + START] = ack;
        }
    }

    private void takeFromAll(long ack) {
        int kept = first;
        boolean inOrder = true;
        for (int i = first; i < last; i += FIELDS) {
            if (entries[i + END] <= ack) {
                if (entries[i + END] == ack && ackedPacket == 0) {
                    acked(i);
                }
                continue;
            }
            entries[i + START] = Math.max(entries[i + START], ack);
            if (kept != i) {
                System.arraycopy(entries, i, entries, kept, FIELDS);
            }
            inOrder &= kept == first || entries[kept + START] >= entries[kept - FIELDS + END];
            kept += FIELDS;
        }
        last = kept;
        ascends = inOrder;
    }

    private void acked(int entry) {
        ackedAt = entries[entry + AT];
        ackedPacket = entries[entry + PACKET];
    }

    private void makeRoom() {
        int length = last - first;
        // Moving is worth it only when that frees a good part; otherwise a full window would be moved at every segment.
        long[] to = length > entries.length / 2 ? Arrays.copyOf(entries, entries.length * 2) : entries;
        System.arraycopy(entries, first, to, 0, length);
        entries = to;
        first = 0;
        last = length;
    }
}
