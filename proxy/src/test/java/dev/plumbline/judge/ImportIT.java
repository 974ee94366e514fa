package dev.plumbline.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plumbline.ca.CertificateAuthority;
import dev.plumbline.dump.Import;
import dev.plumbline.dump.ImportResult;
import dev.plumbline.export.Export;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.Recording;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dumps that tcpdump made of curl and others, imported, exported, and judged by tshark: the same messages, the same frames. */
@Timeout(120)
class ImportIT {
    private static final int LARGE = 2_000_000;

    @TempDir
    Path directory;

    private ImportResult imported(Path dump, Path recording, Path... keys) {
        Import of = Import.of(dump);
        for (Path file : keys) {
            of.keys(file);
        }
        return of.run("test", () -> recording);
    }

    /** What a recording says of its exchanges, without numbers that an import gives anew. */
    private static List<String> told(Path directory) {
        List<String> lines = new ArrayList<>();
        try (Recording recording = Recording.open(directory)) {
            recording.exchanges(row -> lines.add(line(row)));
        }
        return lines;
    }

    private static String line(ExchangeRow row) {
        StringBuilder out = new StringBuilder(row.id() + " " + row.method() + " " + row.url() + " " + row.status() + " " + row.failure());
        row.messages().forEach(message -> out.append(" ").append(message.key().kind().word()).append(message.ranges()).append(message.coverage()).append(message.contentLength()));
        return out.toString();
    }

