package dev.plumbline.relay.tls;

import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContextBuilder;
import java.util.List;

/**
 * The cipher suites we offer and accept, in order of preference; a provider leaves out what it does not have.
 *
 * <p>Wider than a browser's: the aim is to stand between whatever spoke to each other before.
 */
final class Suites {
    static final List<String> ALL = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
            "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
            "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
            "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
            "TLS_RSA_WITH_AES_128_CBC_SHA",
            "TLS_RSA_WITH_AES_256_CBC_SHA");

    static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    /**
     * Groups for the key exchange (RFC 8446 section 4.2.7), the favourite first. The hybrids with ML-KEM are left out: a client must make
     * such a key for every connection before it knows whether the origin wants it, and most origins do not.
     */
    private static final List<String> GROUPS = List.of("x25519", "secp256r1", "secp384r1", "secp521r1");

    private Suites() {
    }

    /** Only BoringSSL is told: the JDK's own groups have no hybrids. */
    static void limitGroups(SslContextBuilder context, TlsProvider provider) {
        if (provider == TlsProvider.BORINGSSL) {
            context.option(OpenSslContextOption.GROUPS, GROUPS.toArray(String[]::new));
        }
    }
}
