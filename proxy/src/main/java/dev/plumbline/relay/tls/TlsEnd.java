package dev.plumbline.relay.tls;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Our end of one TLS connection to be: made by {@link ServerTls} or {@link OriginTls}, put in place by
 * {@link TlsPhase}.
 *
 * <p>Owned by: the channel's event loop.
 * <br>Limits: Netty's timeout of 10 s for the handshake stands unless the handler is told another.
 */
public final class TlsEnd {
    /** The largest plaintext for which the JDK still makes one record, with its padding. */
    private static final int JDK_WRAP_SIZE = 16367;

    private final SslHandler handler;
    private final Optional<String> sni;
    private final Optional<JdkKeyLog> jdkKeyLog;
    private final long madeAtMillis = System.currentTimeMillis();
    private final Runnable unregister;
    private Optional<String> alertInClear = Optional.empty();
    private boolean isInstalled;

    TlsEnd(SslHandler handler, Optional<String> sni, NativeKeyLog nativeKeyLog, KeyLog keyLog) {
        this.handler = handler;
        this.sni = sni;
        if (handler.engine() instanceof ReferenceCountedOpenSslEngine engine) {
            jdkKeyLog = Optional.empty();
            if (keyLog != KeyLog.NONE) {
                long ssl = engine.sslPointer();
                nativeKeyLog.register(ssl, keyLog);
                unregister = () -> nativeKeyLog.unregister(ssl, keyLog);
                // All secrets come during the handshake; KeyUpdate derives the later ones from them.
                handler.handshakeFuture().addListener(future -> unregister.run());
            } else {
                unregister = () -> { };
            }
        } else {
            unregister = () -> { };
            handler.setWrapDataSize(JDK_WRAP_SIZE);
            jdkKeyLog = JdkKeyLog.of(handler.engine(), keyLog);
        }
    }

    public SslHandler handler() {
        return handler;
    }

    /** Done when the handshake is; a failure's meaning is told by {@link #failure()}. */
    public Future<Channel> handshake() {
        return handler.handshakeFuture();
    }

    /** To be called on the event loop once {@link #handshake()} succeeded and before the channel closes. */
    public TlsFacts facts() {
        SSLEngine engine = handler.engine();
        SSLSession session = engine.getSession();
        List<PeerCertificate> chain = engine.getUseClientMode() ? peerChain(session) : List.of();
        return new TlsFacts(session.getProtocol(), session.getCipherSuite(),
                Optional.ofNullable(handler.applicationProtocol()), sni, isResumed(engine, session), chain);
    }

    /** Why the handshake failed. To be called once {@link #handshake()} failed. */
    public TlsFailure failure() {
        TlsFailure failure = TlsFailure.of(handler.handshakeFuture().cause());
        return alertInClear.isPresent() && failure.kind() == TlsFailure.Kind.OTHER
                ? TlsFailure.ofAlert(alertInClear.get()) : failure;
    }

    /**
     * OpenSSL's clients refuse a certificate in clear text even where TLS 1.3 wants it encrypted (RFC 8446 section 6).
     * To the engine that is a broken record; to a person it is the answer.
     */
    void alertInClear(int description) {
        alertInClear = Optional.of(Alerts.name(description));
    }

    private boolean isResumed(SSLEngine engine, SSLSession session) {
        if (engine instanceof ReferenceCountedOpenSslEngine openSsl) {
            long ssl = openSsl.sslPointer();
            return ssl != 0 && SSL.isSessionReused(ssl);
        }
        // The JDK does not tell, but a session that is older than its connection is an earlier one.
        return session.getCreationTime() < madeAtMillis;
    }

    private static List<PeerCertificate> peerChain(SSLSession session) {
        List<PeerCertificate> chain = new ArrayList<>();
        try {
            for (Certificate certificate : session.getPeerCertificates()) {
                if (certificate instanceof X509Certificate x509) {
                    chain.add(PeerCertificate.of(x509));
                }
            }
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
        return chain;
    }

    /** Gives back what an end holds that will not be installed after all. */
    public void discard() {
        if (!isInstalled) {
            unregister.run();
            ReferenceCountUtil.release(handler.engine());
        }
    }

    void installed() {
        isInstalled = true;
    }

    void afterRecord() {
        if (jdkKeyLog.isPresent()) {
            jdkKeyLog.get().poll();
        }
    }

    Sealing sealing() {
        SSLEngine engine = handler.engine();
        boolean jdk = !(engine instanceof ReferenceCountedOpenSslEngine);
        return Sealing.of(jdk, engine.getSession().getProtocol(), engine.getSession().getCipherSuite());
    }
}
