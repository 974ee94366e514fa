package dev.plumbline.relay.tls;

import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.internal.tcnative.CertificateVerifier;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Verifies origins: first that the chain leads to a trusted authority, then that the certificate is for the host.
 *
 * <p>The path is the JDK's work, the name is ours, and so are the words in which a refusal is told. Nothing leaves this
 * machine for it. A path that was found good is remembered: validating one takes some 0.2 ms of the event loop, looking
 * it up 3 µs.
 *
 * <p>Owned by: any thread.
 * <br>Limits: {@value #REMEMBERED} chains are remembered, each until {@value #REMEMBERED_MILLIS} ms later or until one
 * of its certificates expires; when full, all are forgotten. Revocation is not checked.
 * <br>Source: RFC 5280 section 6, RFC 9525.
 */
final class OriginTrust extends X509ExtendedTrustManager {
    static final int REMEMBERED = 1024;
    static final long REMEMBERED_MILLIS = 300_000;
    private static final int NAMES_TOLD = 4;

    private final X509TrustManager paths;
    private final ConcurrentHashMap<ByteBuffer, Long> goodUntilMillis = new ConcurrentHashMap<>();

    OriginTrust(TrustAnchors anchors) {
        this.paths = anchors.trustManager();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        try {
            verify(chain, authType, engine.getPeerHost(), System.currentTimeMillis());
        } catch (Untrusted e) {
            throw engine instanceof ReferenceCountedOpenSslEngine ? new OpenSslCertificateException(e, code(e)) : e;
        }
    }

    /** BoringSSL makes its alert from this; without it, the origin would read "internal error". */
    private static int code(Untrusted e) {
        return switch (e.failure().kind()) {
            case EXPIRED -> CertificateVerifier.X509_V_ERR_CERT_HAS_EXPIRED;
            case NOT_YET_VALID -> CertificateVerifier.X509_V_ERR_CERT_NOT_YET_VALID;
            case SELF_SIGNED, UNKNOWN_AUTHORITY -> CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
            default -> CertificateVerifier.X509_V_ERR_CERT_REJECTED;
        };
    }

    void verify(X509Certificate[] chain, String authType, String host, long nowMillis) throws CertificateException {
        ByteBuffer key = ByteBuffer.wrap(PeerCertificate.sha256(chain));
        Long until = goodUntilMillis.get(key);
        if (until == null || until <= nowMillis) {
            verifyPath(chain, authType, new Date(nowMillis));
            remember(key, chain, nowMillis);
        }
        if (!HostNames.matches(chain[0], host)) {
            throw new Untrusted(TlsFailure.Kind.WRONG_NAME, wrongName(chain[0], host), null);
        }
    }

    int remembered() {
        return goodUntilMillis.size();
    }

    private void remember(ByteBuffer key, X509Certificate[] chain, long nowMillis) {
        long until = nowMillis + REMEMBERED_MILLIS;
        for (X509Certificate certificate : chain) {
            until = Math.min(until, certificate.getNotAfter().getTime());
        }
        if (goodUntilMillis.size() >= REMEMBERED) {
            goodUntilMillis.clear();
        }
        goodUntilMillis.put(key, until);
    }

    private void verifyPath(X509Certificate[] chain, String authType, Date now) throws CertificateException {
        try {
            paths.checkServerTrusted(chain, authType);
        } catch (CertificateException e) {
            throw explain(chain, now, e);
        }
    }

    private static CertificateException explain(X509Certificate[] chain, Date now, CertificateException e) {
        for (X509Certificate certificate : chain) {
            if (now.after(certificate.getNotAfter())) {
                return new Untrusted(TlsFailure.Kind.EXPIRED, "the certificate of " + name(certificate)
                        + " expired on " + certificate.getNotAfter().toInstant(), e);
            }
            if (now.before(certificate.getNotBefore())) {
                return new Untrusted(TlsFailure.Kind.NOT_YET_VALID, "the certificate of " + name(certificate)
                        + " is not valid before " + certificate.getNotBefore().toInstant(), e);
            }
        }
        X509Certificate top = chain[chain.length - 1];
        if (!isAboutTheAnchor(e)) {
            return new Untrusted(TlsFailure.Kind.BAD_CERTIFICATE, "the certificate of " + name(chain[0])
                    + " is not acceptable: " + rootMessage(e), e);
        }
        if (chain.length == 1 && isSelfIssued(top)) {
            return new Untrusted(TlsFailure.Kind.SELF_SIGNED,
                    "the certificate of " + name(top) + " is self-signed", e);
        }
        return new Untrusted(TlsFailure.Kind.UNKNOWN_AUTHORITY, "the certificate of " + name(chain[0])
                + " comes from an authority that is not trusted: " + top.getIssuerX500Principal().getName(), e);
    }

    /** Everything else that the validator objects to names a reason of its own. */
    private static boolean isAboutTheAnchor(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathValidatorException path) {
                return path.getReason().toString().equals("NO_TRUST_ANCHOR");
            }
            if (cause instanceof CertPathBuilderException) {
                return cause.getCause() == null || isAboutTheAnchor(cause.getCause());
            }
        }
        return false;
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    private static boolean isSelfIssued(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    private static String name(X509Certificate certificate) {
        List<String> names = HostNames.of(certificate);
        return names.isEmpty() ? certificate.getSubjectX500Principal().getName() : names.get(0);
    }

    private static String wrongName(X509Certificate leaf, String host) {
        List<String> names = HostNames.of(leaf);
        if (names.isEmpty()) {
            return "wanted " + host + ", but the certificate names no host (subject: "
                    + leaf.getSubjectX500Principal().getName() + "; a common name does not count, RFC 9525)";
        }
        String told = String.join(", ", names.subList(0, Math.min(NAMES_TOLD, names.size())));
        String more = names.size() > NAMES_TOLD ? " and " + (names.size() - NAMES_TOLD) + " more" : "";
        return "wanted " + host + ", but the certificate is for " + told + more;
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return paths.getAcceptedIssuers();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("an engine is needed to know the host");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("an engine is needed to know the host");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("this side is the client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("this side is the client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this side is the client");
    }
}
