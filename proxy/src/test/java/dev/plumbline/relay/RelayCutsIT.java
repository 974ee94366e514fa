package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.fact.RelayFact.MessageBegan;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Leg;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses that end before their time, in clear: what the client can see of it, and what is told. */
@Timeout(20)
class RelayCutsIT {
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static String get(int port, String version) {
        return "GET http://127.0.0.1:" + port + "/ " + version + "\r\nHost: 127.0.0.1:" + port + "\r\n\r\n";
    }

    private static MessageKey response(Leg leg) {
        return new MessageKey(new ExchangeId(new ConnectionId(1), 1), leg, MessageKind.RESPONSE);
    }

    /** Clients take the end of the connection for the end of the message once the last chunk has begun. */
    @ParameterizedTest
    @ValueSource(strings = {"0", "0\r\n", "000", "0;a=b\r\n", "0\r\nSum: 1", "0\r\nSum: 1\r\n", "0x", "0\r\nBad Sum: 1\r\n\r\n", "0\r\nContent-Length: 5\r\n\r\n"})
    void aChunkedResponseCutInItsLastChunkEndsWithReset(String tail) throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send(CHUNKED + "5\r\nhello\r\n" + tail);
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(get(origin.port(), "HTTP/1.1"));
            client.head();
            assertThat(client.text(10)).isEqualTo("5\r\nhello\r\n");
            assertThatThrownBy(client::rest).hasMessageContaining("reset");
            assertThat(run.ended(response(Leg.CLIENT)).end()).isEqualTo(End.CUT);
        }
    }

    /** There the end of the connection shows by itself, and FIN lets everything before it arrive. */
    @ParameterizedTest
    @ValueSource(strings = {"", "1", "10\r\n", "5\r\nhel", "5\r\nhello"})
    void aChunkedResponseCutBeforeItsLastChunkEndsInOrder(String tail) throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send(CHUNKED + "5\r\nhello\r\n" + tail);
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(get(origin.port(), "HTTP/1.1"));
            client.head();
            assertThat(client.rest()).isEqualTo("5\r\nhello\r\n" + tail);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anOriginThatEndsInsideItsHeadIsToldSoWithTheOctetsThatCame(boolean resets) throws Exception {
        CountDownLatch came = new CountDownLatch(1);
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-");
            came.await();
            if (resets) {
                peer.reset();
            }
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(get(origin.port(), "HTTP/1.1"));
            client.head();
            came.countDown();
            assertThat(client.head()).startsWith("HTTP/1.1 502 ");
            assertThat(run.ended("c1.1").failure()).contains(resets ? "reset" : "closed").contains("inside the head of its response, after 25 octets");
            assertThat(run.await(MessageBegan.class, m -> m.message().equals(response(Leg.SERVER))).head())
                    .isEqualTo("HTTP/1.1 200 OK\r\nContent-".getBytes(StandardCharsets.US_ASCII));
            assertThat(run.ended(response(Leg.SERVER)).end()).isEqualTo(End.CUT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"})
    void whatEndsWithTheConnectionIsCutVisiblyWhenTheProxyStops(String head) throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send(head + "hello");
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send("GET http://127.0.0.1:" + origin.port() + "/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
            client.head();
            assertThat(client.text(5)).isEqualTo("hello");
            run.relay.close();
            assertThatThrownBy(client::rest).hasMessageContaining("reset");
        }
    }

    @Test
    void aConnectionThatCarriesNothingEndsInOrderWhenTheProxyStops() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(get(origin.port(), "HTTP/1.1"));
            client.head();
            client.text(5);
            run.ended("c1.1");
            run.relay.close();
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    /** The origin is done, the client is not: what waits to be written goes down with the proxy. */
    @Test
    void aResponseStillBeingWrittenIsCutVisiblyWhenTheProxyStops() throws Exception {
        byte[] content = new byte[256 << 10];
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\n\r\n");
            for (int i = 0; i < 256; i++) {
                peer.send(content);
            }
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(get(origin.port(), "HTTP/1.1"));
            client.head();
            run.relay.close();
            assertThatThrownBy(client::rest).hasMessageContaining("reset");
        }
    }

    /** The origin cut it, the client has not read that far: the RST that waits behind may not become a FIN. */
    @Test
    void aCutThatWaitsForItsClientStaysVisibleWhenTheProxyStops() throws Exception {
        AtomicLong sent = new AtomicLong();
        AtomicReference<RawOrigin.Peer> sender = new AtomicReference<>();
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            sender.set(peer);
            peer.send("HTTP/1.1 200 OK\r\n\r\n");
            while (true) {
                peer.send(new byte[64 << 10]);
                sent.incrementAndGet();
            }
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(get(origin.port(), "HTTP/1.1"));
            client.head();
            // Until nobody takes anything any more: a machine that is slower than that finds nothing, and fails nothing.
            for (long before = -1; before != sent.get();) {
                before = sent.get();
                Thread.sleep(300);
            }
            sender.get().reset();
            assertThat(run.ended(response(Leg.SERVER)).end()).isEqualTo(End.CUT);
            run.relay.close();
            assertThatThrownBy(client::rest).hasMessageContaining("reset");
        }
    }
}
