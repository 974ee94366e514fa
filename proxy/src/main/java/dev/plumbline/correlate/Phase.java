package dev.plumbline.correlate;

import dev.plumbline.wire.OffsetMap;
import dev.plumbline.wire.PlainRange;
import dev.plumbline.wire.WireRange;
import java.util.ArrayList;
import java.util.List;

/**
 * One phase of one heading of a connection: in clear, where plain octets are wire octets, or under TLS, where records map
 * them.
 *
 * <p>Records that never reached us (their facts were lost) leave a hole in the plain octets. What carried those lies
 * between the records on either side, so the hole is mapped to all of that, and counts as a gap.
 *
 * <p>Owned by: the recorder thread.
 * <p>Limits: 32 octets per record of messages that are not settled; the inside of an open message is joined
 * ({@link #keepFlat}), so an endless one costs no more than {@link #JOIN_ABOVE} records.
 */
final class Phase {
    private static final int JOIN_ABOVE = 1024;
    /** Records that stay single at the end of an open message: its end may come to lie in one that is there already. */
    private static final int KEEP_SINGLE = 512;
    private static final int MOST_HOLES = 64;

    /** The map of every clear phase: nothing is ever added to it. */
    private static final OffsetMap NO_RECORDS = new OffsetMap();

    private final boolean isClear;
    private final OffsetMap map;
    private final List<WireRange> holes = new ArrayList<>(0);
    /** Plain octets whose records could not be told from each other; only the latest matter. */
    private final List<PlainRange> blurred = new ArrayList<>(0);
    private long wireEnd;
    private boolean isBroken;
    private int joinAt = JOIN_ABOVE;

    private Phase(boolean isClear, long start) {
        this.isClear = isClear;
        this.map = isClear ? NO_RECORDS : new OffsetMap();
        this.wireEnd = start;
    }

    static Phase clear() {
        return new Phase(true, 0);
    }

    static Phase tls(long start) {
        return new Phase(false, Math.max(0, start));
    }

    /** Adds a record. One that contradicts those before it breaks the phase: from there on nothing is mapped. */
    void add(long recordStart, long recordEnd, long plainStart, long plainEnd) {
        if (plainStart >= plainEnd || isBroken) {
            return;
        }
        boolean isHole = plainStart > map.innerEnd();
        boolean fits = plainStart >= map.innerEnd() && recordStart >= wireEnd && recordEnd > recordStart;
        if (isClear || !fits || isHole && (recordStart == wireEnd || holes.size() == MOST_HOLES)) {
            isBroken = true;
            return;
        }
        if (isHole) {
            map.append(map.innerEnd(), plainStart, wireEnd, recordStart);
            holes.add(new WireRange(wireEnd, recordStart));
        }
        map.append(plainStart, plainEnd, recordStart, recordEnd);
        wireEnd = recordEnd;
    }

    /** Several records stand for these octets together: none of their inner borders is known on the wire. */
    void blur(long plainStart, long plainEnd) {
        if (blurred.size() == MOST_HOLES) {
            blurred.remove(0);
        }
        blurred.add(new PlainRange(plainStart, plainEnd));
    }

    /** Whether a message that begins or ends at {@code plain} does so where nobody knows which record that is in. */
    boolean isBlurredAt(long plain) {
        for (PlainRange range : blurred) {
            if (range.start() < plain && plain < range.end()) {
                return true;
            }
        }
        return false;
    }

    /** Whether everything before {@code plainEnd} has its place on the wire. */
    boolean reaches(long plainEnd) {
        return isClear || map.innerEnd() >= plainEnd;
    }

    boolean isBroken() {
        return isBroken;
    }

    /** The wire ranges that carried {@code plain}, as far as known. */
    List<WireRange> map(PlainRange plain) {
        if (isClear) {
            return plain.isEmpty() ? List.of() : List.of(new WireRange(plain.start(), plain.end()));
        }
        return map.map(plain);
    }

    /** The least wire offset that an octet from {@code plain} on can have. */
    long floorOf(long plain) {
        if (isClear) {
            return plain;
        }
        if (plain >= map.innerEnd()) {
            return wireEnd;
        }
        List<WireRange> first = map.map(new PlainRange(plain, plain + 1));
        return first.isEmpty() ? 0 : first.get(0).start();
    }

    /** Ranges in which we do not know what carried what. */
    List<WireRange> holes() {
        return holes;
    }

    /**
     * Forgets records nobody will ask about, and joins those inside the open message.
     *
     * @param settledBefore no message that is not settled has an octet before this one
     * @param openStart where the message that is open now starts; −1 when none is
     */
    void keepFlat(long settledBefore, long openStart) {
        if (map.size() < joinAt) {
            return;
        }
        map.forgetBefore(settledBefore);
        if (openStart >= 0 && openStart < map.innerEnd()) {
            map.joinInside(new PlainRange(openStart, map.innerEnd()), KEEP_SINGLE);
        }
        joinAt = Math.max(JOIN_ABOVE, map.size() * 2);
    }

    int records() {
        return map.size();
    }
}
