package dev.plumbline.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plumbline.ca.CertificateAuthority;
import dev.plumbline.export.Export;
import dev.plumbline.export.har.HarCheck;
import dev.plumbline.proxy.CaptureChoice;
import dev.plumbline.proxy.Plumbline;
import dev.plumbline.recording.InterfaceRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.IpAddress;
import dev.plumbline.wire.PacketId;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A proxy that captures lo, origins beside it, and then the judgement. */
final class JudgedRun implements AutoCloseable {
    final Path directory;
    final CertificateAuthority originAuthority;
    final Plumbline proxy;
    private final List<JudgeOrigin> origins = new ArrayList<>();

    private JudgedRun(Path directory, UnaryOperator<Plumbline.Builder> adjust) throws Exception {
        Tshark.missing().ifPresent(why -> assumeTrue(false, why));
        this.directory = directory;
        this.originAuthority = CertificateAuthority.open(directory.resolve("origin-ca"));
        this.proxy = adjust.apply(Plumbline.builder().listen(new Endpoint(IpAddress.v4(0x7f000001), 0)).recording(directory.resolve("recording"))
                .caDirectory(directory.resolve("ca")).upstreamCa(originAuthority.certificateFile()).capture(CaptureChoice.of(List.of("lo")))).start();
    }

    static JudgedRun in(Path directory) throws Exception {
        return with(directory, builder -> builder);
    }

    static JudgedRun with(Path directory, UnaryOperator<Plumbline.Builder> adjust) throws Exception {
        return new JudgedRun(directory, adjust);
    }

    /** How both legs go. */
    enum Security {
        CLEAR,
        TLS_1_2,
        TLS_1_3;

        String protocol() {
            return this == TLS_1_2 ? "TLSv1.2" : "TLSv1.3";
        }
    }

    /** Starts an origin, and returns the beginning of its URLs. */
    String origin(Security security) throws Exception {
        JudgeOrigin origin = security == Security.CLEAR ? JudgeOrigin.clear() : JudgeOrigin.tls(originAuthority, security.protocol());
        origins.add(origin);
        return security == Security.CLEAR ? "http://127.0.0.1:" + origin.port() : "https://localhost:" + origin.port();
    }

    int port() {
        return proxy.address().port();
    }

    /** Runs curl through the proxy, and returns what it wrote. */
    byte[] curl(Security security, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "40", "-x", "http://127.0.0.1:" + port(), "--cacert", proxy.caFile().toString(), "--http1.1"));
        if (security == Security.TLS_1_2) {
            command.addAll(List.of("--tls-max", "1.2"));
        }
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(directory, "curl", ".out");
        Path err = Files.createTempFile(directory, "curl", ".err");
        Process process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        assertThat(process.waitFor(50, TimeUnit.SECONDS)).as("curl %s ended", List.of(arguments)).isTrue();
        assertThat(process.exitValue()).as("curl %s: %s", List.of(arguments), Files.readString(err)).isZero();
        return Files.readAllBytes(out);
    }

    /** Ends the run, and judges all of it; nothing was lost on the links. */
    Judge judged() throws Exception {
        proxy.close();
        origins.forEach(origin -> assertThat(origin.failures).isEmpty());
        return judged(directory.resolve("recording"), directory, false);
    }

    static Judge judged(Path recorded, Path directory, boolean lossy) throws Exception {
        Path har = directory.resolve("judged.har");
        Path pcapng = directory.resolve("judged.pcapng");
        long packets;
        try (Recording recording = Recording.open(recorded)) {
            packets = Export.of(recording).har(har).pcapng(pcapng).withInterceptedConnects().run().packets();
            nothingLost(recording, packets);
        }
        assertThat(HarCheck.check(har, Math.toIntExact(packets))).as("what HarCheck finds").isEmpty();
        validate(har);
        Judge judge = lossy ? Judge.lossy(har, pcapng) : Judge.of(har, pcapng);
        assertThat(judge.findings()).as("what tshark finds, of %d messages", judge.messages).isEmpty();
        return judge;
    }

    /**
     * What the kernel dropped cannot be judged. That is our fault, unless others crowded the interface: then the packets that
     * passed the capture's filter are several times ours (lo counts each twice).
     */
    private static void nothingLost(Recording recording, long ours) {
        List<InterfaceRow> interfaces = recording.interfaces();
        if (recording.summary().imported().isEmpty()) {
            countedWhereOursWent(recording, interfaces);
        }
        long dropped = interfaces.stream().mapToLong(row -> Math.max(0, row.dropped())).sum();
        long received = interfaces.stream().mapToLong(row -> Math.max(0, row.received())).sum();
        assumeTrue(dropped == 0 || received < 6 * ours, "others crowd the interface: " + dropped + " packets lost, " + received + " received, " + ours + " ours");
        assertThat(dropped).as("packets lost of %d", received).isZero();
    }

    /** A dump need not say how many packets are missing in it; a capture of ours that does not say may have lost any number. */
    private static void countedWhereOursWent(Recording recording, List<InterfaceRow> interfaces) {
        Set<Integer> ours = new HashSet<>();
        recording.packets(new PacketId(1), new PacketId(Long.MAX_VALUE), packet -> true, packet -> ours.add(packet.capture()));
        List<InterfaceRow> carried = interfaces.stream().filter(row -> ours.contains(row.capture())).toList();
        assertThat(carried).as("interfaces that carried packets").isNotEmpty().allSatisfy(row -> {
            assertThat(row.received()).as("packets received on %s", row.name()).isNotNegative();
            assertThat(row.dropped()).as("packets dropped on %s", row.name()).isNotNegative();
        });
    }

    /** By har-validator, where {@code scripts/test} has laid it out. */
    private static void validate(Path har) throws IOException, InterruptedException {
        Path modules = Path.of(System.getenv().getOrDefault("PLUMBLINE_HAR_VALIDATOR", "none"), "node_modules");
        if (!Files.isDirectory(modules.resolve("har-validator"))) {
            return;
        }
        Path out = Files.createTempFile("har-validator", ".out");
        ProcessBuilder builder = new ProcessBuilder("node", "-e",
                "require('har-validator').har(JSON.parse(require('fs').readFileSync(process.argv[1])))"
                        + ".then(() => console.log('valid'), e => { console.log(JSON.stringify(e.errors)); process.exit(1) })", har.toString());
        builder.environment().put("NODE_PATH", modules.toString());
        Process process = builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("har-validator ended").isTrue();
        assertThat(Files.readString(out, StandardCharsets.UTF_8).strip()).as("what har-validator says").isEqualTo("valid");
        Files.delete(out);
    }

    static boolean has(String program) {
        for (String place : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(place, program))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        for (JudgeOrigin origin : origins) {
            origin.close();
        }
    }
}
