package dev.plumbline.recording;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.AnnotationCode;
import dev.plumbline.analyze.FlowStatistics;
import dev.plumbline.fact.TcpOptions;
import dev.plumbline.wire.PacketId;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** How annotations and what belongs to them stand in {@code recording.db}: the statements that write them, and the views. */
final class AnalysisTables {
    private static final String ANNOTATION = "INSERT OR REPLACE INTO annotation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String SYN = "INSERT OR REPLACE INTO syn VALUES (?, ?, ?, ?, ?, ?, ?)";
    private static final String STATISTICS = "INSERT OR REPLACE INTO flow_statistics VALUES (?, ?, ?, ?, ?, ?, ?)";
    private static final String IN_PART = "UPDATE flow_statistics SET whole = 0 WHERE flow = ?";
    private static final List<String> SIDE = List.of(
            "segments", "octets", "retransmissions", "retransmitted_octets", "out_of_order", "duplicate_acks", "rtt_samples", "rtt_min",
            "rtt_max", "rtt_sum", "max_in_flight", "mss", "window_scale", "sack_permitted", "timestamps", "options_whole", "untimed");

    private AnalysisTables() {
    }

    static void write(Database db, Annotation a) throws SQLException {
        Packed packets = new Packed().begin();
        a.packets().forEach(p -> packets.number(p.number()));
        PacketId judged = a.packets().get(0);
        db.run(ANNOTATION, a.flow().number(), a.at(), judged.number(), a.code().word(), a.heading().word(),
                a.range().map(r -> (Object) r.start()).orElse(null), a.range().map(r -> (Object) r.end()).orElse(null), packets.end(), a.from());
    }

    static void write(Database db, int flow, long packet, TcpOptions o) throws SQLException {
        db.run(SYN, flow, packet, orNull(o.mss()), orNull(o.windowScale()), bit(o.sackPermitted()), bit(o.timestamps()), bit(o.whole()));
    }

    /** @param leftOut pairs of a code's ordinal and how many annotations of it are not in the table */
    static void write(Database db, int flow, FlowStatistics s, boolean whole, String leftOut) throws SQLException {
        db.run(STATISTICS, flow, bit(whole), orNull(s.synToSynAckNanos()), orNull(s.synAckToAckNanos()), side(s.toServer()), side(s.toClient()), leftOut);
    }

    /** Packets came that are not in the flow's statistics. */
    static void markInPart(Database db, int flow) throws SQLException {
        db.run(IN_PART, flow);
    }

    static FlowStatistics.Side side(String text) {
        long[] n = Packed.read(text).stream().mapToLong(v -> v == null ? -1 : (Long) v).toArray();
        TcpOptions options = new TcpOptions((int) n[11], (int) n[12], n[13] == 1, n[14] == 1, n[15] == 1);
        return new FlowStatistics.Side(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10], options, n[16]);
    }

    static List<String> views() {
        return List.of(annotationsView(), flowsView());
    }

    private static String side(FlowStatistics.Side s) {
        TcpOptions o = s.options();
        return new Packed().begin().number(s.segments()).number(s.octets()).number(s.retransmissions()).number(s.retransmittedOctets())
                .number(s.outOfOrder()).number(s.duplicateAcks()).number(s.rttSamples()).number(s.rttMinNanos(), -1).number(s.rttMaxNanos(), -1)
                .number(s.rttSumNanos()).number(s.maxInFlight()).number(o.mss(), -1).number(o.windowScale(), -1).number(bit(o.sackPermitted()))
                .number(bit(o.timestamps())).number(bit(o.whole())).number(s.untimed()).end();
    }

    private static String annotationsView() {
        String severities = Arrays.stream(AnnotationCode.values())
                .map(c -> "WHEN '" + c.word() + "' THEN '" + c.severity().word() + "'").collect(Collectors.joining(" "));
        return """
                CREATE VIEW annotations_view AS SELECT
                    'f' || a.flow AS flow, 'c' || b.connection AS connection, b.leg, a.code, CASE a.code %s END AS severity, a.heading,
                    a.start, a.end, 'p' || a.packet AS packet, a.packets AS evidence, %s AS at, (a.at - a.from_at) / 1000 AS micros
                FROM annotation AS a LEFT JOIN binding AS b ON b.flow = a.flow ORDER BY a.at, a.packet""".formatted(severities, Schema.iso("a.at"));
    }

    private static String flowsView() {
        StringBuilder columns = new StringBuilder();
        for (String side : List.of("to_server", "to_client")) {
            for (int i = 0; i < SIDE.size(); i++) {
                columns.append(", s.").append(side).append(" ->> '$[").append(i).append("]' AS ").append(side).append('_').append(SIDE.get(i));
            }
        }
        return """
                CREATE VIEW flows_view AS SELECT
                    'f' || f.id AS id, 'c' || b.connection AS connection, b.leg, f.initiator, f.responder, f.generation, %s AS at, s.whole,
                    s.syn_to_syn_ack / 1000 AS syn_to_syn_ack_micros, s.syn_ack_to_ack / 1000 AS syn_ack_to_ack_micros%s
                FROM flow AS f LEFT JOIN binding AS b ON b.flow = f.id LEFT JOIN flow_statistics AS s ON s.flow = f.id
                ORDER BY f.id""".formatted(Schema.iso("f.at"), columns);
    }

    private static int bit(boolean value) {
        return value ? 1 : 0;
    }

    private static Object orNull(long value) {
        return value == -1 ? null : value;
    }
}
