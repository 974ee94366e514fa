package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.fact.RelayFact.ConnectionClosed;
import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.fact.RelayFact.MessageBegan;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Leg;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the relay does with messages in clear, seen from both ends of it, octet by octet. */
@Timeout(20)
class RelayIT {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static String get(int port, String path) {
        return "GET http://127.0.0.1:" + port + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n";
    }

    @Test
    void namesOrderCaseAndDuplicatesReachTheOtherSideAsTheyCame() throws Exception {
        String fields = "host: HERE\r\nX-b: 1\r\nx-B:   2  \r\nAccept: a\r\nX-b: 3\r\nEmpty:\r\n";
        try (RawOrigin origin = new RawOrigin(peer -> {
            assertThat(peer.head()).isEqualTo("GET /p?q=%7e HTTP/1.1\r\n" + fields.replace("HERE", "127.0.0.1:" + peer.socket.getLocalPort()) + "\r\n");
            peer.send("HTTP/1.1 200 Fine  By Me\r\nServer: A\r\nsErVeR:\tb\r\nContent-length: 0\r\nServer: A\r\n\r\n");
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send("GET http://127.0.0.1:" + origin.port() + "/p?q=%7e HTTP/1.1\r\n" + fields.replace("HERE", "127.0.0.1:" + origin.port()) + "\r\n");
            assertThat(client.head()).isEqualTo("HTTP/1.1 200 Fine  By Me\r\nServer: A\r\nsErVeR:\tb\r\nContent-length: 0\r\nServer: A\r\n\r\n");
            assertThat(origin.failures).isEmpty();
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrderOverOneServerLeg() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            for (int i = 0; i < 3; i++) {
                String path = peer.head().split(" ")[1];
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path);
            }
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(get(origin.port(), "/1") + get(origin.port(), "/22") + get(origin.port(), "/333"));
            for (String path : new String[] {"/1", "/22", "/333"}) {
                client.head();
                assertThat(client.text(path.length())).isEqualTo(path);
            }
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void theFirstEventOfAStreamArrivesBeforeTheSecondIsSent() throws Exception {
        CountDownLatch firstSeen = new CountDownLatch(1);
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n");
            assertThat(firstSeen.await(5, TimeUnit.SECONDS)).isTrue();
            peer.send("9\r\ndata: 2\n\n\r\n0\r\n\r\n");
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(get(origin.port(), "/"));
            client.head();
            assertThat(client.text(14)).isEqualTo("9\r\ndata: 1\n\n\r\n");
            firstSeen.countDown();
            assertThat(client.text(19)).isEqualTo("9\r\ndata: 2\n\n\r\n0\r\n\r\n");
            assertThat(origin.failures).isEmpty();
        }
    }

    @Test
    void everyInterimResponsePassesBeforeTheFinalOne() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
            assertThat(peer.text(4)).isEqualTo("body");
            peer.send(OK);
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send("POST http://127.0.0.1:" + origin.port() + "/ HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 103 ");
            assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.send("body");
            assertThat(client.head() + client.text(2)).isEqualTo(OK);
            assertThat(run.all(MessageBegan.class).filter(m -> m.message().kind() == MessageKind.INTERIM && m.message().leg() == Leg.CLIENT)
                    .map(MessageBegan::status)).containsExactly(103, 100);
        }
    }

