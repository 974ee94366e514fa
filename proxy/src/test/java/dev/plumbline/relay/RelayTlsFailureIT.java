package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.fact.RelayFact.ConnectionClosed;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.RelayFact.RoleChanged;
import dev.plumbline.fact.RelayFact.TlsEstablished;
import dev.plumbline.relay.tls.TestOrigins;
import dev.plumbline.relay.tls.TlsProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Intercepted TLS that does not come about, or does not end well: what either end gets to see, and what is told. */
@Timeout(30)
class RelayTlsFailureIT extends InterceptionFixture {
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
            assertThat(answer).startsWith("HTTP/1.1 502 ").contains("Plumbline-Error: tls-untrusted").contains("--insecure-upstream");
            assertThat(answer.contains("--upstream-ca")).as("what helps").isEqualTo(flaw.equals("stranger"));
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

    /** The origin did not reset anything: what it sent is no TLS, or an alert. */
    @ParameterizedTest
    @CsvSource({"BORINGSSL,GARBAGE,''", "BORINGSSL,GARBAGE,hello", "JDK,GARBAGE,''", "JDK,RECORD,hello"})
    void tlsThatBreaksAfterTheHandshakeIsCalledSo(TlsProvider provider, String what, String before) throws Exception {
        CountDownLatch got = new CountDownLatch(1);
        byte[] broken = what.equals("GARBAGE") ? "GARBAGE GARBAGE GARBAGE GARBAGE GARBAGE".getBytes(StandardCharsets.US_ASCII) : new byte[37];
        System.arraycopy(new byte[] {0x17, 3, 3, 0, 32}, 0, broken, 0, what.equals("GARBAGE") ? 0 : 5);
        try (RawOrigin origin = new RawOrigin(peer -> {
            var raw = peer.socket;
            tls(origins.good(NAME), secured -> {
                secured.head();
                if (!before.isEmpty()) {
                    secured.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + before);
                    got.await();
                }
                raw.getOutputStream().write(broken);
                raw.getInputStream().readAllBytes();
            }).run(peer);
        }); RelayRun run = relay(provider).start(); RawOrigin.Peer raw = run.client(); RawOrigin.Peer client = intercepted(run, raw, origin.port())) {
            client.send(get("/", ""));
            if (before.isEmpty()) {
                assertThat(client.head()).startsWith("HTTP/1.1 502 ").contains("Plumbline-Error: tls-failed");
            } else {
                client.head();
                client.text(5);
                got.countDown();
            }
            assertThat(run.ended("c1.2").faultCode()).isEqualTo("tls-failed");
            assertThat(run.ended("c1.2").failure()).startsWith("TLS with " + NAME + ":" + origin.port() + " failed").doesNotContain("reset the connection");
        }
    }

    /** BoringSSL seals nothing any more behind the peer's close_notify: nothing that comes can reach the client. */
    @Test
    void aDownloadEndsWhenItsClientHasSaidGoodBye() throws Exception {
        CountDownLatch stopped = new CountDownLatch(1);
        try (RawOrigin origin = new RawOrigin(tls(origins.good(NAME), peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + (1 << 28) + "\r\n\r\n");
            try {
                for (int i = 0; i < 2_000; i++) {
                    peer.send(new byte[1 << 14]);
                    Thread.sleep(10);
                }
            } catch (IOException e) {
                stopped.countDown();
            }
        })); RelayRun run = relay(TlsProvider.BORINGSSL).start(); RawOrigin.Peer raw = run.client(); RawOrigin.Peer client = intercepted(run, raw, origin.port())) {
            client.send(get("/", ""));
            client.head();
            client.endOutput();
            assertThat(stopped.await(15, TimeUnit.SECONDS)).as("the origin is let go").isTrue();
            assertThat(run.ended("c1.2").faultCode()).isEqualTo("client-gone");
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
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(RelayRun.CLOSED_MILLIS);
            assertThat(run.ended("c1.2").faultCode()).isEqualTo("proxy-stopped");
            assertThat(run.all(ConnectionClosed.class)).hasSize(2).allMatch(c -> c.how() == Close.SHUTDOWN);
        }
    }

    /** Often, for it went wrong seldom. */
    @Test
    @Timeout(150)
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
            for (int i = 0; i < 100; i++) {
                try (RawOrigin.Peer raw = run.client(); RawOrigin.Peer client = intercepted(run, raw, origin.port())) {
                    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n");
                    client.send(new byte[200_000]);
                    assertThat(client.head()).startsWith("HTTP/1.1 413 ");
                }
            }
        }
    }
}
