package dev.plumbline.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plumbline.judge.JudgedRun.Security;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames of messages of every shape, on both legs, by real clients, as tshark sees them: all of them or the test fails. */
@Timeout(120)
class FramesIT {
    private static final int LARGE = 6_000_000;
    /** Not curl's own form type: the HAR would show that as parameters. */
    private static final String BINARY = "Content-Type: application/octet-stream";
    /** Ephemeral ports that tshark reads as another protocol's unless told otherwise: EtherCAT, EtherNet/IP, ADS, PCP and its proxy, IRC, CBSP. */
    private static final List<Integer> REGISTERED_ELSEWHERE = List.of(34_980, 44_818, 48_898, 44_321, 44_322, 57_000, 48_049);
    private static final String TLS_PROPERTY = "plumbline.tls";

    @TempDir
    Path directory;

    static Stream<Arguments> legsAndProviders() {
        return Stream.of(
                Arguments.of(Security.CLEAR, ""), Arguments.of(Security.TLS_1_2, "boringssl"), Arguments.of(Security.TLS_1_3, "boringssl"),
                Arguments.of(Security.TLS_1_2, "jdk"), Arguments.of(Security.TLS_1_3, "jdk"));
    }

    /** The provider is chosen by a property when the proxy starts. */
    private JudgedRun runWith(String provider) throws Exception {
        String before = System.getProperty(TLS_PROPERTY, "");
        System.setProperty(TLS_PROPERTY, provider);
        try {
            return JudgedRun.in(directory);
        } finally {
            System.setProperty(TLS_PROPERTY, before);
        }
    }

    @ParameterizedTest
    @MethodSource("legsAndProviders")
    void ofSmallAndLargeMessagesAreThoseThatTsharkNames(Security security, String provider) throws Exception {
        try (JudgedRun run = runWith(provider)) {
            String origin = run.origin(security);
            byte[] large = OriginPages.body(LARGE);
            Path upload = Files.write(directory.resolve("upload"), large);
            assertThat(run.curl(security, origin + "/bytes/10")).isEqualTo(OriginPages.body(10));
            assertThat(run.curl(security, origin + "/bytes/0")).isEmpty();
            assertThat(run.curl(security, origin + "/bytes/" + LARGE)).isEqualTo(large);
            assertThat(run.curl(security, "-H", "Expect:", "-H", BINARY, "--data-binary", "@" + upload, origin + "/hash")).asString().isEqualTo(OriginPages.sha256(large));
            Judge judge = run.judged();
            assertThat(judge.messages).isEqualTo(security == Security.CLEAR ? 16 : 24);
        }
    }

    @ParameterizedTest
    @MethodSource("legsAndProviders")
    void ofChunkedInterimAndBodilessMessagesAreThoseThatTsharkNames(Security security, String provider) throws Exception {
        try (JudgedRun run = runWith(provider)) {
            String origin = run.origin(security);
            byte[] body = OriginPages.body(300_000);
            Path upload = Files.write(directory.resolve("upload"), body);
            assertThat(run.curl(security, origin + "/chunked/300000")).isEqualTo(body);
            assertThat(run.curl(security, "-H", "Transfer-Encoding: chunked", "-H", BINARY, "--data-binary", "@" + upload, origin + "/mirror")).isEqualTo(body);
            assertThat(run.curl(security, "-H", "Expect: 100-continue", "-H", BINARY, "--data-binary", "@" + upload, origin + "/hash")).asString().isEqualTo(OriginPages.sha256(body));
            assertThat(run.curl(security, origin + "/hints")).isEqualTo(OriginPages.body(100));
            assertThat(run.curl(security, origin + "/until-close/70000")).isEqualTo(OriginPages.body(70_000));
            run.curl(security, "-I", origin + "/bytes/5000", "--next", "-x", "http://127.0.0.1:" + run.port(), "--cacert", run.proxy.caFile().toString(),
                    origin + "/status/304", origin + "/status/204", origin + "/bytes/5");
            run.judged();
        }
    }

