package dev.plumbline.cli;

import dev.plumbline.correlate.Coverage;
import dev.plumbline.correlate.Coverage.Reason;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.Segment;
import dev.plumbline.fact.Timing;
import dev.plumbline.recording.Carrier;
import dev.plumbline.recording.ConnectionRow;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Small recordings that several tests tell of. */
final class Stories {
    private static final int DATA = Segment.PSH | Segment.ACK;

    private Stories() {
    }

    /** {@code c1.1}, a GET over both legs: client c1 on f1, server c2 on f2. The request is sent again there, and the end of its response was not seen. */
    static ExchangeRow paired(FakeRecording recording) {
        String head = "GET /path HTTP/1.1\nHost: example.com\n";
        String answer = "HTTP/1.1 200 OK\nContent-Type: text/plain\n\n";
        ExchangeRow row = Rows.get("c1.1").timing(timing()).messages(
                new Rows.Message("c1.1", Leg.CLIENT, MessageKind.REQUEST).head(head + "Proxy-Connection: keep-alive\n\n").ranges(new WireRange(0, 803)).packets(4, 4),
                new Rows.Message("c1.1", Leg.CLIENT, MessageKind.RESPONSE).status(200).head(answer).content(12, -1).ranges(new WireRange(0, 120)).packets(9, 9),
                new Rows.Message("c1.1", Leg.SERVER, MessageKind.REQUEST).head(head + "\n").ranges(new WireRange(517, 1342)).segments(1, 1).packets(6, 6),
                new Rows.Message("c1.1", Leg.SERVER, MessageKind.RESPONSE).status(200).head(answer).content(12, 12).packets(8, 8)
                        .ranges(new WireRange(0, 120)).coverage(Coverage.PARTIAL, Reason.DROPPED, new WireRange(100, 120))).row();
        recording.with(row);
        recording.contents.put(new MessageKey(row.id(), Leg.SERVER, MessageKind.RESPONSE), "hello\tworld\033".getBytes(StandardCharsets.UTF_8));
        seen(recording, Rows.packet(1, 1, Heading.TO_SERVER, -9100, -1, -1, Segment.SYN, 0));
        seen(recording, Rows.packet(2, 1, Heading.TO_CLIENT, -9050, -1, 0, Segment.SYN | Segment.ACK, 0));
        seen(recording, Rows.packet(3, 1, Heading.TO_SERVER, -9000, 0, 0, Segment.ACK, 0));
        seen(recording, Rows.packet(5, 1, Heading.TO_CLIENT, 250, 0, 803, Segment.ACK, 0));
        seen(recording, Rows.packet(12, 2, Heading.TO_SERVER, 91_000, 1342, 120, Segment.FIN | Segment.ACK, 0));
        carried(recording, row, Leg.CLIENT, MessageKind.REQUEST, Rows.packet(4, 1, Heading.TO_SERVER, -14, 0, 0, DATA, 803));
        carried(recording, row, Leg.SERVER, MessageKind.REQUEST, Rows.packet(6, 2, Heading.TO_SERVER, 1502, 517, 290, DATA, 825));
        carried(recording, row, Leg.SERVER, MessageKind.REQUEST, again(Rows.packet(7, 2, Heading.TO_SERVER, 9502, 517, 290, DATA, 825)));
        carried(recording, row, Leg.SERVER, MessageKind.RESPONSE, Rows.packet(8, 2, Heading.TO_CLIENT, 33_000, 0, 1342, DATA, 100));
        carried(recording, row, Leg.CLIENT, MessageKind.RESPONSE, Rows.packet(9, 1, Heading.TO_CLIENT, 34_000, 0, 803, DATA, 120));
        connected(recording, Rows.connection(1, Leg.CLIENT, List.of(new PacketId(1), new PacketId(2), new PacketId(3)), List.of()), 1);
        connected(recording, Rows.connection(2, Leg.SERVER, List.of(), List.of(new PacketId(12))), 6);
        return row;
    }

    /** p10 and p11 belong to nobody. */
    static void foreign(FakeRecording recording) {
        recording.flows.put(new FlowId(9), Rows.foreignFlow(9, 10));
        seen(recording, Rows.packet(10, 9, Heading.TO_SERVER, 40_000, -1, -1, Segment.SYN, 0));
        seen(recording, Rows.packet(11, 9, Heading.TO_CLIENT, 40_100, 0, 0, Segment.RST | Segment.ACK, 0));
    }

    static void connected(FakeRecording recording, ConnectionRow connection, long firstPacket) {
        recording.connections.put(new ConnectionId(connection.id().number()), connection);
        recording.flows.put(connection.flow().orElseThrow(), Rows.flow(connection, firstPacket));
    }

    static void seen(FakeRecording recording, PacketRow packet) {
        recording.packets.put(packet.id().number(), packet);
    }

    static void carried(FakeRecording recording, ExchangeRow row, Leg leg, MessageKind kind, PacketRow packet) {
        MessageKey key = row.message(leg, kind).orElseThrow().key();
        seen(recording, packet);
        recording.carriers.computeIfAbsent(key, k -> new ArrayList<>()).add(
                new Carrier(packet, new WireRange(packet.offset(), packet.offset() + packet.payloadLength()), packet.sighting() == Sighting.REPEAT));
    }

    static PacketRow again(PacketRow row) {
        return new PacketRow(row.id(), row.capture(), row.flow(), row.heading(), row.at(), row.offset(), row.ackOffset(), row.flags(), row.window(),
                row.payloadLength(), Sighting.REPEAT, row.file(), row.position(), row.capturedLength(), row.frameLength(), row.seq(), row.ack());
    }

    /** Of that exchange. */
    static Timing timing() {
        long never = Timing.NEVER;
        return new Timing(Rows.at(0), Rows.at(10), never, never, Rows.at(200), Rows.at(700), never, never,
                Rows.at(1400), Rows.at(1450), Rows.at(33_050), Rows.at(33_900), Rows.at(33_950), Rows.at(34_100), never);
    }
}
