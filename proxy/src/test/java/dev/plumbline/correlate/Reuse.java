package dev.plumbline.correlate;

import static dev.plumbline.wire.Heading.TO_CLIENT;
import static dev.plumbline.wire.Heading.TO_SERVER;

import dev.plumbline.fact.CaptureFact.SegmentsSeen;
import dev.plumbline.fact.Fact;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.Heading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Connections that follow each other on one port, each as a sequence of events in true time: SYN, accept, octets both ways,
 * an end by either side, the socket's word of it. What may go wrong is a matter of {@link Weather}. The facts come in the order
 * in which a recorder would hear of them: those of the capture late by up to 12 ms, those of the relay by up to 30 ms where threads are held up.
 */
final class Reuse {
    /** What goes wrong. */
    enum Weather {
        /** Each client waits for the end; threads are held up by a few milliseconds. */
        FAIR(3, 0, 0, false, 0),
        /** Clients reset and come again at once, accepts are held up for up to half a second. */
        HELD_UP(500, 0, 0, false, 0),
        /** In addition most connections carry as many octets as the one before. */
        ALIKE(500, 0, 0, true, 0),
        /** Of some flows no packet is captured. */
        LOSSY(500, 0.15, 0, false, 0.06),
        /** Of some flows no packet is captured, and most are alike. */
        LOSSY_AND_ALIKE(500, 0.15, 0, true, 0.1),
        /** Some flows end before they are accepted, and never are. */
        UNACCEPTED(500, 0, 0.15, true, 0.2),
        /** As {@link #FAIR}, but of some flows no packet is captured. */
        FAIR_AND_LOSSY(3, 0.15, 0, true, 0);

        private final int mostHeldUpMillis;
        private final double lost;
        private final double unaccepted;
        private final boolean isAlike;
        /** Of the connections whose packets were captured; about half as many again as there are. */
        final double mostUnbound;

        Weather(int mostHeldUpMillis, double lost, double unaccepted, boolean isAlike, double mostUnbound) {
            this.mostHeldUpMillis = mostHeldUpMillis;
            this.lost = lost;
            this.unaccepted = unaccepted;
            this.isAlike = isAlike;
            this.mostUnbound = mostUnbound;
        }

    }

    /** The truth of one connection. */
    record Used(int number, long synAt, boolean isSeen, boolean isAccepted) {
    }

    private record Event(long heardAt, int order, Fact fact, Segment segment) {
    }

    private static final long MILLI = 1_000_000;
    private final SplittableRandom random;
    private final Weather weather;
    private final List<Used> all = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private long end;
    private long acceptedAt;

    Reuse(long seed, Weather weather) {
        this.random = new SplittableRandom(seed);
        this.weather = weather;
        long at = Script.millis(0);
        int count = 2 + random.nextInt(6);
        for (int i = 1; i <= count; i++) {
            at = use(i, at) + MILLI / 10 + random.nextLong(5 * MILLI);
        }
        end = Math.max(end, at);
    }

    /** Those that were accepted. */
    List<Used> connections() {
        return all.stream().filter(Used::isAccepted).toList();
    }

    long end() {
        return end;
    }

    /** In the order they are heard of; packets in batches. */
    List<Fact> facts() {
        List<Event> inOrder = new ArrayList<>(events);
        inOrder.sort(Comparator.comparingLong(Event::heardAt).thenComparingInt(Event::order));
        List<Fact> out = new ArrayList<>();
        for (Event event : inOrder) {
            out.add(event.segment == null ? event.fact : new SegmentsSeen(0, List.of(event.segment), event.segment.at(), event.segment.at()));
        }
        return out;
    }

