package dev.plumbline.relay;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The local ports our server legs are bound to, so that one short, fixed capture filter sees all of them from the SYN on
 * and nobody else's traffic.
 *
 * <p>They lie above the range Linux gives out by itself (32768–60999 unless changed), so that other programs' connections
 * do not land among them. Bound with {@code SO_REUSEADDR}, one port serves any number of destinations at once; only a
 * 4-tuple in use is refused, and then the next port is tried.
 *
 * <p>Safe for use by several event loops.
 *
 * @see <a href="../../../../../../../docs/decisions/0004-local-ports.md">the decision</a>
 */
final class LocalPorts {
    static final int FIRST = 61_000;
    static final int LAST = 65_535;
    /** Candidates tried for one connection before we leave the choice to the kernel. */
    static final int TRIES = 32;

    private final AtomicInteger next = new AtomicInteger((int) (System.nanoTime() & 0xfff));

    int next() {
        return FIRST + Math.floorMod(next.getAndIncrement(), LAST - FIRST + 1);
    }
}
