package dev.plumbline.relay.tls;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a person wants to know of one certificate that the peer sent.
 *
 * <p>Source: RFC 5280 section 4.1.2; names as RFC 2253 writes them.
 *
 * @param sha256 of the DER form, lower-case hexadecimal
 */
public record PeerCertificate(String subject, String issuer, Instant notAfter, String sha256) {
    private static final int KNOWN = 512;
    /** The same few come with every connection, and to read one costs more than to recognize it. */
    private static final ConcurrentHashMap<ByteBuffer, PeerCertificate> RECENT = new ConcurrentHashMap<>();

    static PeerCertificate of(X509Certificate certificate) {
        ByteBuffer der = ByteBuffer.wrap(encoded(certificate));
        PeerCertificate known = RECENT.get(der);
        if (known == null) {
            known = read(certificate);
            if (RECENT.size() >= KNOWN) {
                RECENT.clear();
            }
            RECENT.put(der, known);
        }
        return known;
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PeerCertificate read(X509Certificate certificate) {
        return new PeerCertificate(certificate.getSubjectX500Principal().getName(),
                certificate.getIssuerX500Principal().getName(), certificate.getNotAfter().toInstant(),
                HexFormat.of().formatHex(sha256(certificate)));
    }

    static byte[] sha256(X509Certificate... chain) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (X509Certificate certificate : chain) {
                digest.update(encoded(certificate));
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
