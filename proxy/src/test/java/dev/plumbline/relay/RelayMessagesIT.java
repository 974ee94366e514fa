package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.ConnectionClosed;
import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.fact.RelayFact.ExchangeEnded;
import dev.plumbline.fact.RelayFact.MessageBegan;
import dev.plumbline.fact.RelayFact.MessageEnded;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Leg;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kinds of messages there are, in clear: how each ends, and what is told of it. */
@Timeout(20)
class RelayMessagesIT {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static String request(String method, int port, String path, String fields) {
        return method + " http://127.0.0.1:" + port + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n" + fields + "\r\n";
    }

    private static MessageKey key(int index, Leg leg, MessageKind kind) {
        return new MessageKey(new ExchangeId(new ConnectionId(1), index), leg, kind);
    }

    @Test
    void responsesWithoutContentEndWithTheirHead() throws Exception {
        String[] heads = {
            "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n",
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\nETag: \"a\"\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"};
        try (RawOrigin origin = new RawOrigin(peer -> {
            for (String head : heads) {
                peer.head();
                peer.send(head);
            }
            peer.head();
            peer.send(OK);
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            String[] methods = {"HEAD", "GET", "GET", "HEAD"};
            for (int i = 0; i < heads.length; i++) {
                client.send(request(methods[i], origin.port(), "/", ""));
                assertThat(client.head()).isEqualTo(heads[i]);
            }
            client.send(request("GET", origin.port(), "/", ""));
            assertThat(client.head() + client.text(2)).isEqualTo(OK);
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    /** Clients say so with GET (the JDK's does) and POST: nothing comes after the head that could end it. */
    @Test
    void aRequestWithAContentOfNoOctetsEndsWithItsHead() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send(OK);
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(request("POST", origin.port(), "/", "Content-Length: 0\r\n"));
            assertThat(client.head() + client.text(2)).isEqualTo(OK);
            assertThat(run.ended("c1.1").failure()).as("told while the client is still there").isEmpty();
            assertThat(run.ended(key(1, Leg.CLIENT, MessageKind.REQUEST)).end()).isEqualTo(End.COMPLETE);
            assertThat(run.ended(key(1, Leg.SERVER, MessageKind.REQUEST)).end()).isEqualTo(End.COMPLETE);
            client.endOutput();
            assertThat(client.isAtEnd()).as("ended in order").isTrue();
        }
    }

    @Test
    void anUpgradeMayDeclareThatItHasNoContent() throws Exception {
        String switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send(switching).send(peer.text(5));
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(request("GET", origin.port(), "/", "Connection: upgrade\r\nUpgrade: echo\r\nContent-Length: 0\r\n"));
            assertThat(client.head()).isEqualTo(switching);
            assertThat(client.send("hello").text(5)).isEqualTo("hello");
        }
    }

    @Test
    void aBodyThatEndsWithTheConnectionIsWholeAfterFinAndCutAfterReset() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            boolean resets = peer.head().startsWith("GET /reset");
            peer.send("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(5_000));
            if (resets) {
                Thread.sleep(100);
                peer.reset();
            }
        }); RelayRun run = RelayRun.plain()) {
            try (RawOrigin.Peer client = run.client()) {
                client.send(request("GET", origin.port(), "/fin", ""));
                assertThat(client.head()).contains("Connection: close\r\n");
                assertThat(client.rest()).isEqualTo("x".repeat(5_000));
            }
            try (RawOrigin.Peer client = run.client()) {
                client.send(request("GET", origin.port(), "/reset", ""));
                client.head();
                assertThatThrownBy(client::rest).hasMessageContaining("reset");
            }
            run.await(ExchangeEnded.class, e -> e.faultCode().equals("origin-cut"));
            assertThat(run.ended("c1.1").failure()).isEmpty();
        }
    }

    @Test
    void chunksExtensionsAndTrailersOfAnUploadReachTheOriginAsTheyCame() throws Exception {
        String body = "4;a=1;b=\"x;y\"\r\nabcd\r\n00A\r\n0123456789\r\n0;last\r\nSum: 9\r\nX: y\r\n\r\n";
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            assertThat(peer.text(body.length())).isEqualTo(body);
            peer.send(OK);
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(request("POST", origin.port(), "/", "Transfer-Encoding: chunked\r\nTrailer: Sum\r\n"));
            for (int i = 0; i < body.length(); i += 7) {
                client.send(body.substring(i, Math.min(body.length(), i + 7)));
            }
            assertThat(client.head() + client.text(2)).isEqualTo(OK);
            for (Leg leg : Leg.values()) {
                var told = run.ended(key(1, leg, MessageKind.REQUEST));
                assertThat(told.contentLength()).isEqualTo(14);
                assertThat(new String(told.trailers())).isEqualTo("Sum: 9\r\nX: y\r\n\r\n");
            }
            assertThat(origin.failures).isEmpty();
        }
    }

    @Test
    void contentSentWithTheHeadReachesTheOriginBeforeTheRestIsSent() throws Exception {
        CountDownLatch halfSeen = new CountDownLatch(1);
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            assertThat(peer.text(4)).isEqualTo("half");
            halfSeen.countDown();
            assertThat(peer.text(4)).isEqualTo("rest");
            peer.send(OK);
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(request("POST", origin.port(), "/", "Content-Length: 8\r\n") + "half");
            assertThat(halfSeen.await(5, TimeUnit.SECONDS)).isTrue();
            client.send("rest");
            assertThat(client.head() + client.text(2)).isEqualTo(OK);
        }
    }

    @Test
    void aBrokenUploadIsRefusedAndNeverLooksWholeToTheOrigin() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            assertThatThrownBy(peer::rest).hasMessageContaining("reset");
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(request("POST", origin.port(), "/", "Transfer-Encoding: chunked\r\n") + "4\r\nabcd\r\n");
            run.await(MessageBegan.class, m -> m.message().leg() == Leg.SERVER);
            client.send("zz\r\n");
            assertThat(client.rest()).startsWith("HTTP/1.1 400 ").contains("Plumbline-Error: bad-chunk-size");
            assertThat(run.ended(key(1, Leg.SERVER, MessageKind.REQUEST)).end()).isEqualTo(End.CUT);
            assertThat(run.ended(key(1, Leg.CLIENT, MessageKind.REQUEST)).contentLength()).isEqualTo(4);
            client.close();
            run.awaitQuiet();
            assertThat(origin.failures).isEmpty();
        }
    }

    /** curl sends its next request after a 417, which would pass for the content that was announced. */
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n", "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n"})
    void anExpectationThatIsRefusedGetsItsFinalAnswerWithoutA100AndEndsTheConnection(String answer) throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            assertThat(peer.head()).contains("Expect: 100-continue\r\n");
            peer.send(answer + "\r\n");
            peer.rest();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(request("POST", origin.port(), "/", "Expect: 100-continue\r\nContent-Length: 4\r\n"));
            assertThat(client.head()).startsWith(answer.substring(0, 20)).contains("Connection: close\r\n").contains("Content-Length: 0\r\n");
            client.send(request("POST", origin.port(), "/", "Content-Length: 4\r\n") + "text");
            assertThat(client.rest()).isEmpty();
            run.ended("c1.1");
            client.close();
            run.awaitQuiet();
            assertThat(run.ended(key(1, Leg.SERVER, MessageKind.REQUEST))).extracting(MessageEnded::end, MessageEnded::contentLength).containsExactly(End.CUT, 0L);
        }
    }

    @Test
    void anExpectationThatWasMetLeavesTheConnectionToARefusal() throws Exception {
        String refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 100 Continue\r\n\r\n" + refusal);
            assertThat(peer.text(4)).isEqualTo("text");
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(request("POST", origin.port(), "/", "Expect: 100-continue\r\nContent-Length: 4\r\n"));
            assertThat(client.head()).startsWith("HTTP/1.1 100 ");
            assertThat(client.head()).isEqualTo(refusal);
            client.send("text");
            run.ended("c1.1");
            client.close();
            run.awaitQuiet();
            assertThat(origin.failures).isEmpty();
        }
    }

    /** As curl does after a 401 to an upload. */
    @Test
    void aClientThatHasItsAnswerAndDoesNotSendTheRestHasNotFailed() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send(OK);
            peer.rest();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(request("POST", origin.port(), "/", "Content-Length: 1000\r\n") + "part");
            assertThat(client.head() + client.text(2)).isEqualTo(OK);
            client.close();
            assertThat(run.ended("c1.1").failure()).isEmpty();
            assertThat(run.ended(key(1, Leg.CLIENT, MessageKind.RESPONSE)).end()).isEqualTo(End.COMPLETE);
            for (Leg leg : Leg.values()) {
                assertThat(run.ended(key(1, leg, MessageKind.REQUEST)).end()).isEqualTo(End.CUT);
            }
            run.awaitQuiet();
        }
    }

    @Test
    void aHundredInterimResponsesPassAndOneMoreIsA502() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(100) + OK);
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(request("GET", origin.port(), "/", ""));
            for (int i = 0; i < 100; i++) {
                assertThat(client.head()).startsWith("HTTP/1.1 103 ");
            }
            assertThat(client.head() + client.text(2)).isEqualTo(OK);
        }
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(101) + OK);
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(request("GET", origin.port(), "/", "Connection: close\r\n"));
            assertThat(client.rest()).contains("HTTP/1.1 502 ").contains("too-many-interim").doesNotContain("\r\n\r\nok");
        }
    }

    @Test
    void anHttp10ClientSeesNoInterimResponse() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 100 Continue\r\n\r\n" + OK);
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send("GET http://127.0.0.1:" + origin.port() + "/ HTTP/1.0\r\n\r\n");
            assertThat(client.rest()).startsWith("HTTP/1.1 200 OK\r\n");
        }
    }

    @Test
    void aSecondFinalResponseWhileTheUploadGoesOnNeverReachesTheClient() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send(OK);
            Thread.sleep(100);
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
            peer.rest();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(request("POST", origin.port(), "/", "Content-Length: 100\r\n") + "x".repeat(10));
            assertThat(client.head() + client.text(2)).isEqualTo(OK);
            run.await(ConnectionClosed.class, c -> c.reason().contains("nobody had asked for"));
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void anAnswerDuringAnUploadLeavesBothLegsUsableWhenTheUploadIsFinished() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send(OK);
            peer.octets(100);
            peer.head();
            peer.send(OK);
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(request("POST", origin.port(), "/", "Content-Length: 100\r\n") + "x".repeat(10));
            assertThat(client.head() + client.text(2)).isEqualTo(OK);
            client.send("x".repeat(90) + request("GET", origin.port(), "/", ""));
            assertThat(client.head() + client.text(2)).isEqualTo(OK);
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void anAnswerIsReadEvenWhenTheOriginResetsTheRestOfTheUpload() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            // Closed over unread octets: with RST.
        }); RelayRun run = RelayRun.plain()) {
            for (int i = 0; i < 20; i++) {
                try (RawOrigin.Peer client = run.client()) {
                    client.send(request("POST", origin.port(), "/", "Content-Length: 100000000\r\n"));
                    for (int k = 0; k < 20; k++) {
                        client.send(new byte[40_000]);
                    }
                    assertThat(client.head()).startsWith("HTTP/1.1 413 ");
                }
            }
        }
    }

    @Test
    void theOctetsToldAreThoseTheEndsSentAndReceived() throws Exception {
        String answer = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + "y".repeat(70_000);
        long[] received = new long[1];
        try (RawOrigin origin = new RawOrigin(peer -> {
            String head = peer.head();
            received[0] = head.length() + peer.octets(5_000).length;
            peer.send(answer);
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            String request = request("POST", origin.port(), "/", "Content-Length: 5000\r\nProxy-Connection: x\r\n") + "x".repeat(5_000);
            client.send(request);
            String got = client.rest();
            client.close();
            run.awaitQuiet();
            var clientLeg = run.await(ConnectionClosed.class, c -> c.id().equals(new ConnectionId(1)));
            var serverLeg = run.await(ConnectionClosed.class, c -> c.id().equals(new ConnectionId(2)));
            assertThat(new long[] {clientLeg.toServer(), clientLeg.toClient(), serverLeg.toServer(), serverLeg.toClient()})
                    .containsExactly(request.length(), got.length(), received[0], answer.length());
        }
    }

    @Test
    void octetsThatNeverLeftAreNotCountedAsSent() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
            try {
                while (true) {
                    peer.send(new byte[1 << 16]);
                }
            } catch (IOException e) {
                // Nobody takes it any more.
            }
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(request("GET", origin.port(), "/", ""));
            client.head();
            Thread.sleep(300);
            run.relay.close();
            long got = 0;
            try {
                for (int n = 0; n >= 0; n = client.socket.getInputStream().read(new byte[1 << 16])) {
                    got += n;
                }
            } catch (IOException e) {
                // A reset ends it as well.
            }
            ConnectionClosed told = run.await(ConnectionClosed.class, c -> c.id().equals(new ConnectionId(1)));
            assertThat(told.toClient()).isEqualTo(got + "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n".length());
        }
    }
}