    /** @return when the port is free again */
    private long use(int number, long synAt) {
        boolean isSeen = random.nextDouble() >= weather.lost;
        boolean isAccepted = random.nextDouble() >= weather.unaccepted;
        boolean isReset = weather.mostHeldUpMillis > 3 && random.nextBoolean() || !isAccepted;
        int up = weather.isAlike && random.nextInt(4) > 0 ? 80 : 60 + random.nextInt(40);
        int down = weather.isAlike && random.nextInt(4) > 0 ? 90 : 60 + random.nextInt(60);
        Wire wire = new Wire(number, synAt);
        wire.say(TO_SERVER, Segment.SYN, 0);
        wire.say(TO_CLIENT, Segment.SYN | Segment.ACK, 0);
        wire.say(TO_SERVER, Segment.ACK, 0);
        wire.say(TO_SERVER, Segment.ACK | Segment.PSH, up);
        long requestAt = wire.at;
        long accept = Math.max(acceptedAt + 20_000, wire.at + 20_000 + random.nextLong(weather.mostHeldUpMillis * MILLI));
        boolean isHasty = isReset && random.nextBoolean() || !isAccepted;
        Socket socket = Socket.client(number, wire.peer.tuple);
        long closedAt;
        if (isHasty) {
            // It is gone before anybody has accepted it, or right after.
            wire.say(TO_SERVER, Segment.RST, 0);
            closedAt = Math.max(accept, wire.at) + 50_000 + random.nextLong(2 * MILLI);
            // What had come before the RST may be read or not.
            tell(number, socket, accept, closedAt, random.nextBoolean() ? up : 0, 0, isAccepted);
        } else {
            wire.at = Math.max(requestAt, accept) + 100_000 + random.nextLong(2 * MILLI);
            wire.say(TO_CLIENT, Segment.ACK | Segment.PSH, down);
            wire.close(isReset);
            closedAt = wire.at - 40_000 + random.nextLong(3 * MILLI);
            tell(number, socket, accept, closedAt, up, down, true);
        }
        if (isSeen) {
            wire.segments.forEach(s -> events.add(new Event(s.at() + captureDelay(s.at()), events.size(), null, s)));
        }
        all.add(new Used(number, synAt, isSeen, isAccepted));
        end = Math.max(end, closedAt + 30 * MILLI);
        return wire.at;
    }

    /** A capture gives a block at a time. */
    private static long captureDelay(long at) {
        return 10 * MILLI - Math.floorMod(at, 10 * MILLI) + 2 * MILLI;
    }

    private void tell(int number, Socket socket, long accept, long closedAt, int up, int down, boolean isAccepted) {
        if (!isAccepted) {
            return;
        }
        acceptedAt = accept;
        long delay = random.nextLong(weather.mostHeldUpMillis > 3 ? 30 * MILLI : MILLI);
        hear(accept + delay, Socket.at(socket.opened(0), accept));
        if (up > 0) {
            for (Fact fact : socket.message(1, MessageKind.REQUEST, 0, up, 0)) {
                hear(accept + delay, Socket.at(fact, accept));
            }
        }
        if (down > 0) {
            for (Fact fact : socket.message(1, MessageKind.RESPONSE, 0, down, 0)) {
                hear(closedAt - 1 + delay, Socket.at(fact, closedAt - 1));
            }
        }
        hear(closedAt + delay, Socket.at(socket.closed(up, down, 0), closedAt));
    }

    private void hear(long at, Fact fact) {
        events.add(new Event(at, events.size(), fact, null));
    }

    private final class Wire {
        private final Peer peer;
        private final List<Segment> segments = new ArrayList<>();
        private long at;

        Wire(int number, long synAt) {
            peer = new Peer("127.0.0.1:40000", "127.0.0.1:8080", number * 1_000_000, number * 3_000_000, 0);
            at = synAt;
        }

        void say(Heading heading, int flags, int octets) {
            Segment s = octets > 0 ? peer.data(heading, 0, octets)
                    : flags == Segment.SYN ? peer.syn() : flags == (Segment.SYN | Segment.ACK) ? peer.synAck()
                    : (flags & Segment.FIN) != 0 ? peer.fin(heading) : peer.bare(heading, flags);
            segments.add(new Segment(at, s.path(), s.seq(), s.ack(), s.flags(), s.window(), s.payloadLength(), s.capturedPayload(), 0, 0, 60, 60));
            at += 30_000 + random.nextLong(100_000);
        }

        void close(boolean isReset) {
            if (isReset) {
                say(TO_SERVER, Segment.RST, 0);
                return;
            }
            boolean byUs = random.nextBoolean();
            say(byUs ? TO_CLIENT : TO_SERVER, Segment.FIN | Segment.ACK, 0);
            say(byUs ? TO_SERVER : TO_CLIENT, Segment.FIN | Segment.ACK, 0);
            say(byUs ? TO_CLIENT : TO_SERVER, Segment.ACK, 0);
        }
    }
}
