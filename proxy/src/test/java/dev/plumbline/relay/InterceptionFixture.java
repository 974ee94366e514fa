package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.relay.tls.TestOrigins;
import dev.plumbline.relay.tls.TlsProvider;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;

/** What the tests of intercepted TLS share: an origin's certificates, ends that speak TLS, a relay between them. */
abstract class InterceptionFixture {
    static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    static final String NAME = "origin.example";
    static final RelayOptions.Timeouts SHORT = new RelayOptions.Timeouts(400, 100, 400, 5_000, 5_000, 300);
    static TestOrigins origins;

    @BeforeAll
    static void authority() throws Exception {
        origins = new TestOrigins();
    }

    /** A script that runs above TLS. */
    static RawOrigin.Script tls(SSLContext context, RawOrigin.Script script, String... protocols) {
        return peer -> {
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(peer.socket, null, true);
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            try {
                socket.startHandshake();
            } catch (IOException e) {
                return; // The relay may refuse us: its facts tell.
            }
            try (RawOrigin.Peer secured = new RawOrigin.Peer(socket, peer.number)) {
                script.run(secured);
            }
        };
    }

    static String connect(int port) {
        return "CONNECT " + NAME + ":" + port + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    static RawOrigin.Peer secured(RawOrigin.Peer client, SSLContext context, String sni, String... protocols) throws Exception {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(client.socket, sni, client.socket.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(sni)));
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        socket.startHandshake();
        return new RawOrigin.Peer(socket, 0);
    }

    static RawOrigin.Peer intercepted(RelayRun run, RawOrigin.Peer client, int port, String... protocols) throws Exception {
        client.send(connect(port));
        assertThat(client.head()).startsWith("HTTP/1.1 200 ");
        return secured(client, TestOrigins.clientTrusting(run.caFile), NAME, protocols);
    }

    static RelayRun.Setup relay(TlsProvider provider) {
        return RelayRun.setup().provider(provider).trust(o -> o.trust(origins.root())).addresses("127.0.0.1");
    }

    static String get(String path, String fields) {
        return "GET " + path + " HTTP/1.1\r\nHost: " + NAME + "\r\n" + fields + "\r\n";
    }

    static void sendCounted(RawOrigin.Peer peer, int size, AtomicInteger moved) throws IOException {
        byte[] block = new byte[1 << 16];
        for (int i = 0; i < size / block.length; i++) {
            peer.send(block);
            moved.addAndGet(block.length);
        }
    }
}
