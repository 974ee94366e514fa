package dev.plumbline.recording;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.FlowStatistics;
import dev.plumbline.analyze.LegSpan;
import dev.plumbline.analyze.SegmentMeasures;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.PacketId;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The directory of one run, for reading. What it shows is a snapshot of the moment it was opened, also when it is still
 * being written.
 *
 * <p>Owned by: one thread at a time. Memory does not grow with the recording: rows are handed over one by one.
 * <p>All methods throw {@link RecordingException} when the disk or the database fails them.
 */
public interface Recording extends AutoCloseable {
    /** @throws RecordingException when {@code directory} is not a recording */
    static Recording open(Path directory) {
        return StoredRecording.open(directory);
    }

    Path directory();

    Summary summary();

    List<InterfaceRow> interfaces();

    /** All exchanges in the order they began. Intercepted CONNECTs too: it is the caller who leaves them out. */
    void exchanges(Consumer<ExchangeRow> each);

    Optional<ExchangeRow> exchange(ExchangeId id);

    /** The exchanges that a connection carried, in order; of a client leg intercepted CONNECTs too. */
    void exchangesOf(ConnectionId connection, Consumer<ExchangeRow> each);

    /** Where the time of an exchange went, what there is to say of it, and what it was judged by. Cheap enough to ask of every exchange. */
    ExchangeAnalysis analysis(ExchangeRow exchange);

    /** The exchanges of a connection in order, with the gaps between them. Intercepted CONNECTs left out. */
    default void uses(ConnectionId connection, Consumer<ConnectionUse> each) {
        connection(connection).ifPresent(row -> new ConnectionStory(row, each).tell(this));
    }

    /** How many exchanges there are, without reading them: for progress. */
    long exchangeCount();

    void connections(Consumer<ConnectionRow> each);

    Optional<ConnectionRow> connection(ConnectionId id);

    void flows(Consumer<FlowRow> each);

    Optional<FlowRow> flow(FlowId id);

    /**
     * Hands over the packets that carried some of the message, first sightings and repeats, in capture order.
     *
     * @param each may ask this recording for anything but carriers
     */
    default void carriers(MessageRow message, Consumer<Carrier> each) {
        carriers(message, new PacketId(1), new PacketId(Long.MAX_VALUE), each);
    }

    /** As {@link #carriers(MessageRow, Consumer)}, of the packets from {@code first} to {@code last}, both included. */
    void carriers(MessageRow message, PacketId first, PacketId last, Consumer<Carrier> each);

    /** Content of the message that was kept, transfer coding removed, content coding left. Empty when none was. */
    InputStream content(MessageRow message);

    /** Packets from {@code first} to {@code last}, both included, in capture order, that {@code wanted} accepts. */
    void packets(PacketId first, PacketId last, Predicate<PacketRow> wanted, Consumer<PacketRow> each);

    /** Every packet of one flow, in capture order. */
    void packetsOf(FlowId flow, Consumer<PacketRow> each);

    Optional<PacketRow> packet(PacketId id);

    /** What was said of one flow, in time order. */
    void annotations(FlowId flow, Consumer<Annotation> each);

    /** What was said of one flow's packets captured from {@code fromAt} to {@code untilAt}, both included. */
    List<Annotation> annotations(FlowId flow, long fromAt, long untilAt);

    /** What was said of one flow that touches what an exchange took up of it. */
    default List<Annotation> annotations(FlowId flow, LegSpan span) {
        return span.of(annotations(flow, span.earliest(), span.latest()));
    }

    /** Of the flow's packets so far; marked where some of their records are missing. Empty when there is no such flow. */
    Optional<FlowStatistics> statistics(FlowId flow);

    /** Every packet of one flow that its analysis judged, in capture order, with what it measures. */
    void measured(FlowId flow, BiConsumer<PacketRow, SegmentMeasures> each);

    /**
     * Reads a frame as captured.
     *
     * @param into receives {@code packet.capturedLength()} octets at its position, and is flipped to them; needs room for them
     * @return false when the packet was not kept
     */
    boolean frame(PacketRow packet, ByteBuffer into);

    /**
     * Whether {@link #frame} would find it, told by the length of its dump: a dump can be torn or gone after a crash, and
     * that of a packet just captured not be written yet. The frame itself is not read.
     */
    boolean hasFrame(PacketRow packet);

    /** All key log lines, in the order they came. */
    void secrets(Consumer<SecretRow> each);

    @Override
    void close();
}
