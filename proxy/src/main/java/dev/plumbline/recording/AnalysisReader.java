package dev.plumbline.recording;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.AnnotationCode;
import dev.plumbline.analyze.FlowStatistics;
import dev.plumbline.analyze.SegmentMeasures;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Reads what was said of flows. A flow judged in part only is judged anew from the index, but for what was said of silence. Of one that is still being
 * judged, or was when the recorder was killed, the rows have what was said so far; only its statistics are made anew.
 *
 * <p>Owned by: one thread at a time.
 */
final class AnalysisReader {
    private static final String ANNOTATIONS = "SELECT * FROM annotation WHERE flow = ? ORDER BY at, packet";
    /** Said of silence, by who knew up to when the capture showed everything: no packet of the index tells that. */
    private static final String OF_SILENCE = "SELECT * FROM annotation WHERE flow = ? AND code = '" + AnnotationCode.CONNECT_UNANSWERED.word() + "'";
    private static final String STATISTICS = "SELECT * FROM flow_statistics WHERE flow = ?";
    /** As the table has them. */
    private static final Comparator<Annotation> IN_ORDER =
            Comparator.comparingLong(Annotation::at).thenComparingLong(a -> a.packets().get(0).number()).thenComparing(a -> a.code().word());
    private final ReadDatabase database;
    private final ConnectionReader connections;
    private final PacketIndex index;
    private final SynReader syns;
    private final UnjudgedFlows unjudged;

    private record Stored(boolean whole, FlowStatistics statistics) {
    }

    AnalysisReader(ReadDatabase database, ConnectionReader connections, PacketIndex index) {
        this.database = database;
        this.connections = connections;
        this.index = index;
        this.syns = new SynReader(database);
        this.unjudged = new UnjudgedFlows(database, connections, index, syns);
    }

    /** In time order, and of one code no more than the recorder would have written. */
    void annotations(FlowId flow, Consumer<Annotation> each) {
        if (stored(flow).filter(s -> !s.whole()).isEmpty()) {
            database.each(ANNOTATIONS, AnalysisReader::annotation, each, flow.number());
            return;
        }
        int[] said = new int[AnnotationCode.values().length];
        List<Annotation> all = new ArrayList<>();
        replay(flow, annotation -> {
            if (++said[annotation.code().ordinal()] <= AnnotationLedger.MOST_OF_A_CODE) {
                all.add(annotation);
            }
        }, (row, replay) -> { });
        database.each(OF_SILENCE, AnalysisReader::annotation, all::add, flow.number());
        all.sort(IN_ORDER);
        all.forEach(each);
    }

    Optional<FlowStatistics> statistics(FlowId flow) {
        Optional<FlowStatistics> known = stored(flow).filter(Stored::whole).map(Stored::statistics);
        return known.isPresent() ? known : unjudged.statistics(flow);
    }

    void measured(FlowId flow, BiConsumer<PacketRow, SegmentMeasures> each) {
        replay(flow, a -> { }, (row, replay) -> each.accept(row, replay.measures()));
    }

    /** How often the index was walked over for statistics, for tests of what that costs. */
    int walks() {
        return unjudged.walks();
    }

    /** Judges a flow's packets again. */
    private void replay(FlowId id, Consumer<Annotation> annotations, BiConsumer<PacketRow, FlowReplay> each) {
        connections.flow(id).ifPresent(flow -> {
            OptionalLong last = connections.lastPacket(id);
            FlowReplay replay = new FlowReplay(flow, last, syns.of(id), annotations);
            long[] lost = {0};
            index.scan(flow.firstPacket().number(), last.orElse(Long.MAX_VALUE),
                    (records, at) -> PacketRecord.flowOf(records, at) == id.number(), row -> {
                        if (replay.take(row, lost[0])) {
                            each.accept(row, replay);
                        }
                    }, hole -> lost[0] = hole);
        });
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

    private static long orMinusOne(ResultSet r, int column) throws SQLException {
        long value = r.getLong(column);
        return r.wasNull() ? -1 : value;
    }
}
