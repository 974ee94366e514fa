package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.fact.RelayFact.ConnectionClosed;
import dev.plumbline.fact.RelayFact.ConnectionOpened;
import dev.plumbline.fact.RelayFact.ExchangeBegan;
import dev.plumbline.fact.RelayFact.ExchangeEnded;
import dev.plumbline.fact.RelayFact.RecordMoved;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.RelayFact.RoleChanged;
import dev.plumbline.fact.RelayFact.TlsEstablished;
import dev.plumbline.relay.tls.TestOrigins;
import dev.plumbline.relay.tls.TlsProvider;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Leg;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Intercepted TLS, seen from both ends of the relay, with either provider between them. */
@Timeout(30)
class RelayTlsIT {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String NAME = "origin.example";
    private static final RelayOptions.Timeouts SHORT = new RelayOptions.Timeouts(400, 100, 400, 5_000, 5_000, 300);
    private static TestOrigins origins;

    @BeforeAll
    static void authority() throws Exception {
        origins = new TestOrigins();
    }

    /** A script that runs above TLS. */
    private static RawOrigin.Script tls(SSLContext context, RawOrigin.Script script, String... protocols) {
        return peer -> {
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(peer.socket, null, true);
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            try {
                socket.startHandshake();
            } catch (IOException e) {
                return; // The relay may refuse us: its facts tell.
            }
            try (RawOrigin.Peer secured = new RawOrigin.Peer(socket, peer.number)) {
                script.run(secured);
            }
        };
    }

    private static String connect(int port) {
        return "CONNECT " + NAME + ":" + port + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    private static RawOrigin.Peer secured(RawOrigin.Peer client, SSLContext context, String sni, String... protocols) throws Exception {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(client.socket, sni, client.socket.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(sni)));
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        socket.startHandshake();
        return new RawOrigin.Peer(socket, 0);
    }

    private static RawOrigin.Peer intercepted(RelayRun run, RawOrigin.Peer client, int port, String... protocols) throws Exception {
        client.send(connect(port));
        assertThat(client.head()).startsWith("HTTP/1.1 200 ");
        return secured(client, TestOrigins.clientTrusting(run.caFile), NAME, protocols);
    }

    private static RelayRun.Setup relay(TlsProvider provider) {
        return RelayRun.setup().provider(provider).trust(o -> o.trust(origins.root())).addresses("127.0.0.1");
    }

    private static String get(String path, String fields) {
        return "GET " + path + " HTTP/1.1\r\nHost: " + NAME + "\r\n" + fields + "\r\n";
    }

