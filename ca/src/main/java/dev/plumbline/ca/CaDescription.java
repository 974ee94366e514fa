package dev.plumbline.ca;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;

/**
 * The root certificate in words, for people who have to decide whether to trust it.
 *
 * <p>Owned by: nobody, it is immutable.
 *
 * @param subject distinguished name, RFC 2253 form
 * @param commonName the name that trust stores show, {@code Plumbline CA} and 8 hex digits of the key identifier
 * @param sha256 fingerprint of the whole certificate, upper-case hex in pairs with colons, as browsers show it
 * @param notBefore first moment of validity
 * @param notAfter last moment of validity
 * @param file where the certificate (never the key) lies, PEM
 */
public record CaDescription(String subject, String commonName, String sha256, Instant notBefore, Instant notAfter, Path file) {

    /** Checks that nothing is absent. */
    public CaDescription {
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(commonName, "commonName");
        Objects.requireNonNull(sha256, "sha256");
        Objects.requireNonNull(notBefore, "notBefore");
        Objects.requireNonNull(notAfter, "notAfter");
        Objects.requireNonNull(file, "file");
    }

    /** One aligned line per property, for a console. */
    public List<String> lines() {
        return List.of(
                "subject   " + subject,
                "sha256    " + sha256,
                "valid     " + notBefore.truncatedTo(ChronoUnit.SECONDS) + " to " + notAfter.truncatedTo(ChronoUnit.SECONDS),
                "file      " + file);
    }
}