    @ParameterizedTest
    @EnumSource(Security.class)
    void ofPipelinedMessagesAreThoseThatTsharkNames(Security security) throws Exception {
        try (JudgedRun run = JudgedRun.in(directory)) {
            URI origin = URI.create(run.origin(security));
            List<Integer> sizes = List.of(0, 1, 300, 40_000, 5, 5, 5, 100_000, 17, 16_384, 3);
            StringBuilder requests = new StringBuilder();
            for (int size : sizes) {
                requests.append("GET ").append(security == Security.CLEAR ? origin : "").append("/bytes/").append(size)
                        .append(" HTTP/1.1\r\nHost: ").append(origin.getAuthority()).append("\r\n\r\n");
            }
            try (RawClient client = security == Security.CLEAR ? RawClient.to(run.port())
                    : RawClient.through(run.port(), origin.getPort(), run.proxy.caFile(), security.protocol())) {
                List<byte[]> contents = client.send(requests.toString()).contents(sizes.size());
                assertThat(contents).containsExactlyElementsOf(sizes.stream().map(OriginPages::body).toList());
            }
            Judge judge = run.judged();
            assertThat(judge.messages).isEqualTo(4 * sizes.size() + (security == Security.CLEAR ? 0 : 2));
        }
    }

    @ParameterizedTest
    @EnumSource(Security.class)
    void ofManyExchangesOnSeveralKeptConnectionsAreThoseThatTsharkNames(Security security) throws Exception {
        try (JudgedRun run = JudgedRun.in(directory)) {
            String origin = run.origin(security);
            SSLParameters parameters = new SSLParameters();
            parameters.setProtocols(new String[] {security.protocol()});
            HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(RawClient.trusting(run.proxy.caFile()))
                    .sslParameters(parameters).proxy(ProxySelector.of(new InetSocketAddress("127.0.0.1", run.port()))).build();
            for (int round = 0; round < 15; round++) {
                List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
                for (int size : List.of(round, 1000 * round, 20_000 + round, 3)) {
                    HttpRequest request = HttpRequest.newBuilder(URI.create(origin + "/mirror"))
                            .POST(HttpRequest.BodyPublishers.ofByteArray(OriginPages.body(size))).build();
                    answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()));
                }
                assertThat(answers.get(2).get(20, TimeUnit.SECONDS).body()).isEqualTo(OriginPages.body(20_000 + round));
                CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
            }
            Judge judge = run.judged();
            assertThat(judge.messages).isGreaterThanOrEqualTo(15 * 4 * 4);
        }
    }

    @Test
    void ofTunnelsAndUpgradesAreAllThatCarriedOctets() throws Exception {
        try (JudgedRun run = JudgedRun.with(directory, builder -> builder.passthrough(List.of("localhost")))) {
            String sealed = run.origin(Security.TLS_1_3);
            String clear = run.origin(Security.CLEAR);
            assertThat(run.curl(Security.TLS_1_3, "--cacert", run.originAuthority.certificateFile().toString(), sealed + "/bytes/400000")).isEqualTo(OriginPages.body(400_000));
            assertThat(run.curl(Security.CLEAR, "-p", clear + "/bytes/50000")).isEqualTo(OriginPages.body(50_000));
            String authority = URI.create(clear).getAuthority();
            try (RawClient client = RawClient.to(run.port())) {
                client.send("GET " + clear + "/upgrade HTTP/1.1\r\nHost: " + authority + "\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
                assertThat(client.head()).startsWith("HTTP/1.1 101");
                assertThat(client.send("one\n").text(4)).isEqualTo("one\n");
                assertThat(client.send("another\n").text(8)).isEqualTo("another\n");
            }
            run.judged();
        }
    }

    /** The next connection from a port follows the last within milliseconds; the proxy ends each, so TIME-WAIT is its. */
    @Test
    void ofAPortThatIsUsedAgainAreThoseOfItsOwnConnection() throws Exception {
        try (JudgedRun run = JudgedRun.in(directory)) {
            String origin = run.origin(Security.CLEAR);
            int port = 0;
            for (int round = 1; round <= 6; round++) {
                try (RawClient client = RawClient.from(port, run.port())) {
                    port = client.localPort();
                    client.send("GET " + origin + "/bytes/" + round + " HTTP/1.1\r\nHost: " + URI.create(origin).getAuthority() + "\r\nConnection: close\r\n\r\n");
                    assertThat(client.contents(1)).containsExactly(OriginPages.body(round));
                    assertThat(client.isAtEnd()).isTrue();
                }
            }
            assertThat(run.judged().messages).isEqualTo(6 * 4);
        }
    }

    @ParameterizedTest
    @EnumSource(Security.class)
    void ofAClientOnAnotherProtocolsPortAreThoseThatTsharkNames(Security security) throws Exception {
        int port = REGISTERED_ELSEWHERE.stream().filter(FramesIT::isFree).findFirst().orElseThrow();
        try (JudgedRun run = JudgedRun.in(directory)) {
            String origin = run.origin(security);
            assertThat(run.curl(security, "--local-port", String.valueOf(port), origin + "/chunked/100000")).isEqualTo(OriginPages.body(100_000));
            assertThat(run.judged().messages).isEqualTo(security == Security.CLEAR ? 4 : 6);
        }
    }

    /** Also of no connection in TIME-WAIT. */
    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(false);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void ofAnOriginOnIpv6AreThoseThatTsharkNames() throws Exception {
        InetAddress loopback = InetAddress.getByName("::1");
        assumeTrue(NetworkInterface.getByInetAddress(loopback) != null, "there is no IPv6 here");
        try (JudgedRun run = JudgedRun.in(directory); JudgeOrigin origin = JudgeOrigin.clear(loopback)) {
            assertThat(run.curl(Security.CLEAR, "http://[::1]:" + origin.port() + "/chunked/100000")).isEqualTo(OriginPages.body(100_000));
            assertThat(run.judged().messages).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @EnumSource(Security.class)
    void aFrameTooManyTooFewOrElsewhereIsFound(Security security) throws Exception {
        try (JudgedRun run = JudgedRun.in(directory)) {
            run.curl(security, run.origin(security) + "/chunked/100000");
            run.judged();
        }
        Path har = directory.resolve("judged.har");
        String right = Files.readString(har, StandardCharsets.UTF_8);
        Pattern several = Pattern.compile("(\\]\\], ?\"frames\": ?\\[)(\\d+), ?(\\d+),");
        for (String wrong : List.of("$1$2,", "$1$3,", "$11,$2,$3,")) {
            String changed = several.matcher(right).replaceFirst(wrong);
            assertThat(changed).isNotEqualTo(right);
            Judge judge = Judge.of(Files.writeString(directory.resolve("wrong.har"), changed), directory.resolve("judged.pcapng"));
            assertThat(judge.findings()).as("with %s", wrong).isNotEmpty();
        }
    }

    @Test
    void ofABrowserAreThoseThatTsharkNames() throws Exception {
        assumeTrue(JudgedRun.has("chromium") && JudgedRun.has("certutil"), "chromium or certutil is not installed");
        try (JudgedRun run = JudgedRun.in(directory)) {
            String origin = run.origin(Security.TLS_1_3);
            Path home = Files.createDirectories(directory.resolve("home/.pki/nssdb")).getParent().getParent();
            String database = "sql:" + home.resolve(".pki/nssdb");
            run(home, "certutil", "-d", database, "-N", "--empty-password");
            run(home, "certutil", "-d", database, "-A", "-t", "C,,", "-n", "ours", "-i", run.proxy.caFile().toString());
            String dom = run(home, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
                    "--disable-component-update", "--user-data-dir=" + directory.resolve("profile"), "--proxy-server=127.0.0.1:" + run.port(),
                    "--proxy-bypass-list=<-loopback>", "--host-resolver-rules=MAP *.google.com 127.0.0.1:9, MAP *.googleapis.com 127.0.0.1:9",
                    "--dump-dom", origin + "/chunked/90000");
            assertThat(dom).contains("<pre");
            Judge judge = run.judged();
            assertThat(judge.messages).isGreaterThanOrEqualTo(6);
        }
    }

    private String run(Path home, String... command) throws Exception {
        Path out = Files.createTempFile(directory, "run", ".out");
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("HOME", home.toString());
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ended", command[0]).isTrue();
        assertThat(process.exitValue()).as(command[0]).isZero();
        return Files.readString(out, StandardCharsets.UTF_8);
    }
}
