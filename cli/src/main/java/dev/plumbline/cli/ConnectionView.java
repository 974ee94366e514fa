package dev.plumbline.cli;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.FlowStatistics;
import dev.plumbline.analyze.Reuse;
import dev.plumbline.recording.ConnectionRow;
import dev.plumbline.recording.ConnectionUse;
import dev.plumbline.recording.ExchangeAnalysis;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One connection with all that {@code connections} says of it. What can be long is handed over piece by piece.
 *
 * @param statistics empty when it is bound to no flow
 * @param reuse of its first exchange: why it was opened; empty when it carried none
 */
record ConnectionView(
        Recording recording, ConnectionRow row, Optional<FlowStatistics> statistics, long exchangeCount, Optional<Reuse> reuse,
        List<PacketRow> handshake, List<PacketRow> close) {
    static ConnectionView read(Recording recording, ConnectionRow row) {
        long[] count = {0};
        List<ConnectionUse> first = new ArrayList<>(1);
        recording.uses(row.id(), use -> {
            if (count[0]++ == 0) {
                first.add(use);
            }
        });
        Optional<Reuse> reuse = first.stream().findFirst().flatMap(use -> recording.exchange(use.exchange())).map(recording::analysis)
                .flatMap(analysis -> reuse(analysis, row.leg()));
        return new ConnectionView(recording, row, row.flow().flatMap(recording::statistics), count[0], reuse,
                packets(recording, row.handshake()), packets(recording, row.closePackets()));
    }

    private static Optional<Reuse> reuse(ExchangeAnalysis analysis, Leg leg) {
        return leg == Leg.CLIENT ? analysis.clientReuse() : analysis.serverReuse();
    }

    private static List<PacketRow> packets(Recording recording, List<PacketId> ids) {
        return ids.stream().flatMap(id -> recording.packet(id).stream()).toList();
    }

    void uses(Consumer<ConnectionUse> each) {
        recording.uses(row.id(), each);
    }

    void annotations(Consumer<Annotation> each) {
        row.flow().ifPresent(flow -> recording.annotations(flow, each));
    }
}
