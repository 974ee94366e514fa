package dev.plumbline.relay.tls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;

/**
 * What a person wants to know of one certificate that the peer sent.
 *
 * <p>Source: RFC 5280 section 4.1.2; names as RFC 2253 writes them.
 *
 * @param sha256 of the DER form, lower-case hexadecimal
 */
public record PeerCertificate(String subject, String issuer, Instant notAfter, String sha256) {
    static PeerCertificate of(X509Certificate certificate) {
        return new PeerCertificate(certificate.getSubjectX500Principal().getName(),
                certificate.getIssuerX500Principal().getName(), certificate.getNotAfter().toInstant(),
                HexFormat.of().formatHex(sha256(certificate)));
    }

    static byte[] sha256(X509Certificate... chain) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (X509Certificate certificate : chain) {
                digest.update(certificate.getEncoded());
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }
}
