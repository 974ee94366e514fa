package dev.plumbline.export;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.FlowStatistics;
import dev.plumbline.analyze.SegmentMeasures;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.recording.Carrier;
import dev.plumbline.recording.ConnectionRow;
import dev.plumbline.recording.ExchangeAnalysis;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.FlowRow;
import dev.plumbline.recording.InterfaceRow;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.recording.SecretRow;
import dev.plumbline.recording.Summary;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.PacketId;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A recording in memory, for tests of what reads one. */
public final class FakeRecording implements Recording {
    public final List<Annotation> annotations = new ArrayList<>();
    public final Map<FlowId, FlowStatistics> statistics = new HashMap<>();
    public final List<InterfaceRow> interfaces = new ArrayList<>();
    public final List<ExchangeRow> exchanges = new ArrayList<>();
    public final List<ConnectionRow> connections = new ArrayList<>();
    public final List<FlowRow> flows = new ArrayList<>();
    /** In capture order: the packet with id n stands at n − 1. */
    public final List<PacketRow> packets = new ArrayList<>();
    public final Map<PacketId, byte[]> frames = new HashMap<>();
    /** Frames that seem to be there and are not. */
    public final Set<PacketId> unreadable = new HashSet<>();
    public final List<SecretRow> secrets = new ArrayList<>();
    public final Map<MessageKey, List<Carrier>> carriers = new HashMap<>();
    public final Map<MessageKey, byte[]> contents = new HashMap<>();
    public final Map<ExchangeId, ExchangeAnalysis> analyses = new HashMap<>();
    public Path directory = Path.of("no-such-directory");
    public long startedAt = Story.START;
    public long endedAt = Story.START + 1_000_000_000L;
    public String captureOff = "";

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public Summary summary() {
        return new Summary(1, "Plumbline test", "127.0.0.1:8080", startedAt, endedAt, captureOff, packets.size(), 0, "", "");
    }

    @Override
    public List<InterfaceRow> interfaces() {
        return List.copyOf(interfaces);
    }

    @Override
    public void exchanges(Consumer<ExchangeRow> each) {
        exchanges.forEach(each);
    }

    @Override
    public Optional<ExchangeRow> exchange(ExchangeId id) {
        return exchanges.stream().filter(row -> row.id().equals(id)).findFirst();
    }

    @Override
    public void exchangesOf(ConnectionId connection, Consumer<ExchangeRow> each) {
        exchanges.stream().filter(row -> row.id().client().equals(connection) || row.server().equals(Optional.of(connection))).forEach(each);
    }

    @Override
    public ExchangeAnalysis analysis(ExchangeRow exchange) {
        return analyses.getOrDefault(exchange.id(), ExchangeAnalysis.none(exchange.id()));
    }

    @Override
    public long exchangeCount() {
        return exchanges.size();
    }

    @Override
    public void connections(Consumer<ConnectionRow> each) {
        connections.forEach(each);
    }

    @Override
    public Optional<ConnectionRow> connection(ConnectionId id) {
        return connections.stream().filter(row -> row.id().equals(id)).findFirst();
    }

    @Override
    public void flows(Consumer<FlowRow> each) {
        flows.forEach(each);
    }

    @Override
    public Optional<FlowRow> flow(FlowId id) {
        return flows.stream().filter(row -> row.id().equals(id)).findFirst();
    }

    @Override
    public void carriers(MessageRow message, PacketId first, PacketId last, Consumer<Carrier> each) {
        carriers.getOrDefault(message.key(), List.of()).stream()
                .filter(carrier -> carrier.packet().id().number() >= first.number() && carrier.packet().id().number() <= last.number())
                .sorted(Comparator.comparing(carrier -> carrier.packet().id().number()))
                .forEach(each);
    }

    @Override
    public InputStream content(MessageRow message) {
        return new ByteArrayInputStream(contents.getOrDefault(message.key(), new byte[0]));
    }

    @Override
    public void packets(PacketId first, PacketId last, Predicate<PacketRow> wanted, Consumer<PacketRow> each) {
        int to = (int) Math.min(last.number(), packets.size());
        packets.subList((int) Math.min(first.number() - 1, to), to).stream().filter(wanted).forEach(each);
    }

    @Override
    public void annotations(FlowId flow, Consumer<Annotation> each) {
        annotations.stream().filter(a -> a.flow().equals(flow)).forEach(each);
    }

    @Override
    public List<Annotation> annotations(FlowId flow, long fromAt, long untilAt) {
        return annotations.stream().filter(a -> a.flow().equals(flow) && a.at() >= fromAt && a.at() <= untilAt).toList();
    }

    @Override
    public Optional<FlowStatistics> statistics(FlowId flow) {
        return Optional.ofNullable(statistics.get(flow));
    }

    @Override
    public void measured(FlowId flow, BiConsumer<PacketRow, SegmentMeasures> each) {
        packetsOf(flow, row -> each.accept(row, new SegmentMeasures(row.window(), -1, Optional.empty(), -1)));
    }

    @Override
    public void packetsOf(FlowId flow, Consumer<PacketRow> each) {
        packets.stream().filter(row -> row.flow().equals(flow)).forEach(each);
    }

    @Override
    public Optional<PacketRow> packet(PacketId id) {
        return packets.stream().filter(row -> row.id().equals(id)).findFirst();
    }

    @Override
    public boolean frame(PacketRow packet, ByteBuffer into) {
        byte[] frame = frames.get(packet.id());
        if (frame == null || unreadable.contains(packet.id())) {
            return false;
        }
        into.put(frame).flip();
        return true;
    }

    @Override
    public boolean hasFrame(PacketRow packet) {
        return frames.containsKey(packet.id());
    }

    @Override
    public void secrets(Consumer<SecretRow> each) {
        secrets.forEach(each);
    }

    @Override
    public void close() {
    }
}
