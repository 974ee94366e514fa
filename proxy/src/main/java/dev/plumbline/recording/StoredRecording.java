package dev.plumbline.recording;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.FlowStatistics;
import dev.plumbline.analyze.SegmentMeasures;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.PacketId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A recording on disk. The database's moment is fixed first and the index's length after it, so that no row refers to a
 * packet that is not there.
 *
 * <p>Owned by: one thread at a time.
 */
final class StoredRecording implements Recording {
    private static final String INTERFACES = "SELECT * FROM interface ORDER BY capture";
    private static final String SECRETS = "SELECT connection, lines, at FROM secret ORDER BY at, rowid";
    private final Path directory;
    private final ReadDatabase database;
    private final PacketIndex index;
    private final ExchangeReader exchanges;
    private final ConnectionReader connections;
    private final CarrierReader carriers;
    private final AnalysisReader analysis;
    private final StoredEvidence evidence;
    private final ExchangeAnalyst analyst;
    private final Frames frames;

    private StoredRecording(Path directory, ReadDatabase database, PacketIndex index) {
        this.directory = directory;
        this.database = database;
        this.index = index;
        this.exchanges = new ExchangeReader(database);
        this.connections = new ConnectionReader(database);
        this.carriers = new CarrierReader(database, index);
        this.analysis = new AnalysisReader(database, connections, index);
        this.evidence = new StoredEvidence(this, connections, exchanges, index);
        this.analyst = new ExchangeAnalyst(evidence, new ReuseReader(evidence, connections, exchanges));
        this.frames = new Frames(directory);
    }

