package dev.plumbline.recording;

import java.util.function.LongSupplier;

/**
 * Time as it passes, by a clock that can be set: where that goes back, this goes on from where it was. What waits for so
 * many seconds would wait an hour longer otherwise, when the clock is put back by one.
 *
 * <p>Owned by: the recorder thread. Units: nanoseconds; as the clock's until that is first set back, and no time of day from then on.
 */
final class PassingTime {
    private final LongSupplier clock;
    private long last = Long.MIN_VALUE;
    private long setBackBy;

    PassingTime(LongSupplier clock) {
        this.clock = clock;
    }

    /** Never less than before. */
    long now() {
        long read = clock.getAsLong();
        setBackBy += read < last ? last - read : 0;
        last = read;
        return read + setBackBy;
    }
}
