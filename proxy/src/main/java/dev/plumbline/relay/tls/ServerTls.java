package dev.plumbline.relay.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;

/**
 * TLS on the client leg, where we are the server: one context for all hosts.
 *
 * <p>The identity is minted before the handler is made, so no event loop mints. Key material is parsed once per
 * identity. Sessions resume by ticket.
 *
 * <p>The only application protocol spoken is {@code http/1.1}. A client that offers ALPN without it gets no answer to
 * that offer instead of an alert, and may go on with HTTP/1.1 all the same (RFC 7301 section 3.2 leaves both open).
 *
 * <p>Owned by: any thread.
 * <br>Limits: {@value #IDENTITIES} identities are kept; a handler must see its ClientHello before that many others
 * were used. As a server, the JDK refuses a client that asks for a name with an underscore; BoringSSL does not.
 */
public final class ServerTls implements AutoCloseable {
    static final int IDENTITIES = 1024;
    static final ApplicationProtocolConfig HTTP_1 = new ApplicationProtocolConfig(Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, "http/1.1");

    private final SslContext context;
    private final IdentityKeyManager identities = new IdentityKeyManager(IDENTITIES);
    private final NativeKeyLog nativeKeyLog;
    private final Optional<String> keyLogProblem;

    private ServerTls(TlsProvider provider, List<String> protocols, List<String> suites) throws SSLException {
        boolean boring = provider == TlsProvider.BORINGSSL;
        KeyManagerFactory factory = new FixedKeyManagerFactory(identities);
        // Netty drops cached material of identities that are gone only when its cache is full: leave it room.
        SslContextBuilder builder = SslContextBuilder
                .forServer(boring ? new OpenSslCachingX509KeyManagerFactory(factory, 2 * IDENTITIES) : factory)
                .sslProvider(provider.nettyProvider())
                .protocols(protocols)
                .ciphers(suites, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(HTTP_1)
                .trustManager(new AcceptAnyone());
        Suites.limitGroups(builder, provider);
        context = builder.build();
        if (boring) {
            nativeKeyLog = NativeKeyLog.install(context);
            keyLogProblem = nativeKeyLog.problem();
            OpenSslSessionContext sessions = (OpenSslSessionContext) context.sessionContext();
            sessions.setTicketKeys();
            // Tickets leave the state with the client; a cache by session id would hold it here, behind a lock.
            sessions.setSessionCacheEnabled(false);
        } else {
            nativeKeyLog = null;
            keyLogProblem = JdkKeyLog.problem();
        }
    }

    public static ServerTls create(TlsProvider provider) {
        return create(provider, Suites.PROTOCOLS, Suites.ALL);
    }

    static ServerTls create(TlsProvider provider, List<String> protocols, List<String> suites) {
        try {
            return new ServerTls(provider, protocols, suites);
        } catch (SSLException e) {
            throw new IllegalStateException("no server side TLS with " + provider, e);
        }
    }

    /**
     * Makes our end of one connection.
     *
     * @param sni what the client asked for, from the peeked ClientHello
     */
    public TlsEnd newEnd(ByteBufAllocator allocator, ServerIdentity identity, Optional<String> sni, KeyLog keyLog) {
        return new TlsEnd(context.newHandler(allocator, identities.use(identity), 0), sni, nativeKeyLog, keyLog);
    }

    /** Why no secrets will be logged, or empty. */
    public Optional<String> keyLogProblem() {
        return keyLogProblem;
    }

    IdentityKeyManager identities() {
        return identities;
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
