package dev.plumbline.correlate;

import dev.plumbline.fact.MessageKey;
import dev.plumbline.wire.WireRange;
import java.util.List;

/**
 * A message whose coverage has not been said.
 *
 * <pre>
 *  began ──MessageEnded──▶ ended ──the records of all its octets known──▶ mapped ──all seen, or waited long enough──▶ said
 * </pre>
 *
 * <p>Owned by: the recorder thread. Units: times in nanoseconds since 1970.
 */
final class OpenMessage {
    final MessageKey key;
    final MessageLine line;
    final int phase;
    final long plainStart;
    /** No octet of it lies before this wire offset. */
    final long wireFloor;
    /** One past its last plain octet; −1 while it goes on. */
    long plainEnd = -1;
    /** Its last octet at our socket. */
    long lastAt;
    /** The time its waiting counts from. */
    long waitsFrom;
    /** Whether its last octet is known to have left. */
    boolean isSent;
    /** Whether facts about it were lost. */
    boolean hasLostFacts;
    private List<WireRange> ranges;

    OpenMessage(MessageKey key, MessageLine line, int phase, long plainStart, long wireFloor) {
        this.key = key;
        this.line = line;
        this.phase = phase;
        this.plainStart = plainStart;
        this.wireFloor = wireFloor;
    }

    boolean isEnded() {
        return plainEnd >= 0;
    }

    void ended(long end, long at) {
        plainEnd = Math.max(end, plainStart);
        lastAt = at;
        waitsFrom = at;
    }

    boolean isMapped() {
        return ranges != null;
    }

    /** Its wire ranges. Needs {@link #isMapped}. */
    List<WireRange> ranges() {
        return ranges;
    }

    void mapped(List<WireRange> to) {
        ranges = List.copyOf(to);
    }

    /** One past its last wire octet. Needs {@link #isMapped}. */
    long wireEnd() {
        return ranges.isEmpty() ? 0 : ranges.get(ranges.size() - 1).end();
    }

    /** Whether {@code lane} has seen all of it. Needs {@link #isMapped}. */
    boolean isSeenBy(Lane lane) {
        for (int i = ranges.size() - 1; i >= 0; i--) {
            if (!lane.covers(ranges.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether all of it was seen in packets that are kept whole, with nothing lost on the way: no gap can be in it. */
    boolean isHeldBy(Lane lane) {
        return lane.holdsAllSeen() && line.holes(this).isEmpty() && isSeenBy(lane);
    }
}
