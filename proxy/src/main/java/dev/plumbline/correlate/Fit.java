package dev.plumbline.correlate;

import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;

/**
 * How well a flow fits a connection: not at all, or {@link #PERFECT} less one for each thing that speaks against it and that
 * only a clock that was set, a thread that was held up for long, or packets that were dropped can explain.
 *
 * <pre>
 *  client leg   SYN ───── at most synToAccept ─────▶ accept
 *  server leg             connect ─▶ SYN, at most connectToSyn later
 * </pre>
 *
 * <p>Owned by: the recorder thread.
 */
final class Fit {
    static final int NONE = 0;
    static final int PERFECT = 1_000;
    /** Both stamps are of one clock of the kernel's; more than this the wrong way round does not happen by itself. */
    private static final long SKEW_NANOS = 20_000;
    /** No thread waits that long for its turn, other than on a machine that is out of breath. */
    private static final long LATE_NANOS = 1_000_000_000;

    /** How soon the second event follows the first where no thread is held up. */
    private static final long PROMPT_NANOS = 5_000_000;

    private final CorrelatorLimits limits;
    private final Captures captures;

    Fit(CorrelatorLimits limits, Captures captures) {
        this.limits = limits;
        this.captures = captures;
    }

    int of(Connection connection, Flow flow) {
        if (!isInReach(connection, flow) || connection.contradicts(flow, limits.slackNanos())) {
            return NONE;
        }
        int fit = PERFECT;
        if (flow.synSeen()) {
            long delay = delay(connection, flow);
            fit -= delay < -SKEW_NANOS || delay > LATE_NANOS ? 1 : 0;
        }
        // Its octets, or its FIN, are those of a socket that was there before.
        long sentAt = Math.max(flow.lane(connection.outgoing()).highestAt(), flow.close.finAt(connection.outgoing()));
        fit -= sentAt >= 0 && sentAt < connection.openedAt - SKEW_NANOS ? 1 : 0;
        fit -= connection.isClosed() && flow.firstAt > connection.closedAt() + SKEW_NANOS ? 1 : 0;
        // A socket that is closed ends its flow, at once if all has been sent.
        boolean hasEnd = flow.close.isClosed() || flow.close.finAt(connection.outgoing()) >= 0;
        fit -= connection.isClosed() && !hasEnd && isPast(connection.closedAt()) ? 1 : 0;
        // It ended before it had shown all that our socket read.
        Lane incoming = flow.lane(connection.outgoing().opposite());
        boolean fellShort = incoming.isKnown() && flow.close.isClosed() && connection.received() > incoming.sentEnd();
        return fellShort ? fit - 1 : fit;
    }

    /**
     * Whether nothing speaks against it, not even that there was time for another connection in between; and, where there were
     * others before, every flow that could be it has been seen.
     */
    boolean isPrompt(Connection connection, Flow flow) {
        long watermark = captures.leastWatermark();
        boolean isFirst = connection.conversation.isOneOfEach() && connection.conversation.generation == 1;
        boolean areAllSeen = watermark != Captures.NOTHING_YET && watermark >= connection.openedAt + (connection.leg == Leg.CLIENT ? 0 : PROMPT_NANOS);
        return of(connection, flow) == PERFECT && Math.abs(delay(connection, flow)) <= PROMPT_NANOS && (isFirst || areAllSeen);
    }

    /** The least watermark after this one at which something here says otherwise of a connection, though nothing was told of it or its flows. */
    long saysOtherwiseAt(Connection connection, long watermark) {
        long least = Long.MAX_VALUE;
        for (long at : new long[] {
            connection.openedAt, connection.openedAt + PROMPT_NANOS, connection.openedAt + limits.settleGraceNanos(), connection.closedAt() + limits.settleGraceNanos()
        }) {
            least = at > watermark ? Math.min(least, at) : least;
        }
        return least;
    }

    /** Whether all that was captured up to then, and a little longer, has been given to us. */
    boolean isPast(long at) {
        long watermark = captures.leastWatermark();
        return watermark != Captures.NOTHING_YET && watermark - limits.settleGraceNanos() >= at;
    }

    /** How long our thread took. What the network took before that, from the SYN to the handshake's ACK, is not its fault. */
    private static long delay(Connection connection, Flow flow) {
        long readyAt = flow.handshake.ackAt();
        return connection.leg == Leg.CLIENT && readyAt >= 0 ? connection.openedAt - readyAt : distance(connection, flow);
    }

    /** How long after the first of the two events the second one was; negative where they are the wrong way round. */
    private static long distance(Connection connection, Flow flow) {
        return connection.leg == Leg.CLIENT ? connection.openedAt - flow.firstAt : flow.firstAt - connection.openedAt;
    }

    private boolean isInReach(Connection connection, Flow flow) {
        boolean sameWay = flow.tuple.equals(connection.tuple);
        if (flow.synSeen() && !sameWay || connection.leg == Leg.CLIENT && wasRefused(flow)) {
            return false;
        }
        long distance = distance(connection, flow);
        // Joined in the middle, its first packet can be any of the connection's.
        long latest = !flow.synSeen() ? limits.lookBackNanos() : connection.leg == Leg.CLIENT ? limits.synToAcceptNanos() : limits.connectToSynNanos();
        long least = !flow.synSeen() && connection.leg == Leg.CLIENT ? -limits.lookBackNanos() : -limits.slackNanos();
        boolean isEarly = connection.leg == Leg.SERVER && distance < least && distance >= -limits.connectToSynNanos() && isAliveAt(flow, connection.openedAt);
        return distance <= latest && (distance >= least || isEarly);
    }

    /**
     * Whether a flow that began before our socket said so is still there after it: then it is the same, since no two can
     * share the tuple, and the clock was set between the connect and its word.
     */
    private static boolean isAliveAt(Flow flow, long at) {
        return flow.lastAt >= at && !(flow.close.isClosed() && flow.close.lastAt() < at);
    }

    /** Nobody accepted it: a client that tries until we listen leaves many of these, on ports it soon uses again. */
    private static boolean wasRefused(Flow flow) {
        return flow.synSeen() && flow.close.isClosed() && !flow.handshake.isAnswered() && !hasOctets(flow);
    }

    private static boolean hasOctets(Flow flow) {
        return flow.lane(Heading.TO_SERVER).highestAt() >= 0 || flow.lane(Heading.TO_CLIENT).highestAt() >= 0;
    }
}
