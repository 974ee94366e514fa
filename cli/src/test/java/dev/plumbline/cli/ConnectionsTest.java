package dev.plumbline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.AnnotationCode;
import dev.plumbline.analyze.Reuse;
import dev.plumbline.recording.ExchangeAnalysis;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionsTest {
    @TempDir
    Path directory;

    private Harness harness;
    private FakeRecording recording;
    private String path;

    @BeforeEach
    void onePairedExchange() throws IOException {
        harness = new Harness(directory);
        recording = harness.recording("rec");
        path = directory.resolve("rec").toString();
        Stories.paired(recording);
        recording.statistics.put(new FlowId(1), Rows.statistics(0));
        recording.statistics.put(new FlowId(2), Rows.statistics(1));
    }

    private String out(String... arguments) {
        Harness.Outcome outcome = harness.run(arguments);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.code()).isZero();
        return outcome.out();
    }

    @Test
    void eachConnectionIsALine() {
        recording.statistics.remove(new FlowId(1));
        assertThat(out("connections", path)).isEqualTo("""
                id     leg         rtt to server to client  segments again exchanges lifetime  ended              peers
                c1     client        -     900 B    1.2 kB         ?     ?         1  99.0 ms  fin by client      127.0.0.1:53122 → 127.0.0.1:8080
                c2     server  0.10 ms     900 B    1.2 kB      12+9     1         1  99.0 ms  fin by proxy       192.0.2.7:40100 → 198.51.100.4:443 example.com
                """);
    }

    @Test
    void onANarrowTerminalPeersAndThenTheEndStandOnASecondLine() {
        harness.terminal = true;
        harness.environment.put("NO_COLOR", "1");
        recording.statistics.remove(new FlowId(1));
        harness.width = 100;
        assertThat(out("connections", path)).isEqualTo("""
                id     leg         rtt to server to client  segments again exchanges lifetime  ended
                       peers
                c1     client        -     900 B    1.2 kB         ?     ?         1  99.0 ms  fin by client
                       127.0.0.1:53122 → 127.0.0.1:8080
                c2     server  0.10 ms     900 B    1.2 kB      12+9     1         1  99.0 ms  fin by proxy
                       192.0.2.7:40100 → 198.51.100.4:443 example.com
                """);
        harness.width = 80;
        assertThat(out("connections", path)).isEqualTo("""
                id     leg         rtt to server to client  segments again exchanges lifetime
                       ended              peers
                c1     client        -     900 B    1.2 kB         ?     ?         1  99.0 ms
                       fin by client      127.0.0.1:53122 → 127.0.0.1:8080
                c2     server  0.10 ms     900 B    1.2 kB      12+9     1         1  99.0 ms
                       fin by proxy       192.0.2.7:40100 → 198.51.100.4:443 example.com
                """);
    }

    @Test
    void oneIsShownInFullWithHandshakeAndCloseDrawn() {
        recording.annotations.add(new Annotation(AnnotationCode.RETRANSMISSION, new FlowId(2), Heading.TO_SERVER, Optional.of(new WireRange(517, 1342)),
                List.of(new PacketId(7), new PacketId(6)), Rows.at(1502), Rows.at(9502)));
        recording.analyses.put(Rows.id("c1.1"), new ExchangeAnalysis(Rows.id("c1.1"), Optional.empty(), Optional.empty(), List.of(), List.of(), Optional.empty(),
                Optional.of(new Reuse(Leg.SERVER, new ConnectionId(2), Optional.empty(), -1, Optional.of(Reuse.WhyNew.first()))), List.of()));
        assertThat(out("connections", path, "c1")).startsWith("""
                c1  client leg  127.0.0.1:53122 → 127.0.0.1:8080
                opened 2026-11-22 12:00:01.114000, lived 99.0 ms, f1

                handshake          client                                                                   proxy
                p1      -0.000100  │─[S] 0 mss 1460, window scale 7, sack, timestamps──────────────────────────►│
                p2      -0.000050  │◄─[S.] 0 ack 1 mss 1460, window scale 7, sack, timestamps───────────────────│
                p3      +0.000000  │─[.] 1 ack 1───────────────────────────────────────────────────────────────►│
                                   SYN to SYN+ACK 50 µs, SYN+ACK to ACK 50 µs, round trip 0.10 ms
                TLS        TLSv1.3 TLS_AES_128_GCM_SHA256, ALPN http/1.1, SNI example.com, full handshake, took 3.00 ms
                """);
        assertThat(out("connections", path, "c2")).contains("""
                opened because: first

                handshake  not seen
                """, """
                on the wire           by the proxy   by the origin
                  segments                      12               9
                  octets                     1,342             120
                  retransmissions                1               0
                  octets in them               825               0
                """, """
                1 exchange
                  1   c1.1    +0.009000   idle 8.00 ms   0.10 ms  GET https://example.com/path  200

                annotations
                  p7      +0.018502  retransmission          retransmission of 825 octets 8.0 ms after p6

                close              proxy                                                                   origin
                p12     +0.100000  │─[F.] 1343 ack 121─────────────────────────────────────────────────────────►│
                ended      fin by proxy, half-closed: the origin sent no FIN
                """);
    }

    @Test
    void inADumpTheFarEndIsTheOrigin() {
        recording.imported = "web.pcap";
        recording.annotations.add(new Annotation(AnnotationCode.RESET, new FlowId(1), Heading.TO_CLIENT, Optional.empty(), List.of(new PacketId(9)), Rows.at(0), Rows.at(0)));
        assertThat(out("connections", path, "c1")).contains("the origin reset the connection", "by the client   by the origin");
        assertThat(out("connections", "--json", path, "c1")).contains("\"text\":\"the origin reset the connection\"");
    }

    /** Which packets they were is written down when it is over. */
    @Test
    void aHandshakeThatWasCapturedIsNotUnseenWhileTheConnectionIsOpen() {
        recording.connections.put(new ConnectionId(2), Rows.openConnection(2, Leg.SERVER));
        assertThat(out("connections", path, "c2")).contains("handshake  drawn when the connection is over: SYN to SYN+ACK 50 µs, SYN+ACK to ACK 50 µs, round trip 0.10 ms\n");
        recording.statistics.clear();
        assertThat(out("connections", path, "c2")).contains("handshake  not seen\n");
    }

    @Test
    void aProxyThatWasKilledBeforeItListenedLeavesNoDump() {
        recording.listen = "";
        assertThat(out("connections", path, "c1")).contains("by the client    by the proxy");
    }

    @Test
    void whoClosedItIsCalledAsOnItsLeg() {
        assertThat(new Peers(false).ended(Rows.unseenConnection(3, Leg.SERVER))).isEqualTo("closed by proxy");
        assertThat(new Peers(false).ended(Rows.unseenConnection(3, Leg.CLIENT))).isEqualTo("closed by proxy");
        assertThat(new Peers(true).ended(Rows.unseenConnection(3, Leg.CLIENT))).isEqualTo("closed by origin");
    }

    @Test
    void aConnectionWithoutPacketsSaysSo() {
        recording.connections.put(new ConnectionId(3), Rows.unseenConnection(3, Leg.SERVER));
        assertThat(out("connections", path, "c3")).contains("no flow could be told to be it", "handshake  not seen", "no exchanges", "ended      closed by proxy");
        assertThat(out("connections", path)).contains("c3     server        -     900 B    1.2 kB         ?     ?         0");
    }

    @Test
    void ofALongLifeTheBeginningIsShownUnlessAllOfItIsWanted() {
        for (int i = 2; i <= 150; i++) {
            recording.with(Rows.get("c1." + i).row());
        }
        assertThat(out("connections", path, "c1").lines().filter(line -> line.contains("https://example.com/path"))).hasSize(100);
        assertThat(out("connections", path, "c1")).contains("  … 50 more exchanges (--all shows them)\n");
        assertThat(out("connections", path, "c1", "--all").lines().filter(line -> line.contains("https://example.com/path"))).hasSize(150);
    }

    @Test
    void whatWasCountedInPartIsToldSo() {
        String line = "\n  counted in part: records of packets are missing from the index\n";
        assertThat(out("connections", path, "c2")).doesNotContain(line);
        recording.statistics.put(new FlowId(2), Rows.statistics(1).inPart());
        assertThat(out("connections", path, "c2")).contains(line);
        assertThat(out("connections", path)).containsPattern("\nc1 .* \\d+\\+\\d+ +\\d ").containsPattern("\nc2 .* \\d+\\+\\d+\\? +\\d\\? ");
        assertThat(out("connections", "--json", path)).contains("\"statisticsWhole\":true,\"toServer\"", "\"statisticsWhole\":false,\"toServer\"");
    }

    @Test
    void whatIsNotThereIsOneLine() {
        assertThat(harness.run("connections", path, "c9")).isEqualTo(
                new Harness.Outcome(1, "", "plumbline: no connection c9 in " + path + ": it has 2 connections, c1 to c2\n"));
        assertThat(harness.run("connections", path, "c1.1")).isEqualTo(new Harness.Outcome(2, "",
                "plumbline: ID: expected a connection's id such as c3, got 'c1.1' (see plumbline connections --help)\n"));
        recording.connections.clear();
        assertThat(harness.run("connections", path)).isEqualTo(new Harness.Outcome(0, "", "plumbline: no connections in " + path + "\n"));
    }

    @Test
    void asJsonTheListIsLinesAndOneIsAnObject() throws IOException {
        assertThat(out("connections", "--json", path)).hasLineCount(2).contains("\"id\":\"c2\",\"leg\":\"server\",\"client\":\"c1\"", "\"exchanges\":1", "\"handshakeRttNanos\":100000",
                "\"toServer\":{\"segments\":12,\"octets\":1342,\"retransmissions\":1,\"retransmittedOctets\":825");
        String one = out("connections", "--json", path, "c2");
        assertThat(one).hasLineCount(1).contains("\"uses\":[{\"exchange\":\"c1.1\",\"nth\":1,", "\"annotations\":[]");
        assertThat(ExchangeJsonTest.flat(one.strip())).containsEntry("id", "c2");
    }

    @Test
    void asJsonALongLifeIsWrittenAsItIsRead() throws IOException {
        for (int i = 0; i < 10_000; i++) {
            recording.annotations.add(new Annotation(AnnotationCode.RESET, new FlowId(1), Heading.TO_CLIENT, Optional.empty(), List.of(new PacketId(9)), Rows.at(i), Rows.at(i)));
        }
        long[] sizes = {0, 0};
        ConnectionJson.write(ConnectionView.read(recording, recording.connection(new ConnectionId(1)).orElseThrow()), new OutputStream() {
            @Override
            public void write(int octet) {
                throw new AssertionError("one octet at a time");
            }

            @Override
            public void write(byte[] octets, int from, int length) {
                sizes[0] += length;
                sizes[1] = Math.max(sizes[1], length);
            }
        });
        assertThat(sizes[0]).isGreaterThan(1_000_000);
        assertThat(sizes[1]).as("octets held at once").isLessThanOrEqualTo(16_384);
    }

    @Test
    void withoutUnicodeEverythingIsAscii() {
        harness.environment.put("LANG", "C");
        assertThat((out("connections", path, "c1") + out("connections", path)).chars()).allMatch(c -> c == '\n' || c >= 0x20 && c < 0x7f);
    }
}
