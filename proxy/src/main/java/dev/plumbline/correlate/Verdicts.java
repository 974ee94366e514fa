package dev.plumbline.correlate;

import dev.plumbline.correlate.Coverage.Reason;
import dev.plumbline.correlate.Finding.MessageCovered;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The last word on each message: said at once when every octet was seen, otherwise when nothing more can come.
 *
 * <p>An outgoing message waits for its octets to leave as long as the connection lives: our socket takes more than a slow
 * peer lets go. After that it waits for packets of the wire's own delay, {@link CorrelatorLimits#gapGraceNanos}.
 *
 * <p>Owned by: the recorder thread.
 */
final class Verdicts {
    /** No fact is that far ahead of the packets: the clock was set back meanwhile. */
    private static final long CLOCK_STEP_NANOS = 60_000_000_000L;

    private final CorrelatorLimits limits;
    private final Captures captures;
    private final FindingSink findings;
    private final Consumer<Connection> onWait;
    // Used anew for each message: one of them is said for every few packets.
    private final GapList gaps = new GapList();
    private final Tally tally = new Tally();
    /** Messages that have ended and wait for their last word. */
    private int waiting;

    Verdicts(CorrelatorLimits limits, Captures captures, FindingSink findings, Consumer<Connection> onWait) {
        this.limits = limits;
        this.captures = captures;
        this.findings = findings;
        this.onWait = onWait;
    }

    void ended() {
        waiting++;
    }

    void said() {
        waiting--;
    }

    /**
     * What has reached our socket has passed the capture before, so only the capture's own delay is waited for; and hardly that when
     * packets are dropped wholesale, because those who wait for them fill the memory.
     */
    private long grace() {
        return waiting > limits.waiting() ? limits.gapGraceNanos() / 10 : limits.gapGraceNanos();
    }

    void wait(Connection connection) {
        onWait.accept(connection);
    }

    /** Up to when everything about {@code connection} that was captured has come. */
    long watermark(Connection connection) {
        return connection.flow == null ? captures.leastWatermark() : captures.watermark(connection.flow.capture);
    }

    /** Says it when all of it was seen; false when that is not so. */
    boolean sayIfSeen(OpenMessage message) {
        if (!message.isMapped()) {
            message.line.map(message, false);
        }
        if (!message.isMapped()) {
            return false;
        }
        Lane lane = laneOf(message);
        // A message of no octets waits for the flow all the same, so that the order of the facts makes no difference.
        boolean isEmpty = message.plainStart == message.plainEnd && message.line.connection.flow != null;
        if (!isEmpty && (lane == null || !message.isSeenBy(lane))) {
            return false;
        }
        pronounce(message, lane);
        return true;
    }

    /** Says it when it is time to; false when it is not. */
    boolean say(OpenMessage message, boolean isLast) {
        if (sayIfSeen(message)) {
            return true;
        }
        if (!isLast && !isTime(message)) {
            return false;
        }
        if (!message.isMapped()) {
            message.line.map(message, true);
        }
        pronounce(message, laneOf(message));
        return true;
    }

    private boolean isTime(OpenMessage message) {
        Connection connection = message.line.connection;
        long watermark = watermark(connection);
        if (watermark == Captures.NOTHING_YET) {
            return false;
        }
        if (watermark == Captures.ALL) {
            return message.isMapped() || connection.isClosed() || message.hasLostFacts;
        }
        if (message.waitsFrom - watermark > CLOCK_STEP_NANOS) {
            message.waitsFrom = watermark;
        }
        if (!message.isMapped() && !connection.isClosed() && !message.hasLostFacts) {
            return false;
        }
        if (connection.flow == null && connection.isContested && !isContestOver(connection, watermark)) {
            return false;
        }
        return watermark - message.waitsFrom >= grace() && !mayStillLeave(message, watermark);
    }

    /** What another connection of the tuple is told of may settle whose flow it is, as long as that can be on its way. */
    boolean isContestOver(Connection connection, long watermark) {
        return connection.isClosed() && (watermark == Captures.ALL || watermark - connection.closedAt() >= limits.contestNanos());
    }

    private boolean mayStillLeave(OpenMessage message, long watermark) {
        Connection connection = message.line.connection;
        Lane lane = laneOf(message);
        if (lane == null || message.line.heading != connection.outgoing() || message.isSent) {
            return false;
        }
        if (message.isMapped() && lane.sentEnd() >= message.wireEnd()) {
            message.isSent = true;
            message.waitsFrom = Math.max(message.waitsFrom, lane.highestAt());
            return watermark - message.waitsFrom < grace();
        }
        boolean isOver = connection.flow.close.isClosed() && watermark - connection.flow.close.lastAt() >= limits.settleGraceNanos();
        boolean isForgotten = connection.isClosed() && watermark - connection.closedAt() >= limits.lookBackNanos();
        return !isOver && !isForgotten;
    }

