package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many who keep to every limit must not take all the memory together: who comes when there is no room is told so. */
@Timeout(30)
class RelayRoomIT {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String LONG = ("X-Long: " + "a".repeat(15_000) + "\r\n").repeat(3);
    /** For two connections, an exchange, and a head of 45 KB once, but not twice. */
    private final Room room = new Room(100_000);

    private static String request(int port, String fields) {
        return "GET http://127.0.0.1:" + port + "/ HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n" + fields;
    }

    private RelayRun run() throws Exception {
        return RelayRun.setup().room(room).start();
    }

    /** All that was taken is given back, whatever became of it. */
    private void assertEmpty(RelayRun run) throws Exception {
        run.awaitQuiet();
        assertThat(room.taken()).isZero();
    }

    @Test
    void halfAHeadTakesRoomUntilItsClientIsGone() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.send(OK);
            peer.isAtEnd();
        }); RelayRun run = run(); RawOrigin.Peer second = run.client()) {
            try (RawOrigin.Peer first = run.client()) {
                first.send(request(origin.port(), LONG));
                while (room.taken() < 2 * Room.CONNECTION + LONG.length()) {
                    Thread.onSpinWait();
                }
                second.send(request(origin.port(), LONG));
                assertThat(second.rest()).contains(" 503 ", "Plumbline-Error: no-room", "Connection: close");
            }
            second.close();
            assertEmpty(run);
            try (RawOrigin.Peer third = run.client()) {
                third.send(request(origin.port(), "\r\n"));
                assertThat(third.head()).startsWith("HTTP/1.1 200");
            }
            assertEmpty(run);
        }
    }

    @Test
    void aHeadTakesRoomUntilItsExchangeIsOver() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.isAtEnd();
        }); RelayRun run = run(); RawOrigin.Peer second = run.client()) {
            try (RawOrigin.Peer first = run.client()) {
                first.send(request(origin.port(), LONG.substring(LONG.length() / 3) + "\r\n"));
                while (origin.connections() == 0) {
                    Thread.onSpinWait();
                }
                second.send(request(origin.port(), LONG + "\r\n"));
                assertThat(second.head()).contains(" 503 ", "Plumbline-Error: no-room");
                first.reset();
            }
            second.close();
            assertEmpty(run);
        }
    }

    @Test
    void interimResponsesTakeRoomToo() throws Exception {
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            for (int i = 0; i < 5; i++) {
                peer.send("HTTP/1.1 103 Early Hints\r\n" + LONG.substring(0, LONG.length() / 3) + "\r\n");
            }
            peer.isAtEnd();
        }); RelayRun run = run(); RawOrigin.Peer client = run.client()) {
            client.send(request(origin.port(), "\r\n"));
            String answer = client.head();
            while (answer.startsWith("HTTP/1.1 103")) {
                answer = client.head();
            }
            assertThat(answer).contains(" 503 ", "Plumbline-Error: no-room");
            client.close();
            assertEmpty(run);
        }
    }

    @Test
    void aConnectionForWhichThereIsNoRoomIsTurnedAway() throws Exception {
        try (RelayRun run = RelayRun.setup().room(new Room(Room.CONNECTION)).start();
                RawOrigin.Peer first = run.client()) {
            first.send("GET ");
            try (RawOrigin.Peer second = run.client()) {
                assertThat(second.rest()).contains(" 503 ", "Plumbline-Error: no-room");
            }
            first.close();
            run.awaitQuiet();
        }
    }

    @Test
    void aTrailerSectionForWhichThereIsNoRoomIsRefused() throws Exception {
        String line = LONG.substring(0, LONG.length() / 3);
        try (RawOrigin origin = new RawOrigin(peer -> {
            peer.head();
            peer.rest();
        }); RelayRun run = RelayRun.setup().room(new Room(50_000)).start(); RawOrigin.Peer client = run.client()) {
            client.send("POST http://127.0.0.1:" + origin.port() + "/ HTTP/1.1\r\nHost: 127.0.0.1:" + origin.port()
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n" + line + line + line);
            assertThat(client.rest()).contains(" 503 ", "Plumbline-Error: no-room");
            client.close();
            run.awaitQuiet();
        }
    }

    @Test
    void aClientHelloForWhichThereIsNoRoomEndsItsConnection() throws Exception {
        byte[] record = new byte[5 + 16_000];
        record[0] = 22;
        record[1] = 3;
        record[2] = 1;
        record[3] = (byte) (16_000 >> 8);
        record[4] = (byte) 16_000;
        byte[] first = record.clone();
        first[5] = 1;
        first[6] = 0;
        first[7] = (byte) (60_000 >> 8);
        first[8] = (byte) 60_000;
        try (RawOrigin origin = new RawOrigin(peer -> peer.isAtEnd()); RelayRun run = RelayRun.setup().room(new Room(50_000)).start();
                RawOrigin.Peer client = run.client()) {
            client.send("CONNECT 127.0.0.1:" + origin.port() + " HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.head()).contains(" 200 ");
            client.send(first);
            client.send(record);
            assertThat(run.ended("c1.1").faultCode()).isEqualTo("no-room");
            client.close();
            run.awaitQuiet();
        }
    }
}