    @Test
    void aResponseThatTheOriginCutsNeverLooksWhole() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n" + "x".repeat(4096));
            peer.reset();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(get(origin.port(), "/"));
            client.head();
            assertThat(client.text(4096)).isEqualTo("x".repeat(4096));
            assertThat(client.isAtEnd()).isTrue();
            assertThat(run.ended("c1.1").faultCode()).isEqualTo("origin-cut");
            assertThat(run.await(ConnectionClosed.class, c -> c.how() == Close.RESET).reason()).isEqualTo("connection reset by peer");
            assertThat(run.ended(new MessageKey(new ExchangeId(new ConnectionId(1), 1), Leg.CLIENT, MessageKind.RESPONSE)).end()).isEqualTo(End.CUT);
        }
    }

    @Test
    void noRequestIsSentTwice() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            if (requests.incrementAndGet() == 1) {
                peer.send(OK);
                peer.head();
                requests.incrementAndGet();
            }
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(get(origin.port(), "/1"));
            assertThat(client.head() + client.text(2)).isEqualTo(OK);
            client.send(get(origin.port(), "/2"));
            assertThat(client.head()).startsWith("HTTP/1.1 502 Bad Gateway").contains("Plumbline-Error: origin-closed");
            assertThat(requests).hasValue(2);
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void octetsNobodyAskedForNeverReachAClient() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send(OK + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(get(origin.port(), "/1"));
            assertThat(client.head() + client.text(2)).isEqualTo(OK);
            run.await(ConnectionClosed.class, c -> c.reason().contains("nobody had asked for"));
            client.send("GET http://127.0.0.1:" + origin.port() + "/2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(client.rest()).doesNotContain("poison");
        }
    }

    @Test
    void aHalfClosedClientStillGetsItsAnswer() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            Thread.sleep(100);
            peer.send(OK);
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(get(origin.port(), "/"));
            client.endOutput();
            assertThat(client.rest()).isEqualTo(OK);
        }
    }

    @Test
    void anUpgradeBecomesATunnelWithBothItsWays() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            assertThat(peer.head()).contains("Upgrade: echo\r\n").contains("Connection: upgrade\r\n");
            peer.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nhello");
            assertThat(peer.text(4)).isEqualTo("ping");
            peer.send("pong");
            assertThat(peer.isAtEnd()).isTrue();
            peer.send("late");
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send("GET http://127.0.0.1:" + origin.port() + "/ HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            assertThat(client.text(5)).isEqualTo("hello");
            client.send("ping");
            assertThat(client.text(4)).isEqualTo("pong");
            client.endOutput();
            assertThat(client.rest()).isEqualTo("late");
            assertThat(run.ended("c1.1").failure()).isEmpty();
            assertThat(origin.failures).isEmpty();
        }
    }

    @Test
    void aServerThatSpeaksFirstMakesTheConnectAnOpaqueTunnel() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.send("220 here\r\n");
            assertThat(peer.text(6)).isEqualTo("QUIT\r\n");
            peer.send("221 bye\r\n");
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send("CONNECT 127.0.0.1:" + origin.port() + " HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 200 ");
            assertThat(client.text(10)).isEqualTo("220 here\r\n");
            client.send("QUIT\r\n");
            assertThat(client.rest()).isEqualTo("221 bye\r\n");
            client.close();
            run.ended("c1.1");
            assertThat(origin.failures).isEmpty();
        }
    }

    @Test
    void anUploadIsNotReadFasterThanTheOriginTakesIt() throws Exception {
        CountDownLatch mayRead = new CountDownLatch(1);
        int size = 64 << 20;
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            assertThat(mayRead.await(10, TimeUnit.SECONDS)).isTrue();
            peer.octets(size);
            peer.send(OK);
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            AtomicInteger sent = new AtomicInteger();
            Thread sender = new Thread(() -> {
                try {
                    client.send("POST http://127.0.0.1:" + origin.port() + "/ HTTP/1.1\r\nHost: h\r\nContent-Length: " + size + "\r\n\r\n");
                    byte[] block = new byte[1 << 16];
                    for (int i = 0; i < size / block.length; i++) {
                        client.send(block);
                        sent.addAndGet(block.length);
                    }
                } catch (java.io.IOException e) {
                    sent.set(-1);
                }
            });
            sender.start();
            Thread.sleep(500);
            assertThat(sent.get()).isLessThan(size / 2);
            mayRead.countDown();
            assertThat(client.head() + client.text(2)).isEqualTo(OK);
            sender.join(5_000);
            assertThat(sent).hasValue(size);
        }
    }

    @Test
    void smugglingShapesAreRefusedAndNothingReachesTheOrigin() throws Exception {
        String[] shapes = {
            "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
            "Content-Length: 4\r\nContent-Length: 5\r\n",
            "Content-Length: +4\r\n",
            "Transfer-Encoding: chunked, identity\r\n",
            "Transfer-Encoding : chunked\r\n",
            "X: a\r\n folded\r\n",
            "Host: other\r\n",
        };
        try (RawOrigin origin = new RawOrigin(peer -> peer.head()); RelayRun run = RelayRun.plain()) {
            for (String shape : shapes) {
                try (RawOrigin.Peer client = run.client()) {
                    client.send("POST http://127.0.0.1:" + origin.port() + "/ HTTP/1.1\r\nHost: h\r\n" + shape + "\r\n");
                    assertThat(client.rest()).as(shape).startsWith("HTTP/1.1 400 ").contains("Connection: close");
                }
            }
            assertThat(origin.connections()).isZero();
        }
    }

    @Test
    void ourOwnListenerIsNotReachedInAnySpelling() throws Exception {
        try (RelayRun run = RelayRun.plain()) {
            for (String host : new String[] {"127.0.0.1", "localhost", "127.1", "2130706433", "0.0.0.0", "[::ffff:127.0.0.1]", "[::1]", "[::]", "127.0.0.2"}) {
                try (RawOrigin.Peer client = run.client()) {
                    client.send("CONNECT " + host + ":" + run.port() + " HTTP/1.1\r\nHost: x\r\n\r\n");
                    assertThat(client.head()).as(host).startsWith("HTTP/1.1 403 ").contains("Plumbline-Error: own-listener");
                    if (host.equals("[::1]")) {
                        assertThat(client.text(6)).as("the brackets of an address stay").isEqualTo("[::1]:");
                    }
                }
            }
        }
    }

    @Test
    void aSloppyOriginGetsA502ThatNamesItsFault() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\nContent-Length: 2\n\nok");
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(get(origin.port(), "/"));
            String answer = client.head();
            assertThat(answer).startsWith("HTTP/1.1 502 ").contains("Plumbline-Error: bare-lf");
        }
    }

    @Test
    void aResponseRefusedForItsTrailersNeverLooksWhole() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nContent-Length: 5\r\n\r\n");
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(get(origin.port(), "/"));
            client.head();
            assertThatThrownBy(client::rest).hasMessageContaining("reset");
            assertThat(run.ended("c1.1").faultCode()).isEqualTo("bad-response");
        }
    }

    @Test
    void aChunkedResponseReachesAnHttp10ClientWithoutItsChunks() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send("GET http://127.0.0.1:" + origin.port() + "/ HTTP/1.0\r\n\r\n");
            assertThat(client.rest()).endsWith("\r\n\r\nabcde").doesNotContain("chunked");
        }
    }

    @Test
    void trailersPassAndAreTold() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\nTrailer: Sum\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nSum: 7\r\n\r\n");
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(get(origin.port(), "/"));
            client.head();
            assertThat(client.text(19)).isEqualTo("1\r\na\r\n0\r\nSum: 7\r\n\r\n");
            var told = run.ended(new MessageKey(new ExchangeId(new ConnectionId(1), 1), Leg.CLIENT, MessageKind.RESPONSE));
            assertThat(new String(told.trailers(), StandardCharsets.ISO_8859_1)).isEqualTo("Sum: 7\r\n\r\n");
            assertThat(told.contentLength()).isEqualTo(1);
        }
    }

    @Test
    void anAnswerBeforeTheEndOfAnUploadReachesAClientThatIsStillSending() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            peer.endOutput();
            peer.rest();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send("POST http://127.0.0.1:" + origin.port() + "/ HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(1000));
            assertThat(client.head()).startsWith("HTTP/1.1 413 ");
            assertThat(client.isAtEnd()).isTrue();
        }
    }
}
