package dev.plumbline.recording;

import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.WireRange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Says of one packet after the other what it carried: a sweep along the packets that reads exchanges only as far ahead as
 * the octets at hand ask for.
 *
 * <pre>
 *  packet ─▶ flow ─▶ client connection ─▶ its exchanges, read in order until their messages reach the packet's octets
 *                                          └▶ lane (flow, heading): spans, ascending ─▶ those that meet the packet
 * </pre>
 *
 * <p>Packets may come in any order; in capture order each exchange is read about once. What was let go to keep memory bounded
 * is read again when a packet asks for it, so the answers do not depend on the limits.
 *
 * <p>Owned by: one thread at a time, the recording's.
 * <p>Limits: {@value #MOST_SPANS} messages, {@value #MOST_CLIENTS} client connections and as many flows are held,
 * and some 200 octets for each flow of those connections.
 */
public final class CarriedWalk {
    private static final int MOST_SPANS = 32_768;
    private static final int MOST_CLIENTS = 8_192;
    /** Indexes in a row without an exchange, as lost facts leave them, before a client connection counts as read to its end. */
    private static final int MOST_MISSING = 64;
    /** Only a request can be on the wire long before its exchange begins. All else comes after it, but for a clock that was set. */
    private static final long CLOCK_SLACK_NANOS = 2_000_000_000L;

    private final LookUp rows;
    private final int mostSpans;
    private final Map<Integer, BoundFlow> flows = new Recent<>();
    private final Map<Integer, Client> clients = new Recent<>();
    /** In the order they were read: the oldest go first, which is the order inside each lane too. */
    private final Deque<Span> spans = new ArrayDeque<>();

    public CarriedWalk(Recording recording) {
        this(new LookUp(recording::flow, recording::connection, recording::exchange), MOST_SPANS);
    }

    CarriedWalk(LookUp rows, int mostSpans) {
        this.rows = rows;
        this.mostSpans = mostSpans;
    }

    /** What it asks of a recording. */
    record LookUp(
            Function<FlowId, Optional<FlowRow>> flow, Function<ConnectionId, Optional<ConnectionRow>> connection,
            Function<ExchangeId, Optional<ExchangeRow>> exchange) {
    }

    /** The flow's row and connections, remembered for the packets to come. */
    public BoundFlow flow(FlowId id) {
        return flows.computeIfAbsent(id.number(), number -> read(id));
    }

    /**
     * The parts of messages that the packet holds, in the order of its octets; none for a packet without payload, of a foreign
     * flow, of one whose offsets are unknown, or that another interface showed first.
     */
    public List<Carried> of(PacketRow packet) {
        if (packet.payloadLength() == 0 || packet.sighting() != Sighting.FIRST && packet.sighting() != Sighting.REPEAT && packet.sighting() != Sighting.MIXED) {
            return List.of();
        }
        List<Carried> found = new ArrayList<>(1);
        for (BoundFlow.Use use : flow(packet.flow()).uses()) {
            Client client = clients.computeIfAbsent(use.client().number(), number -> new Client(use.client()));
            client.find(packet, use.leg(), found);
        }
        return found;
    }

    private BoundFlow read(FlowId id) {
        Optional<FlowRow> row = rows.flow.apply(id);
        List<BoundFlow.Use> uses = new ArrayList<>(1);
        row.ifPresent(flow -> flow.connections().forEach(connection -> rows.connection.apply(connection)
                .ifPresent(bound -> uses.add(new BoundFlow.Use(bound.id(), bound.client(), bound.leg())))));
        return new BoundFlow(row, uses);
    }

    private void keep(Span span) {
        span.lane.spans.addLast(span);
        spans.addLast(span);
        if (spans.size() > mostSpans) {
            Span oldest = spans.removeFirst();
            // Gone already when its client connection was read anew.
            if (oldest.lane.spans.peekFirst() == oldest) {
                oldest.lane.spans.removeFirst();
                oldest.lane.forgottenTo = oldest.end();
            }
        }
    }

    private static long laneKey(FlowId flow, Heading heading) {
        return (long) flow.number() << 1 | heading.ordinal();
    }

    /** What is kept of a message: not its head, which can be large. */
    private record OnWire(long lane, MessageKey key, int status, List<WireRange> ranges) {
        void addPart(long start, long end, List<Carried> to) {
            for (int i = CarrierReader.firstEndingAfter(start, ranges); i < ranges.size() && ranges.get(i).start() < end; i++) {
                WireRange range = ranges.get(i);
                to.add(new Carried(key, status, new WireRange(Math.max(start, range.start()), Math.min(end, range.end()))));
            }
        }
    }

    /** What is kept of an exchange until its time comes. */
    private record Ahead(int index, long beganAt, List<OnWire> messages) {
        static Ahead of(ExchangeRow row) {
            List<OnWire> messages = row.messages().stream().filter(message -> message.flow().isPresent() && !message.ranges().isEmpty())
                    .map(message -> new OnWire(laneKey(message.flow().get(), message.key().kind().heading()), message.key(), message.status(), message.ranges()))
                    .toList();
            return new Ahead(row.id().index(), row.beganAt(), messages);
        }
    }

    private record Span(Lane lane, OnWire message) {
        long end() {
            return message.ranges().get(message.ranges().size() - 1).end();
        }
    }

    /** The messages of one flow in one heading, ascending. */
    private static final class Lane {
        private final Deque<Span> spans = new ArrayDeque<>(2);
        private long readTo;
        private long forgottenTo;
    }

    /** One client connection's exchanges, read in order. */
    private final class Client {
        private final ConnectionId id;
        private final Map<Long, Lane> lanes = new HashMap<>(4);
        private int nextIndex = 1;
        /** Read, but of a later time than was asked for yet. */
        private Optional<Ahead> ahead = Optional.empty();
        private boolean isExhausted;

        Client(ConnectionId id) {
            this.id = id;
        }

        void find(PacketRow packet, Leg leg, List<Carried> found) {
            long start = packet.offset();
            long end = start + packet.payloadLength();
            long key = laneKey(packet.flow(), packet.heading());
            if (start < lanes.computeIfAbsent(key, k -> new Lane()).forgottenTo) {
                lanes.clear();
                nextIndex = 1;
                ahead = Optional.empty();
                isExhausted = false;
            }
            Lane lane = lanes.computeIfAbsent(key, k -> new Lane());
            addKnown(lane, start, end, found);
            boolean mayBeEarly = leg == Leg.CLIENT && packet.heading() == Heading.TO_SERVER;
            long byNanos = mayBeEarly ? Long.MAX_VALUE : packet.at() + CLOCK_SLACK_NANOS;
            while (lane.readTo < end) {
                Optional<Ahead> next = readNext(byNanos);
                if (next.isEmpty()) {
                    break;
                }
                // At once: with much to read before the packet's end, the limit may let it go again.
                next.get().messages().stream().filter(message -> message.lane() == key).forEach(message -> message.addPart(start, end, found));
            }
        }

        /** @return empty when there is no exchange that began by then */
        private Optional<Ahead> readNext(long byNanos) {
            for (int missing = 0; ahead.isEmpty() && !isExhausted; missing++) {
                ahead = rows.exchange.apply(new ExchangeId(id, nextIndex + missing)).map(Ahead::of);
                isExhausted = ahead.isEmpty() && missing == MOST_MISSING;
            }
            if (ahead.isEmpty() || ahead.get().beganAt() > byNanos) {
                return Optional.empty();
            }
            nextIndex = ahead.get().index() + 1;
            for (OnWire message : ahead.get().messages()) {
                Lane lane = lanes.computeIfAbsent(message.lane(), k -> new Lane());
                Span span = new Span(lane, message);
                lane.readTo = Math.max(lane.readTo, span.end());
                keep(span);
            }
            Optional<Ahead> read = ahead;
            ahead = Optional.empty();
            return read;
        }

        private void addKnown(Lane lane, long start, long end, List<Carried> found) {
            List<OnWire> met = new ArrayList<>(1);
            for (Iterator<Span> latest = lane.spans.descendingIterator(); latest.hasNext();) {
                Span span = latest.next();
                if (span.end() <= start) {
                    break;
                }
                met.add(span.message);
            }
            for (int i = met.size() - 1; i >= 0; i--) {
                met.get(i).addPart(start, end, found);
            }
        }
    }

    /** Forgets what was asked for longest ago. */
    private static final class Recent<T> extends LinkedHashMap<Integer, T> {
        private static final long serialVersionUID = 1;

        Recent() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, T> eldest) {
            return size() > MOST_CLIENTS;
        }
    }
}
