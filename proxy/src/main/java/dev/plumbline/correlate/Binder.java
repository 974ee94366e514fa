package dev.plumbline.correlate;

import dev.plumbline.correlate.Finding.FlowBound;
import dev.plumbline.wire.Leg;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the flow that is a connection. The tuple must be equal; time chooses the generation; octet counts confirm it.
 *
 * <pre>
 *  client leg   SYN ───── at most synToAccept ─────▶ accept
 *  server leg             connect ─▶ SYN, at most connectToSyn later
 * </pre>
 *
 * <p>Each must be the nearest of the other. Where a second one is about as near (within four times the distance, or within
 * the slack), it waits until the connection is closed, and the octet counts must rule the second one out. Doubt means unbound.
 *
 * <p>Owned by: the recorder thread.
 */
final class Binder {
    private static final long IMPOSSIBLE = Long.MAX_VALUE;

    private final CorrelatorLimits limits;
    private final FindingSink findings;

    Binder(CorrelatorLimits limits, FindingSink findings) {
        this.limits = limits;
        this.findings = findings;
    }

    /** Binds what can be bound among the endpoints of {@code conversation}. */
    void bind(Conversation conversation) {
        for (Connection connection : List.copyOf(conversation.unbound)) {
            bind(connection, false);
        }
    }

    /** @param isLast whether all packets of the connection are here, so that its counts can be compared */
    void bind(Connection connection, boolean isLast) {
        if (connection.flow != null || connection.isDoubted || connection.conversation.flows.isEmpty()) {
            return;
        }
        Flow best = nearest(connection, isLast);
        if (best == null || isNearerToAnother(best, connection)) {
            return;
        }
        connection.isContested = hasRival(connection, best, isLast);
        if (!connection.isContested) {
            join(connection, best);
        } else if (isLast) {
            connection.isDoubted = true;
        }
    }

    /** Takes a binding back that the counts contradict. */
    void confirm(Connection connection) {
        Flow flow = connection.flow;
        if (flow != null && !connection.isClaimed && connection.contradicts(flow, limits.slackNanos())) {
            flow.unbind(connection.leg);
            connection.flow = null;
            connection.isDoubted = true;
        }
    }

    void join(Connection connection, Flow flow) {
        connection.flow = flow;
        connection.isContested = false;
        flow.bind(connection);
        connection.conversation.unbound.remove(connection);
        findings.accept(new FlowBound(flow.id, connection.id, connection.leg));
    }

    private Flow nearest(Connection connection, boolean isLast) {
        Flow best = null;
        long least = IMPOSSIBLE;
        for (Flow flow : candidates(connection, isLast)) {
            long distance = distance(connection, flow);
            if (distance < least) {
                least = distance;
                best = flow;
            }
        }
        return best;
    }

    private boolean isNearerToAnother(Flow flow, Connection connection) {
        long distance = distance(connection, flow);
        for (Connection other : connection.conversation.unbound) {
            if (other != connection && other.leg == connection.leg && !other.isDoubted && distance(other, flow) < distance) {
                return true;
            }
        }
        return false;
    }

    private boolean hasRival(Connection connection, Flow best, boolean isLast) {
        long distance = distance(connection, best);
        long near = Math.max(4 * distance, isLast ? 0 : limits.slackNanos());
        for (Flow flow : candidates(connection, isLast)) {
            if (flow != best && distance(connection, flow) <= near) {
                return true;
            }
        }
        for (Connection other : connection.conversation.unbound) {
            boolean couldBe = other != connection && other.leg == connection.leg && !other.isDoubted;
            if (couldBe && distance(other, best) <= near && !(isLast && other.contradicts(best, limits.slackNanos()))) {
                return true;
            }
        }
        return false;
    }

    private List<Flow> candidates(Connection connection, boolean isLast) {
        List<Flow> out = new ArrayList<>(1);
        for (Flow flow : connection.conversation.flows) {
            boolean isFree = flow.isFree(connection.leg) && distance(connection, flow) != IMPOSSIBLE;
            if (isFree && !(isLast && connection.contradicts(flow, limits.slackNanos()))) {
                out.add(flow);
            }
        }
        return out;
    }

    /**
     * Whether a flow that began before our socket said so is still there after it: then it is the same, since no two can
     * share the tuple, and our thread was held up between the connect and its word.
     */
    private static boolean isAliveAt(Flow flow, long at) {
        return flow.lastAt >= at && !(flow.close.isClosed() && flow.close.lastAt() < at);
    }

    /** Nobody accepted it: a client that tries until we listen leaves many of these, on ports it soon uses again. */
    private static boolean wasRefused(Flow flow) {
        return flow.synSeen() && flow.close.isClosed() && !flow.handshake.isAnswered();
    }

    /** How far in time the two lie apart, or {@link #IMPOSSIBLE}. */
    private long distance(Connection connection, Flow flow) {
        boolean sameWay = flow.tuple.equals(connection.tuple);
        boolean isLater = connection.isClosed() && flow.firstAt > connection.closedAt() + limits.slackNanos();
        if (isLater || flow.synSeen() && !sameWay || connection.leg == Leg.CLIENT && wasRefused(flow)) {
            return IMPOSSIBLE;
        }
        long early = connection.leg == Leg.CLIENT ? connection.openedAt - flow.firstAt : flow.firstAt - connection.openedAt;
        // Joined in the middle, its first packet can be any of the connection's.
        long latest = !flow.synSeen() ? limits.lookBackNanos() : connection.leg == Leg.CLIENT ? limits.synToAcceptNanos() : limits.connectToSynNanos();
        long least = !flow.synSeen() && connection.leg == Leg.CLIENT ? -limits.lookBackNanos() : -limits.slackNanos();
        boolean isEarly = connection.leg == Leg.SERVER && early < least && early >= -limits.connectToSynNanos() && isAliveAt(flow, connection.openedAt);
        return early < least && !isEarly || early > latest ? IMPOSSIBLE : Math.abs(early);
    }
}