    static Recording open(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new RecordingException("not a recording: " + directory + (Files.exists(directory) ? " is not a directory" : " does not exist"));
        }
        Path file = directory.resolve(Layout.DATABASE);
        requireFile(file);
        ReadDatabase database = new ReadDatabase(file);
        try {
            return new StoredRecording(directory, database, new PacketIndex(directory.resolve(Layout.INDEX)));
        } catch (RecordingException e) {
            database.close();
            throw e;
        }
    }

    /** Another user's recording is one too: what may not be looked at is not said to be missing. */
    private static void requireFile(Path file) {
        try {
            if (Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
                return;
            }
        } catch (NoSuchFileException e) {
            // Said below.
        } catch (IOException e) {
            throw new RecordingException("recording: cannot read " + file + ": " + PrivateFiles.reason(e), e);
        }
        throw new RecordingException("not a recording: no " + Layout.DATABASE + " in " + file.getParent());
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public Summary summary() {
        Map<String, String> meta = new HashMap<>();
        database.each("SELECT name, value FROM meta", r -> Map.entry(r.getString(1), r.getString(2)), e -> meta.put(e.getKey(), e.getValue()));
        try {
            return new Summary(
                    Integer.parseInt(meta.getOrDefault("schema", "0")), meta.getOrDefault("creator", ""), meta.getOrDefault("listen", ""),
                    Long.parseLong(meta.getOrDefault("started_at", "-1")), Long.parseLong(meta.getOrDefault("ended_at", "-1")),
                    meta.getOrDefault("capture_off", ""), index.count(), Long.parseLong(meta.getOrDefault("facts_lost", "0")),
                    meta.getOrDefault("imported", ""), meta.getOrDefault("limit_reached", ""));
        } catch (NumberFormatException e) {
            throw new RecordingException("recording.db: damaged: " + e.getMessage(), e);
        }
    }

    @Override
    public List<InterfaceRow> interfaces() {
        List<InterfaceRow> rows = new ArrayList<>();
        database.each(INTERFACES, StoredRecording::interfaceRow, rows::add);
        return rows;
    }

    @Override
    public void exchanges(Consumer<ExchangeRow> each) {
        exchanges.each(each);
    }

    @Override
    public Optional<ExchangeRow> exchange(ExchangeId id) {
        return exchanges.exchange(id);
    }

    @Override
    public void exchangesOf(ConnectionId connection, Consumer<ExchangeRow> each) {
        connection(connection).ifPresent(row -> exchanges.each(row.id(), row.client(), each));
    }

    @Override
    public ExchangeAnalysis analysis(ExchangeRow exchange) {
        return analyst.analysis(exchange);
    }

    @Override
    public long exchangeCount() {
        return database.one("SELECT count(*) FROM exchange", r -> r.getLong(1)).orElse(0L);
    }

    @Override
    public void connections(Consumer<ConnectionRow> each) {
        connections.connections(each);
    }

    @Override
    public Optional<ConnectionRow> connection(ConnectionId id) {
        return connections.connection(id);
    }

    @Override
    public void flows(Consumer<FlowRow> each) {
        connections.flows(each);
    }

    @Override
    public Optional<FlowRow> flow(FlowId id) {
        return connections.flow(id);
    }

    @Override
    public void carriers(MessageRow message, PacketId first, PacketId last, Consumer<Carrier> each) {
        carriers.carriers(message, first.number(), last.number(), each);
    }

    @Override
    public InputStream content(MessageRow message) {
        List<long[]> extents = message.storedContent() == 0 ? List.of() : exchanges.extents(message.key());
        if (extents.isEmpty()) {
            return InputStream.nullInputStream();
        }
        try {
            return new ContentStream(directory.resolve(Layout.CONTENT), extents);
        } catch (IOException e) {
            throw new RecordingException("content.dat: " + PrivateFiles.reason(e), e);
        }
    }

    @Override
    public void packets(PacketId first, PacketId last, Predicate<PacketRow> wanted, Consumer<PacketRow> each) {
        index.scan(first.number(), last.number(), (records, at) -> true, packet -> {
            if (wanted.test(packet)) {
                each.accept(packet);
            }
        });
    }

    @Override
    public void packetsOf(FlowId flow, Consumer<PacketRow> each) {
        flow(flow).ifPresent(row -> index.scan(row.firstPacket().number(), connections.lastPacket(flow).orElse(Long.MAX_VALUE),
                (records, at) -> PacketRecord.flowOf(records, at) == flow.number(), each));
    }

    @Override
    public Optional<PacketRow> packet(PacketId id) {
        return index.packet(id.number());
    }

    @Override
    public void annotations(FlowId flow, Consumer<Annotation> each) {
        analysis.annotations(flow, each);
    }

    @Override
    public List<Annotation> annotations(FlowId flow, long fromAt, long untilAt) {
        return evidence.annotations(flow, fromAt, untilAt);
    }

    @Override
    public Optional<FlowStatistics> statistics(FlowId flow) {
        return analysis.statistics(flow);
    }

    @Override
    public void measured(FlowId flow, BiConsumer<PacketRow, SegmentMeasures> each) {
        analysis.measured(flow, each);
    }

    @Override
    public boolean frame(PacketRow packet, ByteBuffer into) {
        return frames.read(packet, into);
    }

    @Override
    public boolean hasFrame(PacketRow packet) {
        return frames.holds(packet);
    }

    @Override
    public void secrets(Consumer<SecretRow> each) {
        database.each(SECRETS, StoredRecording::secrets, rows -> rows.forEach(each));
    }

    /** How often the index was walked over for statistics, for tests of what that costs. */
    int walks() {
        return analysis.walks();
    }

    /** For tests of what reading costs. */
    ReadDatabase database() {
        return database;
    }

    @Override
    public void close() {
        frames.close();
        index.close();
        database.close();
    }

    private static List<SecretRow> secrets(ResultSet r) throws SQLException {
        ConnectionId connection = new ConnectionId(r.getInt(1));
        long at = r.getLong(3);
        return r.getString(2).lines().map(line -> new SecretRow(connection, line, at)).toList();
    }

    private static InterfaceRow interfaceRow(ResultSet r) throws SQLException {
        return new InterfaceRow(
                r.getInt(1), r.getString(2), r.getInt(3), r.getInt(4), r.getString(5), r.getLong(7), orMinusOne(r, 8),
                r.getString(9) == null ? "" : r.getString(9), orMinusOne(r, 10), orMinusOne(r, 11), orMinusOne(r, 12));
    }

    private static long orMinusOne(ResultSet r, int column) throws SQLException {
        long value = r.getLong(column);
        return r.wasNull() ? -1 : value;
    }
}
