package dev.plumbline.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.dump.stream.HeldOctets;
import dev.plumbline.dump.stream.Reassembly;
import dev.plumbline.dump.tls.Keys;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetectorTest {
    private static final int CHUNK = 1 << 20;

    private final List<String> verdicts = new ArrayList<>();
    private final HeldOctets held = new HeldOctets();
    private final Detector detector = new Detector(
            new ConnectionLog(new ConnectionId(1), tuple(), fact -> { }),
            0, false, new Readings(new Keys(), held), new Verdicts());
    private final Reassembly toServer = new Reassembly(Heading.TO_SERVER, detector, held);
    private final Reassembly toClient = new Reassembly(Heading.TO_CLIENT, detector, held);

    private static FourTuple tuple() {
        return new FourTuple(Endpoint.of(new InetSocketAddress("10.0.0.1", 40_000)), Endpoint.of(new InetSocketAddress("10.0.0.2", 80)));
    }

    private final class Verdicts implements TunnelVerdict {
        @Override
        public void isRead(String sni, long at) {
            verdicts.add("read @" + at);
        }

        @Override
        public void isOpaque(Unread why, String reason, String sni, long at) {
            verdicts.add(why + " " + reason + " @" + at);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "SYNC | not HTTP/1 nor TLS: it begins with \"SYNC\", and the origin speaks before that line ends",
        "'\26\3\1' | not HTTP/1 nor TLS: it begins with \"\\x16\\x03\\x01\", and the origin speaks before that line ends",
        "'' | not HTTP/1 nor TLS: the origin spoke first",
    })
    void aServerThatStreamsAtAClientThatSaidLittleIsNotKept(String said, String reason) {
        byte[] first = said.getBytes(StandardCharsets.ISO_8859_1);
        toServer.offer(0, ByteBuffer.wrap(first), 0, first.length, 1);
        ByteBuffer stream = ByteBuffer.allocate(CHUNK);
        for (long offset = 0; offset < 100L * CHUNK; offset += CHUNK) {
            toClient.offer(offset, stream, 0, CHUNK, 2);
            assertThat(held.isOverfull()).as("after %d octets", offset + CHUNK).isFalse();
        }
        assertThat(toClient.isHolding()).isFalse();
        assertThat(verdicts).containsExactly("NOT_HTTP " + reason + " @2");
        assertThat(detector.memory()).isZero();
    }

    /** Looking at the whole line anew for each octet would take nearly a minute here. */
    @Test
    @Timeout(20)
    void aLineThatComesOctetByOctetIsLookedAtOnce() {
        byte[] line = ("\r\n\n" + "GET /" + "x".repeat((64 << 10) - 20) + " HTTP/1.1\r").getBytes(StandardCharsets.ISO_8859_1);
        for (int run = 0; run < 100; run++) {
            Detector each = new Detector(new ConnectionLog(new ConnectionId(1), tuple(), fact -> { }), 0, false, new Readings(new Keys(), held), new Verdicts());
            for (int i = 0; i < line.length; i++) {
                assertThat(each.octets(Heading.TO_SERVER, i, ByteBuffer.wrap(line), i, 1, 3)).isEqualTo(1);
            }
            assertThat(each.memory()).isLessThanOrEqualTo(64 << 10);
            assertThat(each.octets(Heading.TO_SERVER, line.length, ByteBuffer.wrap(new byte[] {'\n'}), 0, 1, 4)).isEqualTo(1);
        }
        assertThat(verdicts).hasSize(100).containsOnly("read @4");
    }

    @Test
    void aLineLongerThanAnyIsNotKept() {
        byte[] line = "x".repeat(64 << 10).getBytes(StandardCharsets.ISO_8859_1);
        toServer.offer(0, ByteBuffer.wrap(line), 0, line.length - 1, 5);
        assertThat(verdicts).containsExactly("NOT_HTTP not HTTP/1 nor TLS: it begins with \"xxxxxxxxxxxxxxxxxxxxxxxx\" @5");
        assertThat(detector.memory()).isZero();
    }

    @Test
    void whatIsNoTlsRecordIsJudgedAtItsTime() {
        byte[] octets = {0x16, 3, 1, 0, 0, 1};
        toServer.offer(0, ByteBuffer.wrap(octets), 0, octets.length, 7);
        assertThat(verdicts).containsExactly("TLS_BROKEN octets that are no TLS record, at offset 0 @7");
    }
}
