import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Runs a proxy through a short, ordinary life: start, a few HTTP and HTTPS requests to an origin on loopback, SIGTERM.
 *
 * <p>The launcher uses it to find out which classes such a life loads, for the class data archive. Run from source:
 * {@code java Rehearsal.java JAVA OPTION… -jar JAR}. Exit code 0 when each request was answered and the proxy ended by
 * itself; 1, with the proxy's output, when not.
 */
final class Rehearsal {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);
    /** Includes the time in which the JVM writes the archive. */
    private static final Duration END_LIMIT = Duration.ofSeconds(60);
    private static final int REQUESTS_PER_CLIENT = 3;
    private static final char[] PASSWORD = "rehearsal".toCharArray();

    private final Path scratch;
    private final List<String> command;

    private Rehearsal(Path scratch, List<String> command) {
        this.scratch = scratch;
        this.command = command;
    }

    public static void main(String[] command) throws Exception {
        Path scratch = Files.createTempDirectory("plumbline-rehearsal"); // owner-only by contract
        boolean good;
        try {
            good = new Rehearsal(scratch, List.of(command)).run();
        } finally {
            deleteTree(scratch);
        }
        System.exit(good ? 0 : 1);
    }

    private boolean run() throws Exception {
        SSLContext tls = originTls();
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        HttpServer clear = serve(HttpServer.create(anyPort, 0));
        HttpsServer secure = HttpsServer.create(anyPort, 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(tls));
        serve(secure);
        try {
            return rehearse(clear.getAddress().getPort(), secure.getAddress().getPort());
        } finally {
            clear.stop(0);
            secure.stop(0);
        }
    }

    private boolean rehearse(int clearPort, int securePort) throws Exception {
        Path errors = scratch.resolve("stderr");
        Process proxy = new ProcessBuilder(proxyCommand()).redirectError(errors.toFile()).start();
        Thread killer = new Thread(proxy::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
        Thread watchdog = killAfter(proxy, START_LIMIT);
        try (BufferedReader out = proxy.inputReader()) {
            int port = portWhenReady(out);
            watchdog.interrupt();
            // Two clients: the second one's connections are resumed and its leaf comes from the cache.
            for (int client = 0; client < 2; client++) {
                request(port, List.of("http://localhost:" + clearPort + "/", "https://localhost:" + securePort + "/"));
            }
            proxy.toHandle().destroy(); // SIGTERM; Process.destroy() would close its output as well
            drain(out);
            return proxy.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (IOException e) {
            System.err.println("rehearsal: " + e.getMessage());
            proxy.destroyForcibly().waitFor();
            System.err.print(Files.readString(errors));
            return false;
        } finally {
            proxy.destroyForcibly();
            Runtime.getRuntime().removeShutdownHook(killer);
        }
    }

    private List<String> proxyCommand() {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of("start", "--listen", "127.0.0.1:0", "--inspect", "off", "--capture", "auto", "--log", "text",
                "--insecure-upstream", "--ca-dir", scratch.resolve("ca").toString(),
                "--recording", scratch.resolve("recording").toString()));
        return all;
    }

    private static int portWhenReady(BufferedReader out) throws IOException {
        int port = -1;
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            System.out.println(line);
            if (line.startsWith("proxy ")) {
                port = URI.create(line.substring("proxy ".length()).trim()).getPort();
            } else if (line.equals("ready") && port > 0) {
                return port;
            }
        }
        throw new IOException("the proxy ended before it was ready");
    }

    private static void drain(BufferedReader out) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            System.out.println(line);
        }
    }

    private static void request(int proxyPort, List<String> uris) throws Exception {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {new TrustAll()}, null);
        HttpClient client = HttpClient.newBuilder()
                .proxy(ProxySelector.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxyPort)))
                .sslContext(trusting)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        for (String uri : uris) {
            for (int i = 0; i < REQUESTS_PER_CLIENT; i++) {
                HttpRequest request = HttpRequest.newBuilder(URI.create(uri)).timeout(REQUEST_LIMIT)
                        .POST(HttpRequest.BodyPublishers.ofString("rehearsal")).build();
                int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
                if (status != 200) {
                    throw new IOException(uri + " through the proxy: status " + status + " (expected: 200)");
                }
            }
        }
    }

    private static <S extends HttpServer> S serve(S server) {
        byte[] body = "x".repeat(20_000).getBytes(StandardCharsets.US_ASCII);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    /** keytool, because the JDK has no public way to make a certificate. */
    private SSLContext originTls() throws Exception {
        Path store = scratch.resolve("origin.p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        String password = new String(PASSWORD);
        int code = new ProcessBuilder(keytool.toString(), "-genkeypair", "-alias", "origin", "-keyalg", "EC", "-dname", "CN=localhost",
                "-ext", "SAN=dns:localhost", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", password)
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        if (code != 0) {
            throw new IOException("keytool: exit code " + code);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }

    private static Thread killAfter(Process process, Duration limit) {
        Thread watchdog = new Thread(() -> {
            try {
                Thread.sleep(limit.toMillis());
                process.destroyForcibly();
            } catch (InterruptedException ready) {
                Thread.currentThread().interrupt();
            }
        });
        watchdog.setDaemon(true);
        watchdog.start();
        return watchdog;
    }

    private static void deleteTree(Path root) throws IOException {
        try (var paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** The proxy's root is made for this run and trusted by nobody; what it signs is not what is rehearsed. */
    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
