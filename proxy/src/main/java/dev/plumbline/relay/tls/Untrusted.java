package dev.plumbline.relay.tls;

import java.security.cert.CertificateException;

/** An origin's certificate was refused, and why. */
final class Untrusted extends CertificateException {
    private static final long serialVersionUID = 1;

    private final transient TlsFailure failure;

    Untrusted(TlsFailure.Kind kind, String reason, Throwable cause) {
        super(reason, cause);
        this.failure = new TlsFailure(kind, reason);
    }

    TlsFailure failure() {
        return failure;
    }
}
