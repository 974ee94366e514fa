package dev.plumbline.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.fact.CaptureFact;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.FourTuple;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcap4j.core.PcapHandle;

class LoopbackCaptureIT {
    private static final int OCTETS = 3_000_000;

    @TempDir
    Path directory;

    private final Recorded recorded = new Recorded();

    @BeforeEach
    void mustBeRoot() {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs the right to capture");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void everySegmentOfAConnectionIsSeenFromItsSynToItsLastAckAsTsharkReadsTheDump(String address) throws Exception {
        FourTuple connection;
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName(address));
                Captures captures = open(options().withPorts(Set.of(server.getLocalPort()), PortRange.none(), Set.of()))) {
            assertThat(captures.unavailable()).isEmpty();
            connection = exchange(server, OCTETS);
        }
        List<Segment> there = recorded.segments().stream().filter(s -> s.path().equals(connection)).collect(Collectors.toList());
        List<Segment> back = recorded.segments().stream().filter(s -> s.path().equals(connection.reversed())).collect(Collectors.toList());
        assertThat(there.get(0).has(Segment.SYN)).isTrue();
        assertThat(back.get(0).flags()).isEqualTo(Segment.SYN | Segment.ACK);
        assertThat(payload(there)).isEqualTo(OCTETS);
        assertThat(payload(back)).isEqualTo(OCTETS);
        assertThat(there).anyMatch(s -> s.has(Segment.FIN));
        assertThat(back).anyMatch(s -> s.has(Segment.FIN));
        assertThat(there).allMatch(s -> s.path() == there.get(0).path());
        CaptureFact.Counted last = lastCount();
        assertThat(last.dropped()).isZero();
        assertThat(readByTshark(0)).isEqualTo(recorded.segments().stream().map(LoopbackCaptureIT::line).collect(Collectors.toList()));
    }

    @Test
    void theDumpIsTheOwnersAloneAndEachSegmentNamesItsRecord() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Captures captures = open(options().withPorts(Set.of(server.getLocalPort()), new PortRange(1, 1), Set.of()))) {
            exchange(server, 10_000);
            assertThat(captures.names()).containsExactly("lo");
        }
        Path dump = directory.resolve("packets/0-0.pcap");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dump))).isEqualTo("rw-------");
        List<Long> positions = new ArrayList<>();
        PcapFile.read(dump).records().forEach(record -> positions.add(record.position()));
        assertThat(recorded.segments()).extracting(Segment::position).isEqualTo(positions);
    }

    @Test
    void segmentsAreInTheFileWhenTheyAreHandedOver() throws Exception {
        List<String> torn = new ArrayList<>();
        CaptureOptions options = CaptureOptions.of(directory.resolve("packets"), (use, octets) -> true, source -> fact -> {
            recorded.accept(fact);
            if (fact instanceof CaptureFact.SegmentsSeen seen && !seen.segments().isEmpty()) {
                Segment last = seen.segments().get(seen.segments().size() - 1);
                long size = directory.resolve("packets/0-" + last.file() + ".pcap").toFile().length();
                if (size < last.position() + RawDump.RECORD_HEADER + last.capturedLength()) {
                    torn.add(last.toString());
                }
            }
        });
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Captures captures = open(options.withInterfaces(List.of("lo")).withPorts(Set.of(server.getLocalPort()), new PortRange(1, 1), Set.of()))) {
            exchange(server, OCTETS);
        }
        assertThat(recorded.segments()).isNotEmpty();
        assertThat(torn).isEmpty();
    }

    @Test
    void aWideCaptureKeepsOnlyWhatIsClaimed() throws Exception {
        FourTuple ours;
        FourTuple foreign;
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress()); Captures captures = open(options())) {
            try (Socket client = new Socket(server.getInetAddress(), server.getLocalPort()); Socket peer = server.accept()) {
                ours = tuple(client);
                captures.claims().claim(ours);
                foreign = exchange(server, 100_000);
                talk(client, peer, 100_000);
                captures.claims().release(ours);
            }
        }
        assertThat(recorded.segments()).extracting(Segment::path).containsOnly(ours, ours.reversed()).doesNotContain(foreign);
        assertThat(recorded.segments().get(0).flags()).isEqualTo(Segment.SYN);
        assertThat(payload(recorded.segments())).isEqualTo(200_000);
        assertThat(readByTshark(0)).hasSize(recorded.segments().size());
    }

    @Test
    void aNarrowCaptureWidensWhileItRuns() throws Exception {
        FourTuple before;
        FourTuple after;
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Captures captures = open(options().withPorts(Set.of(1), new PortRange(2, 2), Set.of()))) {
            before = exchange(server, 100);
            captures.widen().get();
            try (Socket client = new Socket(server.getInetAddress(), server.getLocalPort()); Socket peer = server.accept()) {
                after = tuple(client);
                captures.claims().claim(after);
                talk(client, peer, 100);
            }
        }
        assertThat(recorded.segments()).extracting(Segment::path).contains(after).doesNotContain(before, before.reversed());
        assertThat(recorded.segments().get(0).flags()).isEqualTo(Segment.SYN);
    }

    @Test
    void anExcludedPortIsNotSeen() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Captures captures = open(options().withPorts(Set.of(server.getLocalPort()), PortRange.none(), Set.of(server.getLocalPort())))) {
            exchange(server, 100);
        }
        assertThat(recorded.segments()).isEmpty();
    }

    @Test
    void aShortSnapLengthKeepsHeadsAndSaysWhatIsMissing() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Captures captures = open(options().withSnapLength(128).withPorts(Set.of(server.getLocalPort()), new PortRange(1, 1), Set.of()))) {
            exchange(server, OCTETS);
        }
        assertThat(payload(recorded.segments())).isEqualTo(2L * OCTETS);
        assertThat(recorded.segments()).allMatch(s -> s.capturedLength() <= 128).anyMatch(s -> s.capturedPayload() < s.payloadLength());
    }

    @Test
    void silenceMovesTheWatermarkAndClosingIsQuick() throws Exception {
        Captures captures = open(options().withPorts(Set.of(1), new PortRange(1, 1), Set.of()));
        assertThat(Recorded.eventually(() -> recorded.all(CaptureFact.SegmentsSeen.class).size() >= 5)).isTrue();
        assertThat(Recorded.eventually(() -> !recorded.all(CaptureFact.Counted.class).isEmpty())).isTrue();
        long began = System.nanoTime();
        captures.close();
        assertThat(System.nanoTime() - began).isLessThan(3_000_000_000L);
        List<CaptureFact.SegmentsSeen> seen = recorded.all(CaptureFact.SegmentsSeen.class);
        assertThat(seen).extracting(CaptureFact.SegmentsSeen::watermark).isSorted();
        assertThat(seen.get(4).watermark() - seen.get(0).watermark()).isBetween(150_000_000L, 10_000_000_000L);
        assertThat(seen).allMatch(fact -> fact.at() - fact.watermark() >= Watermark.FIRST_GUARD_NANOS);
        assertThat(recorded.facts().get(0)).isInstanceOf(CaptureFact.InterfaceOpened.class);
        assertThat(recorded.facts().get(recorded.facts().size() - 1))
                .isInstanceOfSatisfying(CaptureFact.InterfaceClosed.class, closed -> assertThat(closed.reason()).isEqualTo("stopped"));
    }

    @Test
    void theKernelsCountOnLoopbackIsTheTrueOne() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Captures captures = open(options().withPorts(Set.of(server.getLocalPort()), new PortRange(1, 1), Set.of()))) {
            exchange(server, OCTETS);
        }
        assertThat(lastCount().received()).isEqualTo(recorded.segments().size());
    }

    @Test
    void theWatermarkNeverPassesAPacketThatComesLater() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Captures captures = open(options().withPorts(Set.of(server.getLocalPort()), new PortRange(1, 1), Set.of()))) {
            for (int i = 0; i < 150; i++) {
                exchange(server, i % 10 == 0 ? OCTETS : 2_000);
            }
        }
        long watermark = 0;
        for (CaptureFact.SegmentsSeen seen : recorded.all(CaptureFact.SegmentsSeen.class)) {
            for (Segment segment : seen.segments()) {
                assertThat(segment.at()).isGreaterThanOrEqualTo(watermark);
            }
            watermark = seen.watermark();
        }
        assertThat(watermark).isPositive();
    }

    @Test
    void theFallbackReadsTheSamePackets() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            PcapHandle one = PcapSource.build("lo", 8 << 20, 262144);
            PcapHandle other = PcapSource.build("lo", 8 << 20, 262144);
            List<PcapSource> sources = List.of(FastPcap.over(one, 262144, true), new ListenerPcap(other));
            for (PcapSource source : sources) {
                source.handle.setBlockingMode(PcapHandle.BlockingMode.NONBLOCKING);
                source.filter("tcp port " + server.getLocalPort());
            }
            exchange(server, 500_000);
            Thread.sleep(100);
            List<List<String>> read = new ArrayList<>();
            List<List<Long>> stamps = new ArrayList<>();
            for (PcapSource source : sources) {
                List<String> packets = new ArrayList<>();
                List<Long> at = new ArrayList<>();
                while (source.next()) {
                    byte[] frame = new byte[source.capturedLength()];
                    source.frame().get(0, frame);
                    packets.add(source.frameLength() + " " + java.util.Arrays.hashCode(frame));
                    at.add(source.at());
                }
                read.add(packets);
                stamps.add(at);
                source.close();
            }
            // What two cores send at once may come to one handle in one order and to the other in the other.
            assertThat(read.get(0)).hasSizeGreaterThan(10).containsExactlyInAnyOrderElementsOf(read.get(1));
            // The kernel stamps a packet anew for each handle, in turn.
            for (int i = 0; i < read.get(0).size(); i++) {
                assertThat(stamps.get(0).get(i) - stamps.get(1).get(i)).isBetween(-20_000_000L, 20_000_000L);
            }
        }
    }

    @Test
    void anInterfaceThatIsNotThereIsRefusedWithThoseThatAre() {
        assertThatThrownBy(() -> open(options().withInterfaces(List.of("lo", "nope0"))))
                .isInstanceOf(CaptureException.class).hasMessageContaining("nope0").hasMessageContaining("expected one of: ").hasMessageContaining("lo");
    }

    @Test
    void devicesAreListedWithWhatTheyAre() {
        assertThat(Devices.list()).anySatisfy(device -> {
            assertThat(device.name()).isEqualTo("lo");
            assertThat(device.isCapturable()).isTrue();
            assertThat(device.link()).isEqualTo("Ethernet");
            assertThat(device.addresses()).anyMatch(address -> address.isLoopback());
        });
    }

    private CaptureOptions options() {
        return CaptureOptions.of(directory.resolve("packets"), (use, octets) -> true, source -> recorded).withInterfaces(List.of("lo"));
    }

    private static Captures open(CaptureOptions options) throws CaptureException {
        return Captures.open(options);
    }

    private CaptureFact.Counted lastCount() {
        List<CaptureFact.Counted> counts = recorded.all(CaptureFact.Counted.class);
        return counts.get(counts.size() - 1);
    }

    /** Octets of all paths, each counted once: on a busy machine the kernel sends some again on loopback too. */
    private static long payload(List<Segment> segments) {
        Map<FourTuple, Integer> syns = new HashMap<>();
        Map<FourTuple, BitSet> seen = new HashMap<>();
        for (Segment segment : segments) {
            int at = segment.seq() - syns.computeIfAbsent(segment.path(), path -> segment.seq());
            seen.computeIfAbsent(segment.path(), path -> new BitSet()).set(at, at + segment.payloadLength());
        }
        return seen.values().stream().mapToLong(BitSet::cardinality).sum();
    }

    private static FourTuple tuple(Socket client) {
        return new FourTuple(
                Endpoint.of((InetSocketAddress) client.getLocalSocketAddress()), Endpoint.of((InetSocketAddress) client.getRemoteSocketAddress()));
    }

    /** Opens a connection, sends {@code octets} both ways, closes it. */
    private static FourTuple exchange(ServerSocket server, int octets) throws Exception {
        try (Socket client = new Socket(server.getInetAddress(), server.getLocalPort()); Socket peer = server.accept()) {
            talk(client, peer, octets);
            client.shutdownOutput();
            assertThat(peer.getInputStream().read()).isEqualTo(-1);
            peer.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            return tuple(client);
        }
    }

    private static void talk(Socket client, Socket peer, int octets) throws Exception {
        send(client, peer, octets);
        send(peer, client, octets);
    }

    private static void send(Socket from, Socket to, int octets) throws Exception {
        Thread sender = new Thread(() -> {
            try {
                from.getOutputStream().write(new byte[octets]);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        sender.start();
        InputStream in = to.getInputStream();
        assertThat(in.readNBytes(octets)).hasSize(octets);
        sender.join();
    }

    /** What tshark says of each frame of a dump, as {@link #line} says it of a segment. */
    private List<String> readByTshark(int file) throws Exception {
        Process tshark = new ProcessBuilder(
                "tshark", "-r", directory.resolve("packets/0-" + file + ".pcap").toString(), "-n", "-o", "tcp.relative_sequence_numbers:FALSE",
                "-o", "tcp.desegment_tcp_streams:FALSE", "-T", "fields", "-e", "frame.time_epoch", "-e", "tcp.srcport", "-e", "tcp.dstport",
                "-e", "tcp.seq_raw", "-e", "tcp.ack_raw", "-e", "tcp.flags", "-e", "tcp.window_size_value", "-e", "tcp.len", "-e", "frame.len")
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String out = new String(tshark.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tshark.waitFor()).isZero();
        return out.lines().collect(Collectors.toList());
    }

    private static String line(Segment s) {
        return String.join(
                "\t", s.at() / 1_000_000_000 + "." + String.format("%09d", s.at() % 1_000_000_000), "" + s.path().initiator().port(),
                "" + s.path().responder().port(), Integer.toUnsignedString(s.seq()), Integer.toUnsignedString(s.ack()),
                String.format("0x%04x", s.flags()), "" + s.window(), "" + s.payloadLength(), "" + s.frameLength());
    }
}
