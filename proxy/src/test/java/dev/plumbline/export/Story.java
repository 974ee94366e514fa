package dev.plumbline.export;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.AnnotationCode;
import dev.plumbline.correlate.Coverage;
import dev.plumbline.correlate.Finding.Ending;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.Segment;
import dev.plumbline.fact.TcpInfo;
import dev.plumbline.fact.Timing;
import dev.plumbline.recording.Carrier;
import dev.plumbline.recording.ConnectionRow;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.FlowRow;
import dev.plumbline.recording.InterfaceRow;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.IpAddress;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.PlainRange;
import dev.plumbline.wire.WireRange;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells a recording packet by packet; every packet has a real Ethernet frame, so that other tools can read it too. */
public final class Story {
    /** 2026-11-22T07:00:00.123456789Z. */
    public static final long START = 1_795_330_800_123_456_789L;
    /** Between two packets. */
    public static final long STEP = 100_000;
    public static final Timing NO_TIMING = new Timing(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);

    public final FakeRecording recording = new FakeRecording();
    private long now = START;

    public Story capture(int number, String name, int linkType, int snapLength) {
        recording.interfaces.add(new InterfaceRow(number, name, linkType, snapLength, "tcp", START, START + 900_000_000L, "stopped", 100 + number, number, 0));
        return this;
    }

    public Conversation flow(int number, int generation, int capture, String initiator, String responder, Integer... bound) {
        FourTuple tuple = new FourTuple(endpoint(initiator), endpoint(responder));
        PacketId next = new PacketId(recording.packets.size() + 1);
        recording.flows.add(new FlowRow(new FlowId(number), tuple, generation, capture, true, next, now, List.of(bound).stream().map(ConnectionId::new).toList()));
        return new Conversation(new FlowId(number), capture, tuple);
    }

    public Story at(long time) {
        now = time;
        return this;
    }

