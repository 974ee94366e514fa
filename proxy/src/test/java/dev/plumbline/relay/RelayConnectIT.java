package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.fact.RelayFact.ConnectionClosed;
import dev.plumbline.fact.RelayFact.ConnectionOpened;
import dev.plumbline.fact.RelayFact.ExchangeBegan;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.RelayFact.RoleChanged;
import dev.plumbline.fact.Timing;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Leg;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Getting to the origin, or not; tunnels; what the proxy answers by itself. In clear. */
@Timeout(20)
class RelayConnectIT {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final RelayOptions.Timeouts SHORT = new RelayOptions.Timeouts(400, 100, 400, 300, 800, 300);

    private static String connect(int port) {
        return "CONNECT 127.0.0.1:" + port + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    private static int closedPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /** Listens and lets its queue overflow, so that a further SYN is never answered. */
    private static final class Silent implements AutoCloseable {
        private final ServerSocket listener;
        private final List<Socket> queue = new ArrayList<>();

        Silent(String address, int port) throws Exception {
            listener = new ServerSocket(port, 1, InetAddress.getByName(address));
            for (int i = 0; i < 4; i++) {
                Socket socket = new Socket();
                queue.add(socket);
                try {
                    socket.connect(listener.getLocalSocketAddress(), 50);
                } catch (SocketTimeoutException e) {
                    return;
                }
            }
        }

        @Override
        public void close() throws Exception {
            for (Socket socket : queue) {
                socket.close();
            }
            listener.close();
        }
    }

    @Test
    void anAddressThatRefusesIsFollowedByTheNext() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send(OK);
            peer.isAtEnd();
        }); RelayRun run = RelayRun.setup().addresses("::1", "127.0.0.9", "127.0.0.1").start(); RawOrigin.Peer client = run.client()) {
            client.send("GET http://several.example:" + origin.port() + "/ HTTP/1.1\r\nHost: several.example\r\n\r\n");
            assertThat(client.head() + client.text(2)).isEqualTo(OK);
            assertThat(run.all(ConnectionOpened.class).filter(o -> o.leg() == Leg.SERVER)).hasSize(3)
                    .allMatch(o -> o.host().equals("several.example"));
            assertThat(run.all(ConnectionClosed.class)).hasSize(2).allMatch(c -> c.how() == Close.NOT_CONNECTED)
                    .allMatch(c -> c.reason().contains("refused"));
        }
    }

    @Test
    void anAddressThatIsSilentIsNotWaitedFor() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send(OK);
            peer.isAtEnd();
        }); Silent silent = new Silent("127.0.0.9", origin.port());
                RelayRun run = RelayRun.setup().addresses("127.0.0.9", "127.0.0.1").start(); RawOrigin.Peer client = run.client()) {
            long start = System.nanoTime();
            client.send("GET http://several.example:" + origin.port() + "/ HTTP/1.1\r\nHost: several.example\r\n\r\n");
            assertThat(client.head() + client.text(2)).isEqualTo(OK);
            // It would be waited for ten seconds.
            assertThat(System.nanoTime() - start).isLessThan(7_000_000_000L);
            assertThat(run.all(ConnectionClosed.class)).hasSize(1).allMatch(c -> c.reason().contains("another address"));
        }
    }

    @Test
    void anOriginThatDoesNotAnswerTheSynIsA504() throws Exception {
        try (Silent silent = new Silent("127.0.0.9", 0); RelayRun run = RelayRun.setup().timeouts(SHORT).start(); RawOrigin.Peer client = run.client()) {
            client.send("GET http://127.0.0.9:" + silent.listener.getLocalPort() + "/ HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 504 ").contains("Plumbline-Error: connect-timeout");
        }
    }

    @ParameterizedTest
    @CsvSource({"GET http://127.0.0.1:PORT/,connect-refused", "CONNECT 127.0.0.1:PORT,connect-refused"})
    void anOriginThatRefusesIsA502AndTheConnectionGoesOn(String line, String code) throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send(OK);
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            for (int i = 0; i < 2; i++) {
                client.send(line.replace("PORT", String.valueOf(closedPort())) + " HTTP/1.1\r\nHost: x\r\n\r\n");
                String head = client.head();
                assertThat(head).startsWith("HTTP/1.1 502 ").contains("Plumbline-Error: " + code).doesNotContain("Connection: close");
                String sentence = client.text(Integer.parseInt(head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1")));
                assertThat(sentence).contains("refused the connection");
            }
            client.send("GET http://127.0.0.1:" + origin.port() + "/ HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.head() + client.text(2)).isEqualTo(OK);
            assertThat(run.ended("c1.2").faultCode()).isEqualTo(code);
            assertThat(run.all(RoleChanged.class).count()).isEqualTo(line.startsWith("CONNECT") ? 2 : 0);
        }
    }

    @Test
    void aNameThatIsNotKnownIsA502() throws Exception {
        try (RelayRun run = RelayRun.setup().addresses().start(); RawOrigin.Peer client = run.client()) {
            client.send("HEAD http://nowhere.example/ HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 502 ").contains("Plumbline-Error: name-not-resolved");
            client.send("CONNECT nowhere.example:443 HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 502 ").contains("Plumbline-Error: name-not-resolved");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET / HTTP/1.1,400,not-a-proxy-request",
        "GET ftp://127.0.0.1:21/ HTTP/1.1,400,unknown-scheme",
        "GET gopher://x/ HTTP/1.1,400,unknown-scheme",
        "CONNECT 127.0.0.1:0 HTTP/1.1,400,bad-target",
        "CONNECT 127.0.0.1 HTTP/1.1,400,bad-target",
        "CONNECT http://127.0.0.1:1/ HTTP/1.1,400,bad-target",
        "GET http://u:p@127.0.0.1/ HTTP/1.1,400,userinfo",
        "GET http://127.0.0.1/ HTTP/3.1,505,unsupported-version",
        "LONG-LINE,414,start-line-too-long",
        "LONG-FIELD,431,field-line-too-long",
        "MANY-FIELDS,431,too-many-fields",
        "LARGE-HEAD,431,head-too-large",
    })
    void whatCannotBeServedIsToldInPlainWords(String line, String status, String code) throws Exception {
        String fields = "Host: x\r\n\r\n";
        String request = switch (line) {
            case "LONG-LINE" -> "GET http://x/" + "a".repeat(17_000) + " HTTP/1.1\r\n" + fields;
            case "LONG-FIELD" -> "GET http://x/ HTTP/1.1\r\nA: " + "a".repeat(17_000) + "\r\n" + fields;
            case "MANY-FIELDS" -> "GET http://x/ HTTP/1.1\r\n" + "A: b\r\n".repeat(300) + fields;
            case "LARGE-HEAD" -> "GET http://x/ HTTP/1.1\r\n" + ("A: " + "a".repeat(10_000) + "\r\n").repeat(8) + fields;
            default -> line + "\r\n" + fields;
        };
        try (RelayRun run = RelayRun.setup().addresses().start(); RawOrigin.Peer client = run.client()) {
            client.send(request);
            String answer = client.head();
            assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("Plumbline-Error: " + code + "\r\n");
            assertThat(run.ended("c1.1").faultCode()).isEqualTo(code);
            if (code.equals("unknown-scheme")) {
                ExchangeBegan asked = run.await(ExchangeBegan.class, began -> true);
                assertThat("GET " + asked.scheme() + "://" + asked.authority() + asked.target() + " HTTP/1.1").isEqualTo(line);
            }
            client.endOutput();
            client.rest();
        }
    }

    @Test
    void aSlowHeadIsA408AndAnIdleConnectionIsClosed() throws Exception {
        try (RelayRun run = RelayRun.setup().timeouts(SHORT).start(); RawOrigin.Peer slow = run.client(); RawOrigin.Peer idle = run.client()) {
            slow.send("GET http://x/ HTTP/1.1\r\nHo");
            assertThat(slow.rest()).startsWith("HTTP/1.1 408 ").contains("Plumbline-Error: request-timeout");
            assertThat(idle.isAtEnd()).isTrue();
            assertThat(run.await(ConnectionClosed.class, c -> c.reason().startsWith("idle")).how()).isEqualTo(Close.BY_US);
        }
    }

    @Test
    void oneClientTooManyHearsWhy() throws Exception {
        try (RelayRun run = RelayRun.setup().clientLimit(2).start(); RawOrigin.Peer one = run.client(); RawOrigin.Peer two = run.client()) {
            run.await(ConnectionOpened.class, o -> o.id().equals(new ConnectionId(2)));
            try (RawOrigin.Peer three = run.client()) {
                three.send("GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(three.rest()).startsWith("HTTP/1.1 503 ").contains("Plumbline-Error: too-many-connections");
            }
            one.close();
            run.await(ConnectionClosed.class, c -> c.id().equals(new ConnectionId(1)));
            try (RawOrigin.Peer four = run.client()) {
                four.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(four.head()).startsWith("HTTP/1.1 400 ");
            }
        }
    }

    @Test
    void theCertificateIsServedAndNeverTheKey() throws Exception {
        try (RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            String pem = Files.readString(run.caFile);
            for (String method : new String[] {"HEAD", "GET"}) {
                for (String path : new String[] {"/", "/plumbline-ca.pem", "/plumbline-ca.crt", "/nothing", "/plumbline-ca-key.pem", "/../plumbline-ca-key.pem"}) {
                    client.send(method + " http://Plumbline.Test" + path + " HTTP/1.1\r\nHost: plumbline.test\r\n\r\n");
                    String head = client.head();
                    boolean isThere = !path.contains("nothing") && !path.contains("key");
                    assertThat(head).as(path).startsWith(isThere ? "HTTP/1.1 200 " : "HTTP/1.1 404 ");
                    int length = Integer.parseInt(head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
                    String content = method.equals("GET") ? client.text(length) : "";
                    assertThat(content).doesNotContain("PRIVATE KEY");
                    if (path.endsWith("ca.pem") && method.equals("GET")) {
                        assertThat(content).isEqualTo(pem);
                    }
                }
            }
            client.send("POST http://plumbline.test/ HTTP/1.1\r\nHost: plumbline.test\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 405 ");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void halfCloseCrossesATunnelInEitherOrder(boolean clientFirst) throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            if (clientFirst) {
                assertThat(peer.rest()).isEqualTo("hello");
                peer.send("answer");
            } else {
                assertThat(peer.text(5)).isEqualTo("hello");
                peer.send("answer");
                peer.endOutput();
                assertThat(peer.rest()).isEqualTo("late");
            }
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(connect(origin.port()) + "hello");
            client.head();
            if (clientFirst) {
                client.endOutput();
                assertThat(client.rest()).isEqualTo("answer");
            } else {
                assertThat(client.rest()).isEqualTo("answer");
                client.send("late");
                client.endOutput();
            }
            var end = run.ended("c1.1");
            assertThat(end.failure()).isEmpty();
            assertThat(end.timing().connectEndAt()).isNotEqualTo(Timing.NEVER);
            assertThat(run.all(RoleChanged.class).map(RoleChanged::role)).containsExactly(Role.TUNNEL);
            ExchangeId id = new ExchangeId(new ConnectionId(1), 1);
            assertThat(run.ended(new MessageKey(id, Leg.SERVER, MessageKind.TUNNEL_TO_SERVER)).contentLength()).isEqualTo(clientFirst ? 5 : 9);
            assertThat(run.ended(new MessageKey(id, Leg.CLIENT, MessageKind.TUNNEL_TO_CLIENT)).contentLength()).isEqualTo(6);
            run.awaitQuiet();
            ConnectionClosed server = run.await(ConnectionClosed.class, c -> c.id().equals(new ConnectionId(2)));
            assertThat(server.toServer()).isEqualTo(clientFirst ? 5 : 9);
            assertThat(server.how()).isEqualTo(clientFirst ? Close.BY_US : Close.BY_PEER);
            assertThat(origin.failures).isEmpty();
        }
    }

    @Test
    void aResetCrossesATunnel() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.text(1);
            peer.reset();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(connect(origin.port()));
            client.head();
            client.send("x");
            assertThatThrownBy(client::rest).hasMessageContaining("reset");
            run.awaitQuiet();
            assertThat(run.await(ConnectionClosed.class, c -> c.id().equals(new ConnectionId(2))).how()).isEqualTo(Close.RESET);
        }
    }

    @Test
    void octetsBehindTheHeadsOfAnUpgradePassAtOnce() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nfirst");
            assertThat(peer.text(5)).isEqualTo("early");
            peer.send("seen");
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send("GET http://127.0.0.1:" + origin.port() + "/ HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nearly");
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            assertThat(client.text(9)).isEqualTo("firstseen");
            client.close();
            run.ended("c1.1");
            assertThat(origin.failures).isEmpty();
        }
    }

    @Test
    void anUpgradeNobodyAskedForIsA502() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\npoison");
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send("GET http://127.0.0.1:" + origin.port() + "/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(client.rest()).startsWith("HTTP/1.1 502 ").contains("Plumbline-Error: unasked-upgrade").doesNotContain("poison");
        }
    }

    @Test
    void anUpgradeBeforeTheRequestIsCompleteIsA502ThatSaysSo() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
            peer.isAtEnd();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send("POST http://127.0.0.1:" + origin.port() + "/ HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: echo\r\nContent-Length: 5\r\n\r\nab");
            assertThat(client.rest()).startsWith("HTTP/1.1 502 ").contains("Plumbline-Error: unasked-upgrade", "before it had the whole request");
        }
    }

    @Test
    void aDownloadIsNotReadFasterThanTheClientTakesIt() throws Exception {
        int size = 64 << 20;
        AtomicInteger sent = new AtomicInteger();
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
            byte[] block = new byte[1 << 16];
            for (int i = 0; i < size / block.length; i++) {
                peer.send(block);
                sent.addAndGet(block.length);
            }
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send("GET http://127.0.0.1:" + origin.port() + "/ HTTP/1.1\r\nHost: h\r\n\r\n");
            client.head();
            Thread.sleep(400);
            assertThat(sent.get()).isLessThan(size / 2);
            client.octets(size);
            assertThat(sent).hasValue(size);
        }
    }

    @Test
    void aTunnelWhoseOriginSaidGoodByeAndThenRefusesOctetsIsOver() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.send("bye");
            peer.endOutput();
            peer.text(1);
            peer.reset();
        }); RelayRun run = RelayRun.plain(); RawOrigin.Peer client = run.client()) {
            client.send(connect(origin.port()));
            client.head();
            assertThat(client.rest()).isEqualTo("bye");
            client.send("a");
            try {
                for (int i = 0; i < 50; i++) {
                    Thread.sleep(10);
                    client.send("b");
                }
            } catch (IOException e) {
                // That is how the client learns it.
            }
            run.ended("c1.1");
            client.close();
            run.awaitQuiet();
        }
    }
}
