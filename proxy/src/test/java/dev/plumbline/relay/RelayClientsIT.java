package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plumbline.fact.RelayFact.ConnectionOpened;
import dev.plumbline.fact.RelayFact.ExchangeBegan;
import dev.plumbline.fact.RelayFact.ExchangeEnded;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.relay.tls.TestOrigins;
import dev.plumbline.relay.tls.TlsProvider;
import dev.plumbline.wire.Leg;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The clients people use, through the relay, in clear and under TLS. */
@Timeout(60)
class RelayClientsIT {
    private static final String PAGE = "<!doctype html><title>t</title><p id=here>through the relay</p>";
    private static TestOrigins origins;

    @TempDir
    Path directory;

    @BeforeAll
    static void authority() throws Exception {
        origins = new TestOrigins();
    }

    /** Answers /page with a page, /echo with what was sent, /chunks with chunks; keeps the connection. */
    private static void serve(RawOrigin.Peer peer) throws Exception {
        while (true) {
            String head;
            try {
                head = peer.head();
            } catch (IOException e) {
                return;
            }
            String path = head.split(" ")[1];
            if (head.toLowerCase(Locale.ROOT).contains("100-continue")) {
                peer.send("HTTP/1.1 100 Continue\r\n\r\n");
            }
            String content = head.contains("Content-Length: ") ? peer.text(Integer.parseInt(head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1"))) : PAGE;
            if (path.equals("/chunks")) {
                peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
            } else {
                peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " + content.length() + "\r\n\r\n"
                        + (head.startsWith("HEAD") ? "" : content));
            }
        }
    }

    private static RawOrigin.Script tls(SSLContext context) {
        return peer -> {
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(peer.socket, null, true);
            try (RawOrigin.Peer secured = new RawOrigin.Peer(socket, peer.number)) {
                serve(secured);
            }
        };
    }

    private static RelayRun relay() throws Exception {
        return RelayRun.setup().trust(o -> o.trust(origins.root())).addresses("127.0.0.1").start();
    }

    @Test
    void theJdksClientSendsManyAtOnceInClearAndUnderTls() throws Exception {
        try (RawOrigin clear = new RawOrigin(RelayClientsIT::serve); RawOrigin secured = new RawOrigin(tls(origins.good("origin.example"))); RelayRun run = relay()) {
            HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                    .proxy(ProxySelector.of(new InetSocketAddress("127.0.0.1", run.port())))
                    .sslContext(TestOrigins.clientTrusting(run.caFile)).build();
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String origin = i % 2 == 0 ? "http://origin.example:" + clear.port() : "https://origin.example:" + secured.port();
                answers.add(client.sendAsync(HttpRequest.newBuilder(URI.create(origin + "/echo")).expectContinue(i % 4 == 0)
                        .POST(HttpRequest.BodyPublishers.ofString("number " + i)).build(), HttpResponse.BodyHandlers.ofString()));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get(20, TimeUnit.SECONDS).body()).isEqualTo("number " + i);
            }
            // The client may have been answered before the relay has told of it.
            for (ExchangeBegan began : run.all(ExchangeBegan.class).toList()) {
                assertThat(run.ended(began.exchange().toString()).failure()).isEmpty();
            }
            assertThat(run.all(ExchangeBegan.class).filter(e -> e.role() == Role.MESSAGE)).hasSize(40);
        }
    }

    @Test
    void curlKeepsConnectionsUploadsAndReadsChunks() throws Exception {
        Path upload = Files.write(directory.resolve("upload"), "y".repeat(200_000).getBytes());
        try (RawOrigin clear = new RawOrigin(RelayClientsIT::serve); RawOrigin secured = new RawOrigin(tls(origins.good("origin.example"))); RelayRun run = relay()) {
            for (String origin : new String[] {"http://origin.example:" + clear.port(), "https://origin.example:" + secured.port()}) {
                String said = run("curl", "-sS", "-m", "20", "--http1.1", "-x", "http://127.0.0.1:" + run.port(), "--cacert", run.caFile.toString(),
                        origin + "/page", origin + "/chunks", "--next", "-sS", "-x", "http://127.0.0.1:" + run.port(), "--cacert", run.caFile.toString(),
                        "--http1.1", "-T", upload.toString(), origin + "/echo");
                assertThat(said).isEqualTo(PAGE + "abcde" + "y".repeat(200_000));
            }
            assertThat(clear.connections()).isEqualTo(1);
            assertThat(secured.connections()).isEqualTo(1);
            assertThat(run.all(ConnectionOpened.class).filter(o -> o.leg() == Leg.CLIENT)).hasSize(2);
            assertThat(run.all(ExchangeEnded.class)).allMatch(e -> e.failure().isEmpty());
        }
    }

    @Test
    void chromiumShowsAPageOverHttpsAndTheCertificatesPage() throws Exception {
        assumeTrue(isInstalled("chromium") && isInstalled("certutil"), "chromium and certutil are installed");
        try (RawOrigin secured = new RawOrigin(tls(origins.good("origin.example"))); RelayRun run = relay()) {
            Path database = Files.createDirectories(directory.resolve(".pki/nssdb"));
            run("certutil", "-d", "sql:" + database, "-N", "--empty-password");
            run("certutil", "-d", "sql:" + database, "-A", "-t", "C,,", "-n", "plumbline", "-i", run.caFile.toString());
            assertThat(chromium(run, "https://origin.example:" + secured.port() + "/page")).contains("through the relay");
            assertThat(chromium(run, "http://plumbline.test/")).contains("plumbline-ca.crt");
            assertThat(run.all(ExchangeBegan.class).map(ExchangeBegan::authority)).contains("origin.example:" + secured.port(), "plumbline.test");
        }
    }

    private String chromium(RelayRun run, String url) throws Exception {
        return run("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run",
                "--user-data-dir=" + directory.resolve("profile"), "--proxy-server=http://127.0.0.1:" + run.port(), "--timeout=20000", "--dump-dom", url);
    }

    private static boolean isInstalled(String program) {
        for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    private String run(String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("HOME", directory.toString());
        builder.environment().keySet().removeIf(name -> name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        Path errors = directory.resolve("errors");
        Process process = builder.redirectError(errors.toFile()).start();
        process.getOutputStream().close();
        byte[] said = process.getInputStream().readAllBytes();
        assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(() -> {
            try {
                return String.join(" ", command) + ": " + Files.readString(errors);
            } catch (IOException e) {
                return command[0];
            }
        }).isZero();
        return new String(said);
    }
}