    private static Lane laneOf(OpenMessage message) {
        Flow flow = message.line.connection.flow;
        if (flow == null) {
            return null;
        }
        Lane lane = flow.lane(message.line.heading);
        return lane.isKnown() ? lane : null;
    }

    private void pronounce(OpenMessage message, Lane lane) {
        List<WireRange> ranges = message.ranges();
        gaps.clear();
        tally.clear();
        if (lane == null) {
            Reason reason = reasonWithoutLane(message);
            for (WireRange range : ranges) {
                gaps.add(range.start(), range.end(), reason);
            }
        } else {
            if (!message.isHeldBy(lane)) {
                collectGaps(message, lane, ranges);
            }
            lane.log().tally(ranges, tally);
        }
        boolean isWhole = gaps.isEmpty() && !message.hasLostFacts;
        Coverage coverage = isWhole ? Coverage.COMPLETE : coverageOf(message);
        Optional<Reason> reason = isWhole ? Optional.empty() : Optional.of(gaps.reason().orElseGet(() -> reasonWithoutGaps(message, lane)));
        Flow flow = message.line.connection.flow;
        Optional<PacketId> first = packet(tally.firstPacket);
        Optional<PacketId> last = tally.lastPacket == tally.firstPacket ? first : packet(tally.lastPacket);
        findings.accept(new MessageCovered(
                message.key, message.line.connection.id, flow == null ? Optional.empty() : flow.said, ranges, gaps.ranges(), coverage, reason,
                first, last, tally.segments, tally.repeats, tally.firstAt, tally.lastAt));
    }

    private Coverage coverageOf(OpenMessage message) {
        long octets = 0;
        for (WireRange range : message.ranges()) {
            octets += range.length();
        }
        return gaps.octets() == octets && message.plainStart != message.plainEnd ? Coverage.NONE : Coverage.PARTIAL;
    }

    private void collectGaps(OpenMessage message, Lane lane, List<WireRange> ranges) {
        Connection connection = message.line.connection;
        boolean isOutgoing = message.line.heading == connection.outgoing();
        boolean isCaptureGone = captures.hadClosed(connection.flow.capture, message.lastAt);
        Reason seenToo = isCaptureGone ? Reason.CAPTURE_OFF : Reason.DROPPED;
        Reason beyond = isOutgoing && !isCaptureGone && !mayHaveLeftUnseen(connection, lane) ? Reason.UNSENT : seenToo;
        List<UnheldOctets.Part> unheld = new ArrayList<>(0);
        for (WireRange range : ranges) {
            lane.missing(range, (from, to) -> {
                long sent = Math.max(from, Math.min(to, lane.sentEnd()));
                gaps.add(from, sent, seenToo);
                gaps.add(sent, to, beyond);
            });
            lane.unheld(range, unheld);
            for (WireRange hole : message.line.holes(message)) {
                gaps.add(Math.max(hole.start(), range.start()), Math.min(hole.end(), range.end()), Reason.DROPPED);
            }
        }
        unheld.forEach(p -> gaps.add(p.range().start(), p.range().end(), p.reason()));
    }

    /** Whether packets were lost after the highest octet seen: those that would have shown more of them may be among the lost. */
    private boolean mayHaveLeftUnseen(Connection connection, Lane lane) {
        Flow flow = connection.flow;
        long end = flow.close.isClosed() ? flow.close.lastAt() : connection.isClosed() ? connection.closedAt() : Captures.ALL;
        return captures.mayHaveDropped(flow.capture, Math.max(lane.highestAt(), flow.firstAt), Math.max(end, lane.highestAt()));
    }

    private Reason reasonWithoutLane(OpenMessage message) {
        Connection connection = message.line.connection;
        if (connection.flow != null) {
            return Reason.NO_SYN;
        }
        if (captures.isOff(message.lastAt)) {
            return Reason.CAPTURE_OFF;
        }
        return captures.couldSee(connection.tuple, connection.leg, message.lastAt) ? Reason.UNBOUND : Reason.NO_INTERFACE;
    }

    /** Nothing known of it is missing, but not all of it is known. */
    private Reason reasonWithoutGaps(OpenMessage message, Lane lane) {
        if (lane == null) {
            return reasonWithoutLane(message);
        }
        // Octets that never became a record were never given to the wire.
        Connection connection = message.line.connection;
        boolean neverSealed = message.line.heading == connection.outgoing() && connection.isClosed() && !connection.hasLostFacts;
        return neverSealed ? Reason.UNSENT : Reason.DROPPED;
    }

    private static Optional<PacketId> packet(long number) {
        return number == 0 ? Optional.empty() : Optional.of(new PacketId(number));
    }
}
