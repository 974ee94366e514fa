package dev.plumbline.judge;

import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A client that writes octets as it is told, in clear or inside TLS behind a CONNECT. */
final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    static RawClient to(int port) throws IOException {
        return new RawClient(new Socket("127.0.0.1", port));
    }

    /** From a port of our own choice; 0 for any. */
    static RawClient from(int localPort, int port) throws IOException {
        Socket socket = new Socket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress("127.0.0.1", localPort));
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        return new RawClient(socket);
    }

    /** Through a CONNECT to {@code localhost:target}, and TLS in it. */
    static RawClient through(int port, int target, Path caFile, String protocol) throws Exception {
        RawClient outer = to(port).send("CONNECT localhost:" + target + " HTTP/1.1\r\nHost: localhost:" + target + "\r\n\r\n");
        outer.head();
        SSLSocket inner = (SSLSocket) trusting(caFile).getSocketFactory().createSocket(outer.socket, "localhost", target, true);
        inner.setEnabledProtocols(new String[] {protocol});
        inner.startHandshake();
        return new RawClient(inner);
    }

    static SSLContext trusting(Path caFile) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream file = new FileInputStream(caFile.toFile())) {
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(file));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    int localPort() {
        return socket.getLocalPort();
    }

    boolean isAtEnd() throws IOException {
        return in.read() < 0;
    }

    RawClient send(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        return this;
    }

    String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.lastIndexOf("\r\n\r\n") != head.length() - 4) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("end of stream after: " + head);
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    /** The contents of so many responses, each with a Content-Length. */
    List<byte[]> contents(int count) throws IOException {
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            contents.add(in.readNBytes(Integer.parseInt(OriginPages.field(head(), "Content-Length"))));
        }
        return contents;
    }

    String text(int count) throws IOException {
        return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    /** Goes away without a good-bye. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
