package dev.plumbline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.Segment;
import dev.plumbline.recording.Carrier;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.WireRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LadderTest {
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

    private List<String> ladder(String... options) {
        String[] arguments = new String[options.length + 4];
        System.arraycopy(new String[] {"show", path, "c1.1", "--ladder"}, 0, arguments, 0, 4);
        System.arraycopy(options, 0, arguments, 4, options.length);
        Harness.Outcome outcome = harness.run(arguments);
        assertThat(outcome.err()).isEmpty();
        return outcome.out().lines().toList();
    }

    @Test
    void packetsAndWhatTheProxyDidStandInTimeOrderBetweenThreeLifelines() {
        Stories.paired(recording);
        Stories.foreign(recording);
        assertThat(String.join("\n", ladder())).isEqualTo("""
                c1.1  GET https://example.com/path  200  34.1 ms
                began 2026-11-22 12:00:01.123000

                                   client                               proxy                               origin
                                   127.0.0.1:53122         127.0.0.1:8080 │ 192.0.2.7:40100       198.51.100.4:443
                p1      -0.009100  │─[S] 0───────────────────────────────►│                                      │
                p2      -0.009050  │◄─[S.] 0 ack 1────────────────────────│                                      │
                p3      -0.009000  │─[.] 1 ack 1─────────────────────────►│                                      │
                        · 4.00 ms  ┆                                      ┆                                      ┆
                        -0.005000  │                           TLS begins ●                                      │
                        · 3.00 ms  ┆                                      ┆                                      ┆
                        -0.002000  │                        TLSv1.3 ready ●                                      │
                        · 1.99 ms  ┆                                      ┆                                      ┆
                p4      -0.000014  │━[P.] 1:804 ack 1 request━━━━━━━━━━━━►│                                      │
                        +0.000010  │                             GET read ●                                      │
                        +0.000200  │                                      ● connect                              │
                p5      +0.000250  │◄─[.] 1 ack 804───────────────────────│                                      │
                        +0.000700  │                                      ● connected                            │
                        +0.001450  │                                      ● request written                      │
                p6      +0.001502  │                                      │━[P.] 518:1343 ack 291 request━━━━━━━►│
                        · 8.00 ms  ┆                                      ┆                                      ┆
                p7      +0.009502  │                                      │━[P.] 518:1343 ack 291 request ↻━━━━━►│
                        · 23.5 ms  ┆                                      ┆                                      ┆
                p8      +0.033000  │                                      │◄━[P.] 1:101 ack 1343 response━━━━━━━━│
                        +0.033050  │                                      ● response 200 begins                  │
                        +0.033900  │                                      ● response read whole                  │
                p9      +0.034000  │◄━[P.] 1:121 ack 804 response━━━━━━━━━│                                      │
                        +0.034100  │                   answer 200 written ●                                      │
                        · 56.9 ms  ┆                                      ┆                                      ┆
                p12     +0.091000  │                                      │─[F.] 1343 ack 121───────────────────►│""");
    }

    @Test
    void withoutUnicodeItIsDrawnInAscii() {
        Stories.paired(recording);
        harness.environment.put("LANG", "C");
        List<String> lines = ladder();
        assertThat(lines).allSatisfy(line -> assertThat(line.chars()).allMatch(c -> c >= 0x20 && c < 0x7f));
        assertThat(lines).contains("p4      -0.000014  |=[P.] 1:804 ack 1 request============>|                                      |",
                "p8      +0.033000  |                                      |<=[P.] 1:101 ack 1343 response========|");
    }

    private ExchangeRow bulk(int packets) {
        ExchangeRow row = Rows.get("c1.1").messages(
                new Rows.Message("c1.1", Leg.SERVER, MessageKind.RESPONSE).status(200).ranges(new WireRange(0, packets * 1448L)).packets(1, 2 * packets - 1).segments(packets, 0)).row();
        recording.with(row);
        Stories.connected(recording, Rows.connection(1, Leg.CLIENT, List.of(), List.of()), 1);
        Stories.connected(recording, Rows.connection(2, Leg.SERVER, List.of(), List.of()), 1);
        List<Carrier> carriers = new ArrayList<>();
        recording.carriers.put(row.messages().get(0).key(), carriers);
        for (int i = 0; i < packets; i++) {
            PacketRow packet = Rows.packet(2 * i + 1, 2, Heading.TO_CLIENT, i, i * 1448L, 100, Segment.ACK, 1448);
            carriers.add(new Carrier(packet, new WireRange(i * 1448L, (i + 1) * 1448L), false));
            Stories.seen(recording, packet);
            Stories.seen(recording, Rows.packet(2 * i + 2, 2, Heading.TO_SERVER, i, 100, (i + 1) * 1448L, Segment.ACK, 0));
        }
        return row;
    }

    @Test
    void aLongRunIsToldInOneLineAHeadingUnlessAllOfItIsWanted() {
        bulk(5000);
        assertThat(ladder()).containsSubsequence(
                "p1      +0.000000  │                                      │◄━[.] 1:1449 ack 101 response━━━━━━━━━│",
                "                   │                                      │← … 4,998 more segments, 7.2 MB       │",
                "                   │                                      │→ … 4,999 more ACKs                   │",
                "p9999   +0.004999  │                                      │◄━[.] 7238553:7240001 response━━━━━━━━│").hasSize(13);
        assertThat(ladder("--all")).filteredOn(line -> line.startsWith("p")).hasSize(9999);
        assertThat(ladder("--json")).filteredOn(line -> line.contains("\"own\":true")).hasSize(5000);
    }

    @Test
    void whatCameAgainIsNeverFolded() {
        bulk(100);
        Stories.seen(recording, Stories.again(Rows.packet(101, 2, Heading.TO_CLIENT, 50, 50 * 1448L, 100, Segment.ACK, 1448)));
        assertThat(ladder()).anyMatch(line -> line.startsWith("p101 ") && line.contains("response ↻━"));
    }

    @Test
    void noLineIsWiderThanAHundredColumnsWhateverTheNumbers() {
        ExchangeRow row = bulk(3);
        Stories.seen(recording, Rows.packet(3, 2, Heading.TO_CLIENT, 1, 900_000_000_000L, 800_000_000_000L, Segment.ACK | Segment.PSH, 65_535));
        assertThat(ladder()).allMatch(line -> Columns.of(line) <= 100);
        recording.exchanges.set(0, Rows.get("c1.1").failure("x\033[2J".repeat(40)).messages().row());
        assertThat(ladder()).allSatisfy(line -> assertThat(line).doesNotContain("\033"));
        assertThat(row.messages()).hasSize(1);
    }

    @Test
    void aRecordingWithOneLegHasTwoLifelines() {
        recording.imported = "web.pcap";
        recording.with(Rows.get("c1.1").onOneLeg().timing(Stories.timing()).row());
        Stories.connected(recording, Rows.connection(1, Leg.CLIENT, List.of(), List.of()), 1);
        List<String> lines = ladder();
        assertThat(lines).contains("                   client                                              origin");
        assertThat(lines).allMatch(line -> Columns.of(line) <= 100).noneMatch(line -> line.contains("●"));
        assertThat(harness.run("show", path, "c1.1").out()).contains("        fin by client\n").doesNotContain("by us", "proxy", "\ntiming ");
        assertThat(harness.run("connections", path).out()).contains(" fin by client ");
    }

    @Test
    void whatWentOnTowardsAnOriginThatWasNeverReachedIsOnTheOneLaneThereIs() {
        recording.with(Rows.get("c1.1").timing(Stories.timing()).failure("refused").byProxy().row());
        assertThat(ladder()).anyMatch(line -> line.matches(".* connected ●"));
    }

    @Test
    void asJsonEachStepIsAnObject() {
        Stories.paired(recording);
        assertThat(ladder("--json")).contains(
                "{\"at\":\"2026-11-22T12:00:01.123700000Z\",\"sinceStartNanos\":700000,\"leg\":\"server\",\"event\":\"connected\",\"packet\":null}")
                .anyMatch(line -> line.contains("\"packet\":\"p7\"") && line.contains("\"own\":true,\"again\":true"));
    }
}