    @ParameterizedTest
    @CsvSource({"BORINGSSL,TLSv1.2,TLSv1.3", "BORINGSSL,TLSv1.3,TLSv1.2", "JDK,TLSv1.2,TLSv1.3", "JDK,TLSv1.3,TLSv1.2"})
    void requestsInsideTlsReachTheOriginOverOneServerLeg(TlsProvider provider, String atClient, String atOrigin) throws Exception {
        String large = "x".repeat(300_000);
        try (RawOrigin origin = new RawOrigin(tls(origins.good(NAME), peer -> {
            for (int i = 0; i < 3; i++) {
                assertThat(peer.head()).startsWith("POST /" + i + " HTTP/1.1\r\n");
                assertThat(peer.text(large.length())).isEqualTo(large);
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + large.length() + "\r\n\r\n" + large);
            }
            peer.isAtEnd();
        }, atOrigin)); RelayRun run = relay(provider).start(); RawOrigin.Peer raw = run.client()) {
            try (RawOrigin.Peer client = intercepted(run, raw, origin.port(), atClient)) {
                for (int i = 0; i < 3; i++) {
                    client.send("POST /" + i + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + large.length() + "\r\n\r\n");
                    client.send(large);
                    client.head();
                    assertThat(client.text(large.length())).isEqualTo(large);
                }
            }
            run.awaitQuiet();
            assertThat(run.all(ExchangeBegan.class).map(ExchangeBegan::role)).containsExactly(
                    Role.INTERCEPTED_CONNECT, Role.MESSAGE, Role.MESSAGE, Role.MESSAGE);
            assertThat(run.all(ExchangeBegan.class).skip(1)).allMatch(e -> e.scheme().equals("https"));
            assertThat(run.all(ExchangeEnded.class)).allMatch(e -> e.failure().isEmpty());
            assertThat(run.all(TlsEstablished.class)).hasSize(2).allMatch(t -> t.sni().equals(NAME) && t.failure().isEmpty());
            assertThat(run.all(TlsEstablished.class).map(TlsEstablished::version)).containsExactlyInAnyOrder(atClient, atOrigin);
            assertThat(run.all(RecordMoved.class).count()).isGreaterThan(4 * 3 * 19);
            assertThat(origin.connections()).isEqualTo(1);
            assertThat(origin.failures).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    void aBodyThatEndsWithTheConnectionEndsWithCloseNotify(TlsProvider provider) throws Exception {
        try (RawOrigin origin = new RawOrigin(tls(origins.good(NAME), peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(100_000));
        })); RelayRun run = relay(provider).start(); RawOrigin.Peer raw = run.client()) {
            RawOrigin.Peer client = intercepted(run, raw, origin.port());
            client.send(get("/", ""));
            client.head();
            // The JDK throws on an end without close_notify.
            assertThat(client.rest()).isEqualTo("x".repeat(100_000));
            client.close();
            assertThat(run.ended("c1.2").failure()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    void aBodyThatEndsWithoutCloseNotifyIsCutForTheClientToo(TlsProvider provider) throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            var raw = peer.socket;
            tls(origins.good(NAME), secured -> {
                secured.head();
                secured.send("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(1_000));
                raw.shutdownOutput();
                Thread.sleep(300);
            }).run(peer);
        }); RelayRun run = relay(provider).start(); RawOrigin.Peer raw = run.client()) {
            RawOrigin.Peer client = intercepted(run, raw, origin.port());
            client.send(get("/", ""));
            client.head();
            assertThatThrownBy(client::rest).isInstanceOf(IOException.class);
            assertThat(run.ended("c1.2").faultCode()).isEqualTo("origin-cut");
        }
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    void aClientThatDoesNotTrustUsBecomesAFailedTunnel(TlsProvider provider) throws Exception {
        try (RawOrigin origin = new RawOrigin(tls(origins.good(NAME), RawOrigin.Peer::isAtEnd)); RelayRun run = relay(provider).start();
                RawOrigin.Peer raw = run.client()) {
            raw.send(connect(origin.port()));
            raw.head();
            assertThatThrownBy(() -> secured(raw, TestOrigins.clientTrusting(origins.root()), NAME)).isInstanceOf(SSLException.class);
            raw.close();
            assertThat(run.ended("c1.1").faultCode()).isEqualTo("client-tls-failed");
            assertThat(run.ended("c1.1").failure()).contains("refused our certificate").contains("plumbline ca show");
            assertThat(run.all(RoleChanged.class).map(RoleChanged::role)).containsExactly(Role.TUNNEL);
            run.awaitQuiet();
        }
    }

    @ParameterizedTest
    @CsvSource({"BORINGSSL,expired", "BORINGSSL,other", "BORINGSSL,stranger", "JDK,expired", "JDK,other", "JDK,stranger"})
    void anOriginThatIsNotWhoItSaysIsA502InsideTheTunnelAfterOneAttempt(TlsProvider provider, String flaw) throws Exception {
        SSLContext shown = switch (flaw) {
            case "expired" -> origins.expired(NAME);
            case "other" -> origins.good("other.example");
            default -> new TestOrigins().good(NAME);
        };
        try (RawOrigin origin = new RawOrigin(tls(shown, RawOrigin.Peer::isAtEnd)); RelayRun run = relay(provider).start(); RawOrigin.Peer raw = run.client();
                RawOrigin.Peer client = intercepted(run, raw, origin.port())) {
            client.send(get("/", "Connection: close\r\n"));
            String answer = client.rest();
            assertThat(answer).startsWith("HTTP/1.1 502 ").contains("Plumbline-Error: tls-untrusted").contains("--upstream-ca");
            assertThat(origin.connections()).isEqualTo(1);
            assertThat(run.ended("c1.2").faultCode()).isEqualTo("tls-untrusted");
            assertThat(run.all(TlsEstablished.class).filter(t -> !t.failure().isEmpty())).hasSize(1);
        }
    }

