package dev.plumbline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacketsTest {
    @TempDir
    Path directory;

    private Harness harness;
    private FakeRecording recording;
    private String path;

    @BeforeEach
    void onePairedExchangeAndAForeignFlow() throws IOException {
        harness = new Harness(directory);
        recording = harness.recording("rec");
        path = directory.resolve("rec").toString();
        Stories.paired(recording);
        Stories.foreign(recording);
    }

    @Test
    void everySegmentIsALineWithWhatItCarried() {
        Harness.Outcome outcome = harness.run("packets", path);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).isEqualTo("""
                12:00:01.113900000 p1       client  127.0.0.1:53122 > 127.0.0.1:8080: Flags [S], seq 0, win 502, length 0
                12:00:01.113950000 p2       client  127.0.0.1:8080 > 127.0.0.1:53122: Flags [S.], seq 0, ack 1, win 502, length 0
                12:00:01.114000000 p3       client  127.0.0.1:53122 > 127.0.0.1:8080: Flags [.], ack 1, win 502 unscaled, length 0
                12:00:01.122986000 p4       client  127.0.0.1:53122 > 127.0.0.1:8080: Flags [P.], seq 1:804, ack 1, win 502 unscaled, length 803  c1.1 request client
                12:00:01.123250000 p5       client  127.0.0.1:8080 > 127.0.0.1:53122: Flags [.], ack 804, win 502 unscaled, length 0
                12:00:01.124502000 p6       server  192.0.2.7:40100 > 198.51.100.4:443: Flags [P.], seq 518:1343, ack 291, win 502 unscaled, length 825  c1.1 request server
                12:00:01.132502000 p7       server  192.0.2.7:40100 > 198.51.100.4:443: Flags [P.], seq 518:1343, ack 291, win 502 unscaled, length 825  c1.1 request server (again)
                12:00:01.156000000 p8       server  198.51.100.4:443 > 192.0.2.7:40100: Flags [P.], seq 1:101, ack 1343, win 502 unscaled, length 100  c1.1 response server
                12:00:01.157000000 p9       client  127.0.0.1:8080 > 127.0.0.1:53122: Flags [P.], seq 1:121, ack 804, win 502 unscaled, length 120  c1.1 response client
                12:00:01.163000000 p10      foreign 192.0.2.7:40200 > 198.51.100.9:5432: Flags [S], seq 0, win 502, length 0
                12:00:01.163100000 p11      foreign 198.51.100.9:5432 > 192.0.2.7:40200: Flags [R.], seq 1, ack 1, win 502 unscaled, length 0
                12:00:01.214000000 p12      server  192.0.2.7:40100 > 198.51.100.4:443: Flags [F.], seq 1343, ack 121, win 502 unscaled, length 0
                """);
    }

    @ParameterizedTest
    @CsvSource({"c1.1, 4 5 6 7 8 9", "c1, 1 2 3 4 5 9", "c2, 6 7 8 12", "f9, 10 11"})
    void aPartIsNamedByExchangeConnectionOrFlow(String id, String packets) {
        String printed = String.join(" ", harness.run("packets", "--id", id, path).out().lines().map(line -> line.split(" +")[1].substring(1)).toList());
        assertThat(printed).isEqualTo(packets);
    }

    @Test
    void whatCameAgainAfterTheMessageWasSettledBelongsToItsExchangeToo() {
        Stories.carried(recording, recording.exchanges.get(0), Leg.CLIENT, MessageKind.REQUEST,
                Stories.again(Rows.packet(13, 1, Heading.TO_SERVER, 95_000, 0, 0, Segment.ACK, 803)));
        assertThat(harness.run("packets", "--id", "c1.1", path).out()).endsWith("c1.1 request client (again)\n").contains(" p13 ");
        assertThat(harness.run("show", "--ladder", path, "c1.1").out()).contains("\np13 ");
    }

    @Test
    void whatIsNotThereIsOneLine() {
        assertThat(harness.run("packets", path, "--id", "c9.9")).isEqualTo(
                new Harness.Outcome(1, "", "plumbline: no exchange c9.9 in " + path + ": it has 1 exchange, c1.1 to c1.1\n"));
        assertThat(harness.run("packets", path, "--id", "c7")).isEqualTo(
                new Harness.Outcome(1, "", "plumbline: no connection c7 in " + path + ": it has 2 connections, c1 to c2\n"));
        assertThat(harness.run("packets", path, "--id", "f7")).isEqualTo(new Harness.Outcome(1, "", "plumbline: no flow f7 in " + path + "\n"));
        assertThat(harness.run("packets", path, "--id", "x")).isEqualTo(new Harness.Outcome(2, "",
                "plumbline: --id: expected the id of an exchange, a connection or a flow, such as c1.2, c3 or f7, got 'x' (see plumbline packets --help)\n"));
        recording.packets.clear();
        assertThat(harness.run("packets", path)).isEqualTo(new Harness.Outcome(0, "", "plumbline: no packets in " + path + "\n"));
    }

    @Test
    void asJsonEachSegmentIsAnObject() throws IOException {
        String out = harness.run("packets", "--json", path).out();
        assertThat(out).hasLineCount(12).contains("""
                {"packet":"p7","at":"2026-11-22T12:00:01.132502000Z","flow":"f2","connections":[{"id":"c2","leg":"server"}],"source":"192.0.2.7:40100",\
                "destination":"198.51.100.4:443","heading":"to-server","flags":"P.","seq":518,"ack":291,"length":825,"window":502,"windowScaled":null,"sighting":"repeat",\
                "carried":[{"exchange":"c1.1","leg":"server","message":"request","status":null,"wireRanges":[[517,1342]]}]}
                """, "\"connections\":[],\"source\":\"192.0.2.7:40200\"");
        for (String line : out.lines().toList()) {
            assertThat(ExchangeJsonTest.flat(line)).containsKeys("packet", "carried");
        }
    }

    @ParameterizedTest
    @CsvSource({"0, none", "0x02, S", "0x12, S.", "0x10, .", "0x18, P.", "0x11, F.", "0x14, R.", "0x04, R", "0xd2, S.EW", "0x38, P.U"})
    void flagsAreThoseOfTcpdump(String bits, String words) {
        assertThat(PacketLine.flags(Integer.decode(bits))).isEqualTo(words);
    }

    @Test
    void aWindowIsScaledWhereBothSynsWereSeenAndOfferedIt() {
        recording.statistics.put(new FlowId(1), Rows.statistics(0));
        List<String> lines = harness.run("packets", path, "--id", "c1").out().lines().toList();
        assertThat(lines.get(0)).contains("Flags [S]", "win 502,");
        assertThat(lines.get(2)).contains("Flags [.]", "win 64256,");
        assertThat(harness.run("packets", "--json", path, "--id", "c1").out()).contains("\"window\":502,\"windowScaled\":502", "\"window\":502,\"windowScaled\":64256");
    }

    @Test
    void aLongRecordingIsPrintedWhole() {
        for (int i = 0; i < 5000; i++) {
            Stories.seen(recording, Rows.packet(13 + i, 9, Heading.TO_SERVER, 50_000 + i, i, 0, Segment.ACK, 1));
        }
        assertThat(harness.run("packets", path).out()).hasLineCount(5012);
    }
}
