package dev.plumbline.recording;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.FlowAnalysis;
import dev.plumbline.analyze.FlowStatistics;
import dev.plumbline.analyze.SegmentMeasures;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.Segment;
import dev.plumbline.fact.TcpOptions;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Reads what was said of flows. A flow still being judged, or judged in part only, is judged anew from the index where the
 * rows do not have the answer.
 *
 * <p>Owned by: one thread at a time.
 */
final class AnalysisReader {
    private static final String ANNOTATIONS = "SELECT * FROM annotation WHERE flow = ? AND at BETWEEN ? AND ? ORDER BY at, packet";
    private static final String STATISTICS = "SELECT * FROM flow_statistics WHERE flow = ?";
    private static final String SYNS = "SELECT packet, mss, window_scale, sack_permitted, timestamps, whole FROM syn WHERE flow = ?";
    private final ReadDatabase database;
    private final Recording recording;

    private record Stored(boolean whole, FlowStatistics statistics) {
    }

    private record Syn(long packet, TcpOptions options) {
    }

    AnalysisReader(ReadDatabase database, Recording recording) {
        this.database = database;
        this.recording = recording;
    }

    void annotations(FlowId flow, long from, long until, Consumer<Annotation> each) {
        if (stored(flow).filter(s -> !s.whole()).isPresent()) {
            List<Annotation> all = new ArrayList<>();
            replay(flow, all::add, (row, analysis) -> { });
            all.stream().filter(a -> a.at() >= from && a.at() <= until)
                    .sorted(Comparator.comparingLong(Annotation::at).thenComparingLong(a -> a.packets().get(0).number())).forEach(each);
            return;
        }
        database.each(ANNOTATIONS, AnalysisReader::annotation, each, flow.number(), from, until);
    }

    Optional<FlowStatistics> statistics(FlowId flow) {
        Optional<FlowStatistics> known = stored(flow).filter(Stored::whole).map(Stored::statistics);
        return known.isPresent() ? known : replay(flow, a -> { }, (row, analysis) -> { }).map(FlowAnalysis::statistics);
    }

    void measured(FlowId flow, BiConsumer<PacketRow, SegmentMeasures> each) {
        replay(flow, a -> { }, (row, analysis) -> each.accept(row, analysis.measures()));
    }

    /** Judges a flow's packets again; empty when there is no such flow. */
    private Optional<FlowAnalysis> replay(FlowId id, Consumer<Annotation> annotations, BiConsumer<PacketRow, FlowAnalysis> each) {
        Optional<FlowRow> flow = recording.flow(id);
        if (flow.isEmpty()) {
            return Optional.empty();
        }
        Map<Long, TcpOptions> syns = new HashMap<>();
        database.each(SYNS, AnalysisReader::syn, s -> syns.put(s.packet(), s.options()), id.number());
        FlowAnalysis analysis = new FlowAnalysis(id, flow.get().generation(), annotations);
        FourTuple tuple = flow.get().tuple();
        FourTuple back = tuple.reversed();
        for (PacketRow row : recording.packetsOf(id)) {
            if (row.sighting() != Sighting.ELSEWHERE) {
                TcpOptions options = syns.getOrDefault(row.id().number(), TcpOptions.NONE);
                analysis.take(row.id().number(), row.heading(), segment(row, row.heading() == Heading.TO_SERVER ? tuple : back, options));
                each.accept(row, analysis);
            }
        }
        return Optional.of(analysis);
    }

    private static Segment segment(PacketRow p, FourTuple path, TcpOptions options) {
        return new Segment(
                p.at(), path, p.seq(), p.ack(), p.flags(), p.window(), p.payloadLength(), p.payloadLength(), p.file(), p.position(),
                p.capturedLength(), p.frameLength(), options);
    }

    private Optional<Stored> stored(FlowId flow) {
        return database.one(STATISTICS, AnalysisReader::stored, flow.number());
    }

    private static Stored stored(ResultSet r) throws SQLException {
        return new Stored(r.getInt(2) == 1, new FlowStatistics(
                AnalysisTables.side(r.getString(5)), AnalysisTables.side(r.getString(6)), orMinusOne(r, 3), orMinusOne(r, 4)));
    }

    private static Annotation annotation(ResultSet r) throws SQLException {
        long start = orMinusOne(r, 6);
        long end = orMinusOne(r, 7);
        List<PacketId> packets = Packed.read(r.getString(8)).stream().map(n -> new PacketId((Long) n)).toList();
        return new Annotation(
                Words.annotation(r.getString(4)), new FlowId(r.getInt(1)), Words.heading(r.getString(5)),
                start < 0 ? Optional.empty() : Optional.of(new WireRange(start, end)), packets, r.getLong(9), r.getLong(2));
    }

    private static Syn syn(ResultSet r) throws SQLException {
        return new Syn(r.getLong(1), new TcpOptions((int) orMinusOne(r, 2), (int) orMinusOne(r, 3), r.getInt(4) == 1, r.getInt(5) == 1, r.getInt(6) == 1));
    }

    private static long orMinusOne(ResultSet r, int column) throws SQLException {
        long value = r.getLong(column);
        return r.wasNull() ? -1 : value;
    }
}
