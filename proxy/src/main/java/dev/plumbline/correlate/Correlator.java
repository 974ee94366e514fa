package dev.plumbline.correlate;

import dev.plumbline.correlate.Coverage.Reason;
import dev.plumbline.correlate.Finding.ConnectionSettled;
import dev.plumbline.correlate.Finding.Ending;
import dev.plumbline.correlate.Finding.MessageCovered;
import dev.plumbline.fact.CaptureFact;
import dev.plumbline.fact.CaptureFact.Counted;
import dev.plumbline.fact.CaptureFact.InterfaceClosed;
import dev.plumbline.fact.CaptureFact.InterfaceOpened;
import dev.plumbline.fact.CaptureFact.SegmentsSeen;
import dev.plumbline.fact.Fact;
import dev.plumbline.fact.FactsLost;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.RelayFact.ConnectionClosed;
import dev.plumbline.fact.RelayFact.ConnectionOpened;
import dev.plumbline.fact.RelayFact.MessageBegan;
import dev.plumbline.fact.RelayFact.MessageEnded;
import dev.plumbline.fact.RelayFact.RecordMoved;
import dev.plumbline.fact.RelayFact.TlsBegan;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Facts in, findings out. See the package.
 *
 * <p>Numbers packets in the order their segments are accepted, and flows in the order of their first packets. Never
 * throws on a fact, whatever it says: what contradicts itself is left out and labelled.
 *
 * <p>A {@code MessageEnded} whose {@code MessageBegan} was lost says nothing: there is no connection to say it of.
 *
 * <p>Owned by: the recorder thread. The consumer is called on it, inside the calls here, and must not call back.
 * <p>Limits: {@link CorrelatorLimits}.
 */
public final class Correlator {
    private static final int MOST_ORPHANS = 4096;
    private static final long TICK_NANOS = 1_000_000L;
    private static final long SWEEP_NANOS = 1_000_000_000L;

