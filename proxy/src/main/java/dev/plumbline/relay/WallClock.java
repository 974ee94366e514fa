package dev.plumbline.relay;

import java.time.Instant;

/** The kernel's real-time clock with nanoseconds: the one captured packets are stamped with, so both can be compared. */
final class WallClock {
    private WallClock() {
    }

    /** Nanoseconds since 1970-01-01T00:00:00Z. */
    static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
