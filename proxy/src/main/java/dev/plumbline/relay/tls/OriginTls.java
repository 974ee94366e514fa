package dev.plumbline.relay.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.internal.tcnative.SSL;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS on the server leg, where we are the client.
 *
 * <p>Origins are verified against the system's authorities and those that the operator adds, unless told otherwise.
 * Sessions are resumed per host and port.
 *
 * <p>Owned by: any thread.
 * <br>Limits: {@value #SESSIONS} sessions are kept, for {@value #SESSION_SECONDS} seconds.
 */
public final class OriginTls implements AutoCloseable {
    /** Each holds the origin's chain in native memory, some 5 KB. */
    static final int SESSIONS = 1024;
    static final int SESSION_SECONDS = 3600;
    private static final int HOST_NAME = 0;

    private final SslContext context;
    private final NativeKeyLog nativeKeyLog;
    private final Optional<String> keyLogProblem;

    private OriginTls(Builder builder) throws SSLException {
        X509ExtendedTrustManager trust =
                builder.insecure ? new AcceptAnyone() : new OriginTrust(builder.anchors);
        boolean boring = builder.provider == TlsProvider.BORINGSSL;
        SslContextBuilder client = SslContextBuilder.forClient()
                .sslProvider(builder.provider.nettyProvider())
                .protocols(builder.protocols)
                .ciphers(builder.suites, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(ServerTls.HTTP_1)
                .trustManager(trust)
                // OriginTrust checks names itself: the JDK's check refuses underscores, and explains less.
                .endpointIdentificationAlgorithm(null)
                .sessionCacheSize(SESSIONS)
                .sessionTimeout(SESSION_SECONDS);
        Suites.limitGroups(client, builder.provider);
        context = client.build();
        if (boring) {
            nativeKeyLog = NativeKeyLog.install(context);
            keyLogProblem = nativeKeyLog.problem();
            OpenSslSessionContext sessions = (OpenSslSessionContext) context.sessionContext();
            sessions.setTicketKeys();
            sessions.setSessionCacheEnabled(true);
        } else {
            nativeKeyLog = null;
            keyLogProblem = JdkKeyLog.problem();
        }
    }

    public static Builder builder(TlsProvider provider) {
        return new Builder(provider);
    }

    /** How to treat origins. */
    public static final class Builder {
        private final TlsProvider provider;
        private final List<Path> extraAuthorities = new ArrayList<>();
        private boolean insecure;
        private List<String> protocols = Suites.PROTOCOLS;
        private List<String> suites = Suites.ALL;
        private TrustAnchors anchors;

        private Builder(TlsProvider provider) {
            this.provider = provider;
        }

        /** Trusts the certificates of a PEM file as well. */
        public Builder trust(Path pemFile) {
            extraAuthorities.add(pemFile);
            return this;
        }

        /** Takes every certificate for good. */
        public Builder insecure() {
            insecure = true;
            return this;
        }

        Builder protocols(String... only) {
            protocols = List.of(only);
            return this;
        }

        Builder suites(String... only) {
            suites = List.of(only);
            return this;
        }

        /** Reads the authorities; takes tens of milliseconds, so not for an event loop. */
        public OriginTls build() throws IOException {
            anchors = insecure ? null : TrustAnchors.system().and(extraAuthorities);
            return new OriginTls(this);
        }
    }

    /**
     * Makes our end of one connection.
     *
     * @param host the name to ask for and to verify, or an IP literal (IPv6 with or without brackets)
     */
    public TlsEnd newEnd(ByteBufAllocator allocator, String host, int port, KeyLog keyLog) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        SslHandler handler = context.newHandler(allocator, bare, port);
        Optional<String> sni = serverName(bare);
        sni.ifPresent(name -> ask(handler.engine(), name));
        return new TlsEnd(handler, sni, nativeKeyLog, keyLog);
    }

    /** No literals (RFC 6066 section 3), and no final dot. */
    private static Optional<String> serverName(String host) {
        if (host.isEmpty() || NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
            return Optional.empty();
        }
        return Optional.of(host.endsWith(".") ? host.substring(0, host.length() - 1) : host);
    }

    /** Both providers leave out names without a dot and names with an underscore, unless they are told. */
    private static void ask(SSLEngine engine, String name) {
        if (engine instanceof ReferenceCountedOpenSslEngine openSsl) {
            SSL.setTlsExtHostName(openSsl.sslPointer(), name);
            return;
        }
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new RawServerName(name)));
        engine.setSSLParameters(parameters);
    }

    private static final class RawServerName extends SNIServerName {
        RawServerName(String name) {
            super(HOST_NAME, name.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /** Why no secrets will be logged, or empty. */
    public Optional<String> keyLogProblem() {
        return keyLogProblem;
    }

    SslContext context() {
        return context;
    }

    Optional<NativeKeyLog> nativeKeyLog() {
        return Optional.ofNullable(nativeKeyLog);
    }

    /** Gives the context back; ends in use go on. */
    @Override
    public void close() {
        ReferenceCountUtil.release(context);
    }
}
