package dev.plumbline.relay;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An origin that does, octet by octet, what a test's script says. One thread per connection. */
final class RawOrigin implements AutoCloseable {
    private final ServerSocket listener;
    private final Script script;
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    final List<Throwable> failures = new CopyOnWriteArrayList<>();

    /** What to do with one connection; it is closed afterwards. */
    interface Script {
        void run(Peer peer) throws Exception;
    }

    RawOrigin(Script script) throws IOException {
        this("127.0.0.1", script);
    }

    RawOrigin(String address, Script script) throws IOException {
        this.listener = new ServerSocket(0, 100, InetAddress.getByName(address));
        this.script = script;
        Thread acceptor = new Thread(this::accept, "raw-origin");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    int connections() {
        return connections.size();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                connections.add(socket);
                Thread thread = new Thread(() -> serve(socket), "raw-origin-" + connections.size());
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException e) {
            if (!listener.isClosed()) {
                failures.add(e);
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            script.run(new Peer(socket, connections.size()));
        } catch (Exception | AssertionError e) {
            failures.add(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : connections) {
            socket.close();
        }
    }

    /** One end of a connection, for scripts: of an origin's or of a client's. */
    static final class Peer implements AutoCloseable {
        final Socket socket;
        final int number;
        private final InputStream in;
        private final OutputStream out;

        Peer(Socket socket, int number) {
            try {
                this.socket = socket;
                this.number = number;
                socket.setSoTimeout(10_000);
                socket.setTcpNoDelay(true);
                this.in = socket.getInputStream();
                this.out = socket.getOutputStream();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        static Peer to(int port) throws IOException {
            return new Peer(new Socket("127.0.0.1", port), 0);
        }

        /** Reads through the blank line. */
        String head() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
                int octet = in.read();
                if (octet < 0) {
                    throw new IOException("end of stream after: " + head);
                }
                head.append((char) octet);
            }
            return head.toString();
        }

        byte[] octets(int count) throws IOException {
            byte[] octets = in.readNBytes(count);
            if (octets.length < count) {
                throw new IOException("end of stream after " + octets.length + " of " + count + " octets");
            }
            return octets;
        }

        String text(int count) throws IOException {
            return new String(octets(count), StandardCharsets.ISO_8859_1);
        }

        /** All that comes until the other side ends. */
        String rest() throws IOException {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }

        boolean isAtEnd() throws IOException {
            return in.read() < 0;
        }

        Peer send(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return this;
        }

        Peer send(byte[] octets) throws IOException {
            out.write(octets);
            out.flush();
            return this;
        }

        /** Ends with RST. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        void endOutput() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
