package dev.plumbline.relay.tls;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Contexts for origins and clients under TLS, as tests of the relay need them. */
public final class TestOrigins {
    private final TestAuthority authority = new TestAuthority("CN=Test origins");
    private final Path root;

    public TestOrigins() throws Exception {
        root = authority.pem(Files.createTempDirectory("plumbline-origins"));
    }

    /** The root's certificate. */
    public Path root() {
        return root;
    }

    /** Shows a sound certificate for these names or addresses, separated by commas. */
    public SSLContext good(String names) throws Exception {
        return server(authority.leaf(names));
    }

    public SSLContext expired(String names) throws Exception {
        return server(authority.leaf(names, Instant.now().minus(Duration.ofDays(3)), Instant.now().minus(Duration.ofDays(2))));
    }

    /** For a client that trusts the certificates of a PEM file and nobody else. */
    public static SSLContext clientTrusting(Path pem) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (var in = Files.newInputStream(pem)) {
            trusted.setCertificateEntry("root", java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(trusted);
        return context(null, factory.getTrustManagers());
    }

    private static SSLContext server(TestAuthority.Identity identity) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("leaf", identity.privateKey(), new char[0], identity.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        return context(keys, null);
    }

    private static SSLContext context(KeyManagerFactory keys, TrustManager[] trust) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys == null ? null : keys.getKeyManagers(), trust, null);
        return context;
    }
}
