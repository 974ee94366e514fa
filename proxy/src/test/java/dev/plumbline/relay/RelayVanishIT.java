package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.RelayFact.ConnectionClosed;
import dev.plumbline.fact.RelayFact.ConnectionOpened;
import dev.plumbline.fact.RelayFact.ExchangeBegan;
import dev.plumbline.fact.RelayFact.ExchangeEnded;
import dev.plumbline.fact.RelayFact.MessageBegan;
import dev.plumbline.relay.tls.TestOrigins;
import dev.plumbline.relay.tls.TlsProvider;
import dev.plumbline.wire.Leg;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers that vanish, peers that talk nonsense, and a proxy that is told to stop: it stays sound and tells all of it. */
@Timeout(60)
class RelayVanishIT {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static final RelayOptions.Timeouts IMPATIENT = new RelayOptions.Timeouts(1_000, 100, 500, 500, 1_000, 100);

    /** How far it had come when the client vanished. */
    private enum Stage { CONNECTED, DIALING, IN_HEAD, IN_CONTENT, WAITING, PIPELINED, IN_RESPONSE, IN_LARGE_RESPONSE, BEFORE_HELLO, IN_HELLO, IN_TUNNEL, IN_OUR_ANSWER }

    private static void serve(RawOrigin.Peer peer) throws Exception {
        String head = peer.head();
        if (head.contains("/part")) {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart");
        } else if (head.contains("/large")) {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + (1 << 28) + "\r\n\r\n");
            try {
                for (int i = 0; i < 1 << 12; i++) {
                    peer.send(new byte[1 << 16]);
                }
            } catch (IOException e) {
                return;
            }
        } else if (head.contains("/ok")) {
            peer.send(OK);
        }
        try {
            peer.rest();
        } catch (IOException e) {
            // The relay may reset what it has no more use for.
        }
    }

    private static void reach(Stage stage, RelayRun run, RawOrigin.Peer client, int port) throws Exception {
        String start = "POST http://127.0.0.1:" + port;
        String fields = " HTTP/1.1\r\nHost: x\r\n";
        switch (stage) {
            case CONNECTED -> run.await(ConnectionOpened.class, o -> o.leg() == Leg.CLIENT);
            case DIALING -> {
                client.send("GET http://192.0.2.1/" + fields + "\r\n");
                run.await(ExchangeBegan.class, e -> true);
            }
            case IN_HEAD -> client.send(start + "/ok HTTP/1.1\r\nHo");
            case IN_CONTENT -> {
                client.send(start + "/ok" + fields + "Content-Length: 10\r\n\r\nabc");
                client.head();
            }
            case WAITING, PIPELINED -> {
                client.send("GET http://127.0.0.1:" + port + "/wait" + fields + "\r\n");
                run.await(MessageBegan.class, m -> m.message().leg() == Leg.SERVER);
                if (stage == Stage.PIPELINED) {
                    client.send("GET http://127.0.0.1:" + port + "/wait" + fields + "\r\n");
                }
            }
            case IN_RESPONSE -> {
                client.send("GET http://127.0.0.1:" + port + "/part" + fields + "\r\n");
                client.head();
                client.text(4);
            }
            case IN_LARGE_RESPONSE -> {
                client.send("GET http://127.0.0.1:" + port + "/large" + fields + "\r\n");
                client.head();
                client.octets(1 << 20);
            }
            case BEFORE_HELLO, IN_HELLO, IN_TUNNEL -> {
                client.send("CONNECT 127.0.0.1:" + port + fields + "\r\n");
                client.head();
                if (stage == Stage.IN_HELLO) {
                    client.send(new byte[] {22, 3, 1, 1, 0, 1, 0, 0, 100});
                } else if (stage == Stage.IN_TUNNEL) {
                    client.send("GET /part HTTP/1.1\r\n\r\n");
                    client.head();
                }
            }
            default -> {
                client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(3));
                client.head();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void aClientThatVanishesLeavesNothingBehind(Stage stage) throws Exception {
        for (boolean reset : new boolean[] {true, false}) {
            try (RawOrigin origin = new RawOrigin(RelayVanishIT::serve); RelayRun run = RelayRun.plain()) {
                RawOrigin.Peer client = run.client();
                reach(stage, run, client, origin.port());
                if (reset) {
                    client.reset();
                } else {
                    client.close();
                }
                // A FIN alone may be a half-close: then the answer is still waited for.
                boolean mayStillListen = List.of(Stage.DIALING, Stage.WAITING, Stage.PIPELINED, Stage.IN_RESPONSE).contains(stage);
                if (reset || !mayStillListen) {
                    run.awaitQuiet();
                    assertThat(run.all(ExchangeBegan.class).count()).isEqualTo(run.all(ExchangeEnded.class).count());
                }
                try (RawOrigin.Peer next = run.client()) {
                    next.send("GET http://127.0.0.1:" + origin.port() + "/ok HTTP/1.1\r\nHost: x\r\n\r\n");
                    assertThat(next.head() + next.text(2)).isEqualTo(OK);
                }
            }
        }
    }

    @Test
    void closingTellsAllOfWhatIsUnderWayWithinTwoSeconds() throws Exception {
        try (RawOrigin origin = new RawOrigin(RelayVanishIT::serve); RelayRun run = RelayRun.plain()) {
            List<RawOrigin.Peer> clients = new ArrayList<>();
            for (Stage stage : Stage.values()) {
                RawOrigin.Peer client = run.client();
                clients.add(client);
                reach(stage, run, client, origin.port());
            }
            long start = System.nanoTime();
            run.relay.close();
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(RelayRun.CLOSED_MILLIS);
            assertThat(run.all(ConnectionOpened.class).count()).isEqualTo(run.all(ConnectionClosed.class).count());
            assertThat(run.all(ExchangeBegan.class).count()).isEqualTo(run.all(ExchangeEnded.class).count());
            for (RawOrigin.Peer client : clients) {
                client.close();
            }
        }
    }

    @Test
    void nonsenseFromBothSidesHurtsNobodyElse() throws Exception {
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        AtomicInteger salt = new AtomicInteger();
        try (RawOrigin origin = new RawOrigin(peer -> answerBadly(peer, new Random(seed + salt.incrementAndGet())));
                RelayRun run = RelayRun.setup().loops(2).timeouts(IMPATIENT).start()) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Random random = new Random(seed ^ i * 7919L);
                Thread thread = new Thread(() -> {
                    for (int k = 0; k < 40; k++) {
                        askBadly(run, origin.port(), random);
                    }
                });
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join(30_000);
                assertThat(thread.isAlive()).as("seed " + seed).isFalse();
            }
            run.awaitQuiet();
            // That each ended, once, is among the rules that hold at the close: a client that hung up at once may still be taken in now.
            assertThat(run.all(ExchangeBegan.class).count()).as("seed " + seed).isGreaterThan(100);
            try (RawOrigin good = new RawOrigin(RelayVanishIT::serve); RawOrigin.Peer client = run.client()) {
                client.send("GET http://127.0.0.1:" + good.port() + "/ok HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(client.head() + client.text(2)).isEqualTo(OK);
            }
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static String mutated(String text, Random random) {
        StringBuilder out = new StringBuilder(text);
        for (int i = random.nextInt(6) - 3; i > 0 && out.length() > 1; i--) {
            int at = random.nextInt(out.length());
            switch (random.nextInt(3)) {
                case 0 -> out.setCharAt(at, (char) random.nextInt(256));
                case 1 -> out.deleteCharAt(at);
                default -> out.insert(at, "\r\n:; 0aZ\0\u0016".charAt(random.nextInt(10)));
            }
        }
        return out.toString();
    }

    private static void sendInParts(RawOrigin.Peer peer, String text, Random random) throws IOException {
        int at = 0;
        while (at < text.length()) {
            int to = Math.min(text.length(), at + 1 + random.nextInt(random.nextBoolean() ? 20 : 2_000));
            peer.send(text.substring(at, to));
            at = to;
        }
    }

    private static void askBadly(RelayRun run, int port, Random random) {
        String[] requests = {
            "GET http://127.0.0.1:PORT/ HTTP/1.1\r\nHost: x\r\n\r\n",
            "HEAD http://127.0.0.1:PORT/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "POST http://127.0.0.1:PORT/ HTTP/1.1\r\nHost: x\r\nContent-Length: 30\r\n\r\n" + "x".repeat(30),
            "POST http://127.0.0.1:PORT/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a\r\nabcde\r\n0\r\nT: 1\r\n\r\n",
            "GET http://127.0.0.1:PORT/ HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: u\r\n\r\nmore",
            "CONNECT 127.0.0.1:PORT HTTP/1.1\r\nHost: x\r\n\r\n\u0016\u0003\u0001\u0000\u0040abc",
            "CONNECT 127.0.0.1:PORT HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n\r\n",
            "GET http://plumbline.test/ HTTP/1.1\r\nHost: x\r\n\r\n",
        };
        try (RawOrigin.Peer client = run.client()) {
            converseBadly(client, requests, port, random);
        } catch (IOException e) {
            // Whatever the proxy does with this client is right, as long as it tells it truly.
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void converseBadly(RawOrigin.Peer client, String[] requests, int port, Random random) throws IOException {
        client.socket.setSoTimeout(50);
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            String request = requests[random.nextInt(requests.length)].replace("PORT", String.valueOf(port));
            sendInParts(client, random.nextInt(3) == 0 ? mutated(request, random) : request, random);
        }
        switch (random.nextInt(4)) {
            case 0 -> client.reset();
            case 1 -> client.endOutput();
            default -> client.rest();
        }
        if (!client.socket.isClosed()) {
            client.rest();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    void nonsenseInsideTlsHurtsNobodyEither(TlsProvider provider) throws Exception {
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        SSLContext shown = new TestOrigins().good("origin.example");
        AtomicInteger salt = new AtomicInteger();
        try (RawOrigin origin = new RawOrigin(peer -> {
            SSLSocket socket = (SSLSocket) shown.getSocketFactory().createSocket(peer.socket, null, true);
            try (RawOrigin.Peer secured = new RawOrigin.Peer(socket, 0)) {
                answerBadly(secured, new Random(seed + salt.incrementAndGet()));
            } catch (IOException e) {
                // The handshake may be cut off.
            }
        }); RelayRun run = RelayRun.setup().provider(provider).addresses("127.0.0.1").timeouts(IMPATIENT).start()) {
            SSLContext trusting = TestOrigins.clientTrusting(run.caFile);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Random random = new Random(seed ^ i * 7919L);
                Thread thread = new Thread(() -> {
                    for (int k = 0; k < 15; k++) {
                        askBadlyInsideTls(run, trusting, origin.port(), random);
                    }
                });
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join(30_000);
                assertThat(thread.isAlive()).isFalse();
            }
            run.awaitQuiet();
            assertThat(run.all(ExchangeBegan.class).count()).isGreaterThan(60);
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static void askBadlyInsideTls(RelayRun run, SSLContext trusting, int port, Random random) {
        String[] requests = {
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 30\r\n\r\n" + "x".repeat(30),
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a\r\nabcde\r\n0\r\nT: 1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: u\r\n\r\nmore", "CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n",
        };
        try (RawOrigin.Peer raw = run.client()) {
            raw.send("CONNECT origin.example:" + port + " HTTP/1.1\r\nHost: x\r\n\r\n");
            raw.head();
            SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket(raw.socket, "origin.example", port, true);
            socket.startHandshake();
            try (RawOrigin.Peer client = new RawOrigin.Peer(socket, 0)) {
                converseBadly(client, requests, port, random);
                if (random.nextInt(4) == 0) {
                    raw.reset();
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // As above.
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void answerBadly(RawOrigin.Peer peer, Random random) throws Exception {
        String[] answers = {
            OK, OK, OK + OK, "HTTP/1.1 200 OK\r\n\r\nuntil the end", "HTTP/1.1 100 Continue\r\n\r\n" + OK, "HTTP/1.1 204 No Content\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n", "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: u\r\n\r\nmore",
            "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        };
        peer.socket.setSoTimeout(100);
        try {
            while (true) {
                if (random.nextInt(8) > 0) {
                    peer.head();
                }
                String answer = answers[random.nextInt(answers.length)];
                sendInParts(peer, random.nextInt(4) == 0 ? mutated(answer, random) : answer, random);
                switch (random.nextInt(8)) {
                    case 0 -> {
                        peer.reset();
                        return;
                    }
                    case 1 -> peer.endOutput();
                    case 2 -> {
                        return;
                    }
                    default -> { }
                }
            }
        } catch (IOException e) {
            // The relay has had enough, or has no more to say.
        }
    }

    @Test
    void clientsThatVanishDuringTheTlsHandshakeLeaveNothingBehind() throws Exception {
        TestOrigins origins = new TestOrigins();
        var context = origins.good("origin.example");
        try (RawOrigin origin = new RawOrigin(peer -> {
            try {
                ((SSLSocket) context.getSocketFactory().createSocket(peer.socket, null, true)).startHandshake();
                peer.rest();
            } catch (IOException e) {
                // Cut off, as it should be.
            }
        }); RelayRun run = RelayRun.setup().addresses("127.0.0.1").start()) {
            var engine = SSLContext.getDefault().createSSLEngine("origin.example", 443);
            engine.setUseClientMode(true);
            var hello = java.nio.ByteBuffer.allocate(20_000);
            engine.wrap(java.nio.ByteBuffer.allocate(0), hello);
            for (int cut : new int[] {1, 5, 60, hello.position()}) {
                for (boolean waits : new boolean[] {false, true}) {
                    RawOrigin.Peer client = run.client();
                    client.send("CONNECT origin.example:" + origin.port() + " HTTP/1.1\r\nHost: x\r\n\r\n");
                    client.head();
                    client.send(java.util.Arrays.copyOf(hello.array(), cut));
                    if (waits) {
                        Thread.sleep(60);
                    }
                    client.reset();
                }
            }
            run.awaitQuiet();
            assertThat(run.all(ExchangeEnded.class)).hasSize(8);
        }
    }

    @Test
    void aLeakWouldBeSeen() throws Exception {
        try (RelayRun run = RelayRun.plain()) {
            ByteBufAllocator.DEFAULT.buffer(100).writeByte(1);
            List<String> found = Leaks.found();
            for (int i = 0; i < 100 && found.isEmpty(); i++) {
                Thread.sleep(10);
                found = Leaks.found();
            }
            assertThat(found).isNotEmpty();
        }
    }
}
