package dev.plumbline.recording;

import dev.plumbline.analyze.FlowStatistics;
import dev.plumbline.wire.FlowId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The statistics of flows that the recorder did not judge to their end: those still going on, and those that were when it was
 * killed. One walk over the index judges the flow asked for and its neighbours by number, who are asked for next.
 *
 * <p>Owned by: one thread at a time.
 * <p>Limits: {@value #AT_ONCE} flows a walk, those that overlap as costly as {@link AnnotationLedger} says; the statistics of {@value #REMEMBERED} are remembered.
 */
final class UnjudgedFlows {
    static final int AT_ONCE = 8_192;
    static final int REMEMBERED = 32_768;
    private static final String UNJUDGED = "SELECT flow.id FROM flow LEFT JOIN flow_statistics ON flow_statistics.flow = flow.id WHERE coalesce(whole, 0) = 0 AND flow.id ";
    private static final String UP_TO = UNJUDGED + "<= ? ORDER BY flow.id DESC LIMIT " + AT_ONCE / 2;
    private static final String BEYOND = UNJUDGED + "> ? ORDER BY flow.id LIMIT " + AT_ONCE / 2;
    private final ReadDatabase database;
    private final ConnectionReader connections;
    private final PacketIndex index;
    private final SynReader syns;
    private final IndexEnd indexEnd;
    private final Map<Integer, FlowStatistics> remembered = new LinkedHashMap<>(64, 0.75f, true);
    private int walks;
    private int mostAtOnce;

    UnjudgedFlows(ReadDatabase database, ConnectionReader connections, PacketIndex index, SynReader syns) {
        this.database = database;
        this.connections = connections;
        this.index = index;
        this.syns = syns;
        this.indexEnd = new IndexEnd(database, index);
    }

    /** Empty when there is no such flow. */
    Optional<FlowStatistics> statistics(FlowId flow) {
        FlowStatistics known = remembered.get(flow.number());
        if (known == null && connections.flow(flow).isPresent()) {
            walk(flow);
            known = remembered.get(flow.number());
        }
        return Optional.ofNullable(known);
    }

    /** How often the index was walked over, for tests of what that costs. */
    int walks() {
        return walks;
    }

    /** How many flows were being judged at the same time at most, for tests of what that costs. */
    int mostAtOnce() {
        return mostAtOnce;
    }

    private void walk(FlowId flow) {
        List<Integer> ids = new ArrayList<>();
        database.each(UP_TO, r -> r.getInt(1), ids::add, flow.number());
        database.each(BEYOND, r -> r.getInt(1), ids::add, flow.number());
        ids.removeAll(remembered.keySet());
        Walk walk = new Walk();
        ids.forEach(walk::await);
        walk.go();
        walks++;
        // The one asked for is the last to be forgotten.
        for (int i = ids.size() - 1; i >= 0; i--) {
            remember(ids.get(i), walk.judged.get(ids.get(i)));
        }
    }

    /** One walk. A flow's analysis lives from its first packet to its last, where that is known. */
    private final class Walk {
        private final Map<Integer, Awaited> awaited = new HashMap<>();
        private final Map<Integer, FlowReplay> begun = new HashMap<>();
        private final Map<Integer, FlowStatistics> judged = new HashMap<>();
        private long first = Long.MAX_VALUE;
        private long last;
        private long lost;

        private record Awaited(FlowRow row, OptionalLong last) {
        }

        void await(int id) {
            FlowRow row = connections.flow(new FlowId(id)).orElseThrow();
            OptionalLong end = connections.lastPacket(row.id());
            first = Math.min(first, row.firstPacket().number());
            last = Math.max(last, end.orElse(Long.MAX_VALUE));
            awaited.put(id, new Awaited(row, end));
        }

        void go() {
            index.scan(first, last, this::isWanted, this::take, hole -> lost = hole);
            boolean isEndDoubtful = indexEnd.isDoubtful();
            begun.forEach((id, replay) -> end(id, replay, isEndDoubtful));
            awaited.forEach((id, flow) -> end(id, replay(flow), isEndDoubtful));
        }

        private boolean isWanted(ByteBuffer records, int at) {
            int id = PacketRecord.flowOf(records, at);
            return begun.containsKey(id) || awaited.containsKey(id);
        }

        private void take(PacketRow packet) {
            int id = packet.flow().number();
            Awaited flow = awaited.remove(id);
            if (flow != null) {
                begun.put(id, replay(flow));
                mostAtOnce = Math.max(mostAtOnce, begun.size());
            }
            FlowReplay replay = begun.get(id);
            if (replay == null) {
                // Behind what its row calls its last.
                return;
            }
            replay.take(packet, lost);
            if (replay.isAtItsLast()) {
                begun.remove(id);
                end(id, replay, false);
            }
        }

        private void end(int id, FlowReplay replay, boolean isEndDoubtful) {
            replay.end(lost, isEndDoubtful);
            judged.put(id, replay.statistics());
        }

        private FlowReplay replay(Awaited flow) {
            return new FlowReplay(flow.row, flow.last, syns.of(flow.row.id()), annotation -> { });
        }
    }

    private void remember(int flow, FlowStatistics statistics) {
        remembered.put(flow, statistics);
        if (remembered.size() > REMEMBERED) {
            remembered.remove(remembered.keySet().iterator().next());
        }
    }
}
