package dev.plumbline.judge;

import dev.plumbline.ca.CertificateAuthority;
import dev.plumbline.ca.Leaf;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/**
 * An origin that speaks HTTP/1.1 in every shape the judge looks at; {@link OriginPages} says which path does what. One
 * thread per connection.
 */
final class JudgeOrigin implements AutoCloseable {
    private final ServerSocket listener;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    final List<Throwable> failures = new CopyOnWriteArrayList<>();

    private JudgeOrigin(ServerSocket listener) {
        this.listener = listener;
        Thread acceptor = new Thread(this::accept, "judge-origin");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    static JudgeOrigin clear() throws IOException {
        return clear(InetAddress.getByName("127.0.0.1"));
    }

    static JudgeOrigin clear(InetAddress address) throws IOException {
        return new JudgeOrigin(new ServerSocket(0, 200, address));
    }

    static JudgeOrigin tls(CertificateAuthority authority, String... protocols) throws Exception {
        return tls(authority, InetAddress.getByName("127.0.0.1"), protocols);
    }

    static JudgeOrigin tls(CertificateAuthority authority, InetAddress address, String... protocols) throws Exception {
        return named(address.isLoopbackAddress() ? "localhost" : address.getHostAddress(), authority, address, protocols);
    }

    /** With a certificate for that name. */
    static JudgeOrigin named(String name, CertificateAuthority authority, InetAddress address, String... protocols) throws Exception {
        Leaf leaf = authority.issue(name);
        SSLServerSocket listener = (SSLServerSocket) context(leaf).getServerSocketFactory().createServerSocket(0, 200, address);
        listener.setEnabledProtocols(protocols);
        return new JudgeOrigin(listener);
    }

    private static SSLContext context(Leaf leaf) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("leaf", leaf.key(), new char[0], leaf.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                connections.add(socket);
                Thread thread = new Thread(() -> serve(socket), "judge-origin-" + socket.getPort());
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    failures.add(e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
            OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
            OriginPages pages = new OriginPages(in, out);
            while (pages.exchange()) {
                // until the page or the client wants to end
            }
        } catch (IOException e) {
            // A client may go away at any moment; what it should have got is checked at its end.
        } catch (RuntimeException | Error e) {
            failures.add(e);
        } finally {
            connections.remove(socket);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : connections) {
            socket.close();
        }
    }
}
