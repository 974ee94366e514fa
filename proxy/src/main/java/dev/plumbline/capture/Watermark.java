package dev.plumbline.capture;

/**
 * Says up to which time the packets of one capture are in.
 *
 * <p>The kernel hands packets over in blocks, at the latest when a block's retire timeout has passed (10 ms, and its timer may
 * fire one period late). So when a visit to the ring began at T and found the ring empty at its end, every packet
 * stamped before T − guard was among those given. When the ring never runs empty, packets are in the order of their
 * stamps but for the processors' disagreement, and the last one's stamp − guard holds.
 *
 * <p>The guard is a bet on the scheduler of a loaded machine. A packet that proves it lost widens it, is counted, and is given all the same.
 *
 * <p>Invariant: never goes back, except when the wall clock was set back by more than {@link #CLOCK_STEP_NANOS}.
 *
 * <p>Owned by: the capture thread. Units: nanoseconds since 1970.
 */
final class Watermark {
    static final long FIRST_GUARD_NANOS = 60_000_000;
    static final long LAST_GUARD_NANOS = 480_000_000;
    static final long CLOCK_STEP_NANOS = 1_000_000_000;

    private long guard = FIRST_GUARD_NANOS;
    private long value;
    /** The value that was last shown wrong, so that one late block widens the guard once. */
    private long widenedFor = Long.MIN_VALUE;
    private long late;

    /** Takes note of a packet. */
    void packet(long at) {
        if (at < value && value - at < CLOCK_STEP_NANOS) {
            late++;
            if (widenedFor != value) {
                widenedFor = value;
                guard = Math.min(LAST_GUARD_NANOS, guard * 2);
            }
        }
    }

    /** A visit that began at {@code began} found the ring empty at its end. */
    void emptied(long began) {
        advance(began - guard);
    }

    /** A visit ended before the ring was empty; the last packet of it was stamped {@code at}. */
    void unfinished(long at) {
        advance(at - guard);
    }

    long value() {
        return value;
    }

    /** Packets that came after the watermark had passed them. */
    long late() {
        return late;
    }

    long guard() {
        return guard;
    }

    private void advance(long to) {
        if (to > value || value - to > CLOCK_STEP_NANOS) {
            value = to;
        }
    }
}
