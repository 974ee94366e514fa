package dev.plumbline.recording;

import dev.plumbline.correlate.Coverage;
import dev.plumbline.correlate.Finding;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.CaptureFact;
import dev.plumbline.fact.Fact;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact;
import dev.plumbline.fact.Segment;
import dev.plumbline.fact.TcpInfo;
import dev.plumbline.fact.Timing;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.IpAddress;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Facts of made-up traffic, and a correlator that finds in them what the facts were made to say. */
final class Traffic {
    static final long T0 = 1_795_330_800_000_000_000L;
    static final FourTuple CLIENT_TUPLE = new FourTuple(new Endpoint(IpAddress.v4(0x7f000001), 53122), new Endpoint(IpAddress.v4(0x7f000001), 8080));
    static final FourTuple SERVER_TUPLE = new FourTuple(new Endpoint(IpAddress.v4(0x0a000001), 40000), new Endpoint(new IpAddress(0x20010db800000000L, 1), 443));
    static final TcpInfo TCP_INFO = new TcpInfo(41_000, 5_000, 40_000, 1, 0, 10, 1448, 1000, 2000, 12, 13, -1);
    private static final byte[] NONE = {};

    private Traffic() {
    }

    static ConnectionId c(int number) {
        return new ConnectionId(number);
    }

    static ExchangeId id(int client, int index) {
        return new ExchangeId(c(client), index);
    }

    static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Client connection {@code client}, and {@code client + 1} as its server leg. */
    static List<Fact> connections(int client, long at) {
        return List.of(
                new RelayFact.ConnectionOpened(c(client), Leg.CLIENT, CLIENT_TUPLE, c(client), "", at),
                new RelayFact.ConnectionOpened(c(client + 1), Leg.SERVER, SERVER_TUPLE, c(client), "example.com", at + 10),
                new RelayFact.ConnectionEstablished(c(client + 1), c(client), at + 20));
    }

    static RelayFact.ConnectionClosed closed(int id, int client, long at) {
        return new RelayFact.ConnectionClosed(c(id), c(client), 300, 500, RelayFact.Close.BY_PEER, "", Optional.of(TCP_INFO), at);
    }

    /** One ordinary exchange over connections {@code client} and {@code client + 1}. */
    static List<Fact> exchange(int client, int index, long at) {
        ExchangeId id = id(client, index);
        List<Fact> facts = new ArrayList<>();
        facts.add(new RelayFact.ExchangeBegan(id, "GET", "https", "example.com", "/things/" + index + "?q=1", RelayFact.Role.MESSAGE, at));
        String request = "GET /things/" + index + "?q=1 HTTP/1.1\r\nHost: example.com\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n";
        byte[] response = octets("HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Mon, 23 Nov 2026 05:00:00 GMT\r\nContent-Type: text/html\r\n"
                + "Content-Length: 64\r\nConnection: keep-alive\r\nETag: \"6560\"\r\nAccept-Ranges: bytes\r\n\r\n");
        message(facts, new MessageKey(id, Leg.CLIENT, MessageKind.REQUEST), client, octets(request + "Proxy-Connection: Keep-Alive\r\n\r\n"), 0, index, at, false);
        message(facts, new MessageKey(id, Leg.SERVER, MessageKind.REQUEST), client + 1, octets(request + "\r\n"), 0, index, at + 100, false);
        message(facts, new MessageKey(id, Leg.SERVER, MessageKind.RESPONSE), client + 1, response, 200, index, at + 1_000, true);
        message(facts, new MessageKey(id, Leg.CLIENT, MessageKind.RESPONSE), client, response, 200, index, at + 1_200, false);
        facts.add(new RelayFact.ExchangeEnded(id, "", "", false, timing(at), at + 1_300));
        return facts;
    }

