package dev.plumbline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.analyze.Part;
import dev.plumbline.analyze.Reuse;
import dev.plumbline.analyze.Severity;
import dev.plumbline.analyze.Source;
import dev.plumbline.analyze.TimeSplit;
import dev.plumbline.correlate.Coverage;
import dev.plumbline.correlate.Coverage.Reason;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.recording.ExchangeAnalysis;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Leg;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatsTest {
    @TempDir
    Path directory;

    private Harness harness;
    private FakeRecording recording;
    private String path;

    @BeforeEach
    void anEmptyRecording() throws IOException {
        harness = new Harness(directory);
        recording = harness.recording("rec");
        path = directory.resolve("rec").toString();
    }

    /** An exchange of so many milliseconds, of which the origin took all but two. */
    private void exchange(String id, String authority, int millis, boolean isNew) {
        recording.with(Rows.get(id).authority(authority).took(millis * 1000L).row());
        long start = Rows.at(0);
        long end = Rows.at(millis * 1000L);
        TimeSplit split = new TimeSplit(start, end, List.of(
                new TimeSplit.Slice(Part.PROXY, Optional.empty(), start, start + 2_000_000, Source.SOCKETS, Optional.empty(), List.of()),
                new TimeSplit.Slice(Part.ORIGIN, Optional.of(Leg.SERVER), start + 2_000_000, end, Source.PACKETS, Optional.empty(), List.of())), List.of(), List.of());
        Reuse reuse = new Reuse(Leg.SERVER, new ConnectionId(2), isNew ? Optional.empty() : Optional.of(Rows.id("c1.1")), isNew ? -1 : 0,
                isNew ? Optional.of(Reuse.WhyNew.first()) : Optional.empty());
        Optional<Diagnosis> slow = millis < 100 ? Optional.empty()
                : Optional.of(new Diagnosis(Severity.WARN, Diagnosis.Code.SLOW_ORIGIN, Optional.of(Leg.SERVER), "slow", List.of(), Source.PACKETS));
        recording.analyses.put(Rows.id(id), new ExchangeAnalysis(Rows.id(id), Optional.of(split), slow, List.of(), List.of(), Optional.empty(), Optional.of(reuse), List.of()));
    }

    @Test
    void theTableFitsANarrowTerminal() {
        exchange("c1.1", "example.com", 200, true);
        harness.terminal = true;
        harness.environment.put("NO_COLOR", "1");
        harness.width = 80;
        assertThat(harness.run("stats", path).out().lines().filter(line -> line.contains("p50") || line.contains("duration"))).isNotEmpty()
                .allMatch(line -> Columns.of(line) <= 80);
    }

    @Test
    void hostsAndAllOfThemAreSummedUp() {
        for (int i = 1; i <= 100; i++) {
            exchange("c1." + i, i <= 90 ? "Example.com" : "other.example", i + 2, i == 1);
        }
        recording.with(Rows.get("c3.1").role(Role.INTERCEPTED_CONNECT).row(), Rows.get("c3.2").failure("refused").goingOn().row(), Rows.get("c3.3").role(Role.TUNNEL).row());
        Stories.connected(recording, Rows.connection(1, Leg.CLIENT, List.of(), List.of()), 1);
        Stories.connected(recording, Rows.connection(2, Leg.SERVER, List.of(), List.of()), 1);
        recording.statistics.put(new FlowId(2), Rows.statistics(3));
        Harness.Outcome outcome = harness.run("stats", path);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).startsWith("""
                all hosts  2026-11-22 12:00:01.123000 to 2026-11-22 12:00:01.225000
                  client side  1 connection, none with packets
                  server side  1 connection; retransmitted by the proxy 3 (25.00 %), by the origin 0
                  exchanges    102, 1 failed, 1 tunnel, 1 still going on
                  octets       10.2 kB to servers, 10.2 kB to clients
                  client leg   306 segments carried them, 0 again
                  server leg   1 on new connections, 99 on used ones; 408 segments carried them, 102 (20.00 %) again
                  diagnosis    slow-origin 3
                                               p50       p90       p95       p99       max        of
                  duration                 52.0 ms   92.0 ms   97.0 ms    101 ms    102 ms       100
                    origin                 50.0 ms   90.0 ms   95.0 ms   99.0 ms    100 ms       100
                    proxy                  2.00 ms   2.00 ms   2.00 ms   2.00 ms   2.00 ms       100

                example.com
                  exchanges    92, 1 failed, 1 tunnel, 1 still going on
                """).contains("\nother.example\n  exchanges    10, none failed\n");
    }

    @Test
    void segmentsThatNobodySawAreNotCountedAsNone() {
        recording.with(Rows.get("c1.1").messages(
                new Rows.Message("c1.1", Leg.CLIENT, MessageKind.REQUEST).coverage(Coverage.NONE, Reason.CAPTURE_OFF).segments(0, 0),
                new Rows.Message("c1.1", Leg.CLIENT, MessageKind.RESPONSE).coverage(Coverage.NONE, Reason.CAPTURE_OFF).segments(0, 0),
                new Rows.Message("c1.1", Leg.SERVER, MessageKind.REQUEST).segments(1, 0),
                new Rows.Message("c1.1", Leg.SERVER, MessageKind.RESPONSE).coverage(Coverage.PARTIAL, Reason.DROPPED).segments(3, 1)).row());
        assertThat(harness.run("stats", path).out())
                .contains("\n  client leg   no packets\n", "\n  server leg   4 segments carried them, 1 (20.00 %) again; 1 of 2 messages not seen whole\n");
        assertThat(harness.run("stats", "--json", path).out())
                .contains("\"client\":{\"onNew\":0,\"onReused\":0,\"segments\":0,\"again\":0,\"messages\":2,\"notSeenWhole\":2}", "\"messages\":2,\"notSeenWhole\":1}");
    }

    @Test
    void asJsonItIsOneObject() throws IOException {
        exchange("c1.1", "example.com", 34, true);
        String out = harness.run("stats", "--json", path).out();
        assertThat(out).hasLineCount(1).contains("\"overall\":{\"exchanges\":1,\"failures\":0,", "\"hosts\":[{\"host\":\"example.com\",\"exchanges\":1",
                "\"durationMicros\":{\"count\":1,\"p50\":34000,\"p90\":34000,\"p95\":34000,\"p99\":34000,\"max\":34000,\"mean\":34000}",
                "\"partsMicros\":{\"origin\":{\"count\":1,\"p50\":32000", "\"segmentsToServer\":null");
        try (JsonParser parser = new JsonFactory().createParser(out)) {
            int objects = 0;
            while (parser.nextToken() != null) {
                objects++;
            }
            assertThat(objects).isPositive();
        }
    }

    @Test
    void whatWasCountedInPartIsToldSo() {
        exchange("c1.1", "example.com", 34, true);
        Stories.connected(recording, Rows.connection(2, Leg.SERVER, List.of(), List.of()), 1);
        recording.statistics.put(new FlowId(2), Rows.statistics(3).inPart());
        assertThat(harness.run("stats", path).out())
                .contains("retransmitted by the proxy 3 (25.00 %), by the origin 0; 1 counted in part: records of packets are missing from the index\n");
        assertThat(harness.run("stats", "--json", path).out()).contains("\"measured\":1,\"measuredInPart\":1,", "\"measured\":0,\"measuredInPart\":0,");
    }

    @Test
    void beyondTheLimitHostsAreCountedAsOne() {
        for (int i = 1; i <= RecordingStatistics.MOST_HOSTS + 5; i++) {
            exchange("c1." + i, "h" + i + ".example", 10, true);
        }
        String all = harness.run("stats", "--all", path).out();
        assertThat(all).contains("\nh200.example\n", "\nall others  beyond the first 200 hosts\n  exchanges    5, none failed\n").doesNotContain("h201.example");
        assertThat(harness.run("stats", path).out()).endsWith("\n… 190 more hosts and all others (--all shows them)\n");
        assertThat(harness.run("stats", "--json", path).out()).contains("}],\"others\":{\"exchanges\":5,");
    }

    @Test
    void aHostMayBeCalledAsItLikes() {
        for (String name : new String[] {"(others)", "all others", ""}) {
            exchange("c1." + (1 + recording.exchanges.size()), name, 10, true);
        }
        assertThat(harness.run("stats", path).out()).contains("\n(others)\n", "\nall others\n", "\n(no host)\n").doesNotContain("beyond");
        assertThat(harness.run("stats", "--json", path).out()).contains("\"host\":\"(others)\"").doesNotContain("\"others\"");
    }

    @Test
    void anEmptyRecordingSaysSo() {
        assertThat(harness.run("stats", path)).isEqualTo(new Harness.Outcome(0, "", "plumbline: no exchanges in " + path + "\n"));
        assertThat(harness.run("stats", "--json", path).out()).contains("\"exchanges\":0", "\"p50\":null", "\"firstAt\":null");
    }

    @Test
    void aHostileHostNameReachesTheTerminalAsText() {
        exchange("c1.1", "x\033[2J\n.example", 10, true);
        assertThat(harness.run("stats", path).out()).contains("x\\x1b[2j\\x0a.example").doesNotContain("\033");
    }
}
