package dev.plumbline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.AnnotationCode;
import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.analyze.Part;
import dev.plumbline.analyze.Reuse;
import dev.plumbline.analyze.Severity;
import dev.plumbline.analyze.Source;
import dev.plumbline.analyze.TimeSplit;
import dev.plumbline.correlate.Coverage;
import dev.plumbline.correlate.Coverage.Reason;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.Segment;
import dev.plumbline.recording.ExchangeAnalysis;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShowTest {
    private static final String HEADS_AND_SEGMENTS = """
            c1.1  GET https://example.com/path  200  34.1 ms
            began 2026-11-22 12:00:01.123000

            GET /path HTTP/1.1
            Host: example.com
            Proxy-Connection: keep-alive
              not to the origin: Proxy-Connection: keep-alive

            HTTP/1.1 200 OK
            Content-Type: text/plain

            packet  time       leg       flags        seq   ack  len  carried
            p1      -0.009100  client →  [SYN]          0     -    0  handshake SYN
            p2      -0.009050  client ←  [SYN, ACK]     0     1    0  handshake SYN+ACK
            p3      -0.009000  client →  [ACK]          1     1    0  handshake ACK
            p4      -0.000014  client →  [PSH, ACK]     1     1  803  c1.1 request
            p6      +0.001502  server →  [PSH, ACK]   518   291  825  c1.1 request
            p7      +0.009502  server →  [PSH, ACK]   518   291  825  c1.1 request (again)
            p8      +0.033000  server ←  [PSH, ACK]     1  1343  100  c1.1 response
            p9      +0.034000  client ←  [PSH, ACK]     1   804  120  c1.1 response
            p12     +0.091000  server →  [FIN, ACK]  1343   121    0  close

            """;
    private static final String LEGS_AND_TIMING = """
            client  c1  127.0.0.1:53122 → 127.0.0.1:8080  f1  exchange 1 on it
                    TLSv1.3 TLS_AES_128_GCM_SHA256, ALPN http/1.1, SNI example.com, full handshake
                    closed by the peer, on the wire FIN by the initiator
                    rtt 41 µs, 1 retransmission of ours (kernel's count, whole connection)
                    request          complete, 803 octets on the wire in 1 segment
                    response         complete, 120 octets on the wire in 1 segment

            server  c2  192.0.2.7:40100 → 198.51.100.4:443  f2  exchange 1 on it
                    TLSv1.3 TLS_AES_128_GCM_SHA256, ALPN http/1.1, SNI example.com, full handshake, CN=example.com by R11
                    closed by the peer, on the wire FIN by the initiator
                    rtt 41 µs, 1 retransmission of ours (kernel's count, whole connection)
                    request          complete, 825 octets on the wire in 1 segment, 1 again
                    response         partial (dropped), 120 octets on the wire in 1 segment; missing seq 101 to 120

            timing            from       for
              client sends    +0.000000  0.01 ms
              connect         +0.000200  0.50 ms
              send            +0.001400  0.05 ms
              wait            +0.001450  31.6 ms
              receive         +0.033050  0.85 ms
              client receives +0.033950  0.15 ms

            response content  12 B, text/plain
              hello    world\\x1b
            """;

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

    private ExchangeRow paired() {
        return Stories.paired(recording);
    }

    @Test
    void anExchangeIsShownWithTheSegmentsOfBothLegs() {
        paired();
        Harness.Outcome outcome = harness.run("show", path, "c1.1");
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).isEqualTo(HEADS_AND_SEGMENTS + LEGS_AND_TIMING);
    }

    @Test
    void onAWideTerminalTheHeadsStandBesideTheSegments() {
        paired();
        harness.terminal = true;
        harness.width = 160;
        harness.environment.put("NO_COLOR", "1");
        List<String> lines = harness.run("show", path, "c1.1").out().lines().toList();
        assertThat(lines).contains("GET /path HTTP/1.1                                 packet  time       leg       flags        seq   ack  len  carried");
        assertThat(lines).anyMatch(line -> line.startsWith("Host: example.com ") && line.endsWith("handshake SYN"));
        assertThat(lines).allMatch(line -> line.length() <= 160);
    }

    @Test
    void bareAcknowledgementsAreShownOnlyWhenAskedFor() {
        paired();
        assertThat(harness.run("show", path, "c1.1").out()).doesNotContain("\np5 ");
        assertThat(harness.run("show", "--acks", path, "c1.1").out()).contains("\np5      +0.000250  client ←  [ACK]          1   804    0\n");
    }

    @Test
    void aLongTableIsCutInItsMiddleUnlessAllOfItIsWanted() {
        ExchangeRow row = Rows.get("c1.1").row();
        recording.with(row);
        for (int i = 0; i < 500; i++) {
            Stories.carried(recording, row, Leg.SERVER, MessageKind.RESPONSE, Rows.packet(i + 1, 2, Heading.TO_CLIENT, i, i * 1448L, 100, Segment.ACK, 1448));
        }
        String out = harness.run("show", path, "c1.1").out();
        assertThat(out).contains("\np40 ", "\n… 440 segments left out, --all shows them\n", "\np481 ", "\np500 ").doesNotContain("\np41 ", "\np480 ");
        assertThat(rows("--all")).hasSize(500).isEqualTo(rows("--all-segments"));
        assertThat(harness.run("show", "--json", path, "c1.1").out().split("\\{\"packet\":")).as("JSON is always whole").hasSize(501);
    }

    @ParameterizedTest
    @CsvSource({"60,60", "61,61", "62,60", "63,60"})
    void aTableIsCutOnlyWhereThatSavesMoreThanALine(int segments, int shown) {
        ExchangeRow row = Rows.get("c1.1").row();
        recording.with(row);
        for (int i = 0; i < segments; i++) {
            Stories.carried(recording, row, Leg.SERVER, MessageKind.RESPONSE, Rows.packet(i + 1, 2, Heading.TO_CLIENT, i, i * 1448L, 100, Segment.ACK, 1448));
        }
        assertThat(rows()).hasSize(shown).first().asString().startsWith("p1 ");
        assertThat(rows()).last().asString().startsWith("p" + segments + " ");
        assertThat(harness.run("show", path, "c1.1").out().contains((segments - 60) + " segments left out")).isEqualTo(segments != shown);
    }

    private List<String> rows(String... options) {
        List<String> words = new ArrayList<>(List.of("show"));
        words.addAll(List.of(options));
        words.addAll(List.of(path, "c1.1"));
        return harness.run(words.toArray(String[]::new)).out().lines().filter(line -> line.matches("p\\d+ .*")).toList();
    }

    @Test
    void anExchangeWithoutPacketsSaysWhy() {
        recording.with(Rows.get("c1.1").failure("origin refused the connection to 198.51.100.4:443").status(502).byProxy().messages(
                new Rows.Message("c1.1", Leg.CLIENT, MessageKind.REQUEST).coverage(Coverage.NONE, Reason.CAPTURE_OFF)).row());
        String out = harness.run("show", path, "c1.1").out();
        assertThat(harness.run("show", "--ladder", path, "c1.1").out()).endsWith("\nno packets: capture-off\n");
        assertThat(out).contains("failed: origin refused the connection to 198.51.100.4:443 (origin-refused)\n", "\nno packets: capture-off\n", "answered by the proxy",
                "\nclient  c1  (the recording lost this connection)\n", "request          none (capture-off), 0 octets on the wire\n");
    }

    @Test
    void aConnectThatWasRefusedLedToNoTunnel() {
        recording.with(Rows.get("c1.1").role(Role.TUNNEL).method("CONNECT").status(502).byProxy().row(), Rows.get("c3.1").role(Role.TUNNEL).method("CONNECT").row());
        assertThat(harness.run("show", path, "c1.1").out()).contains(", answered by the proxy\n").doesNotContain("tunnel");
        assertThat(harness.run("show", path, "c3.1").out()).contains(", tunnel");
        assertThat(harness.run("stats", path).out()).contains("  exchanges    2, none failed, 1 tunnel\n");
    }

    @Test
    void octetsThatNeverLeftAreNotCalledOnTheWire() {
        recording.with(Rows.get("c1.1").messages(new Rows.Message("c1.1", Leg.CLIENT, MessageKind.RESPONSE).coverage(Coverage.NONE, Reason.UNSENT)).row());
        assertThat(harness.run("show", path, "c1.1").out()).containsPattern("response +none \\(unsent\\), \\d+ octets to be sent\n");
    }

    @Test
    void segmentsWithoutARecordInTheIndexAreCounted() {
        String some = "4 segments that carried it not shown: the records are missing from the index\n";
        paired();
        assertThat(harness.run("show", path, "c1.1").out()).doesNotContain("not shown");
        recording.carriers.clear();
        assertThat(harness.run("show", path, "c1.1").out()).contains("handshake SYN", some);
        assertThat(harness.run("show", "--ladder", path, "c1.1").out()).endsWith(some);
        recording.packets.clear();
        assertThat(harness.run("show", path, "c1.1").out()).contains("\n\n" + some);
    }

    @Test
    void reuseOfALegIsCountedAndItsHandshakeBelongsToTheFirst() {
        paired();
        recording.with(Rows.get("c1.2").row(), Rows.get("c1.3").row());
        assertThat(harness.run("show", path, "c1.3").out()).contains("exchange 3 on it").doesNotContain("handshake SYN").contains("close");
        assertThat(harness.run("show", path, "c1.1").out()).contains("handshake SYN").doesNotContain("  close\n");
    }

    /** The preview is cut by octets: wherever it falls, no character is torn and the rest stays the text it is. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void aPreviewOfLongTextBeyondAsciiIsThatText(int shift) {
        String text = "x".repeat(shift) + "\u65e5\u672c\ud83d\ude00\u00e9".repeat(2_000);
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        ExchangeRow row = new Rows.Exchange("c1.1").messages(
                new Rows.Message("c1.1", Leg.SERVER, MessageKind.RESPONSE).head("HTTP/1.1 200 OK\nContent-Type: text/plain\n\n").content(octets.length, octets.length)).row();
        recording.with(row);
        recording.contents.put(new MessageKey(row.id(), Leg.SERVER, MessageKind.RESPONSE), octets);
        assertThat(harness.run("show", path, "c1.1").out()).contains("  " + text.substring(0, 40));
    }

    @Test
    void hostileHeadsAndContentReachTheTerminalAsText() {
        ExchangeRow row = Rows.get("c1.1").messages(
                new Rows.Message("c1.1", Leg.CLIENT, MessageKind.REQUEST).head("GET / HTTP/1.1\nX: \033]0;owned\007\u009b2J\n\n").content(30, 30)).row();
        recording.with(row);
        recording.contents.put(new MessageKey(row.id(), Leg.CLIENT, MessageKind.REQUEST), "a\u202eb\r\033[1A\n".getBytes(StandardCharsets.UTF_8));
        String out = harness.run("show", path, "c1.1").out();
        assertThat(out).contains("X: \\x1b]0;owned\\x07\\x9b2J", "a\\xe2\\x80\\xaeb");
        assertThat(out.chars()).noneMatch(c -> c < 0x20 && c != '\n' || c >= 0x7f && c < 0xa0 || c == 0x202e);
    }

    @Test
    void codedContentIsNamedAndNotDecoded() {
        ExchangeRow row = Rows.get("c1.1").messages(
                new Rows.Message("c1.1", Leg.SERVER, MessageKind.RESPONSE).head("HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Type: text/html\n\n").content(900, 900)).row();
        recording.with(row);
        assertThat(harness.run("show", path, "c1.1").out()).contains("response content  900 B, text/html\n  (gzip-coded; 'export --har' has it decoded)\n");
    }

    @Test
    void asJsonItIsOneObjectWithHeadsConnectionsTimingAndSegments() throws IOException {
        paired();
        String line = harness.run("show", "--json", path, "c1.1").out();
        assertThat(line).hasLineCount(1);
        assertThat(ExchangeJsonTest.flat(line.strip())).containsEntry("id", "c1.1").containsEntry("segments", "START_ARRAY").containsEntry("connections", "START_ARRAY");
        assertThat(line).contains("""
                {"packet":"p7","at":"2026-11-22T12:00:01.132502000Z","sinceStartNanos":9502000,"leg":"server","heading":"to-server","flags":"[PSH, ACK]",\
                "seq":518,"ack":291,"length":825,"role":null,"carried":[{"message":"request","wireRanges":[[517,1342]],"repeat":true}]}""",
                "\"handshake\":[\"p1\",\"p2\",\"p3\"]", "\"heads\":[{\"leg\":\"client\",\"message\":\"request\",\"text\":\"GET /path HTTP/1.1\\r\\n",
                "\"timing\":{\"requestFirstAt\":\"2026-11-22T12:00:01.123000000Z\"", "\"resolveStartAt\":null", "\"rttMicros\":41,");
    }

    /** 34.1 ms: the proxy, then the origin, in which 8 ms were lost to a retransmission. */
    private void judged() {
        List<TimeSplit.Slice> slices = List.of(
                slice(Part.PROXY, Optional.empty(), 0, 1502, Source.SOCKETS), slice(Part.LOSS, Optional.of(Leg.SERVER), 1502, 9502, Source.PACKETS),
                slice(Part.ORIGIN, Optional.of(Leg.SERVER), 9502, 34_100, Source.PACKETS));
        Annotation again = new Annotation(AnnotationCode.RETRANSMISSION, new FlowId(2), Heading.TO_SERVER, Optional.of(new WireRange(517, 1342)),
                List.of(new PacketId(7), new PacketId(6)), Rows.at(1502), Rows.at(9502));
        recording.analyses.put(Rows.id("c1.1"), new ExchangeAnalysis(Rows.id("c1.1"),
                Optional.of(new TimeSplit(Rows.at(0), Rows.at(34_100), slices, List.of(slice(Part.CONNECT, Optional.of(Leg.SERVER), -90, -40, Source.PACKETS)), List.of("half of it"))),
                Optional.of(new Diagnosis(Severity.WARN, Diagnosis.Code.LOSS, Optional.of(Leg.SERVER), "8.0 ms lost to one retransmission (p7)", List.of(new PacketId(7)), Source.PACKETS)),
                List.of(), List.of(again),
                Optional.of(new Reuse(Leg.CLIENT, new ConnectionId(1), Optional.of(Rows.id("c1.9")), 5_000_000, Optional.empty())),
                Optional.of(new Reuse(Leg.SERVER, new ConnectionId(2), Optional.empty(), -1, Optional.of(Reuse.WhyNew.first()))), List.of()));
    }

    private static TimeSplit.Slice slice(Part part, Optional<Leg> leg, long from, long to, Source source) {
        return new TimeSplit.Slice(part, leg, Rows.at(from), Rows.at(to), source, Optional.empty(), List.of());
    }

    @Test
    void whereTheTimeWentAndWhyIsSaidWithItsEvidence() {
        paired();
        judged();
        String out = harness.run("show", path, "c1.1").out();
        assertThat(out).contains("began 2026-11-22 12:00:01.123000\n8.0 ms lost to one retransmission (p7)\n", """
                annotations
                  server  p7      +0.009502  retransmission          retransmission of 825 octets 8.0 ms after p6

                where the time went             34.1 ms
                          proxy                 1.50 ms   4 % │██                            │ sockets
                  server  loss                  8.00 ms  23 % │ ████████                     │ packets
                  server  origin                24.6 ms  72 % │        ██████████████████████│ packets
                  done ahead: connect 50 µs
                  in doubt: half of it
                """, "  f1  exchange 1 on it, used after c1.9, idle 5.00 ms\n", "  f2  exchange 1 on it, new: first\n");
        assertThat(out.lines().filter(line -> line.contains(" % "))).allMatch(line -> Columns.of(line) <= 100);
        assertThat(harness.run("show", "--ladder", path, "c1.1").out())
                .contains("│━[P.] 518:1343 retransmission━━━━━━━━►│").contains("\n8.0 ms lost to one retransmission (p7)\n");
    }

    @Test
    void theBarLeavesRoomOnANarrowTerminal() {
        paired();
        judged();
        harness.terminal = true;
        harness.environment.put("NO_COLOR", "1");
        harness.width = 80;
        assertThat(harness.run("show", path, "c1.1").out().lines().filter(line -> line.contains(" % "))).isNotEmpty()
                .contains("  server  origin                24.6 ms  72 % │   ██████████│ packets").allMatch(line -> Columns.of(line) <= 80);
    }

    @Test
    void theSameIsThereForPrograms() {
        paired();
        judged();
        assertThat(harness.run("show", "--json", path, "c1.1").out()).contains("\"diagnosis\":{\"severity\":\"warn\",\"code\":\"loss\"",
                "\"split\":{\"startAt\":\"2026-11-22T12:00:01.123000000Z\"", "{\"part\":\"loss\",\"leg\":\"server\",\"fromNanos\":1502000,\"nanos\":8000000,\"source\":\"packets\",\"within\":null,\"packets\":[]}",
                "\"reuse\":{\"client\":{\"connection\":\"c1\",\"new\":false,\"before\":\"c1.9\",\"idleNanos\":5000000}", "\"cause\":\"first\"",
                "\"annotations\":[{\"code\":\"retransmission\",\"severity\":\"warn\",\"leg\":\"server\",\"heading\":\"to-server\"");
        assertThat(harness.run("show", "--json", "--ladder", path, "c1.1").out()).contains("\"annotations\":[\"retransmission\"]");
    }
}