    static Timing timing(long at) {
        return new Timing(at, at + 10, Timing.NEVER, Timing.NEVER, Timing.NEVER, Timing.NEVER, Timing.NEVER, Timing.NEVER,
                at + 100, at + 110, at + 1_000, at + 1_100, at + 1_200, at + 1_250, Timing.NEVER);
    }

    private static void message(List<Fact> facts, MessageKey key, int connection, byte[] head, int status, int index, long at, boolean content) {
        long start = (index - 1) * 1000L;
        facts.add(new RelayFact.MessageBegan(key, c(connection), 1, start, head, status, at, at));
        if (content) {
            facts.add(new RelayFact.ContentSeen(key, octets("content of " + key.exchange() + " ".repeat(64)).clone(), at));
        }
        facts.add(new RelayFact.MessageEnded(key, start + 400, content ? 80 : 0, NONE, RelayFact.End.COMPLETE, at + 50));
    }

    /** A segment of flow {@code flow}; the fake correlator below reads the flow from the window field. */
    static Segment segment(int flow, Heading heading, long offset, int length, long at) {
        FourTuple path = heading == Heading.TO_SERVER ? CLIENT_TUPLE : CLIENT_TUPLE.reversed();
        return new Segment(at, path, (int) offset, 0, Segment.ACK, flow, length, length, 0, 24, 66 + length, 66 + length);
    }

    static CaptureFact.SegmentsSeen segments(Segment... segments) {
        return new CaptureFact.SegmentsSeen(0, List.of(segments), segments[0].at(), segments[0].at());
    }

    /** Covers every message completely by two packets, binds connection n to flow n, places every segment as a first sighting. */
    static final class FakeCorrelator implements CorrelatorPort {
        private final Consumer<Finding> findings;
        private long packets;

        FakeCorrelator(Consumer<Finding> findings) {
            this.findings = findings;
        }

        @Override
        public void accept(Fact fact) {
            if (fact instanceof CaptureFact.SegmentsSeen seen) {
                for (Segment segment : seen.segments()) {
                    Heading heading = segment.path().equals(CLIENT_TUPLE) ? Heading.TO_SERVER : Heading.TO_CLIENT;
                    findings.accept(new Finding.PacketPlaced(new PacketId(++packets), seen.capture(), new FlowId(segment.window()), heading,
                            segment.seq(), 0, Sighting.FIRST, segment));
                }
            } else if (fact instanceof RelayFact.MessageEnded ended) {
                cover(ended);
            } else if (fact instanceof RelayFact.ConnectionOpened opened) {
                FlowId flow = new FlowId(opened.id().number());
                findings.accept(new Finding.FlowSeen(flow, opened.tuple(), 1, 0, true, new PacketId(packets + 1), opened.at()));
                findings.accept(new Finding.FlowBound(flow, opened.id(), opened.leg()));
            } else if (fact instanceof RelayFact.ConnectionClosed closed) {
                FlowId flow = new FlowId(closed.id().number());
                findings.accept(new Finding.ConnectionSettled(closed.id(), Optional.of(flow), List.of(new PacketId(1)), Finding.Ending.FIN,
                        Optional.of(Heading.TO_SERVER), List.of(new PacketId(2), new PacketId(3))));
            }
        }

        private void cover(RelayFact.MessageEnded ended) {
            long start = ended.plainEnd() - 400;
            ConnectionId connection = c(ended.message().exchange().client().number() + (ended.message().leg() == Leg.CLIENT ? 0 : 1));
            findings.accept(new Finding.MessageCovered(ended.message(), connection, Optional.of(new FlowId(connection.number())),
                    List.of(new WireRange(start, start + 420)), List.of(), Coverage.COMPLETE, Optional.empty(),
                    Optional.of(new PacketId(packets + 1)), Optional.of(new PacketId(packets + 2)), 1, 0, ended.at() - 5, ended.at() - 5));
        }

        @Override
        public void captureOff() {
            packets = 0;
        }

        @Override
        public void finish(long at) {
            packets = -1;
        }
    }
}
