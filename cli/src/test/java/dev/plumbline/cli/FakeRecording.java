package dev.plumbline.cli;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A recording of rows that a test put in. */
final class FakeRecording implements Recording {
    final List<Annotation> annotations = new ArrayList<>();
    final Map<FlowId, FlowStatistics> statistics = new HashMap<>();
    final List<ExchangeRow> exchanges = new ArrayList<>();
    String limitReached = "";
    final Map<ConnectionId, ConnectionRow> connections = new TreeMap<>(Comparator.comparing(ConnectionId::number));
    final Map<FlowId, FlowRow> flows = new TreeMap<>(Comparator.comparing(FlowId::number));
    final Map<Long, PacketRow> packets = new TreeMap<>();
    final Map<MessageKey, List<Carrier>> carriers = new HashMap<>();
    final Map<MessageKey, byte[]> contents = new HashMap<>();
    final Map<ExchangeId, ExchangeAnalysis> analyses = new HashMap<>();
    String listen = "127.0.0.1:8080";
    /** The dump it was made from, if any. */
    String imported = "";
    private final Path directory;

    FakeRecording(Path directory) {
        this.directory = directory;
    }

    FakeRecording with(ExchangeRow... rows) {
        exchanges.addAll(List.of(rows));
        return this;
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public Summary summary() {
        return new Summary(1, "test", imported.isEmpty() ? listen : "", Rows.START, -1, "", packets.size(), 0, imported, limitReached);
    }

    @Override
    public List<InterfaceRow> interfaces() {
        return List.of();
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
        connections.values().forEach(each);
    }

    @Override
    public Optional<ConnectionRow> connection(ConnectionId id) {
        return Optional.ofNullable(connections.get(id));
    }

    @Override
    public void flows(Consumer<FlowRow> each) {
        flows.values().forEach(each);
    }

    @Override
    public Optional<FlowRow> flow(FlowId id) {
        return Optional.ofNullable(flows.get(id));
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
        packets.values().stream().filter(p -> p.id().number() >= first.number() && p.id().number() <= last.number()).filter(wanted).forEach(each);
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
        packets.values().stream().filter(p -> p.flow().equals(flow)).forEach(each);
    }

    @Override
    public Optional<PacketRow> packet(PacketId id) {
        return Optional.ofNullable(packets.get(id.number()));
    }

    @Override
    public boolean frame(PacketRow packet, ByteBuffer into) {
        return false;
    }

    @Override
    public boolean hasFrame(PacketRow packet) {
        return false;
    }

    @Override
    public void secrets(Consumer<SecretRow> each) {
        throw new UnsupportedOperationException("the commands do not ask for secrets");
    }

    @Override
    public void close() {
    }
}