    private void curl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("curl", "-sSk", "--max-time", "40", "--http1.1"));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(directory, "curl", ".out");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("SSLKEYLOGFILE", directory.resolve("keys").toString());
        Process process = builder.start();
        assertThat(process.waitFor(50, TimeUnit.SECONDS)).as("curl %s ended", List.of(arguments)).isTrue();
        assertThat(process.exitValue()).as("curl %s", List.of(arguments)).isZero();
    }

    private void everySort(String base, String... options) throws Exception {
        for (String[] each : new String[][] {
            {base + "/bytes/10", base + "/bytes/" + LARGE, base + "/chunked/300000", base + "/bytes/0"}, {base + "/until-close/70000"}, {"-I", base + "/bytes/99"},
            {"-H", "Expect: 100-continue", "-H", "Content-Type: application/octet-stream", "-d", "x".repeat(20_000), base + "/hash"}, {base + "/status/204", base + "/status/304", base + "/hints/3"}}) {
            List<String> arguments = new ArrayList<>(List.of(options));
            arguments.addAll(List.of(each));
            curl(arguments.toArray(String[]::new));
        }
    }

    private static final int EXCHANGES = 10;

    @ParameterizedTest
    @ValueSource(strings = {"lo", "any"})
    void clearTrafficIsJudged(String device) throws Exception {
        Tshark.missing().ifPresent(why -> assumeTrue(false, why));
        Path dump = directory.resolve("dump.pcap");
        try (JudgeOrigin origin = JudgeOrigin.clear()) {
            try (Tcpdump capture = Tcpdump.on(device, "tcp port " + origin.port(), dump)) {
                everySort("http://127.0.0.1:" + origin.port());
                try (RawClient client = RawClient.to(origin.port())) {
                    String get = "GET /bytes/%d HTTP/1.1\r\nHost: x\r\n\r\n";
                    client.send(get.formatted(3) + get.formatted(90_000) + get.formatted(5)).send(get.formatted(7).replace("x\r\n", "x\r\nConnection: close\r\n"));
                    while (!client.isAtEnd()) {
                        // to the last octet
                    }
                }
            }
        }
        ImportResult result = imported(dump, directory.resolve("recording"));
        assertThat(result.exchanges()).isEqualTo(EXCHANGES + 4);
        assertThat(result.unread()).isEmpty();
        Judge judge = JudgedRun.judged(directory.resolve("recording"), directory, false);
        assertThat(judge.messages).isEqualTo(2 * (EXCHANGES + 4) + 2);
    }

    @ParameterizedTest
    @CsvSource({
        "TLSv1.3, --tls13-ciphers, TLS_AES_128_GCM_SHA256", "TLSv1.3, --tls13-ciphers, TLS_AES_256_GCM_SHA384", "TLSv1.3, --tls13-ciphers, TLS_CHACHA20_POLY1305_SHA256",
        "TLSv1.2, --ciphers, ECDHE-ECDSA-AES128-GCM-SHA256", "TLSv1.2, --ciphers, ECDHE-ECDSA-AES256-GCM-SHA384", "TLSv1.2, --ciphers, ECDHE-ECDSA-CHACHA20-POLY1305"})
    void decryptedTrafficIsJudgedAndComesBackFromItsOwnExport(String protocol, String option, String cipher) throws Exception {
        Tshark.missing().ifPresent(why -> assumeTrue(false, why));
        Path dump = directory.resolve("dump.pcap");
        try (JudgeOrigin origin = JudgeOrigin.tls(CertificateAuthority.open(directory.resolve("ca")), protocol)) {
            try (Tcpdump capture = Tcpdump.on("lo", "tcp port " + origin.port(), dump)) {
                everySort("https://localhost:" + origin.port(), option, cipher);
            }
        }
        ImportResult result = imported(dump, directory.resolve("recording"), directory.resolve("keys"));
        assertThat(result.unread()).isEmpty();
        assertThat(result.exchanges()).isEqualTo(EXCHANGES);
        Judge judge = JudgedRun.judged(directory.resolve("recording"), directory, false);
        assertThat(judge.messages).isEqualTo(2 * EXCHANGES + 2);

        imported(directory.resolve("judged.pcapng"), directory.resolve("again"));
        assertThat(told(directory.resolve("again"))).isEqualTo(told(directory.resolve("recording")));

        ImportResult withoutKeys = imported(dump, directory.resolve("sealed"));
        assertThat(withoutKeys.exchanges()).isZero();
        assertThat(withoutKeys.unread()).isEqualTo(Map.of("TLS without keys", withoutKeys.connections()));
    }

    @Test
    void aSuiteThatCannotBeDecryptedIsNamed() throws Exception {
        Path dump = directory.resolve("dump.pcap");
        try (JudgeOrigin origin = JudgeOrigin.tls(CertificateAuthority.open(directory.resolve("ca")), "TLSv1.2")) {
            try (Tcpdump capture = Tcpdump.on("lo", "tcp port " + origin.port(), dump)) {
                curl("--ciphers", "ECDHE-ECDSA-AES256-SHA384", "https://localhost:" + origin.port() + "/bytes/5");
            }
        }
        assertThat(imported(dump, directory.resolve("recording"), directory.resolve("keys")).unread()).isEqualTo(Map.of("TLS with a cipher suite that is not read", 1L));
        try (Recording recording = Recording.open(directory.resolve("recording"))) {
            recording.connections(row -> assertThat(row.reason())
                    .isEqualTo("TLSv1.2 with TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384, which cannot be decrypted here, SNI localhost"));
        }
    }

    @ParameterizedTest(name = "seed {0}: {1}/{2}/{3} per mille lost, doubled, late")
    @CsvSource({"1, 20, 0, 0", "2, 0, 30, 40", "3, 15, 10, 20"})
    void whatALossyLinkRepeatsIsTold(int seed, int lost, int doubled, int late) throws Exception {
        Tshark.missing().ifPresent(why -> assumeTrue(false, why));
        CertificateAuthority authority = CertificateAuthority.open(directory.resolve("origin-ca"));
        Path dump = directory.resolve("dump.pcap");
        // Sent from where the dump is made: what is lost of it was seen before, what is lost on the way here was not.
        Path upload = Files.write(directory.resolve("upload"), OriginPages.body(700_000));
        try (LossyLink link = LossyLink.up(directory, seed, lost, doubled, late);
                Child origin = Child.of(directory, link.far(Child.java(RunOrigin.class, LossyLink.FAR_ADDRESS, authority.directory().toString())))) {
            try (Tcpdump capture = Tcpdump.on("eth0", "tcp", dump, link.near(List.of()).toArray(String[]::new))) {
                for (int i = 0; i < 2; i++) {
                    String base = (i == 0 ? "http" : "https") + "://" + LossyLink.FAR_ADDRESS + ":" + origin.words.get(i);
                    Path log = Files.createTempFile(directory, "curl", ".out");
                    ProcessBuilder builder = new ProcessBuilder(link.near(List.of("curl", "-sSk", "--max-time", "60", base + "/bytes/1500000", base + "/chunked/100000",
                            base + "/bytes/1000", "--next", "-sSk", "--max-time", "60", "-H",
                            "Content-Type: application/octet-stream", "--data-binary", "@" + upload, base + "/hash"))).redirectErrorStream(true).redirectOutput(log.toFile());
                    builder.environment().put("SSLKEYLOGFILE", directory.resolve("keys").toString());
                    assertThat(builder.start().waitFor()).as("curl: %s", log).isZero();
                }
            }
        }
        ImportResult result = imported(dump, directory.resolve("recording"), directory.resolve("keys"));
        assertThat(result.exchanges()).isEqualTo(8);
        Judge judge = JudgedRun.judged(directory.resolve("recording"), directory, true);
        assertThat(judge.messages).isEqualTo(16);
        assertThat(judge.repeats).as("frames that carried octets again").isPositive();
    }

    /** OpenSSL to OpenSSL: new keys on the way, a second hello, a session resumed, early data. */
    @ParameterizedTest
    @ValueSource(strings = {"keys", "retry", "resumed", "early"})
    void whatElseTls13DoesIsFollowed(String what) throws Exception {
        assumeTrue(JudgedRun.has("openssl"), "openssl is not installed");
        Path dump = directory.resolve("dump.pcap");
        Path keys = directory.resolve("keys");
        int port = port();
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", "key.pem", "-out", "cert.pem", "-days", "30", "-nodes", "-subj", "/CN=localhost");
        Files.writeString(directory.resolve("page"), "a page\n");
        boolean isEarly = what.equals("early");
        List<String> command = new ArrayList<>(List.of("openssl", "s_server", isEarly || what.equals("keys") ? "-quiet" : "-WWW", "-accept", "127.0.0.1:" + port, "-tls1_3", "-cert", "cert.pem", "-key", "key.pem"));
        command.addAll(what.equals("retry") ? List.of("-groups", "P-384") : isEarly ? List.of("-early_data", "-no_anti_replay") : List.of());
        Process server = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).redirectOutput(directory.resolve("server").toFile()).start();
        waitUntilListening(port);
        try (Tcpdump capture = Tcpdump.on("lo", "tcp port " + port, dump)) {
            List<String> client = List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port, "-servername", "localhost", "-keylogfile", keys.toString());
            String get = "GET /page HTTP/1.0\r\n\r\n";
            switch (what) {
                case "keys" -> say(client, server, "K\n", "k\n", get);
                case "retry" -> say(client, server, get);
                default -> {
                    List<String> first = new ArrayList<>(client);
                    first.addAll(List.of("-sess_out", "session"));
                    say(first, server, get);
                    List<String> second = new ArrayList<>(client);
                    second.addAll(List.of("-sess_in", "session"));
                    if (isEarly) {
                        Files.writeString(directory.resolve("early-data"), "GET /early HTTP/1.0\r\n\r\n");
                        second.addAll(List.of("-early_data", "early-data"));
                    }
                    say(second, server, get);
                }
            }
        } finally {
            server.destroy();
            server.waitFor(5, TimeUnit.SECONDS);
        }
        ImportResult result = imported(dump, directory.resolve("recording"), keys);
        List<String> told = told(directory.resolve("recording"));
        assertThat(told).as("%s; %s", result, Files.readString(directory.resolve("server"))).isNotEmpty();
        // s_server says its one answer to whatever came first; without replay in mind it takes early data.
        assertThat(told.stream().map(line -> line.split(" ")[2] + " " + line.split(" ")[3])).contains("https://127.0.0.1:" + port + (isEarly ? "/early 200" : "/page 200"));
        try (Recording recording = Recording.open(directory.resolve("recording"))) {
            List<String> seen = new ArrayList<>();
            recording.connections(row -> row.tls().forEach(tls -> seen.add(tls.version() + " " + tls.resumed().orElse(false) + " " + row.reason())));
            boolean again = what.equals("resumed") || isEarly;
            assertThat(seen).hasSize(again ? 2 : 1);
            assertThat(seen.get(seen.size() - 1)).startsWith("TLSv1.3 " + again).doesNotContain("not decrypted");
        }
    }

    /** OpenSSL to OpenSSL: a client that does not trust, and a server that wants to know who asks, when both have finished. */
    @ParameterizedTest
    @CsvSource({"-tls1_3, client, 48", "-tls1_2, client, 48", "-tls1_3, origin, 116"})
    void aHandshakeThatFailsIsTold(String version, String who, int alert) throws Exception {
        assumeTrue(JudgedRun.has("openssl"), "openssl is not installed");
        Path dump = directory.resolve("dump.pcap");
        Path keys = directory.resolve("keys");
        int port = port();
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", "key.pem", "-out", "cert.pem", "-days", "30", "-nodes", "-subj", "/CN=localhost");
        List<String> command = new ArrayList<>(List.of("openssl", "s_server", "-quiet", "-accept", "127.0.0.1:" + port, version, "-cert", "cert.pem", "-key", "key.pem"));
        command.addAll(who.equals("origin") ? List.of("-Verify", "1", "-verify_return_error") : List.of());
        Process server = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).redirectOutput(directory.resolve("server").toFile()).start();
        waitUntilListening(port);
        try (Tcpdump capture = Tcpdump.on("lo", "tcp port " + port, dump)) {
            List<String> client = new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port, "-servername", "localhost", "-keylogfile", keys.toString()));
            client.addAll(who.equals("client") ? List.of("-verify_return_error") : List.of());
            Process asking = new ProcessBuilder(client).directory(directory.toFile()).redirectErrorStream(true).redirectOutput(directory.resolve("client").toFile()).start();
            assertThat(asking.waitFor(20, TimeUnit.SECONDS)).as("the client gave up").isTrue();
        } finally {
            server.destroy();
            server.waitFor(5, TimeUnit.SECONDS);
        }
        ImportResult result = imported(dump, directory.resolve("recording"), keys);
        try (Recording recording = Recording.open(directory.resolve("recording"))) {
            recording.connections(row -> assertThat(row.reason()).as("%s", result).isEqualTo("the TLS handshake failed: the " + who + " sent a fatal alert, " + alert));
        }
        assertThat(result.connections()).isEqualTo(1);
    }

    private void say(List<String> command, Process server, String... words) throws Exception {
        Path said = Files.createTempFile(directory, "client", "");
        Process client = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).redirectOutput(said.toFile()).start();
        for (int tries = 0; tries < 200 && client.isAlive() && !Files.readString(said).contains("Verif"); tries++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        // Its hands are shaken, and it takes K and k for commands only at the beginning of what it reads at once.
        TimeUnit.MILLISECONDS.sleep(200);
        for (String each : words) {
            client.getOutputStream().write(each.getBytes(StandardCharsets.US_ASCII));
            client.getOutputStream().flush();
            TimeUnit.MILLISECONDS.sleep(400);
        }
        if (server.info().arguments().map(List::of).orElse(List.of()).contains("-quiet")) {
            // This one says what it is given.
            server.getOutputStream().write("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII));
            server.getOutputStream().flush();
        }
        client.waitFor(1, TimeUnit.SECONDS);
        client.destroy();
        client.waitFor(3, TimeUnit.SECONDS);
    }

    private void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).redirectOutput(directory.resolve("run").toFile()).start();
        assertThat(process.waitFor()).as(Files.readString(directory.resolve("run"))).isZero();
    }

    /** Asked of the kernel: a connection would be the one that is tested. */
    private static void waitUntilListening(int port) throws Exception {
        String local = String.format(":%04X 00000000:0000 0A", port);
        for (int tries = 0; tries < 200 && !Files.readString(Path.of("/proc/net/tcp")).contains(local); tries++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static int port() throws IOException {
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /** A whole export of a run of the proxy, both legs of it, with the secrets in it. */
    @Test
    void ourOwnExportGivesTheSameExchangesOnBothLegs() throws Exception {
        try (JudgedRun run = JudgedRun.in(directory)) {
            String base = run.origin(JudgedRun.Security.TLS_1_3);
            run.curl(JudgedRun.Security.TLS_1_3, base + "/bytes/200000", base + "/chunked/1000");
            run.proxy.close();
        }
        Path pcapng = directory.resolve("own.pcapng");
        try (Recording recording = Recording.open(directory.resolve("recording"))) {
            Export.of(recording).pcapng(pcapng).run();
        }
        imported(pcapng, directory.resolve("again"));
        List<String> lines = told(directory.resolve("again")).stream().map(line -> line.replaceAll(" (request|response|tunnel).*", "").replaceAll("^c[0-9]+\\.[0-9]+ ", "").replaceAll(":[0-9]+", "")).sorted().toList();
        assertThat(lines).containsExactly(
                "CONNECT http://localhost 200 ".replace("http://", ""), "GET https://localhost/bytes/200000 200 ", "GET https://localhost/bytes/200000 200 ",
                "GET https://localhost/chunked/1000 200 ", "GET https://localhost/chunked/1000 200 ");
    }
}
