package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Intercepted TLS, seen from both ends of the relay, with either provider between them. */
@Timeout(30)
class RelayTlsIT extends InterceptionFixture {
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
}
