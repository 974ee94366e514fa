package dev.plumbline.recording;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.PacketId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds in a recording what an exchange's row does not say. Remembers connections, because the exchanges of one come near each other.
 *
 * <p>Owned by: one thread at a time.
 * <p>Limits: {@value #REMEMBERED} connections and as many exchanges are remembered; an acknowledgement is looked for in {@value #FAR} packets.
 */
final class StoredEvidence implements EvidenceSource {
    static final int REMEMBERED = 4_096;
    static final int FAR = 65_536;
    private static final int NEAR = 64;
    private final Recording recording;
    private final ConnectionReader connections;
    private final ExchangeReader exchanges;
    private final PacketIndex index;
    private final FlowAnnotations annotations;
    /** Empty before it was asked for. */
    private Optional<Boolean> direct = Optional.empty();
    private final Map<ExchangeId, Preceding> read = new LinkedHashMap<>();
    private final Map<ConnectionId, Optional<KnownConnection>> remembered = new LinkedHashMap<>(64, 0.75f, true);

    StoredEvidence(Recording recording, ConnectionReader connections, ExchangeReader exchanges, PacketIndex index) {
        this.recording = recording;
        this.connections = connections;
        this.exchanges = exchanges;
        this.index = index;
        this.annotations = new FlowAnnotations(flow -> {
            List<Annotation> all = new ArrayList<>();
            recording.annotations(flow, all::add);
            return all;
        });
    }

    /** An exchange that was read anyhow: the next one on its connections will ask for it. */
    void noteRead(ExchangeRow row) {
        read.put(row.id(), Preceding.of(row));
        if (read.size() > REMEMBERED) {
            read.remove(read.keySet().iterator().next());
        }
    }

    @Override
    public boolean isDirect() {
        if (direct.isEmpty()) {
            direct = Optional.of(recording.summary().isImported());
        }
        return direct.get();
    }

    @Override
    public Optional<KnownConnection> connection(ConnectionId id) {
        Optional<KnownConnection> known = remembered.get(id);
        if (known == null) {
            known = recording.connection(id).map(this::known);
            remembered.put(id, known);
            if (remembered.size() > REMEMBERED) {
                remembered.remove(remembered.keySet().iterator().next());
            }
        }
        return known;
    }

    @Override
    public List<Annotation> annotations(FlowId flow, long fromAt, long untilAt) {
        return annotations.of(flow, fromAt, untilAt);
    }

    /** Nearly always it is one of the next few packets. */
    @Override
    public Optional<PacketRow> acknowledged(FlowId flow, Heading by, long offset, PacketId after, Optional<PacketId> before) {
        long first = after.number() + 1;
        long last = Math.min(before.map(p -> p.number() - 1).orElse(Long.MAX_VALUE), after.number() + FAR);
        int step = NEAR;
        while (first <= last && first <= index.count()) {
            long until = Math.min(last, first + step - 1);
            Optional<PacketRow> found = index.first(first, until,
                    (records, at) -> PacketRecord.flowOf(records, at) == flow.number() && PacketRecord.headingOf(records, at) == by,
                    packet -> packet.ackOffset() >= offset && packet.sighting() != Sighting.ELSEWHERE);
            if (found.isPresent()) {
                return found;
            }
            first = until + 1;
            step = PacketIndex.RECORDS;
        }
        return Optional.empty();
    }

    @Override
    public List<KnownConnection> opened(ConnectionId client, long fromAt, long untilAt) {
        return connections.serverLegs(client, fromAt, untilAt).stream().map(this::known).toList();
    }

    @Override
    public Optional<Preceding> before(ExchangeId exchange, Optional<ConnectionId> server) {
        Optional<ExchangeId> before = server.isEmpty() ? exchanges.before(exchange)
                : exchanges.before(exchange, server.get(), connection(server.get()).map(known -> known.row().openedAt()).orElse(-1L));
        if (before.isPresent() && !read.containsKey(before.get())) {
            exchanges.exchange(before.get()).ifPresent(this::noteRead);
        }
        return before.map(read::get);
    }

    private KnownConnection known(ConnectionRow row) {
        long syn = -1;
        long synAck = -1;
        for (PacketId id : row.handshake()) {
            Optional<PacketRow> packet = recording.packet(id).filter(p -> (p.flags() & Segment.SYN) != 0);
            if (packet.isPresent() && packet.get().heading() == Heading.TO_SERVER) {
                syn = packet.get().at();
            } else if (packet.isPresent()) {
                synAck = packet.get().at();
            }
        }
        Optional<PacketRow> end = row.closePackets().stream().findFirst().flatMap(recording::packet);
        return new KnownConnection(row, syn, synAck, end.map(PacketRow::at).orElse(-1L), end.map(PacketRow::heading), end.flatMap(first -> refusal(row, first)));
    }

    /** It would be the last packet of the close: behind it there is nothing. */
    private Optional<PacketId> refusal(ConnectionRow row, PacketRow first) {
        PacketId last = row.closePackets().get(row.closePackets().size() - 1);
        if (last.equals(first.id()) || (first.flags() & Segment.FIN) == 0) {
            return Optional.empty();
        }
        return recording.packet(last).filter(p -> (p.flags() & Segment.RST) != 0 && p.heading() == first.heading()).map(PacketRow::id);
    }
}
