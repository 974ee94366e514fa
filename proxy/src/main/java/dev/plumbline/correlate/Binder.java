package dev.plumbline.correlate;

import dev.plumbline.correlate.Finding.FlowBound;
import dev.plumbline.correlate.Finding.FlowUnbound;
import dev.plumbline.wire.Leg;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the flow that is a connection. On one host the flows of a tuple follow each other, and so do its connections, in the
 * same order; so both are aligned ({@link Alignment}), by how well they fit ({@link Fit}): time says which can belong
 * together, octet counts rule out those that do not. Those that every best alignment joins are bound, the others not:
 * doubt means unbound.
 *
 * <p>A binding is made as soon as there is no other choice, and taken back when it turns out that there was one: when its
 * counts contradict it, or when at the end of a connection another one is found to have no flow, and no less claim to this.
 *
 * <p>Owned by: the recorder thread.
 * <p>Limits: a connection is aligned with {@value #NEIGHBOURS} of its tuple before and after it, and with the latest
 * {@value #MOST_FLOWS} flows that are in reach of those.
 */
final class Binder {
    static final int NEIGHBOURS = 16;
    static final int MOST_FLOWS = 64;
    private static final Leg[] LEGS = Leg.values();

    private final CorrelatorLimits limits;
    private final Captures captures;
    private final FindingSink findings;
    private final Fit fit;
    private long alignments;

    Binder(CorrelatorLimits limits, Captures captures, FindingSink findings) {
        this.limits = limits;
        this.captures = captures;
        this.findings = findings;
        this.fit = new Fit(limits, captures);
    }

    /** Binds what can be bound among the endpoints of {@code conversation}. */
    void bind(Conversation conversation) {
        if (conversation.flows.isEmpty()) {
            return;
        }
        for (Leg leg : LEGS) {
            // The first one's neighbours are aligned with it; what lies beyond has its own turn when it is looked at.
            for (Connection connection : conversation.unbound) {
                if (connection.leg == leg) {
                    align(connection, false);
                    break;
                }
            }
        }
    }

    /** @param isLast whether all packets of the connection are here, so that what is known of it now is all there will be */
    void bind(Connection connection, boolean isLast) {
        if (connection.isClaimed || connection.conversation.flows.isEmpty()) {
            return;
        }
        Flow flow = connection.flow;
        if (flow != null && connection.contradicts(flow, limits.slackNanos())) {
            takeBack(connection);
        }
        if (connection.flow == null || isLast && !connection.conversation.isOneOfEach()) {
            align(connection, isLast);
        }
    }

    long alignments() {
        return alignments;
    }

    private void align(Connection middle, boolean isLast) {
        long watermark = captures.leastWatermark();
        if (middle.isAligned(watermark, isLast)) {
            return;
        }
        alignments++;
        long changes = middle.conversation.changes;
        List<Connection> connections = neighbours(middle);
        List<Flow> flows = flows(middle, connections);
        int[][] fits = new int[connections.size()][flows.size()];
        for (int i = 0; i < fits.length; i++) {
            for (int j = 0; j < flows.size(); j++) {
                fits[i][j] = fit.of(connections.get(i), flows.get(j));
            }
        }
        apply(Alignment.of(fits), connections, flows, isLast);
        // What was bound or taken back just now is a change, and has its turn.
        middle.aligned(changes, watermark, connections.stream().mapToLong(c -> fit.saysOtherwiseAt(c, watermark)).min().orElse(watermark), isLast);
    }

    private void apply(int[] partners, List<Connection> connections, List<Flow> flows, boolean isLast) {
        boolean mayTakeBack = isLast && connections.stream().allMatch(this::isSeen);
        for (int i = 0; i < partners.length; i++) {
            Connection connection = connections.get(i);
            boolean isOther = connection.flow != null && (partners[i] < 0 || flows.get(partners[i]) != connection.flow);
            if (isOther && (mayTakeBack || !connection.hasSaid())) {
                takeBack(connection);
            }
        }
        for (int i = 0; i < partners.length; i++) {
            Connection connection = connections.get(i);
            if (connection.flow == null && !connection.isSettled) {
                connection.isContested = partners[i] != Alignment.ALONE;
                Flow flow = partners[i] < 0 ? null : flows.get(partners[i]);
                // Where time would allow for another connection or flow, what is told of that may be on its way.
                if (flow != null && !connection.isDoubted && flow.isFree(connection.leg) && (fit.isPrompt(connection, flow) || isSeen(connection))) {
                    join(connection, flow);
                }
            }
        }
    }

    /** Whether its flow, if captured at all, has been given to us. */
    boolean isSeen(Connection connection) {
        return connection.flow != null || fit.isPast(connection.openedAt);
    }

    void join(Connection connection, Flow flow) {
        connection.flow = flow;
        connection.conversation.changes++;
        connection.isContested = false;
        flow.bind(connection);
        connection.conversation.unbound.remove(connection);
        findings.accept(new FlowBound(flow.id, connection.id, connection.leg));
    }

    /** Where something was said on the strength of the binding, the connection stays without: it cannot be said again. */
    private void takeBack(Connection connection) {
        Flow flow = connection.flow;
        flow.unbind(connection.leg);
        connection.conversation.changes++;
        connection.flow = null;
        connection.isDoubted = connection.hasSaid();
        if (!connection.isDoubted) {
            connection.conversation.unbound.add(connection);
        }
        findings.accept(new FlowUnbound(flow.id, connection.id, connection.client, connection.leg));
    }

    private static List<Connection> neighbours(Connection middle) {
        List<Connection> all = middle.conversation.connections;
        int at = all.indexOf(middle);
        int from = at;
        int to = at + 1;
        for (int n = 0; n < NEIGHBOURS && from > 0; from--) {
            n += all.get(from - 1).leg == middle.leg ? 1 : 0;
        }
        for (int n = 0; n < NEIGHBOURS && to < all.size(); to++) {
            n += all.get(to).leg == middle.leg ? 1 : 0;
        }
        List<Connection> near = new ArrayList<>(all.subList(from, to));
        near.removeIf(c -> c.leg != middle.leg);
        return near;
    }

    /** Those that are free or belong to one of {@code connections}, and are in reach of one, in the order they began. */
    private List<Flow> flows(Connection middle, List<Connection> connections) {
        List<Flow> near = new ArrayList<>(2);
        List<Flow> all = middle.conversation.flows;
        for (int i = all.size() - 1; i >= 0 && near.size() < MOST_FLOWS; i--) {
            Flow flow = all.get(i);
            boolean isOurs = flow.isFree(middle.leg) || connections.stream().anyMatch(c -> c.flow == flow);
            if (isOurs && connections.stream().anyMatch(c -> fit.of(c, flow) != Fit.NONE)) {
                near.add(0, flow);
            }
        }
        near.sort(Comparator.comparingLong(f -> f.firstAt));
        return near;
    }
}
