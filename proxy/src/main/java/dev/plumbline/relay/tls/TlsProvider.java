package dev.plumbline.relay.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;

/** Which implementation of TLS does the work. */
public enum TlsProvider {
    /** Fast, and its key log is complete. Has neither DHE nor CBC-SHA256 suites. */
    BORINGSSL(SslProvider.OPENSSL_REFCNT),
    /** Everywhere; its key log needs {@code --add-opens java.base/sun.security.ssl=ALL-UNNAMED}. */
    JDK(SslProvider.JDK);

    private final SslProvider nettyProvider;

    TlsProvider(SslProvider nettyProvider) {
        this.nettyProvider = nettyProvider;
    }

    /** BoringSSL where its library loads, otherwise the JDK. */
    public static TlsProvider best() {
        return OpenSsl.isAvailable() ? BORINGSSL : JDK;
    }

    SslProvider nettyProvider() {
        return nettyProvider;
    }
}