    public static Endpoint endpoint(String text) {
        int colon = text.lastIndexOf(':');
        try {
            return new Endpoint(IpAddress.of(InetAddress.getByName(text.substring(0, colon))), Integer.parseInt(text.substring(colon + 1)));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** One flow; sends segments in either heading. */
    public final class Conversation {
        public final FlowId flow;
        private final int capture;
        private final FourTuple tuple;
        private final int[] initial;
        private final long[] sent = new long[2];

        Conversation(FlowId flow, int capture, FourTuple tuple) {
            this.flow = flow;
            this.capture = capture;
            this.tuple = tuple;
            this.initial = new int[] {flow.number() * 1_000_003, -flow.number() * 77};
        }

        public List<PacketId> handshake() {
            return List.of(syn(), packet(Heading.TO_CLIENT, Segment.SYN | Segment.ACK, -1, new byte[0], Sighting.BARE, capture), ack(Heading.TO_SERVER));
        }

        public PacketId syn() {
            return packet(Heading.TO_SERVER, Segment.SYN, -1, new byte[0], Sighting.BARE, capture);
        }

        public PacketId ack(Heading heading) {
            return packet(heading, Segment.ACK, sent[heading.ordinal()], new byte[0], Sighting.BARE, capture);
        }

        public List<PacketId> close() {
            return List.of(
                    packet(Heading.TO_SERVER, Segment.FIN | Segment.ACK, sent[0], new byte[0], Sighting.BARE, capture),
                    packet(Heading.TO_CLIENT, Segment.FIN | Segment.ACK, sent[1], new byte[0], Sighting.BARE, capture));
        }

        public PacketId data(Heading heading, String text) {
            byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
            PacketId id = packet(heading, Segment.PSH | Segment.ACK, sent[heading.ordinal()], octets, Sighting.FIRST, capture);
            sent[heading.ordinal()] += octets.length;
            return id;
        }

        public PacketId again(Heading heading, long offset, String text) {
            return packet(heading, Segment.PSH | Segment.ACK, offset, text.getBytes(StandardCharsets.ISO_8859_1), Sighting.REPEAT, capture);
        }

        public PacketId elsewhere(int otherCapture, Heading heading, long offset, String text) {
            return packet(heading, Segment.ACK, offset, text.getBytes(StandardCharsets.ISO_8859_1), Sighting.ELSEWHERE, otherCapture);
        }

        private PacketId packet(Heading heading, int flags, long offset, byte[] payload, Sighting sighting, int where) {
            PacketId id = new PacketId(recording.packets.size() + 1);
            FourTuple path = heading == Heading.TO_SERVER ? tuple : tuple.reversed();
            boolean acks = (flags & Segment.ACK) != 0;
            int seq = initial[heading.ordinal()] + 1 + (int) offset;
            int ack = acks ? initial[heading.opposite().ordinal()] + 1 + (int) sent[heading.opposite().ordinal()] : 0;
            byte[] frame = frame(path, seq, ack, flags, payload);
            recording.frames.put(id, frame);
            recording.packets.add(new PacketRow(id, where, flow, heading, now, offset, acks ? sent[heading.opposite().ordinal()] : -1, flags, 65535,
                    payload.length, sighting, 0, id.number() * 100, frame.length, frame.length, seq, ack));
            now += STEP;
            return id;
        }
    }

    private static byte[] frame(FourTuple path, int seq, int ack, int flags, byte[] payload) {
        boolean v4 = path.initiator().address().isV4();
        ByteBuffer out = ByteBuffer.allocate(14 + (v4 ? 20 : 40) + 20 + payload.length);
        out.put(new byte[12]).putShort((short) (v4 ? 0x0800 : 0x86DD));
        if (v4) {
            out.put((byte) 0x45).put((byte) 0).putShort((short) (40 + payload.length)).putInt(0x00004000).put((byte) 64).put((byte) 6).putShort((short) 0);
        } else {
            out.putInt(0x60000000).putShort((short) (20 + payload.length)).put((byte) 6).put((byte) 64);
        }
        out.put(path.initiator().address().octets()).put(path.responder().address().octets());
        out.putShort((short) path.initiator().port()).putShort((short) path.responder().port()).putInt(seq).putInt(ack);
        out.put((byte) 0x50).put((byte) flags).putShort((short) 65535).putInt(0).put(payload);
        return out.array();
    }

    public ConnectionId connection(int number, Leg leg, int client, Conversation flow, List<PacketId> handshake, List<PacketId> close) {
        ConnectionId id = new ConnectionId(number);
        recording.connections.add(new ConnectionRow(id, leg, flow.tuple, new ConnectionId(client), leg == Leg.SERVER ? "example.com" : "", START, START + 50_000,
                START + 500_000_000L, Optional.of(Close.BY_PEER), "", 1000, 2000, List.of(), Optional.of(flow.flow), handshake,
                close.isEmpty() ? Ending.OPEN : Ending.FIN, close.isEmpty() ? Optional.empty() : Optional.of(Heading.TO_SERVER), close,
                Optional.of(new TcpInfo(41000, 500, 40000, 1, 0, 10, 1448, 500, 2000, 9, 8, -1))));
        return id;
    }

    /** A message with complete coverage by those packets. */
    public MessageRow message(MessageKey key, int connection, String head, byte[] content, WireRange range, List<PacketId> first, List<PacketId> again) {
        List<Carrier> carriers = new ArrayList<>();
        first.forEach(id -> carriers.add(new Carrier(row(id), range, false)));
        again.forEach(id -> carriers.add(new Carrier(row(id), range, true)));
        recording.carriers.put(key, carriers);
        boolean keeps = content.length > 0 && (key.leg() == Leg.CLIENT) == (key.kind() == MessageKind.REQUEST);
        if (keeps) {
            recording.contents.put(key, content);
        }
        byte[] octets = head.getBytes(StandardCharsets.ISO_8859_1);
        int status = head.startsWith("HTTP/") ? Integer.parseInt(head.substring(9, 12)) : 0;
        return new MessageRow(key, new ConnectionId(connection), 0, new PlainRange(0, octets.length + content.length), octets, new byte[0], status,
                content.length, keeps ? content.length : 0, keeps ? 0 : -1, Optional.of(End.COMPLETE), START, START + 1000,
                recording.connection(new ConnectionId(connection)).flatMap(ConnectionRow::flow), range.isEmpty() ? List.of() : List.of(range), List.of(),
                first.isEmpty() ? Coverage.NONE : Coverage.COMPLETE, first.isEmpty() ? Optional.of(Coverage.Reason.CAPTURE_OFF) : Optional.empty(),
                first.stream().findFirst(), first.stream().reduce((a, b) -> b), first.size(), again.size(),
                first.isEmpty() ? -1 : row(first.get(0)).at(), first.isEmpty() ? -1 : row(first.get(first.size() - 1)).at());
    }

    /** A request and its response, seen on the client leg c1 and, where content was kept, on the server leg c2; without packets. */
    public ExchangeRow exchange(int index, String requestHead, byte[] requestContent, String responseHead, byte[] responseContent) {
        ExchangeId id = new ExchangeId(new ConnectionId(1), index);
        List<MessageRow> messages = new ArrayList<>();
        WireRange none = new WireRange(0, 0);
        messages.add(message(new MessageKey(id, Leg.CLIENT, MessageKind.REQUEST), 1, requestHead, requestContent, none, List.of(), List.of()));
        messages.add(message(new MessageKey(id, Leg.CLIENT, MessageKind.RESPONSE), 1, responseHead, responseContent, none, List.of(), List.of()));
        messages.add(message(new MessageKey(id, Leg.SERVER, MessageKind.RESPONSE), 2, responseHead, responseContent, none, List.of(), List.of()));
        return exchange(id, Role.MESSAGE, requestHead, 200, timing(), messages);
    }

    public ExchangeRow exchange(ExchangeId id, Role role, String requestHead, int status, Optional<Timing> timing, List<MessageRow> messages) {
        String[] words = requestHead.split("\r\n", 2)[0].split(" ");
        String target = words.length > 1 ? words[1] : "/";
        ExchangeRow row = new ExchangeRow(id, role, words[0], "http", "example.com", target, status, Optional.of(new ConnectionId(2)), "", true, "", "", false,
                START + id.index() * 1_000_000L, START + id.index() * 1_000_000L + 900_000, timing, messages);
        recording.exchanges.add(row);
        return row;
    }

    /** Every step taken, in order, and a pause before each. */
    public static Optional<Timing> timing() {
        long t = START;
        return Optional.of(new Timing(t, t + 50, t + 1_000, t + 2_000, t + 3_000, t + 5_000, t + 5_000, t + 9_000, t + 10_000, t + 11_000, t + 20_000, t + 30_000,
                t + 21_000, t + 31_000, -1));
    }

    public PacketRow row(PacketId id) {
        return recording.packets.get((int) id.number() - 1);
    }

    /** One GET in clear, both legs on one loopback capture, one repeated segment on the server leg. */
    public static Story oneGet() {
        Story story = new Story().capture(0, "lo", 1, 262144);
        String request = "GET /a?b=c%20d HTTP/1.1\r\nHost: example.com\r\nX-Odd: one\r\nx-odd: two\r\nCookie: sid=1; theme=dark\r\n\r\n";
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 12\r\n"
                + "Set-Cookie: id=7; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Secure; HttpOnly; SameSite=Lax\r\n\r\n";
        Conversation client = story.flow(1, 1, 0, "127.0.0.1:53122", "127.0.0.1:8080", 1);
        List<PacketId> clientHandshake = client.handshake();
        PacketId clientRequest = client.data(Heading.TO_SERVER, request);
        Conversation server = story.flow(2, 1, 0, "127.0.0.1:40000", "127.0.0.1:80", 2);
        List<PacketId> serverHandshake = server.handshake();
        PacketId serverRequest = server.data(Heading.TO_SERVER, request);
        PacketId serverHead = server.data(Heading.TO_CLIENT, head);
        PacketId serverBody = server.data(Heading.TO_CLIENT, "hello, world");
        PacketId repeated = server.again(Heading.TO_CLIENT, head.length(), "hello, world");
        PacketId clientResponse = client.data(Heading.TO_CLIENT, head + "hello, world");
        List<PacketId> clientClose = client.close();
        List<PacketId> serverClose = server.close();
        story.connection(1, Leg.CLIENT, 1, client, clientHandshake, clientClose);
        story.connection(2, Leg.SERVER, 1, server, serverHandshake, serverClose);
        ExchangeId id = new ExchangeId(new ConnectionId(1), 1);
        byte[] content = "hello, world".getBytes(StandardCharsets.US_ASCII);
        WireRange up = new WireRange(0, request.length());
        WireRange down = new WireRange(0, head.length() + content.length);
        List<MessageRow> messages = List.of(
                story.message(new MessageKey(id, Leg.CLIENT, MessageKind.REQUEST), 1, request, new byte[0], up, List.of(clientRequest), List.of()),
                story.message(new MessageKey(id, Leg.CLIENT, MessageKind.RESPONSE), 1, head, content, down, List.of(clientResponse), List.of()),
                story.message(new MessageKey(id, Leg.SERVER, MessageKind.REQUEST), 2, request, new byte[0], up, List.of(serverRequest), List.of()),
                story.message(new MessageKey(id, Leg.SERVER, MessageKind.RESPONSE), 2, head, content, down, List.of(serverHead, serverBody), List.of(repeated)));
        story.exchange(id, Role.MESSAGE, request, 200, timing(), messages);
        story.recording.annotations.add(new Annotation(
                AnnotationCode.RETRANSMISSION, server.flow, Heading.TO_CLIENT, Optional.of(new WireRange(head.length(), down.end())),
                List.of(repeated, serverBody), story.row(serverBody).at(), story.row(repeated).at()));
        return story;
    }
}
