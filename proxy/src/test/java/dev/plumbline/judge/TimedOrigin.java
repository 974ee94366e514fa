package dev.plumbline.judge;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An origin that does what a script says and writes down when: to hold what the proxy says of it against its own clock.
 *
 * <p>Times are nanoseconds since 1970.
 */
final class TimedOrigin implements AutoCloseable {
    /** What it noted of one exchange, in the order they came. */
    final List<Note> notes = new CopyOnWriteArrayList<>();
    private final ServerSocket listener;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

    /** When it had the request, and when it began to answer. */
    record Note(String target, long requestAt, long answerAt) {
        long thoughtNanos() {
            return answerAt - requestAt;
        }
    }

    /** What is done with a connection; it is closed afterwards. */
    @FunctionalInterface
    interface Script {
        void serve(Peer peer) throws IOException;
    }

    private TimedOrigin(ServerSocket listener) {
        this.listener = listener;
    }

    static TimedOrigin of(Script script) throws IOException {
        return of(InetAddress.getLoopbackAddress(), 0, script);
    }

    /** @param receiveBuffer octets; 0 for the system's choice */
    static TimedOrigin of(InetAddress address, int receiveBuffer, Script script) throws IOException {
        ServerSocket listener = new ServerSocket();
        if (receiveBuffer > 0) {
            listener.setReceiveBufferSize(receiveBuffer);
        }
        listener.bind(new InetSocketAddress(address, 0));
        TimedOrigin origin = new TimedOrigin(listener);
        start(() -> origin.accept(script));
        return origin;
    }

    /** Thinks for as long as the target says: {@code /think/25}. Keeps its connections. */
    static void think(Peer peer) throws IOException {
        for (String head = peer.head(); !head.isEmpty(); head = peer.head()) {
            peer.pause(Integer.parseInt(head.split(" ")[1].replaceAll(".*/", "")));
            peer.answer("thought");
        }
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept(Script script) {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                sockets.add(socket);
                start(() -> serve(script, socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Script script, Socket socket) {
        try (socket) {
            script.serve(new Peer(this, socket));
        } catch (IOException e) {
            // The test has ended, or wanted it so.
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "timed origin");
        thread.setDaemon(true);
        thread.start();
    }

    static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** One connection, as the script has it. */
    static final class Peer {
        private final TimedOrigin origin;
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;
        private String target = "";
        private long requestAt;

        private Peer(TimedOrigin origin, Socket socket) throws IOException {
            this.origin = origin;
            this.socket = socket;
            socket.setTcpNoDelay(true);
            this.in = new BufferedInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
        }

        /** Through the blank line; empty at the end of the connection. */
        String head() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.length() < 4 || head.lastIndexOf("\r\n\r\n") != head.length() - 4) {
                int octet = in.read();
                if (octet < 0) {
                    return "";
                }
                head.append((char) octet);
            }
            requestAt = now();
            target = head.toString().split(" ")[1];
            return head.toString();
        }

        void content(int length) throws IOException {
            in.readNBytes(length);
            requestAt = now();
        }

        void answer(String content) throws IOException {
            begin(content.length());
            send(content);
        }

        /** A head that declares so much content. */
        void begin(int length) throws IOException {
            origin.notes.add(new Note(target, requestAt, now()));
            send("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
        }

        void send(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        void send(byte[] octets) throws IOException {
            out.write(octets);
        }

        /** A part of the script, not a wait for something to happen. */
        void pause(long millis) {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }

        void resetConnection() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
