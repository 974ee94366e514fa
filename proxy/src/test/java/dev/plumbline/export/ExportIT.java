package dev.plumbline.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.plumbline.export.frames.FrameNumbers;
import dev.plumbline.export.frames.Progress;
import dev.plumbline.export.frames.Scope;
import dev.plumbline.export.har.HarCheck;
import dev.plumbline.judge.Tcpdump;
import dev.plumbline.recording.FlowRow;
import dev.plumbline.recording.SecretRow;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Heading;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other people's tools read what we write. */
class ExportIT {
    private static final int LARGE = 300_000;

    @TempDir
    private Path directory;
    /** What tshark is to take for HTTPS, since the port is none it knows. */
    private int tlsPort;

    @BeforeAll
    static void tools() {
        for (String tool : List.of("tshark", "capinfos", "tcpdump", "curl", "openssl")) {
            assumeTrue(Tool.isThere(tool), tool + " is not installed");
        }
    }

    @Test
    void wiresharkNumbersFramesAndStreamsAsWeDo() throws Exception {
        Story story = Story.oneGet();
        Story.Conversation reused = story.flow(3, 2, 0, "127.0.0.1:53122", "127.0.0.1:8080", 3);
        reused.syn();
        reused.handshake();
        Export.of(story.recording).har(at("a.har")).pcapng(at("a.pcapng")).run();
        List<String> rows = fields("a.pcapng", "", "frame.number", "tcp.stream", "frame.packet_id", "frame.comment", "frame.time_epoch");
        assertThat(rows).hasSize(20);
        assertThat(rows.get(3)).isEqualTo("4\t0\t4\tc1.1 request client\t1795330800.123756789");
        assertThat(rows.get(10)).startsWith("11\t1\t11\tc1.1 response server (again)\t");
        assertThat(rows.subList(16, 20)).allSatisfy(row -> assertThat(row.split("\t")[1]).isEqualTo("2"));
        assertThat(Files.readString(at("a.har"))).contains("\"tcpStream\":0,\"request\":{\"coverage\":\"complete\",\"reason\":null,\"wireRanges\":[[0,97]],\"frames\":[4]");
        assertThat(fields("a.pcapng", "http.request", "frame.number")).containsExactly("4", "8");
        assertThat(Tool.run("tcpdump", "-nr", at("a.pcapng").toString()).stream().filter(line -> line.contains("Flags"))).hasSize(20);
    }

