package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.RelayFact.ConnectionClosed;
import dev.plumbline.fact.RelayFact.ConnectionOpened;
import dev.plumbline.fact.RelayFact.ExchangeBegan;
import dev.plumbline.wire.Leg;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The two connections under the messages, in clear: how long each is kept, and which one carries what. */
@Timeout(20)
class RelayLegsIT {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static String request(String method, int port, String path, String fields) {
        return method + " http://127.0.0.1:" + port + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n" + fields + "\r\n";
    }

    @Test
    void anHttp10ClientThatAsksForItIsKept() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            for (int i = 0; i < 2; i++) {
                assertThat(peer.head()).startsWith("GET / HTTP/1.0\r\n");
                peer.send("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok");
            }
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            for (int i = 0; i < 2; i++) {
                client.send("GET http://127.0.0.1:" + origin.port() + "/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
                assertThat(client.head()).containsIgnoringCase("connection: keep-alive");
                assertThat(client.text(2)).isEqualTo("ok");
            }
            assertThat(origin.failures).isEmpty();
        }
    }

    @Test
    void anHttp10ClientThatDoesNotIsClosedAfterItsAnswer() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send(OK);
            assertThat(peer.isAtEnd()).isTrue();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send("GET http://127.0.0.1:" + origin.port() + "/ HTTP/1.0\r\n\r\n");
            assertThat(client.rest()).endsWith("\r\n\r\nok");
            client.close();
            run.awaitQuiet();
            assertThat(origin.failures).isEmpty();
        }
    }

    @Test
    void aClientThatAsksToCloseIsClosedAndSoIsItsServerLeg() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            assertThat(peer.head()).contains("Connection: close\r\n");
            peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
            assertThat(peer.isAtEnd()).isTrue();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(request("GET", origin.port(), "/", "Connection: close\r\n"));
            assertThat(client.rest()).isEqualTo("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
            client.close();
            run.awaitQuiet();
            assertThat(run.ended("c1.1").failure()).isEmpty();
            assertThat(origin.failures).isEmpty();
        }
    }

    @Test
    void anOriginThatClosesCostsTheClientNothing() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(request("GET", origin.port(), "/1", "") + request("GET", origin.port(), "/2", ""));
            for (int i = 0; i < 2; i++) {
                assertThat(client.head()).doesNotContain("close");
                assertThat(client.text(2)).isEqualTo("ok");
            }
            assertThat(origin.connections()).isEqualTo(2);
        }
    }

    @Test
    void anIdleServerLegThatTheOriginClosedIsReplaced() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send(OK);
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            for (int i = 1; i <= 3; i++) {
                client.send(request("GET", origin.port(), "/", ""));
                assertThat(client.head() + client.text(2)).isEqualTo(OK);
                int closed = i;
                run.await(ConnectionClosed.class, c -> run.all(ConnectionClosed.class).count() == closed);
            }
            assertThat(origin.connections()).isEqualTo(3);
        }
    }

    @Test
    void aSlowReaderOfAnAnswerThatEndsTheConnectionGetsAllOfIt() throws Exception {
        int size = 24 << 20;
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
            byte[] block = new byte[1 << 16];
            for (int i = 0; i < size / block.length; i++) {
                peer.send(block);
            }
        }); RelayRun run = RelayRun.setup().timeouts(new RelayOptions.Timeouts(1_000, 250, 1_000, 1_000, 10_000, 100)).start();
                RawOrigin.Peer client = run.client()) {
            client.send(request("GET", origin.port(), "/", "Connection: close\r\n"));
            client.head();
            Thread.sleep(500);
            for (int left = size; left > 0; left -= 1 << 20) {
                client.octets(1 << 20);
                if (left < 6 << 20) {
                    Thread.sleep(150);
                }
            }
            assertThat(client.isAtEnd()).isTrue();
            assertThat(run.ended("c1.1").failure()).isEmpty();
            assertThat(origin.failures).isEmpty();
        }
    }

    @Test
    void anIpv6OriginIsReachedByItsLiteralBothWays() throws Exception {
        try (RawOrigin origin = new RawOrigin("::1", peer -> {
            if (peer.head().startsWith("GET /abs HTTP/1.1\r\nHost: [::1]:" + peer.socket.getLocalPort())) {
                peer.send(OK);
            } else {
                peer.send("bye");
                return;
            }
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client(); RawOrigin.Peer other = run.client()) {
            client.send("GET http://[::1]:" + origin.port() + "/abs HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.head() + client.text(2)).isEqualTo(OK);
            other.send("CONNECT [::1]:" + origin.port() + " HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(other.head()).startsWith("HTTP/1.1 200 ");
            other.send("GET /tunnel HTTP/1.1\r\n\r\n");
            assertThat(other.rest()).isEqualTo("bye");
            assertThat(run.all(ConnectionOpened.class).filter(o -> o.leg() == Leg.SERVER)).hasSize(2)
                    .allMatch(o -> o.tuple().initiator().port() >= LocalPorts.FIRST && o.tuple().responder().toString().startsWith("[::1]:"));
        }
    }

    /** As without a proxy: the kernel takes who connects to no address in particular to its own, and servers print such URLs. */
    @ParameterizedTest
    @CsvSource({"0.0.0.0, 127.0.0.1", "[::], ::1"})
    void whoAsksForNoAddressInParticularReachesThisMachine(String host, String reached) throws Exception {
        try (RawOrigin origin = new RawOrigin(reached, peer -> {
            peer.head();
            peer.send(OK);
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send("GET http://" + host + ":" + origin.port() + "/ HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 200 ");
            assertThat(run.all(ConnectionOpened.class).filter(o -> o.leg() == Leg.SERVER)).singleElement()
                    .satisfies(o -> assertThat(o.tuple().responder().address().toString()).isEqualTo(reached));
        }
    }

    /** The fault would be ours; the client must not wait for ever because of it. */
    @Test
    void aLookUpThatBreaksIsALookUpThatFailed() throws Exception {
        try (RelayRun run = RelayRun.setup().lookUp(name -> {
            throw new IllegalStateException("broken");
        }).start(); RawOrigin.Peer client = run.client()) {
            client.send("GET http://x.example/ HTTP/1.1\r\nHost: x.example\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 502 ").contains("name-not-resolved");
        }
    }

    @Test
    void oneClientMayTalkToManyOriginsInTurn() throws Exception {
        RawOrigin.Script script = peer -> {
            for (int i = 0; i < 2; i++) {
                peer.head();
                peer.send(OK);
            }
            peer.isAtEnd();
        };
        try (RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            RawOrigin[] origins = new RawOrigin[ServerLegs.KEPT + 2];
            for (int i = 0; i < origins.length; i++) {
                origins[i] = new RawOrigin(script);
            }
            for (int round = 0; round < 2; round++) {
                for (RawOrigin origin : origins) {
                    client.send(request("GET", origin.port(), "/", ""));
                    assertThat(client.head() + client.text(2)).isEqualTo(OK);
                }
            }
            assertThat(run.all(ConnectionOpened.class).count() - run.all(ConnectionClosed.class).count()).isEqualTo(1 + ServerLegs.KEPT);
            for (RawOrigin origin : origins) {
                origin.close();
            }
        }
    }

    /** RFC 9112 §2.2: old clients send a blank line behind their content. It belongs to no request, so none has begun. */
    @Test
    void aBlankLineBetweenRequestsBeginsNone() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            for (int i = 0; i < 2; i++) {
                peer.head();
                peer.send(OK);
            }
            peer.isAtEnd();
        }); RelayRun run = RelayRun.setup().timeouts(new RelayOptions.Timeouts(1_000, 250, 1_000, 200, 10_000, 100)).start();
                RawOrigin.Peer client = run.client()) {
            client.send(request("GET", origin.port(), "/1", ""));
            assertThat(client.head() + client.text(2)).isEqualTo(OK);
            client.send("\r\n");
            Thread.sleep(600);
            long before = WallClock.now();
            client.send(request("GET", origin.port(), "/2", ""));
            assertThat(client.head() + client.text(2)).isEqualTo(OK);
            assertThat(run.ended("c1.2").timing().requestFirstAt()).isGreaterThanOrEqualTo(before);
            assertThat(run.all(ExchangeBegan.class)).hasSize(2);
        }
    }

    @Test
    void aPipelinedRequestBeginsWhenItsFirstOctetWasReadNotWhenItsTurnCame() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            for (int i = 0; i < 2; i++) {
                peer.head();
                Thread.sleep(100);
                peer.send(OK);
            }
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(request("GET", origin.port(), "/1", "") + request("GET", origin.port(), "/2", ""));
            client.head();
            client.text(2);
            client.head();
            client.text(2);
            var first = run.ended("c1.1").timing();
            var second = run.ended("c1.2").timing();
            assertThat(second.requestFirstAt()).isEqualTo(first.requestFirstAt());
            assertThat(second.sendStartAt()).isGreaterThan(first.responseLastAt() - 1);
        }
    }
}
