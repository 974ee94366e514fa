package dev.plumbline.recording;

import dev.plumbline.analyze.FlowStatistics;
import dev.plumbline.wire.FlowId;
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
 * <p>Limits: {@value #AT_ONCE} flows a walk, as costly as {@link AnnotationLedger} says; the statistics of {@value #REMEMBERED} are remembered.
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

    private void walk(FlowId flow) {
        List<Integer> ids = new ArrayList<>();
        database.each(UP_TO, r -> r.getInt(1), ids::add, flow.number());
        database.each(BEYOND, r -> r.getInt(1), ids::add, flow.number());
        ids.removeAll(remembered.keySet());
        long first = Long.MAX_VALUE;
        long last = 0;
        Map<Integer, FlowReplay> replays = new HashMap<>();
        for (int id : ids) {
            FlowRow row = connections.flow(new FlowId(id)).orElseThrow();
            OptionalLong end = connections.lastPacket(row.id());
            first = Math.min(first, row.firstPacket().number());
            last = Math.max(last, end.orElse(Long.MAX_VALUE));
            replays.put(id, new FlowReplay(row, end, syns.of(row.id()), annotation -> { }));
        }
        long[] lost = {0};
        index.scan(first, last, (records, at) -> replays.containsKey(PacketRecord.flowOf(records, at)),
                row -> replays.get(row.flow().number()).take(row, lost[0]), hole -> lost[0] = hole);
        walks++;
        boolean isEndDoubtful = indexEnd.isDoubtful();
        // The one asked for is the last to be forgotten.
        for (int i = ids.size() - 1; i >= 0; i--) {
            FlowReplay replay = replays.get(ids.get(i));
            replay.end(lost[0], isEndDoubtful);
            remember(ids.get(i), replay.statistics());
        }
    }

    private void remember(int flow, FlowStatistics statistics) {
        remembered.put(flow, statistics);
        if (remembered.size() > REMEMBERED) {
            remembered.remove(remembered.keySet().iterator().next());
        }
    }
}