    @Test
    void anOriginThatStaysSilentUnderTlsIsA504() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (RawOrigin origin = new RawOrigin(peer -> over.await(10, TimeUnit.SECONDS)); RelayRun run = relay(TlsProvider.best()).timeouts(SHORT).start();
                RawOrigin.Peer raw = run.client(); RawOrigin.Peer client = intercepted(run, raw, origin.port())) {
            client.send(get("/", "Connection: close\r\n"));
            assertThat(client.rest()).startsWith("HTTP/1.1 504 ").contains("Plumbline-Error: tls-timeout");
            over.countDown();
        }
    }

    @Test
    void aClientThatStaysSilentAfterItsHelloIsGivenUp() throws Exception {
        try (RawOrigin origin = new RawOrigin(tls(origins.good(NAME), RawOrigin.Peer::isAtEnd)); RelayRun run = relay(TlsProvider.best()).timeouts(SHORT).start();
                RawOrigin.Peer raw = run.client()) {
            raw.send(connect(origin.port()));
            raw.head();
            raw.send(hello());
            raw.rest();
            assertThat(run.ended("c1.1").faultCode()).isEqualTo("client-tls-failed");
            assertThat(run.ended("c1.1").failure()).contains("took too long");
            raw.close();
            run.awaitQuiet();
        }
    }

    /** A whole ClientHello, as the JDK makes it. */
    private static byte[] hello() throws Exception {
        var engine = SSLContext.getDefault().createSSLEngine(NAME, 443);
        engine.setUseClientMode(true);
        var out = java.nio.ByteBuffer.allocate(20_000);
        engine.wrap(java.nio.ByteBuffer.allocate(0), out);
        return java.util.Arrays.copyOf(out.array(), out.position());
    }

    @Test
    void aHostToPassThroughIsCarriedUnreadWithItsNameAndOctets() throws Exception {
        try (RawOrigin origin = new RawOrigin(tls(origins.good(NAME), peer -> {
            peer.head();
            peer.send(OK);
            peer.isAtEnd();
        })); RelayRun run = relay(TlsProvider.best()).passthrough("*.example").start(); RawOrigin.Peer raw = run.client()) {
            raw.send(connect(origin.port()));
            raw.head();
            try (RawOrigin.Peer client = secured(raw, TestOrigins.clientTrusting(origins.root()), NAME)) {
                client.send(get("/", ""));
                assertThat(client.head() + client.text(2)).isEqualTo(OK);
            }
            run.awaitQuiet();
            assertThat(run.all(RoleChanged.class)).singleElement().matches(r -> r.role() == Role.TUNNEL && r.sni().equals(NAME));
            assertThat(run.all(TlsEstablished.class)).isEmpty();
            ExchangeId id = new ExchangeId(new ConnectionId(1), 1);
            ConnectionClosed server = run.await(ConnectionClosed.class, c -> c.id().equals(new ConnectionId(2)));
            assertThat(run.ended(new MessageKey(id, Leg.SERVER, MessageKind.TUNNEL_TO_SERVER)).contentLength()).isEqualTo(server.toServer()).isGreaterThan(300);
            assertThat(run.ended(new MessageKey(id, Leg.CLIENT, MessageKind.TUNNEL_TO_CLIENT)).contentLength()).isEqualTo(server.toClient()).isGreaterThan(300);
        }
    }

    @Test
    void aConnectInsideATunnelIsRefusedAndTheTunnelGoesOn() throws Exception {
        try (RawOrigin origin = new RawOrigin(tls(origins.good(NAME), peer -> {
            peer.head();
            peer.send(OK);
            peer.isAtEnd();
        })); RelayRun run = relay(TlsProvider.best()).start(); RawOrigin.Peer raw = run.client(); RawOrigin.Peer client = intercepted(run, raw, origin.port())) {
            client.send(connect(origin.port()));
            String head = client.head();
            assertThat(head).startsWith("HTTP/1.1 400 ").contains("Plumbline-Error: nested-connect");
            client.text(Integer.parseInt(head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1")));
            client.send(get("/", ""));
            assertThat(client.head() + client.text(2)).isEqualTo(OK);
        }
    }

    @Test
    void anUpgradeInsideTlsCarriesBothWaysAndEndsInOrder() throws Exception {
        try (RawOrigin origin = new RawOrigin(tls(origins.good(NAME), peer -> {
            peer.head();
            peer.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello");
            assertThat(peer.text(4)).isEqualTo("ping");
            peer.send("pong");
        })); RelayRun run = relay(TlsProvider.best()).start(); RawOrigin.Peer raw = run.client(); RawOrigin.Peer client = intercepted(run, raw, origin.port())) {
            client.send(get("/", "Connection: Upgrade\r\nUpgrade: echo\r\n"));
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            client.send("ping");
            assertThat(client.rest()).isEqualTo("hellopong");
            client.close();
            assertThat(run.ended("c1.2").failure()).isEmpty();
            assertThat(origin.failures).isEmpty();
        }
    }

    @Test
    void ourOwnPagesAreThereUnderTlsToo() throws Exception {
        try (RelayRun run = relay(TlsProvider.best()).start(); RawOrigin.Peer raw = run.client()) {
            raw.send("CONNECT plumbline.test:443 HTTP/1.1\r\nHost: x\r\n\r\n");
            raw.head();
            try (RawOrigin.Peer client = secured(raw, TestOrigins.clientTrusting(run.caFile), "plumbline.test")) {
                client.send("GET /plumbline-ca.pem HTTP/1.1\r\nHost: plumbline.test\r\nConnection: close\r\n\r\n");
                assertThat(client.rest()).contains("BEGIN CERTIFICATE").doesNotContain("PRIVATE KEY");
            }
            run.awaitQuiet();
            assertThat(run.all(ConnectionOpened.class)).hasSize(1);
            try (RawOrigin.Peer odd = run.client()) {
                odd.send("CONNECT plumbline.test:443 HTTP/1.1\r\nHost: x\r\n\r\nSSH-2.0-x\r\n");
                odd.head();
                assertThat(odd.isAtEnd()).isTrue();
            }
            run.await(ExchangeEnded.class, e -> e.faultCode().equals("not-tls"));
        }
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    void neitherSideIsReadFasterThanTheOtherTakesIt(TlsProvider provider) throws Exception {
        int size = 32 << 20;
        AtomicInteger moved = new AtomicInteger();
        CountDownLatch mayRead = new CountDownLatch(1);
        try (RawOrigin origin = new RawOrigin(tls(origins.good(NAME), peer -> {
            peer.head();
            assertThat(mayRead.await(10, TimeUnit.SECONDS)).isTrue();
            peer.octets(size);
            moved.set(0);
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
            sendCounted(peer, size, moved);
            peer.isAtEnd();
        })); RelayRun run = relay(provider).start(); RawOrigin.Peer raw = run.client(); RawOrigin.Peer client = intercepted(run, raw, origin.port())) {
            Thread sender = new Thread(() -> {
                try {
                    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + size + "\r\n\r\n");
                    sendCounted(client, size, moved);
                } catch (IOException e) {
                    moved.set(-1);
                }
            });
            sender.start();
            Thread.sleep(400);
            assertThat(moved.get()).isBetween(1, size / 2);
            mayRead.countDown();
            sender.join(10_000);
            client.head();
            Thread.sleep(400);
            assertThat(moved.get()).isBetween(1, size / 2);
            client.octets(size);
            assertThat(origin.failures).isEmpty();
        }
    }

    private static void sendCounted(RawOrigin.Peer peer, int size, AtomicInteger moved) throws IOException {
        byte[] block = new byte[1 << 16];
        for (int i = 0; i < size / block.length; i++) {
            peer.send(block);
            moved.addAndGet(block.length);
        }
    }

    @Test
    void aClientThatDoesNotListenDoesNotHoldUpTheEnd() throws Exception {
        try (RawOrigin origin = new RawOrigin(tls(origins.good(NAME), peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + (1 << 28) + "\r\n\r\n");
            try {
                sendCounted(peer, 1 << 28, new AtomicInteger());
            } catch (IOException e) {
                // Nobody wants it any more.
            }
        })); RelayRun run = relay(TlsProvider.best()).start(); RawOrigin.Peer raw = run.client(); RawOrigin.Peer client = intercepted(run, raw, origin.port())) {
            client.send(get("/", ""));
            client.head();
            Thread.sleep(200);
            long start = System.nanoTime();
            run.relay.close();
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(2_500);
            assertThat(run.ended("c1.2").faultCode()).isEqualTo("proxy-stopped");
            assertThat(run.all(ConnectionClosed.class)).hasSize(2).allMatch(c -> c.how() == Close.SHUTDOWN);
        }
    }

    @Test
    void anAnswerDuringAnUploadThatTheOriginResetsIsReadUnderTlsToo() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            var socket = peer.socket;
            tls(origins.good(NAME), secured -> {
                secured.head();
                secured.send("HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
                Thread.sleep(20);
                socket.setSoLinger(true, 0);
                socket.close();
            }).run(peer);
        }); RelayRun run = relay(TlsProvider.best()).start()) {
            for (int i = 0; i < 5; i++) {
                try (RawOrigin.Peer raw = run.client(); RawOrigin.Peer client = intercepted(run, raw, origin.port())) {
                    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n");
                    client.send(new byte[200_000]);
                    assertThat(client.head()).startsWith("HTTP/1.1 413 ");
                }
            }
        }
    }
}
