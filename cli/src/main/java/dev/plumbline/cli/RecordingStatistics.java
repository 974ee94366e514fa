package dev.plumbline.cli;

import dev.plumbline.analyze.FlowStatistics;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.recording.ConnectionRow;
import dev.plumbline.recording.ExchangeAnalysis;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a whole recording amounts to, by host and overall: one walk over its exchanges, one over its connections.
 *
 * <p>Owned by: one thread, the recording's.
 * <p>Limits: {@value #MOST_HOSTS} hosts, the first that occur; all others are counted as one.
 */
final class RecordingStatistics {
    static final int MOST_HOSTS = 200;
    static final String OTHERS = "(others)";

    private final HostStatistics overall = new HostStatistics("");
    private final Map<String, HostStatistics> hosts = new LinkedHashMap<>();
    private final Map<Leg, Connections> connections = new EnumMap<>(Leg.class);
    private long firstAt = -1;
    private long lastAt = -1;

    /** The connections of one leg. */
    static final class Connections {
        private long opened;
        private long measured;
        private long measuredInPart;
        private final long[] segments = new long[2];
        private final long[] retransmissions = new long[2];

        long opened() {
            return opened;
        }

        /** Those whose segments are known. */
        long measured() {
            return measured;
        }

        /** Those of them of which records are missing, so that they had more segments than are counted. */
        long measuredInPart() {
            return measuredInPart;
        }

        long segments(Heading heading) {
            return segments[heading.ordinal()];
        }

        long retransmissions(Heading heading) {
            return retransmissions[heading.ordinal()];
        }

        private void add(FlowStatistics flow) {
            measured++;
            measuredInPart += flow.whole() ? 0 : 1;
            segments[Heading.TO_SERVER.ordinal()] += flow.toServer().segments();
            segments[Heading.TO_CLIENT.ordinal()] += flow.toClient().segments();
            retransmissions[Heading.TO_SERVER.ordinal()] += flow.toServer().retransmissions();
            retransmissions[Heading.TO_CLIENT.ordinal()] += flow.toClient().retransmissions();
        }
    }

    private RecordingStatistics() {
        for (Leg leg : Leg.values()) {
            connections.put(leg, new Connections());
        }
    }

    static RecordingStatistics of(Recording recording) {
        RecordingStatistics made = new RecordingStatistics();
        recording.exchanges(row -> {
            if (row.role() != Role.INTERCEPTED_CONNECT) {
                made.add(row, recording.analysis(row));
            }
        });
        recording.connections(row -> made.add(recording, row));
        return made;
    }

    private void add(ExchangeRow row, ExchangeAnalysis analysis) {
        firstAt = firstAt < 0 ? row.beganAt() : Math.min(firstAt, row.beganAt());
        lastAt = Math.max(lastAt, Math.max(row.beganAt(), row.endedAt()));
        overall.add(row, analysis);
        host(row.authority().toLowerCase(Locale.ROOT)).add(row, analysis);
    }

    private HostStatistics host(String name) {
        HostStatistics known = hosts.get(name);
        if (known != null) {
            return known;
        }
        if (hosts.size() < MOST_HOSTS) {
            return hosts.computeIfAbsent(name, HostStatistics::new);
        }
        return hosts.computeIfAbsent(OTHERS, HostStatistics::new);
    }

    private void add(Recording recording, ConnectionRow row) {
        connections.get(row.leg()).opened++;
        row.flow().flatMap(recording::statistics).ifPresent(connections.get(row.leg())::add);
    }

    HostStatistics overall() {
        return overall;
    }

    /** Those with most exchanges first; {@link #OTHERS} last. */
    List<HostStatistics> hosts() {
        List<HostStatistics> all = new ArrayList<>(hosts.values());
        all.sort(Comparator.comparing((HostStatistics each) -> each.host().equals(OTHERS)).thenComparing(Comparator.comparingLong(HostStatistics::exchanges).reversed()));
        return all;
    }

    Connections connections(Leg leg) {
        return connections.get(leg);
    }

    /** When the first exchange began; −1 without exchanges. */
    long firstAt() {
        return firstAt;
    }

    /** The last that is known of any exchange. */
    long lastAt() {
        return lastAt;
    }
}
