package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many peers that do not read must take neither all memory together nor the time of those that do. */
@Timeout(60)
class RelayBacklogIT {
    private static final int SLOW = 40;
    private static final int BODY = 6 << 20;
    /** What a connection that is written to may have unsent: up to Netty's mark, and the read that went beyond it. */
    private static final int OF_ONE = 128 << 10;
    private static final long PLENTY = 256 << 10;
    private final Backlog backlog = new Backlog(PLENTY);
    private final List<RawOrigin.Peer> slow = new ArrayList<>();

    @AfterEach
    void allAreGone() throws IOException {
        for (RawOrigin.Peer peer : slow) {
            peer.close();
        }
    }

    private static RawOrigin.Peer withSmallBuffers(int port) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(256 << 10);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        return new RawOrigin.Peer(socket, 0);
    }

    private static String to(RawOrigin origin, String method, String path, String fields) {
        return method + " http://127.0.0.1:" + origin.port() + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + origin.port() + "\r\n" + fields + "\r\n";
    }

    /** Until there is a long backlog that has not changed for a while: everybody waits for somebody. */
    private void awaitStandstill() throws InterruptedException {
        for (long before = -1, same = 0; same < 20; Thread.sleep(10)) {
            same = backlog.isLong() && backlog.octets() == before ? same + 1 : 0;
            before = backlog.octets();
        }
    }

    private void assertIsBoundedAndInNobodysWay(RelayRun run, RawOrigin origin) throws Exception {
        awaitStandstill();
        assertThat(backlog.octets()).isLessThan(PLENTY + 2 * OF_ONE + SLOW * 3L * Backlog.LITTLE);
        try (RawOrigin.Peer healthy = run.client()) {
            for (int i = 0; i < 20; i++) {
                healthy.send(to(origin, "GET", "/small", ""));
                assertThat(healthy.head()).startsWith("HTTP/1.1 200");
                healthy.octets(100_000);
            }
        }
    }

    @Test
    void clientsThatDoNotReadHaveABoundedPartOfWhatTheirOriginsSent() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            while (true) {
                int octets = peer.head().contains("/big") ? BODY : 100_000;
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + octets + "\r\n\r\n").send(new byte[octets]);
            }
        }); RelayRun run = RelayRun.setup().backlog(backlog).start()) {
            for (int i = 0; i < SLOW; i++) {
                slow.add(withSmallBuffers(run.port()).send(to(origin, "GET", "/big", "")));
            }
            assertIsBoundedAndInNobodysWay(run, origin);
            for (RawOrigin.Peer peer : slow) {
                assertThat(peer.head()).startsWith("HTTP/1.1 200");
                peer.octets(BODY);
                peer.close();
            }
            run.awaitQuiet();
            assertThat(backlog.octets()).isZero();
        }
    }

    @Test
    void originsThatDoNotReadHaveABoundedPartOfWhatTheirClientsSent() throws Exception {
        CountDownLatch mayRead = new CountDownLatch(1);
        try (RawOrigin origin = new RawOrigin(peer -> {
            while (true) {
                if (peer.head().startsWith("GET")) {
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n").send(new byte[100_000]);
                } else {
                    peer.socket.setReceiveBufferSize(256 << 10);
                    mayRead.await();
                    peer.octets(BODY);
                    peer.send("HTTP/1.1 204 No Content\r\n\r\n");
                }
            }
        }); RelayRun run = RelayRun.setup().backlog(backlog).start()) {
            for (int i = 0; i < SLOW; i++) {
                RawOrigin.Peer peer = run.client();
                slow.add(peer);
                Thread sends = new Thread(() -> upload(peer, to(origin, "POST", "/", "Content-Length: " + BODY + "\r\n")), "uploads-" + i);
                sends.setDaemon(true);
                sends.start();
            }
            assertIsBoundedAndInNobodysWay(run, origin);
            mayRead.countDown();
            for (RawOrigin.Peer peer : slow) {
                assertThat(peer.head()).startsWith("HTTP/1.1 204");
                peer.close();
            }
            run.awaitQuiet();
            assertThat(backlog.octets()).isZero();
        }
    }

    private static void upload(RawOrigin.Peer peer, String head) {
        try {
            peer.send(head).send(new byte[BODY]);
        } catch (IOException e) {
            // The test is over, and says itself what went wrong.
        }
    }
}
