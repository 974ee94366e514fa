package dev.plumbline.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plumbline.ca.Leaf;
import dev.plumbline.judge.JudgedRun.Security;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Origins whose TLS is OpenSSL's: other record sizes, ciphers, padding, new keys on the way. */
@Timeout(90)
class RealOriginsIT {
    private static final int LARGE = 2_000_000;

    @TempDir
    Path directory;
    private Process server;

    @AfterEach
    void stop() throws InterruptedException {
        if (server != null) {
            server.destroy();
            server.waitFor(5, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void nginxIsJudgedOnKeptConnections(String protocol) throws Exception {
        assumeTrue(JudgedRun.has("nginx"), "nginx is not installed");
        try (JudgedRun run = JudgedRun.in(directory)) {
            int port = freePort();
            nginx(run, port, protocol);
            String base = "https://localhost:" + port;
            byte[] large = OriginPages.body(LARGE);
            List<byte[]> parts = parts(run.curl(Security.TLS_1_3, base + "/large", base + "/large", base + "/large"), LARGE);
            assertThat(parts).hasSize(3).allSatisfy(part -> assertThat(part).isEqualTo(large));
            run.curl(Security.TLS_1_2, "-r", "5-100000", base + "/large");
            assertThat(run.judged().messages).isEqualTo(3 * 4 + 4 + 2 * 2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "-tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256", "-tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256 -record_padding 2048",
        "-tls1_3 -max_send_frag 700", "-tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305"})
    void recordsOfEverySortAreJudged(String options) throws Exception {
        assumeTrue(JudgedRun.has("openssl"), "openssl is not installed");
        try (JudgedRun run = JudgedRun.in(directory)) {
            int port = freePort();
            openssl(run, port, options.split(" "));
            assertThat(run.curl(Security.TLS_1_3, "https://localhost:" + port + "/large")).isEqualTo(OriginPages.body(LARGE));
            assertThat(run.judged().messages).isEqualTo(4 + 2);
        }
    }

    /** A client that asks for new keys, ours and its own, between and inside its requests. */
    @Test
    void newKeysOnTheClientLegAreJudged() throws Exception {
        assumeTrue(JudgedRun.has("openssl"), "openssl is not installed");
        try (JudgedRun run = JudgedRun.in(directory)) {
            String authority = run.origin(Security.TLS_1_3).substring("https://".length());
            Path out = directory.resolve("s_client.out");
            Process client = new ProcessBuilder("openssl", "s_client", "-proxy", "127.0.0.1:" + run.port(), "-connect", authority, "-tls1_3",
                    "-servername", "localhost", "-CAfile", run.proxy.caFile().toString(), "-crlf").redirectErrorStream(true).redirectOutput(out.toFile()).start();
            String request = "GET /bytes/30000 HTTP/1.1\nHost: " + authority + "\n\n";
            for (String said : List.of(request, "K\n", request, "k\n", "GET /bytes/5 HTTP/1.1\n", "K\n", "Host: " + authority + "\n\n")) {
                client.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
                client.getOutputStream().flush();
                // s_client takes K and k for commands only at the beginning of what it reads at once.
                TimeUnit.MILLISECONDS.sleep(400);
            }
            client.getOutputStream().write("Q\n".getBytes(StandardCharsets.US_ASCII));
            client.getOutputStream().close();
            assertThat(client.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(out, StandardCharsets.ISO_8859_1)).contains("KEYUPDATE");
            assertThat(run.judged().messages).isEqualTo(3 * 4 + 2);
        }
    }

    private static List<byte[]> parts(byte[] all, int length) {
        List<byte[]> parts = new ArrayList<>();
        for (int at = 0; at < all.length; at += length) {
            parts.add(Arrays.copyOfRange(all, at, Math.min(all.length, at + length)));
        }
        return parts;
    }

    private void nginx(JudgedRun run, int port, String protocol) throws Exception {
        identity(run);
        Path root = Files.createDirectories(directory.resolve("root"));
        Files.write(root.resolve("large"), OriginPages.body(LARGE));
        Path configuration = Files.writeString(directory.resolve("nginx.conf"), """
                daemon off; master_process off; pid %1$s/nginx.pid; error_log stderr;
                events {}
                http {
                  access_log off; client_body_temp_path %1$s/b; proxy_temp_path %1$s/p; fastcgi_temp_path %1$s/f; uwsgi_temp_path %1$s/u; scgi_temp_path %1$s/s;
                  server { listen 127.0.0.1:%2$d ssl; ssl_protocols %3$s; ssl_certificate %1$s/leaf.pem; ssl_certificate_key %1$s/leaf.key; root %1$s/root; }
                }
                """.formatted(directory, port, protocol));
        start(port, "nginx", "-c", configuration.toString(), "-p", directory.toString());
    }

    private void openssl(JudgedRun run, int port, String... options) throws Exception {
        identity(run);
        byte[] head = ("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] answer = Arrays.copyOf(head, head.length + LARGE);
        System.arraycopy(OriginPages.body(LARGE), 0, answer, head.length, LARGE);
        Files.write(directory.resolve("large"), answer);
        List<String> command = new ArrayList<>(List.of("openssl", "s_server", "-HTTP", "-quiet", "-accept", "127.0.0.1:" + port, "-cert", "leaf.pem", "-key", "leaf.key"));
        command.addAll(List.of(options));
        start(port, command.toArray(String[]::new));
    }

    private void start(int port, String... command) throws Exception {
        Path log = directory.resolve("server.log");
        server = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        for (int tries = 0; tries < 100; tries++) {
            try {
                new Socket(InetAddress.getByName("127.0.0.1"), port).close();
                return;
            } catch (IOException e) {
                assertThat(server.isAlive()).as("%s: %s", command[0], Files.readString(log)).isTrue();
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        throw new IOException(command[0] + " does not listen: " + Files.readString(log));
    }

    private void identity(JudgedRun run) throws Exception {
        Leaf leaf = run.originAuthority.issue("localhost");
        StringBuilder chain = new StringBuilder();
        for (X509Certificate certificate : leaf.chain()) {
            chain.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        Files.writeString(directory.resolve("leaf.pem"), chain);
        Files.writeString(directory.resolve("leaf.key"), pem("PRIVATE KEY", leaf.key().getEncoded()));
    }

    private static String pem(String what, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n";
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