    private final CorrelatorLimits limits;
    private final FindingSink findings;
    private final Captures captures = new Captures();
    private final Map<ConnectionId, Connection> connections = new HashMap<>();
    private final MessageTable messages = new MessageTable();
    /** Messages on connections whose beginning was lost. */
    private final Map<MessageKey, ConnectionId> orphans = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<MessageKey, ConnectionId> eldest) {
            return size() > MOST_ORPHANS;
        }
    };
    private final FlowTable flows;
    private final Binder binder;
    private final Verdicts verdicts;
    private final List<Connection> waiting = new ArrayList<>();
    private long tickedAt;
    private long sweptAt;

    public Correlator(CorrelatorLimits limits, FindingSink findings) {
        this.limits = limits;
        this.findings = findings;
        this.binder = new Binder(limits, captures, findings);
        this.verdicts = new Verdicts(limits, captures, findings, this::await);
        this.flows = new FlowTable(limits, captures, findings, this::flowOpened);
    }

    /** Takes the next fact of some source. */
    public void accept(Fact fact) {
        if (fact instanceof SegmentsSeen seen) {
            segmentsSeen(seen);
        } else if (fact instanceof RecordMoved record) {
            recordMoved(record);
        } else if (fact instanceof MessageBegan began) {
            messageBegan(began);
        } else if (fact instanceof MessageEnded ended) {
            messageEnded(ended);
        } else if (fact instanceof ConnectionOpened opened) {
            connectionOpened(opened);
        } else if (fact instanceof ConnectionClosed closed) {
            connectionClosed(closed);
        } else if (fact instanceof TlsBegan tls) {
            tlsBegan(tls);
        } else if (fact instanceof FactsLost lost) {
            factsLost(lost);
        } else if (fact instanceof CaptureFact about) {
            interfaceChanged(about);
        }
    }

    /**
     * Takes a connection that nobody's socket told of: it is that flow and nothing else, so there is nothing to look for.
     * Its end is told as that of any other.
     *
     * @param fact with the flow's own tuple
     */
    public void claim(FlowId id, ConnectionOpened fact) {
        Flow flow = flows.find(id);
        if (flow == null || !flow.isFree(fact.leg()) || connections.containsKey(fact.id())) {
            connectionOpened(fact);
            return;
        }
        Connection connection = new Connection(fact, flow.conversation, verdicts);
        connection.isClaimed = true;
        connections.put(fact.id(), connection);
        binder.join(connection, flow);
    }

    /** Nothing more comes of a connection that was claimed, whatever the watermarks say: everything about it is said now. */
    public void settle(ConnectionId id) {
        Connection connection = connections.get(id);
        if (connection != null && connection.isClaimed) {
            connection.line(Heading.TO_SERVER).say(true);
            connection.line(Heading.TO_CLIENT).say(true);
            settle(connection);
        }
    }

    /** There is no capture in this run. */
    public void captureOff() {
        captures.off();
        tick(Captures.ALL);
    }

    /** The run has ended at {@code at}: says everything that is still to be said. */
    public void finish(long at) {
        captures.end(at);
        List<Connection> all = new ArrayList<>(connections.values());
        all.sort(Comparator.comparingInt(c -> c.id.number()));
        for (Connection connection : all) {
            binder.bind(connection, true);
        }
        for (Connection connection : all) {
            connection.line(Heading.TO_SERVER).say(true);
            connection.line(Heading.TO_CLIENT).say(true);
            settle(connection);
        }
        waiting.clear();
    }

    /** Connections, those that wait, messages and flows remembered, for tests of the limits. */
    int remembered() {
        return connections.size() + waiting.size() + messages.size() + flows.size();
    }

    /** Connections that others of their endpoints are told from, for tests of the limits. */
    int rivalsRemembered() {
        return flows.connections();
    }

    /** How often connections and flows were aligned, for tests of what that costs. */
    long alignments() {
        return binder.alignments();
    }

    long carriersRemembered() {
        return flows.carriers();
    }

    private void segmentsSeen(SegmentsSeen seen) {
        List<Segment> segments = seen.segments();
        for (int i = 0; i < segments.size(); i++) {
            flows.accept(seen.capture(), segments.get(i));
        }
        captures.reached(seen.capture(), seen.watermark());
        // Nothing that waits for a watermark waits for less than this, and batches can come much faster.
        if (Math.abs(seen.watermark() - tickedAt) >= TICK_NANOS) {
            tickedAt = seen.watermark();
            tick(seen.watermark());
        }
        if (Math.abs(seen.watermark() - sweptAt) >= SWEEP_NANOS) {
            sweptAt = seen.watermark();
            flows.sweep();
        }
    }

    private void interfaceChanged(CaptureFact fact) {
        if (fact instanceof InterfaceOpened opened) {
            captures.opened(opened);
        } else if (fact instanceof InterfaceClosed closed) {
            captures.closed(closed);
            tick(Captures.ALL);
        } else if (fact instanceof Counted counted) {
            captures.counted(counted);
        }
    }

    private void connectionOpened(ConnectionOpened fact) {
        if (connections.containsKey(fact.id())) {
            return;
        }
        Conversation conversation = flows.conversation(fact.tuple());
        Connection connection = new Connection(fact, conversation, verdicts);
        connections.put(fact.id(), connection);
        conversation.add(connection);
        binder.bind(conversation);
        if (connection.flow == null) {
            connection.awaitsFlow = true;
            await(connection);
        }
    }

    private void flowOpened(Conversation conversation) {
        if (!conversation.unbound.isEmpty()) {
            binder.bind(conversation);
        }
    }

    private void connectionClosed(ConnectionClosed fact) {
        Connection connection = connections.get(fact.id());
        if (connection != null && !connection.isClosed()) {
            connection.closed(fact);
            connection.conversation.changes++;
            binder.bind(connection.conversation);
            await(connection);
            look(connection);
        }
    }

    private void tlsBegan(TlsBegan fact) {
        Connection connection = connections.get(fact.id());
        if (connection != null) {
            connection.line(Heading.TO_SERVER).tlsBegan(fact.phase(), fact.toServerStart());
            connection.line(Heading.TO_CLIENT).tlsBegan(fact.phase(), fact.toClientStart());
        }
    }

    private void recordMoved(RecordMoved fact) {
        Connection connection = connections.get(fact.id());
        if (connection != null) {
            connection.conversation.changes++;
            connection.line(fact.heading()).recordMoved(fact.phase(), fact.wireStart(), fact.wireEnd(), fact.plainStart(), fact.plainEnd(), fact.exact());
            lookIfAllCame(connection);
        }
    }

    private void messageBegan(MessageBegan fact) {
        Connection connection = connections.get(fact.connection());
        if (connection == null) {
            orphans.put(fact.message(), fact.connection());
        } else if (messages.find(fact.message()) == null) {
            MessageLine line = connection.line(fact.message().kind().heading());
            messages.add(line.began(fact.message(), fact.phase(), fact.plainStart()));
        }
    }

    private void messageEnded(MessageEnded fact) {
        OpenMessage message = messages.remove(fact.message());
        if (message != null) {
            message.line.connection.conversation.changes++;
            message.line.ended(message, fact.plainEnd(), fact.lastAt());
            lookIfAllCame(message.line.connection);
            return;
        }
        ConnectionId connection = orphans.remove(fact.message());
        if (connection != null) {
            findings.accept(new MessageCovered(
                    fact.message(), connection, Optional.empty(), List.of(), List.of(), Coverage.NONE, Optional.of(Reason.DROPPED),
                    Optional.empty(), Optional.empty(), 0, 0, -1, -1));
        }
    }

    /** No watermark will move any more where nothing is captured. */
    private void lookIfAllCame(Connection connection) {
        boolean hasEnded = connection.line(Heading.TO_SERVER).hasEnded() || connection.line(Heading.TO_CLIENT).hasEnded();
        if (hasEnded && verdicts.watermark(connection) == Captures.ALL) {
            look(connection);
        }
    }

    private void factsLost(FactsLost lost) {
        // What a capture lost looks like what the kernel dropped. What the relay lost may be about any open connection.
        if (lost.source().startsWith("capture")) {
            captures.lost(lost);
            return;
        }
        for (Connection connection : connections.values()) {
            if (!connection.isClosed()) {
                connection.hasLostFacts = true;
                await(connection);
            }
        }
    }

    private void await(Connection connection) {
        connection.lookAt = Captures.NOTHING_YET;
        // Where nothing is captured no watermark moves: each fact is looked at as it comes, and nobody would end the wait.
        if (!connection.isWaiting && captures.leastWatermark() != Captures.ALL) {
            connection.isWaiting = true;
            waiting.add(connection);
        }
    }

    /** A watermark moved: looks at everyone who waits for that. */
    private void tick(long watermark) {
        int kept = 0;
        for (int i = 0; i < waiting.size(); i++) {
            Connection connection = waiting.get(i);
            if (watermark >= connection.lookAt) {
                look(connection);
            }
            if (connection.isPending()) {
                waiting.set(kept++, connection);
            } else {
                connection.isWaiting = false;
            }
        }
        waiting.subList(kept, waiting.size()).clear();
    }

    private void look(Connection connection) {
        if (connection.isSettled) {
            return;
        }
        long watermark = verdicts.watermark(connection);
        if (connection.mayBeOverUnseen() && hasPassed(watermark, connection.flow.close.lastAt(), limits.lookBackNanos())) {
            connection.closedUnseen();
            connection.conversation.changes++;
        }
        boolean isLast = connection.isClosed() && hasPassed(watermark, connection.closedAt(), limits.settleGraceNanos());
        binder.bind(connection, isLast);
        connection.awaitsFlow &= connection.flow == null && !binder.isSeen(connection);
        connection.line(Heading.TO_SERVER).say(false);
        connection.line(Heading.TO_CLIENT).say(false);
        connection.lookAt = connection.nextLook(limits);
        if (isLast && isSettled(connection, watermark)) {
            settle(connection);
        }
    }

    private boolean isSettled(Connection connection, long watermark) {
        if (connection.line(Heading.TO_SERVER).hasEnded() || connection.line(Heading.TO_CLIENT).hasEnded()) {
            return false;
        }
        if (connection.flow == null) {
            boolean isContested = connection.isContested && !verdicts.isContestOver(connection, watermark);
            return !isContested && hasPassed(watermark, connection.closedAt(), limits.gapGraceNanos());
        }
        CloseWatch close = connection.flow.close;
        return close.isOver() && hasPassed(watermark, close.lastAt(), limits.settleGraceNanos())
                || hasPassed(watermark, connection.closedAt(), limits.lookBackNanos());
    }

    private static boolean hasPassed(long watermark, long at, long grace) {
        return watermark == Captures.ALL || watermark != Captures.NOTHING_YET && watermark - at >= grace;
    }

    private void settle(Connection connection) {
        Flow flow = connection.flow;
        if (flow == null) {
            findings.accept(new ConnectionSettled(connection.id, Optional.empty(), List.of(), Ending.UNKNOWN, Optional.empty(), List.of()));
        } else {
            Ending silent = connection.isClosed() ? Ending.UNKNOWN : Ending.OPEN;
            findings.accept(new ConnectionSettled(
                    connection.id, Optional.of(flow.id), flow.handshake.packets(), flow.close.how(silent), flow.close.by(), flow.close.packets()));
        }
        forget(connection);
    }

    private void forget(Connection connection) {
        connection.isSettled = true;
        connections.remove(connection.id);
        for (Heading heading : Heading.values()) {
            connection.line(heading).unsaid().forEach(m -> messages.remove(m.key));
        }
        connection.forgetLines();
        connection.conversation.settled(connection);
        if (connection.flow != null) {
            connection.flow.letGo(connection.leg);
        } else {
            flows.forgetIfEmpty(connection.conversation);
        }
    }
}
