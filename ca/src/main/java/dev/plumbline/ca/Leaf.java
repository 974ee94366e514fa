package dev.plumbline.ca;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What a TLS server needs to answer for one host.
 *
 * <p>Owned by: nobody, it is immutable.
 *
 * @param host the normal spelling: lower-case A-labels without a trailing dot, or an IP address
 * @param certificate the certificate of this host
 * @param issuer the root; clients have it already, so a server may send {@code certificate} alone
 * @param key the private key, one for all leaves of an authority: key material made from it can be shared too
 */
public record Leaf(String host, X509Certificate certificate, X509Certificate issuer, PrivateKey key) {

    /** A leaf with less than this left is made anew. */
    static final Duration RENEWAL_MARGIN = Duration.ofDays(1);

    /** Checks that nothing is absent. */
    public Leaf {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(certificate, "certificate");
        Objects.requireNonNull(issuer, "issuer");
        Objects.requireNonNull(key, "key");
    }

    /** The leaf, then its root. */
    public List<X509Certificate> chain() {
        return List.of(certificate, issuer);
    }

    /** Last moment at which the leaf is valid. */
    public Instant notAfter() {
        return certificate.getNotAfter().toInstant();
    }

    /** Whether the leaf can be handed out at this moment. One cut short by its root serves to the end: none outlasts it. */
    boolean isFresh(Instant now) {
        boolean begun = !now.isBefore(certificate.getNotBefore().toInstant());
        Instant end = notAfter();
        boolean last = !end.isBefore(issuer.getNotAfter().toInstant());
        return begun && now.isBefore(last ? end : end.minus(RENEWAL_MARGIN));
    }

    /** Names the host and the serial number; never the key. */
    @Override
    public String toString() {
        return "Leaf[host=" + host + ", serial=" + certificate.getSerialNumber().toString(16) + "]";
    }
}
