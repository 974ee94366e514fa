package dev.plumbline.export;

import dev.plumbline.correlate.Coverage;
import dev.plumbline.correlate.Finding.Ending;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.Segment;
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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Makes a recording of a dump taken by tcpdump (nanoseconds, Ethernet, IPv4): each connection in it carried one exchange,
 * all of one heading being one message. Connections come in pairs: the first is the client leg, the second the server leg.
 */
final class Captured {
    private final FakeRecording recording = new FakeRecording();
    private final List<FourTuple> tuples = new ArrayList<>();
    private final List<long[]> initial = new ArrayList<>();
    private final List<long[]> ends = new ArrayList<>();

    private Captured() {
    }

    static FakeRecording of(Path pcap) throws IOException {
        Captured captured = new Captured();
        captured.recording.interfaces.add(new InterfaceRow(0, "lo", 1, 262144, "tcp", Story.START, Story.START + 1, "stopped", 1, 0, 0));
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(pcap)).order(ByteOrder.LITTLE_ENDIAN);
        if (in.getInt() != 0xA1B23C4D) {
            throw new IOException("not a dump with nanoseconds");
        }
        in.position(24);
        while (in.remaining() >= 16) {
            long at = in.getInt() * 1_000_000_000L + in.getInt();
            byte[] frame = new byte[in.getInt()];
            in.getInt();
            in.get(frame);
            captured.packet(at, frame);
        }
        captured.tell();
        return captured.recording;
    }

    private void packet(long at, byte[] frame) {
        ByteBuffer in = ByteBuffer.wrap(frame);
        int ip = 14;
        int tcp = ip + (frame[ip] & 15) * 4;
        FourTuple path = new FourTuple(
                new Endpoint(IpAddress.v4(in.getInt(ip + 12)), in.getShort(tcp) & 0xffff),
                new Endpoint(IpAddress.v4(in.getInt(ip + 16)), in.getShort(tcp + 2) & 0xffff));
        int payload = (in.getShort(ip + 2) & 0xffff) - (tcp - ip) - ((frame[tcp + 12] & 0xf0) >> 2);
        int flags = frame[tcp + 13];
        boolean toServer = tuples.contains(path);
        PacketId id = new PacketId(recording.packets.size() + 1);
        if (flags == Segment.SYN) {
            toServer = true;
            tuples.add(path);
            initial.add(new long[] {in.getInt(tcp + 4), 0});
            ends.add(new long[2]);
            recording.flows.add(new FlowRow(new FlowId(tuples.size()), path, 1, 0, true, id, at, List.of(new ConnectionId(tuples.size()))));
        }
        int flow = tuples.lastIndexOf(toServer ? path : path.reversed());
        Heading heading = toServer ? Heading.TO_SERVER : Heading.TO_CLIENT;
        if ((flags & Segment.SYN) != 0) {
            initial.get(flow)[heading.ordinal()] = in.getInt(tcp + 4);
        }
        long offset = in.getInt(tcp + 4) - (int) initial.get(flow)[heading.ordinal()] - 1;
        long end = ends.get(flow)[heading.ordinal()];
        ends.get(flow)[heading.ordinal()] = Math.max(end, offset + payload);
        // On loopback too the kernel sends again what its receiver had no room for, piece by piece or whole.
        Sighting sighting = payload == 0 ? Sighting.BARE : offset + payload <= end ? Sighting.REPEAT : Sighting.FIRST;
        recording.frames.put(id, frame);
        recording.packets.add(new PacketRow(id, 0, new FlowId(flow + 1), heading, at, offset, -1, flags, 0, payload, sighting,
                0, 0, frame.length, frame.length, in.getInt(tcp + 4), in.getInt(tcp + 8)));
    }

    private void tell() {
        for (int flow = 0; flow < tuples.size(); flow++) {
            FlowId id = new FlowId(flow + 1);
            List<PacketId> ids = new ArrayList<>();
            recording.packetsOf(id, packet -> ids.add(packet.id()));
            recording.connections.add(new ConnectionRow(new ConnectionId(flow + 1), flow % 2 == 0 ? Leg.CLIENT : Leg.SERVER, tuples.get(flow),
                    new ConnectionId(flow / 2 * 2 + 1), "", Story.START, Story.START, Story.START, Optional.of(Close.BY_PEER), "", 0, 0, List.of(), Optional.of(id),
                    ids.subList(0, 3), Ending.UNKNOWN, Optional.empty(), List.of(), Optional.empty()));
        }
        for (int client = 1; client < tuples.size(); client += 2) {
            exchange(new ExchangeId(new ConnectionId(client), 1), client);
        }
    }

    private void exchange(ExchangeId id, int client) {
        List<MessageRow> messages = new ArrayList<>();
        for (MessageKind kind : List.of(MessageKind.REQUEST, MessageKind.RESPONSE)) {
            messages.add(message(new MessageKey(id, Leg.CLIENT, kind), client));
            messages.add(message(new MessageKey(id, Leg.SERVER, kind), client + 1));
        }
        byte[] head = messages.get(0).head();
        String[] words = new String(head, StandardCharsets.ISO_8859_1).split(" ", 3);
        long at = messages.get(0).firstAt();
        recording.exchanges.add(new ExchangeRow(id, Role.MESSAGE, words[0].strip(), "http", "127.0.0.1", words.length > 1 ? words[1] : "/", 200,
                Optional.of(new ConnectionId(client + 1)), "", true, "", "", false, at, messages.get(2).lastAt(), Optional.empty(), messages));
    }

    private MessageRow message(MessageKey key, int flow) {
        List<PacketRow> packets = new ArrayList<>();
        recording.packetsOf(new FlowId(flow), packets::add);
        packets.removeIf(p -> p.heading() != key.kind().heading() || p.payloadLength() == 0);
        long end = ends.get(flow - 1)[key.kind().heading().ordinal()];
        byte[] stream = new byte[(int) end];
        List<Carrier> carriers = new ArrayList<>();
        for (PacketRow packet : packets) {
            byte[] frame = recording.frames.get(packet.id());
            System.arraycopy(frame, frame.length - packet.payloadLength(), stream, (int) packet.offset(), packet.payloadLength());
            carriers.add(new Carrier(packet, new WireRange(packet.offset(), packet.offset() + packet.payloadLength()), packet.sighting() == Sighting.REPEAT));
        }
        recording.carriers.put(key, carriers);
        String text = new String(stream, StandardCharsets.ISO_8859_1);
        int blank = text.indexOf("\r\n\r\n");
        int head = blank < 0 ? 0 : blank + 4;
        byte[] content = Arrays.copyOfRange(stream, head, stream.length);
        recording.contents.put(key, content);
        PacketRow first = packets.get(0);
        PacketRow last = packets.get(packets.size() - 1);
        return new MessageRow(key, new ConnectionId(flow), 0, new PlainRange(0, end), Arrays.copyOf(stream, head), new byte[0],
                key.kind() == MessageKind.RESPONSE ? 200 : 0, content.length, content.length, 0, Optional.of(End.COMPLETE), first.at(), last.at(),
                Optional.of(new FlowId(flow)), List.of(new WireRange(0, end)), List.of(), Coverage.COMPLETE, Optional.empty(), Optional.of(first.id()),
                Optional.of(last.id()), packets.size(), 0, first.at(), last.at());
    }
}
