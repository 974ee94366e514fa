package dev.plumbline.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Independent judges of the leaves: OpenSSL, curl, and the JDK's own client. */
@Timeout(60)
class ClientsIT {

    private static final String LONG = "a-rather-long-label-of-some-thirty.another-label-of-some-thirty-chars"
            + ".and-one-more-label-of-some-thirty.until-the-name-has-133-characters.example";

    private static CertificateAuthority ca;
    private static Path home;

    @BeforeAll
    static void open(@TempDir Path temp) throws CaException {
        home = temp;
        ca = CertificateAuthority.open(temp.resolve("ca"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "example.com", "wild_underscore.example.com", "bücher.example", LONG})
    void opensslFindsAStrictlyValidLeafForTheName(String host) throws Exception {
        Leaf leaf = ca.issue(host);
        assertThat(verify(leaf, "-verify_hostname", leaf.host())).isEqualTo(new Tool(0, file(leaf) + ": OK\n"));
        assertThat(verify(leaf, "-verify_hostname", "other.example").exit()).as("for no other name").isNotZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "2001:db8::a", "::ffff:192.0.2.1"})
    void opensslFindsAStrictlyValidLeafForTheAddress(String address) throws Exception {
        Leaf leaf = ca.issue(address);
        assertThat(verify(leaf, "-verify_ip", address)).isEqualTo(new Tool(0, file(leaf) + ": OK\n"));
        assertThat(verify(leaf, "-verify_ip", "192.0.2.77").exit()).as("for no other address").isNotZero();
    }

    @Test
    void opensslReadsTheKeyFileAndFindsTheRootsKeyInIt() throws Exception {
        Tool fromKey = Tool.run("openssl", "pkey", "-in", ca.directory().resolve("plumbline-ca-key.pem").toString(), "-pubout");
        Tool fromRoot = Tool.run("openssl", "x509", "-in", ca.certificateFile().toString(), "-noout", "-pubkey");
        assertThat(fromKey).isEqualTo(fromRoot).satisfies(tool -> assertThat(tool.exit()).isZero());
    }

    @Test
    void aLeafCannotSignAnotherLeaf() throws Exception {
        Leaf leaf = ca.issue("evil.example");
        Tool purpose = Tool.run("openssl", "x509", "-in", file(leaf), "-noout", "-purpose");
        assertThat(purpose.output()).contains("SSL server : Yes").contains("SSL server CA : No").contains("SSL client : No");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "[::1]"})
    void theJdkHttpClientAcceptsALoopbackOrigin(String host) throws Exception {
        InetAddress address = InetAddress.getByName(host.equals("localhost") ? "127.0.0.1" : host);
        try (TlsOrigin origin = new TlsOrigin(ca.issue(host), address)) {
            HttpClient client = HttpClient.newBuilder().sslContext(TlsOrigin.trusting(ca.certificate())).build();
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://" + host + ":" + origin.port() + "/"))
                    .timeout(Duration.ofSeconds(20)).build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).body()).isEqualTo("ok");
        }
    }

    // No underscore here and below: the JDK refuses such a name itself, as a client and in a server's reading of SNI.
    @ParameterizedTest
    @ValueSource(strings = {"example.com", "bücher.example", LONG})
    void aJdkSocketAcceptsTheNameAndNoOther(String host) throws Exception {
        Leaf leaf = ca.issue(host);
        try (TlsOrigin origin = new TlsOrigin(leaf, InetAddress.getLoopbackAddress())) {
            assertThat(ask(origin, leaf.host())).startsWith("HTTP/1.1 200 OK").endsWith("ok");
            assertThatExceptionOfType(SSLHandshakeException.class).isThrownBy(() -> ask(origin, "other.example"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "::1", "example.com", "bücher.example", LONG})
    void curlAcceptsTheLeafWithOurRootAndNotWithout(String host) throws Exception {
        Leaf leaf = ca.issue(host);
        String literal = host.contains(":") ? "[" + host + "]" : leaf.host();
        InetAddress address = InetAddress.getByName(host.contains(":") ? host : "127.0.0.1");
        try (TlsOrigin origin = new TlsOrigin(leaf, address)) {
            String url = "https://" + literal + ":" + origin.port() + "/";
            String resolve = host.contains(":") ? "unused.test:1:127.0.0.1" : leaf.host() + ":" + origin.port() + ":127.0.0.1";
            assertThat(curl(resolve, url, "--cacert", ca.certificateFile().toString())).isEqualTo(new Tool(0, "ok"));
            assertThat(curl(resolve, url).exit()).as("CURLE_PEER_FAILED_VERIFICATION").isEqualTo(60);
        }
    }

    @Test
    void curlAcceptsAnUnderscoreFromAnOpensslServer() throws Exception {
        Leaf leaf = ca.issue("wild_underscore.example.com");
        Process server = Tool.start(List.of("openssl", "s_server", "-www", "-accept", "127.0.0.1:0", "-cert", file(leaf),
                "-key", ca.directory().resolve("plumbline-leaf-key.pem").toString()));
        try (BufferedReader said = server.inputReader(StandardCharsets.US_ASCII)) {
            String line = said.readLine();
            while (line != null && !line.startsWith("ACCEPT ")) {
                line = said.readLine();
            }
            assertThat(line).as("the server's address").isNotNull();
            String port = line.substring(line.lastIndexOf(':') + 1);
            Tool answer = curl(leaf.host() + ":" + port + ":127.0.0.1", "https://" + leaf.host() + ":" + port + "/",
                    "--cacert", ca.certificateFile().toString());
            assertThat(answer.exit()).as(answer.output()).isZero();
            assertThat(answer.output()).contains("s_server");
        } finally {
            server.destroyForcibly();
        }
    }

    private static Tool curl(String resolve, String url, String... more) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("curl", "-sS", "--noproxy", "*", "--max-time", "20", "--resolve", resolve, url));
        command.addAll(List.of(more));
        return Tool.run(command.toArray(new String[0]));
    }

    private static String ask(TlsOrigin origin, String host) throws Exception {
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), origin.port());
                SSLSocket tls = (SSLSocket) TlsOrigin.trusting(ca.certificate()).getSocketFactory()
                        .createSocket(plain, host, origin.port(), true)) {
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            tls.setSSLParameters(parameters);
            tls.setSoTimeout(20_000);
            tls.startHandshake();
            tls.getOutputStream().write(("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            tls.getOutputStream().flush();
            return new String(tls.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static Tool verify(Leaf leaf, String check, String value) throws Exception {
        return Tool.run("openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", ca.certificateFile().toString(),
                check, value, file(leaf));
    }

    private static String file(Leaf leaf) throws IOException {
        Path file = home.resolve(leaf.certificate().getSerialNumber().toString(16) + ".pem");
        try {
            return Files.writeString(file, Pem.encode(Pem.CERTIFICATE, leaf.certificate().getEncoded())).toString();
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new IOException(e);
        }
    }
}
