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
    private final Map<FlowId, FlowStatistics> remembered = new LinkedHashMap<>(64, 0.75f, true);
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
        FlowStatistics known = remembered.get(flow);
        if (known == null && connections.flow(flow).isPresent()) {
            walk(flow);
            known = remembered.get(flow);
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
        List<FlowId> ids = new ArrayList<>();
        database.each(UP_TO, ConnectionReader::flowId, ids::add, flow.number());
        database.each(BEYOND, ConnectionReader::flowId, ids::add, flow.number());
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
        /** By number: asked of every record. */
        private final Map<Integer, Awaited> awaited = new HashMap<>();
        private final Map<FlowId, FlowStatistics> judged = new HashMap<>();
        private int atOnce;
        private long first = Long.MAX_VALUE;
        private long last;
        private long lost;

        /** A flow that may have more packets. */
        private final class Awaited {
            private final FlowRow row;
            private final OptionalLong last;
            /** Null before its first packet. */
            private FlowReplay replay;

            Awaited(FlowRow row, OptionalLong last) {
                this.row = row;
                this.last = last;
            }

            void begin() {
                replay = new FlowReplay(row, last, syns.of(row.id()), annotation -> { });
            }

            void end(boolean isEndDoubtful) {
                if (replay == null) {
                    begin();
                }
                replay.end(lost, isEndDoubtful);
                judged.put(row.id(), replay.statistics());
            }
        }

        void await(FlowId id) {
            FlowRow row = connections.flow(id).orElseThrow();
            OptionalLong end = connections.lastPacket(id);
            first = Math.min(first, row.firstPacket().number());
            last = Math.max(last, end.orElse(Long.MAX_VALUE));
            awaited.put(id.number(), new Awaited(row, end));
        }

        void go() {
            index.scan(first, last, (records, at) -> awaited.containsKey(PacketRecord.flowOf(records, at)), this::take, hole -> lost = hole);
            boolean isEndDoubtful = indexEnd.isDoubtful();
            awaited.values().forEach(flow -> flow.end(isEndDoubtful));
        }

        private void take(PacketRow packet) {
            Awaited flow = awaited.get(packet.flow().number());
            if (flow == null) {
                // Behind what its row calls its last.
                return;
            }
            if (flow.replay == null) {
                flow.begin();
                mostAtOnce = Math.max(mostAtOnce, ++atOnce);
            }
            flow.replay.take(packet, lost);
            if (flow.replay.isAtItsLast()) {
                flow.end(false);
                awaited.remove(packet.flow().number());
                atOnce--;
            }
        }
    }

    private void remember(FlowId flow, FlowStatistics statistics) {
        remembered.put(flow, statistics);
        if (remembered.size() > REMEMBERED) {
            remembered.remove(remembered.keySet().iterator().next());
        }
    }
}
