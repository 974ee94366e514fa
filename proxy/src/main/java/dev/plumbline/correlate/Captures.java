package dev.plumbline.correlate;

import dev.plumbline.fact.CaptureFact.Counted;
import dev.plumbline.fact.CaptureFact.InterfaceClosed;
import dev.plumbline.fact.CaptureFact.InterfaceOpened;
import dev.plumbline.fact.FactsLost;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.IpAddress;
import dev.plumbline.wire.Leg;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the captures cover: which interfaces, and up to when.
 *
 * <p>Owned by: the recorder thread. Units: watermarks in nanoseconds since 1970.
 */
final class Captures {
    /** A watermark that nothing is before: no capture has said anything yet. */
    static final long NOTHING_YET = Long.MIN_VALUE;
    /** A watermark that everything is before: nothing more will come. */
    static final long ALL = Long.MAX_VALUE;

    private static final class Capture {
        private String name = "";
        private Set<IpAddress> addresses = Set.of();
        private long watermark = NOTHING_YET;
        private long openedAt;
        private long closedAt = -1;
        private final Drops drops = new Drops();

        boolean isOpen(long at) {
            return openedAt <= at && (closedAt < 0 || closedAt >= at);
        }
    }

    private final Map<Integer, Capture> captures = new HashMap<>();
    private final Set<IpAddress> addresses = new HashSet<>();
    private boolean isOff;

    void off() {
        isOff = true;
    }

    void opened(InterfaceOpened fact) {
        Capture capture = of(fact.capture());
        capture.name = fact.name();
        capture.watermark = fact.at();
        capture.openedAt = fact.at();
        capture.drops.began(fact.at());
        capture.addresses = Set.copyOf(fact.addresses());
        addresses.addAll(fact.addresses());
    }

    void closed(InterfaceClosed fact) {
        Capture capture = of(fact.capture());
        capture.watermark = ALL;
        capture.closedAt = fact.at();
    }

    void counted(Counted fact) {
        of(fact.capture()).drops.counted(fact.dropped() + fact.droppedByInterface(), fact.at());
    }

    /** What {@code source} had seen since its last word did not come. */
    void lost(FactsLost fact) {
        for (Capture capture : captures.values()) {
            if (fact.source().equals("capture-" + capture.name) && capture.isOpen(fact.at())) {
                capture.drops.lost(capture.watermark, fact.at());
            }
        }
    }

    /** Whether this capture may have lost packets between the two times. */
    boolean mayHaveDropped(int number, long from, long to) {
        return of(number).drops.touch(from, to);
    }

    void reached(int number, long watermark) {
        Capture capture = of(number);
        if (capture.watermark != ALL) {
            capture.watermark = watermark;
        }
    }

    /** The run is over: what has not closed by itself gives nothing any more. */
    void end(long at) {
        for (Capture capture : captures.values()) {
            capture.watermark = ALL;
            capture.closedAt = capture.closedAt < 0 ? at : capture.closedAt;
        }
    }

    /** Up to when this capture has given everything. */
    long watermark(int number) {
        return of(number).watermark;
    }

    /** Up to when all open captures have. */
    long leastWatermark() {
        if (isOff) {
            return ALL;
        }
        long least = captures.isEmpty() ? NOTHING_YET : ALL;
        for (Capture capture : captures.values()) {
            least = Math.min(least, capture.watermark);
        }
        return least;
    }

    /** Whether this capture had ended before {@code at}. */
    boolean hadClosed(int number, long at) {
        long closedAt = of(number).closedAt;
        return closedAt >= 0 && closedAt < at;
    }

    /** Whether nothing was being captured at {@code at}. */
    boolean isOff(long at) {
        return isOff || captures.values().stream().allMatch(c -> c.closedAt >= 0 && c.closedAt < at);
    }

    /** Whether {@code next} is the same interface as {@code before}, which went away and came back. */
    boolean isSuccessor(int next, int before) {
        Capture old = of(before);
        return next != before && old.closedAt >= 0 && old.name.equals(of(next).name);
    }

    /** Whether some interface that was being captured at {@code at} should have seen a connection of this tuple. */
    boolean couldSee(FourTuple tuple, Leg leg, long at) {
        IpAddress local = (leg == Leg.CLIENT ? tuple.responder() : tuple.initiator()).address();
        IpAddress remote = (leg == Leg.CLIENT ? tuple.initiator() : tuple.responder()).address();
        // What goes from one address of this host to another one of its own runs over the loopback interface.
        boolean isLocal = local.isLoopback() || remote.isLoopback() || local.equals(remote) || addresses.contains(local) && addresses.contains(remote);
        return captures.values().stream().filter(c -> c.isOpen(at))
                .anyMatch(c -> isLocal ? c.addresses.stream().anyMatch(IpAddress::isLoopback) : c.addresses.contains(local));
    }

    private Capture of(int number) {
        return captures.computeIfAbsent(number, n -> new Capture());
    }
}