    @Test
    void wiresharkOpensStreamsWhereWeDoWhateverIsMissing() throws Exception {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
        Story story = new Story().capture(0, "lo", 1, 262144).capture(1, "eth0", 1, 262144);
        for (int flow = 1; flow <= 60; flow++) {
            String client = "127.0.0.1:" + (5000 + random.nextInt(8));
            Story.Conversation conversation = story.flow(flow, flow, random.nextInt(2), client, "127.0.0.1:6000", flow);
            for (int i = random.nextInt(3); i > 0; i--) {
                conversation.syn();
            }
            if (random.nextBoolean()) {
                conversation.ack(Heading.TO_CLIENT);
            }
            if (random.nextBoolean()) {
                conversation.data(Heading.TO_SERVER, "x");
            }
            if (random.nextInt(4) == 0) {
                conversation.handshake();
            }
            conversation.close();
        }
        Export.of(story.recording).pcapng(at("a.pcapng")).run();
        FrameNumbers numbers = FrameNumbers.of(story.recording, Scope.ours(story.recording), Progress.NONE);
        List<String> ours = new ArrayList<>();
        numbers.forEach(row -> ours.add(row.id().number() + "\t" + numbers.tcpStream(row.flow()).orElseThrow()));
        List<String> judged = fields("a.pcapng", "", "frame.packet_id", "tcp.stream");
        List<String> firstOfFlow = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            boolean first = story.recording.flows.stream().map(FlowRow::firstPacket).map(id -> id.number() + "\t").anyMatch(ours.get(i)::startsWith);
            if (first) {
                assertThat(judged.get(i)).isEqualTo(ours.get(i));
                firstOfFlow.add(judged.get(i));
            }
        }
        assertThat(firstOfFlow).hasSize(60);
        assertThat(firstOfFlow.stream().map(line -> line.split("\t")[1]).distinct().count()).isBetween(20L, 59L);
    }

    @Test
    void framesOfALargeResponseAreThoseTsharkNames() throws Exception {
        FakeRecording recording = captured(port -> {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            return serving(server);
        }, "http");
        ExportResult result = Export.of(recording).har(at("a.har")).pcapng(at("a.pcapng")).pcap(at("a.pcap")).run();
        String har = Files.readString(at("a.har"));
        Matcher frames = Pattern.compile("\"response\":\\{\"coverage\":\"complete\".*?\"frames\":\\[([0-9,]+)],\"repeats\":\\[([0-9,]*)]").matcher(har);
        List<String> judged = fields("a.pcapng", "http.response", "tcp.segment");
        assertThat(judged).hasSize(2);
        for (String segments : judged) {
            assertThat(frames.find()).isTrue();
            // What the kernel sends again before the response is whole tshark takes for a part of it.
            List<String> first = new ArrayList<>(List.of(segments.split(",")));
            first.removeAll(List.of(frames.group(2).split(",")));
            assertThat(List.of(frames.group(1).split(","))).isEqualTo(first).hasSizeGreaterThan(1);
        }
        assertThat(HarCheck.check(at("a.har"), (int) result.packets())).isEmpty();
        List<String> infos = Tool.run("capinfos", "-Tmrc", "-t", "-k", at("a.pcapng").toString(), at("a.pcap").toString());
        assertThat(String.join("\n", infos)).contains(String.valueOf(result.packets()));
        assertThat(fields("a.pcap", "", "frame.time_epoch")).isEqualTo(fields("a.pcapng", "", "frame.time_epoch")).hasSize((int) result.packets());
        long commented = recording.packets.stream().filter(packet -> packet.payloadLength() > 0).count();
        assertThat(fields("a.pcapng", "frame.comment", "frame.number")).hasSize((int) commented);
    }

    @Test
    void tlsOpensDecryptedWithoutAnyKeyFile() throws Exception {
        Tool.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                "-keyout", at("key").toString(), "-out", at("cert").toString());
        Tool.run("openssl", "pkcs12", "-export", "-inkey", at("key").toString(), "-in", at("cert").toString(), "-passout", "pass:secret", "-out", at("store").toString());
        KeyStore store = KeyStore.getInstance(at("store").toFile(), "secret".toCharArray());
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, "secret".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        FakeRecording recording = captured(port -> {
            HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(context));
            return serving(server);
        }, "https");
        List<String> secrets = Files.readAllLines(at("keys.log")).stream().filter(line -> !line.startsWith("#")).toList();
        assertThat(secrets).hasSizeGreaterThanOrEqualTo(2);
        secrets.forEach(line -> recording.secrets.add(new SecretRow(new ConnectionId(1), line, 0)));
        ExportResult result = Export.of(recording).pcapng(at("a.pcapng")).run();
        assertThat(result.secrets()).isEqualTo(secrets.size());
        assertThat(fields("a.pcapng", "http.request", "http.request.method")).containsExactly("GET", "GET");
        assertThat(fields("a.pcapng", "http.response", "http.response.code")).containsExactly("200", "200");
        Export.of(recording).pcapng(at("part.pcapng")).ids(List.of(new ExchangeId(new ConnectionId(1), 1))).run();
        assertThat(fields("part.pcapng", "http.request", "http.request.method")).containsExactly("GET", "GET");
        Export.of(recording).pcapng(at("redacted.pcapng")).redact().run();
        assertThat(fields("redacted.pcapng", "http", "frame.number")).isEmpty();
    }

    @Test
    void tcpdumpReadsTheClassicFileWhereLinkTypesDiffer() throws Exception {
        Story story = new Story().capture(0, "eth0", 1, 262144).capture(1, "tun0", 101, 1500);
        story.flow(1, 1, 0, "127.0.0.1:1000", "127.0.0.1:2000", 1).data(Heading.TO_SERVER, "abc");
        var raw = story.flow(2, 1, 1, "10.0.0.1:1000", "10.0.0.2:2000", 2).syn();
        byte[] frame = story.recording.frames.get(raw);
        story.recording.frames.put(raw, Arrays.copyOfRange(frame, 14, frame.length));
        Export.of(story.recording).pcapng(at("a.pcapng")).pcap(at("a.pcap")).run();
        assertThat(Tool.run("tcpdump", "-nr", at("a.pcap").toString()).stream().filter(line -> line.contains("Flags"))).hasSize(2);
        assertThat(fields("a.pcapng", "", "ip.src")).containsExactly("127.0.0.1", "10.0.0.1");
        assertThat(fields("a.pcap", "", "ip.src")).containsExactly("127.0.0.1", "10.0.0.1");
    }

    @Test
    void harValidatorTakesTheFile() throws Exception {
        assumeTrue(Tool.isThere("node") && Tool.isThere("npm"), "node and npm are not installed");
        Path home = Files.createDirectories(Path.of("target/har-validator").toAbsolutePath());
        if (!Files.isDirectory(home.resolve("node_modules/har-validator"))) {
            Process npm = Tool.start("npm", "install", "--no-audit", "--no-fund", "--prefix", home.toString(), "har-validator@5.1.5");
            boolean ended = npm.waitFor(60, TimeUnit.SECONDS);
            npm.destroyForcibly();
            assumeTrue(ended && npm.exitValue() == 0, "har-validator could not be installed: npm cannot fetch it");
        }
        Story story = Story.oneGet();
        story.exchange(2, "POST /\"{|} HTTP/1.1\r\nCookie: x\r\nContent-Type: a=b\r\n\r\n", new byte[] {0}, "HTTP/1.1 200 \u0001\r\nSet-Cookie: a; Expires=x\r\n\r\n", new byte[] {(byte) 0xff});
        Export.of(story.recording).har(at("a.har")).run();
        String script = "require('har-validator').har(JSON.parse(require('fs').readFileSync(process.argv[1],'utf8')))"
                + ".then(()=>console.log('valid'),e=>{console.log(JSON.stringify(e.errors));process.exit(1)})";
        Process node = new ProcessBuilder("node", "-e", script, at("a.har").toString()).directory(home.toFile()).redirectErrorStream(true).start();
        String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(node.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(said.strip()).isEqualTo("valid");
        assertThat(HarCheck.check(at("a.har"), 16)).isEmpty();
    }

    private static AutoCloseable serving(HttpServer server) {
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
            exchange.sendResponseHeaders(200, LARGE);
            exchange.getResponseBody().write(new byte[LARGE]);
            exchange.close();
        });
        server.start();
        return () -> server.stop(0);
    }

    /** Starts an origin on a port; closing it stops it. */
    @FunctionalInterface
    private interface Origin {
        AutoCloseable start(int port) throws IOException;
    }

    /** Two transfers of the origin's page, dumped by tcpdump: the one stands for the client leg, the other for the server leg. */
    private FakeRecording captured(Origin origin, String scheme) throws Exception {
        int port = freePort();
        tlsPort = scheme.equals("https") ? port : 0;
        try (Tcpdump dump = Tcpdump.withNanoseconds("lo", "tcp port " + port, at("lo.pcap")); AutoCloseable running = origin.start(port)) {
            awaitListening(port);
            for (int i = 0; i < 2; i++) {
                ProcessBuilder curl = new ProcessBuilder("curl", "-sk", "-o", "/dev/null", "--max-time", "20", "--noproxy", "*", scheme + "://127.0.0.1:" + port + "/");
                curl.environment().put("SSLKEYLOGFILE", at("keys.log").toString());
                assertThat(curl.start().waitFor()).isZero();
            }
        }
        return Captured.of(at("lo.pcap"));
    }

    /** By the kernel's table: a trial connection would be in the dump. */
    private static void awaitListening(int port) throws Exception {
        String listening = String.format(":%04X 00000000:0000 0A", port);
        String listening6 = String.format(":%04X 00000000000000000000000000000000:0000 0A", port);
        for (int i = 0; i < 200; i++) {
            if (Files.readString(Path.of("/proc/net/tcp")).contains(listening) || Files.readString(Path.of("/proc/net/tcp6")).contains(listening6)) {
                return;
            }
            Thread.sleep(25);
        }
        throw new IOException("nothing listens on " + port);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private List<String> fields(String file, String filter, String... names) throws Exception {
        // Without the first setting a segment that comes again can end the response it belongs to; without the second a client's port can pass for another protocol's.
        List<String> command = new ArrayList<>(List.of("tshark", "-n", "-o", "tcp.reassemble_out_of_order:TRUE", "-o", "tcp.try_heuristic_first:TRUE",
                "-r", at(file).toString(), "-Y", filter.isEmpty() ? "frame" : filter, "-T", "fields"));
        if (tlsPort > 0) {
            command.addAll(List.of("-d", "tcp.port==" + tlsPort + ",tls", "-d", "tls.port==" + tlsPort + ",http"));
        }
        for (String name : names) {
            command.addAll(List.of("-e", name));
        }
        return Tool.run(command.toArray(String[]::new));
    }

    private Path at(String name) {
        return directory.resolve(name);
    }
}
