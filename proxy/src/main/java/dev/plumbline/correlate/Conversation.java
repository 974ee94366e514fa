package dev.plumbline.correlate;

import dev.plumbline.fact.Segment;
import dev.plumbline.wire.FourTuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * All that goes on between two endpoints: the flows that used the tuple one after the other, as the captures saw them,
 * and the connections of ours that did.
 *
 * <p>Each capture has a place of its own: the flow its segments belong to now. So a second interface that shows the same
 * packets, sooner or later than the first, cannot disturb the flow that takes its evidence from the first.
 *
 * <p>A SYN with a new initial sequence number begins a new flow when the one before has ended (both FINs or a RST), was
 * never answered, was joined in the middle, or has been silent for {@link #SILENCE_NANOS}. Otherwise it is a stray until
 * a SYN+ACK acknowledges it: a host in the established state ignores it too (RFC 9293 §3.10.7.4).
 *
 * <p>Owned by: the recorder thread.
 */
final class Conversation {
    private static final long SILENCE_NANOS = 1_000_000_000L;
    private static final Comparator<Connection> ORDER = Comparator.comparingLong((Connection c) -> c.openedAt).thenComparingInt(c -> c.id.number());

    /** Makes the next flow of a conversation. */
    @FunctionalInterface
    interface Opener {
        Flow open(Conversation conversation, boolean forward, int capture, Segment segment);
    }

    private static final class Place {
        private final int capture;
        private Flow flow;
        private boolean hasStray;
        private boolean strayForward;
        private int straySeq;

        Place(int capture) {
            this.capture = capture;
        }
    }

    final FourTuple tuple;
    final List<Flow> flows = new ArrayList<>(1);
    /**
     * In the order they opened: those something is still to be said about, and the settled ones that a flow of this
     * conversation could yet turn out not to be.
     */
    final List<Connection> connections = new ArrayList<>(1);
    /** Those that still look for their flow. */
    final List<Connection> unbound = new ArrayList<>(1);
    int generation;
    /** Grows with all that is told of its flows and connections: while it stands still, only time can change what follows from that. */
    long changes;
    /** Whether the segment looked at last has no place in the flow found for it. */
    private boolean isStray;
    private final List<Place> places = new ArrayList<>(1);
    private final Captures captures;
    private final long reachNanos;
    private final Opener opener;

    /** @param reachNanos no connection is a flow that began longer than this after it */
    Conversation(FourTuple tuple, Captures captures, long reachNanos, Opener opener) {
        this.tuple = tuple;
        this.captures = captures;
        this.reachNanos = reachNanos;
        this.opener = opener;
    }

    /** The flow a segment belongs to. {@code forward}: the sender is the initiator of the conversation's tuple. */
    Flow flowOf(int capture, Segment segment, boolean forward) {
        isStray = false;
        Place place = place(capture);
        boolean isOpening = segment.has(Segment.SYN) && !segment.has(Segment.RST);
        if (isOpening) {
            return segment.has(Segment.ACK) ? ofSynAck(place, segment, forward) : ofSyn(place, segment, forward);
        }
        if (place.flow == null) {
            place.flow = joined(capture);
        }
        if (place.flow == null) {
            // Nobody said who began. The higher port is the more likely to be ephemeral.
            int from = (forward ? tuple.initiator() : tuple.responder()).port();
            int to = (forward ? tuple.responder() : tuple.initiator()).port();
            place.flow = opener.open(this, from >= to ? forward : !forward, capture, segment);
        }
        return place.flow;
    }

    boolean isStray() {
        return isStray;
    }

    void add(Connection connection) {
        int at = connections.size();
        while (at > 0 && ORDER.compare(connections.get(at - 1), connection) > 0) {
            at--;
        }
        connections.add(at, connection);
        unbound.add(connection);
        changes++;
    }

    /** All has been said about {@code connection}; while there are flows it remains one that could have been them. */
    void settled(Connection connection) {
        changes++;
        unbound.remove(connection);
        if (flows.isEmpty()) {
            connections.remove(connection);
        }
    }

    void forget(Flow flow) {
        changes++;
        flows.remove(flow);
        places.removeIf(p -> p.flow == flow);
        long oldestAt = Long.MAX_VALUE;
        for (Flow other : flows) {
            oldestAt = Math.min(oldestAt, other.firstAt);
        }
        // On a port that is never idle there is always some flow: what is too old to be one of them goes as well.
        long least = oldestAt - reachNanos;
        connections.removeIf(c -> c.isSettled && (c.flow == flow || flows.isEmpty() || c.flow == null && c.openedAt < least));
    }

    /** Whether nothing can be mistaken for anything else here. */
    boolean isOneOfEach() {
        return connections.size() == 1 && flows.size() == 1;
    }

    boolean isEmpty() {
        return flows.isEmpty() && connections.isEmpty();
    }

    private Flow ofSyn(Place place, Segment segment, boolean forward) {
        Flow now = place.flow;
        if (now != null && now.beganWith(forward, segment.seq())) {
            return now;
        }
        Flow elsewhere = seenElsewhere(place.capture, forward, segment.seq());
        if (elsewhere != null) {
            return placeAt(place, elsewhere);
        }
        if (now == null || now.capture != place.capture || mayRestart(now, segment, forward)) {
            return placeAt(place, opener.open(this, forward, place.capture, segment));
        }
        if (now.forward != forward && !now.handshake.isAnswered()) {
            return now;
        }
        place.hasStray = true;
        place.strayForward = forward;
        place.straySeq = segment.seq();
        isStray = true;
        return now;
    }

    private Flow ofSynAck(Place place, Segment segment, boolean forward) {
        Flow now = place.flow;
        int initiatorSeq = segment.ack() - 1;
        if (now != null && (now.beganWith(!forward, initiatorSeq) || now.isAnsweredBy(!forward, segment))) {
            return now;
        }
        boolean confirmsStray = place.hasStray && place.strayForward != forward && place.straySeq == initiatorSeq;
        if (now != null && now.capture == place.capture && !confirmsStray && !mayRestart(now, segment, !forward)) {
            isStray = now.forward == forward ? now.handshake.isAnswered() : true;
            return now;
        }
        Flow elsewhere = seenElsewhere(place.capture, !forward, initiatorSeq);
        return placeAt(place, elsewhere != null ? elsewhere : opener.open(this, !forward, place.capture, segment));
    }

    private static boolean mayRestart(Flow flow, Segment segment, boolean forward) {
        boolean isUnanswered = !flow.handshake.isAnswered() && flow.forward == forward;
        return flow.close.isClosed() || !flow.synSeen() || isUnanswered || segment.at() - flow.lastAt > SILENCE_NANOS;
    }

    /** The latest flow that began with this SYN on another interface. */
    private Flow seenElsewhere(int capture, boolean forward, int initialSeq) {
        for (int i = flows.size() - 1; i >= 0; i--) {
            Flow flow = flows.get(i);
            if (flow.capture != capture && flow.beganWith(forward, initialSeq)) {
                return flow;
            }
        }
        return null;
    }

    /** For a capture that shows this tuple for the first time, and not from a SYN on. */
    private Flow joined(int capture) {
        if (flows.isEmpty()) {
            return null;
        }
        Flow latest = flows.get(flows.size() - 1);
        if (captures.isSuccessor(capture, latest.capture)) {
            latest.capture = capture;
        }
        return latest;
    }

    private Flow placeAt(Place place, Flow flow) {
        place.flow = flow;
        place.hasStray = false;
        return flow;
    }

    private Place place(int capture) {
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i).capture == capture) {
                return places.get(i);
            }
        }
        Place place = new Place(capture);
        places.add(place);
        return place;
    }
}
