package dev.plumbline.correlate;

import dev.plumbline.correlate.Finding.FlowSeen;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.PacketId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Packets to flows. Numbers both.
 *
 * <p>Owned by: the recorder thread.
 * <p>Limits: {@link CorrelatorLimits#flows} flows; the generations of the last {@link #RETIRED} tuples that are not in use.
 */
final class FlowTable {
    private static final int RETIRED = 16_384;

    /** A path of segments: its conversation, and whether it runs the way of the conversation's tuple. */
    private record Route(FourTuple path, Conversation conversation, boolean forward) {
    }

    private final CorrelatorLimits limits;
    private final Captures captures;
    private final FindingSink findings;
    private final Consumer<Conversation> onNewFlow;
    private final CarrierLog.Budget budget;
    private final Map<FourTuple, Route> routes = new HashMap<>();
    private final Map<FourTuple, Integer> retired = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<FourTuple, Integer> eldest) {
            return size() > RETIRED;
        }
    };
    private final Map<FlowId, Flow> flows = new LinkedHashMap<>();
    private Route latest;
    private long packets;
    private int flowCount;

    FlowTable(CorrelatorLimits limits, Captures captures, FindingSink findings, Consumer<Conversation> onNewFlow) {
        this.limits = limits;
        this.captures = captures;
        this.findings = findings;
        this.onNewFlow = onNewFlow;
        this.budget = new CarrierLog.Budget(limits.carriers(), limits.allCarriers());
    }

    void accept(int capture, Segment segment) {
        long packet = ++packets;
        Route route = routeOf(segment.path());
        Conversation conversation = route.conversation;
        int before = flowCount;
        Flow flow = conversation.flowOf(capture, segment, route.forward);
        Heading heading = flow.forward == route.forward ? Heading.TO_SERVER : Heading.TO_CLIENT;
        if (flow.capture != capture) {
            flow.pass(packet, capture, heading, segment, Sighting.ELSEWHERE, findings);
        } else if (conversation.isStray()) {
            flow.pass(packet, capture, heading, segment, Sighting.UNPLACED, findings);
        } else {
            flow.take(packet, heading, segment, findings);
        }
        if (flowCount != before) {
            onNewFlow.accept(conversation);
        }
    }

    Conversation conversation(FourTuple tuple) {
        return routeOf(tuple).conversation;
    }

    /** Null when it is not remembered. */
    Flow find(FlowId id) {
        return flows.get(id);
    }

    /** How many flows are remembered. */
    int size() {
        return flows.size();
    }

    /** Connections that conversations remember. */
    int connections() {
        return routes.values().stream().filter(Route::forward).mapToInt(route -> route.conversation.connections.size()).sum();
    }

    /** Entries of who carried what that memory is held for. */
    long carriers() {
        return budget.used();
    }

    /** Forgets what no fact can ask for any more. */
    void sweep() {
        List<Flow> gone = new ArrayList<>();
        for (Flow flow : flows.values()) {
            long watermark = captures.watermark(flow.capture);
            long now = watermark == Captures.ALL ? captures.leastWatermark() : watermark;
            if (now == Captures.ALL || now == Captures.NOTHING_YET) {
                continue;
            }
            flow.forgetCarriers(now);
            if (flow.isPast(now)) {
                gone.add(flow);
            }
        }
        gone.forEach(this::forget);
    }

    private void forgetOldest(int count) {
        List<Flow> gone = new ArrayList<>();
        for (Flow flow : flows.values()) {
            if (gone.size() < count && !flow.isBound() && flow.id.number() != flowCount) {
                gone.add(flow);
            }
        }
        gone.forEach(this::forget);
    }

    private void forget(Flow flow) {
        flows.remove(flow.id);
        flow.release();
        flow.conversation.forget(flow);
        forgetIfEmpty(flow.conversation);
    }

    /** Forgets a conversation that has neither flows nor connections waiting for one. */
    void forgetIfEmpty(Conversation conversation) {
        if (!conversation.isEmpty()) {
            return;
        }
        routes.remove(conversation.tuple);
        routes.remove(conversation.tuple.reversed());
        if (latest != null && latest.conversation == conversation) {
            latest = null;
        }
        if (conversation.generation > 0) {
            retired.put(conversation.tuple, conversation.generation);
        }
    }

    private Flow open(Conversation conversation, boolean forward, int capture, Segment segment) {
        FlowId id = new FlowId(++flowCount);
        Flow flow = new Flow(id, conversation, forward, capture, segment.at(), limits, budget);
        conversation.flows.add(flow);
        conversation.changes++;
        flows.put(id, flow);
        boolean synSeen = segment.has(Segment.SYN) && !segment.has(Segment.RST);
        findings.accept(new FlowSeen(id, flow.tuple, ++conversation.generation, capture, synSeen, new PacketId(packets), segment.at()));
        if (flows.size() > limits.flows() + limits.flows() / 8) {
            forgetOldest(flows.size() - limits.flows());
        }
        return flow;
    }

    private Route routeOf(FourTuple path) {
        // Paths are shared and segments come in bursts, so the last one is often this one.
        if (latest != null && latest.path == path) {
            return latest;
        }
        Route route = routes.get(path);
        if (route == null) {
            route = newRoute(path);
        }
        latest = route;
        return route;
    }

    private Route newRoute(FourTuple path) {
        FourTuple back = path.reversed();
        Conversation conversation = new Conversation(path, captures, Math.max(limits.lookBackNanos(), limits.connectToSynNanos()), this::open);
        Integer generation = retired.remove(path);
        Integer backwards = retired.remove(back);
        conversation.generation = Math.max(generation == null ? 0 : generation, backwards == null ? 0 : backwards);
        Route route = new Route(path, conversation, true);
        routes.put(back, new Route(back, conversation, false));
        routes.put(path, route);
        return route;
    }
}
