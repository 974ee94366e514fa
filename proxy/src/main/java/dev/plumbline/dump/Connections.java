package dev.plumbline.dump;

import dev.plumbline.correlate.Finding.FlowSeen;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.RelayFact.ConnectionOpened;
import dev.plumbline.fact.Segment;
import dev.plumbline.recording.ImportRecorder;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The connections of a dump that something may still be said about: one for each flow.
 *
 * <p>One that has ended is told of as ended a little later, by the time of the packets, since some of its packets may stand
 * behind its last one.
 *
 * <p>Owned by: the importing thread.
 * <p>Limits: {@link #MOST} connections; beyond, those silent the longest are let go as they are.
 */
final class Connections {
    static final int MOST = 1 << 12;
    /** Ended ones that linger, however slowly time passes. */
    static final int MOST_ENDED = 1 << 10;
    static final long LINGER_NANOS = 500_000_000L;
    /** A clock that was set back must not keep them for ever. */
    private static final long STEP_NANOS = 60_000_000_000L;

    private final ImportRecorder recorder;
    private final Readings readings;
    private final Map<FlowId, DumpedConnection> open = new HashMap<>();
    private final Deque<FlowId> ended = new ArrayDeque<>();
    private final Map<Unread, Long> unread = new TreeMap<>();
    private int count;
    private long exchanges;
    /** Of the packet before; packets of one flow come in bursts. */
    private FlowId latestFlow;
    private DumpedConnection latest;

    Connections(ImportRecorder recorder, Readings readings) {
        this.recorder = recorder;
        this.readings = readings;
    }

    void open(FlowSeen seen) {
        ConnectionId id = new ConnectionId(++count);
        recorder.claim(seen.flow(), new ConnectionOpened(id, Leg.CLIENT, seen.tuple(), id, "", seen.at()));
        open.put(seen.flow(), new DumpedConnection(new ConnectionLog(id, seen.tuple(), recorder), seen.synSeen(), readings, seen.at()));
        if (open.size() > MOST) {
            closeQuietest(seen.at());
        }
    }

    void segment(FlowId flow, Heading heading, long offset, long ackOffset, Sighting sighting, Segment segment, ByteBuffer frame, int index) {
        DumpedConnection connection = flow.equals(latestFlow) ? latest : open.get(flow);
        if (connection == null) {
            return;
        }
        latestFlow = flow;
        latest = connection;
        boolean hadEnded = connection.endedAt() >= 0;
        connection.segment(heading, offset, ackOffset, sighting, segment, frame, index);
        while (readings.held().isOverfull() && open.size() > 1) {
            closeQuietest(segment.at());
        }
        if (!hadEnded && connection.endedAt() >= 0) {
            ended.add(flow);
        }
    }

    /** A segment of it on another interface than the one it is read from. */
    void elsewhere(FlowId flow, Heading heading) {
        DumpedConnection connection = open.get(flow);
        if (connection != null) {
            connection.elsewhere(heading);
        }
    }

    /** Lets those go that ended long enough ago. */
    void closeEnded(long now) {
        while (!ended.isEmpty()) {
            DumpedConnection first = open.get(ended.peekFirst());
            long age = first == null ? LINGER_NANOS : now - first.endedAt();
            if (ended.size() <= MOST_ENDED && age < LINGER_NANOS && age > -STEP_NANOS) {
                return;
            }
            close(ended.removeFirst(), false, now);
        }
    }

    /** The dump is over. */
    void closeAll(long at) {
        List<FlowId> all = new ArrayList<>(open.keySet());
        all.sort(Comparator.comparingInt(FlowId::number));
        all.forEach(flow -> close(flow, true, at));
        ended.clear();
    }

    long count() {
        return count;
    }

    long exchanges() {
        return exchanges;
    }

    /** How many connections were not read, or not to their end, by why. */
    Map<String, Long> unread() {
        Map<String, Long> out = new LinkedHashMap<>();
        unread.forEach((why, n) -> out.put(why.word(), n));
        return out;
    }

    private void closeQuietest(long at) {
        List<Map.Entry<FlowId, DumpedConnection>> all = new ArrayList<>(open.entrySet());
        all.sort(Comparator.comparingLong(each -> each.getValue().lastAt()));
        int count = Math.max(1, all.size() / 8);
        for (Map.Entry<FlowId, DumpedConnection> each : all.subList(0, count)) {
            close(each.getKey(), false, at);
        }
    }

    private void close(FlowId flow, boolean isEnd, long at) {
        DumpedConnection connection = open.remove(flow);
        if (connection == null) {
            return;
        }
        if (connection == latest) {
            latest = null;
            latestFlow = null;
        }
        connection.close(isEnd, at);
        recorder.settle(connection.log.id);
        connection.log.unread().ifPresent(why -> unread.merge(why, 1L, Long::sum));
        exchanges += connection.log.found();
    }
}
