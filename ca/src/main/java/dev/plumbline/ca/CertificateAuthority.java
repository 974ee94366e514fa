package dev.plumbline.ca;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/**
 * The root of one installation, and the leaves it signs.
 *
 * <p>Everything derives from the root key: whoever links that file first decides, a certificate that is missing beside
 * it is made again from it, and a certificate without its key is refused. So neither a crash nor two processes starting
 * at once leave half an authority.
 *
 * <p>Owned by: nobody, it is immutable and may be used by any thread; but opening and issuing cost milliseconds of CPU
 * and opening touches the disk, so an event loop asks {@link LeafCache} instead.
 *
 * <p>Limits: the root is valid for 5 years and signs no further authority; a leaf is valid for 365 days in all, never
 * beyond the root.
 *
 * <p>Source: RFC 5280; 398 days is the most that Apple's clients take from a leaf.
 */
public final class CertificateAuthority {

    static final String CERTIFICATE_FILE = "plumbline-ca.pem";
    static final String KEY_FILE = "plumbline-ca-key.pem";
    static final String LEAF_KEY_FILE = "plumbline-leaf-key.pem";
    static final Duration ROOT_VALIDITY = Duration.ofDays(5 * 365 + 1);
    static final Duration LEAF_VALIDITY = Duration.ofDays(365);
    /** Certificates begin a day back: clients' clocks are wrong. */
    static final Duration CLOCK_SLACK = Duration.ofDays(1);

    private final Path directory;
    private final Clock clock;
    private final StoredKey rootKey;
    private final StoredKey leafKey;
    private final X509Certificate certificate;

    private CertificateAuthority(Path directory, Clock clock) throws CaException {
        this.directory = directory;
        this.clock = clock;
        Path rootKeyFile = directory.resolve(KEY_FILE);
        Path leafKeyFile = directory.resolve(LEAF_KEY_FILE);
        byte[] rootKeyText = StoredKey.text(rootKeyFile);
        byte[] leafKeyText = StoredKey.text(leafKeyFile);
        this.rootKey = StoredKey.parse(rootKeyFile, rootKeyText);
        this.leafKey = StoredKey.parse(leafKeyFile, leafKeyText);
        this.certificate = readRoot();
        Proven proven = new Proven(directory, rootKeyText, leafKeyText, der());
        if (!proven.isKnown()) {
            rootKey.requirePair(rootKeyFile);
            leafKey.requirePair(leafKeyFile);
            requireSelfSigned();
            proven.remember();
        }
    }

    private void requireSelfSigned() throws CaException {
        try {
            certificate.verify(rootKey.publicKey());
        } catch (GeneralSecurityException e) {
            throw CaException.file(certificateFile(), "a self-signed CERTIFICATE as PEM", "a damaged one", e);
        }
    }

    /**
     * Opens the authority in this directory, and makes what is missing of it first.
     *
     * @throws CaException when a file is damaged, expired, does not fit the others, is readable by others than its owner, or cannot be made
     */
    public static CertificateAuthority open(Path directory) throws CaException {
        return open(directory, Clock.systemUTC());
    }

    static CertificateAuthority open(Path directory, Clock clock) throws CaException {
        Path home = directory.toAbsolutePath().normalize();
        OwnerFiles.makeDirectory(home);
        createMissing(home, clock);
        return new CertificateAuthority(home, clock);
    }

    /** Whether this directory holds an authority already. Makes nothing. */
    public static boolean isPresent(Path directory) {
        return Files.isRegularFile(directory.resolve(KEY_FILE)) && Files.isRegularFile(certificateFile(directory));
    }

    /** Where the certificate of an authority in this directory lies, made or not. */
    public static Path certificateFile(Path directory) {
        return directory.toAbsolutePath().normalize().resolve(CERTIFICATE_FILE);
    }

    /**
     * Makes a leaf for this host: a DNS name in any case, with or without a trailing dot, with underscores, in Unicode or A-labels;
     * an IPv4 address; an IPv6 address with or without brackets or zone. Wildcards are refused.
     *
     * @throws CaException when no certificate can name the host, or the root has expired
     */
    public Leaf issue(String host) throws CaException {
        return issue(ServerName.of(host));
    }

    Leaf issue(ServerName host) throws CaException {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        requireValid(certificate, certificateFile(), now);
        Instant notBefore = later(now.minus(CLOCK_SLACK), certificate.getNotBefore().toInstant());
        Instant notAfter = notBefore.plus(LEAF_VALIDITY);
        Instant end = certificate.getNotAfter().toInstant();
        byte[] der = CertificateEncoder.leaf(host, leafKey.publicKey(), certificate, rootKey,
                notBefore, notAfter.isAfter(end) ? end : notAfter);
        try {
            return leaf(host, parse(der));
        } catch (CertificateException e) {
            throw new IllegalStateException("the JDK does not read our certificate for " + host, e);
        }
    }

    /** The leaf that wraps a certificate which this authority issued earlier for this host with its present keys, as {@link #seal} shows. */
    Leaf adopt(ServerName host, byte[] der, byte[] seal) throws GeneralSecurityException {
        if (!MessageDigest.isEqual(seal, seal(der))) {
            throw new CertificateException("a certificate that was not stored by this authority");
        }
        X509Certificate found = parse(der);
        if (!names(found, host) || !found.getPublicKey().equals(leafKey.publicKey())) {
            throw new CertificateException("a certificate for another host or key");
        }
        return leaf(host, found);
    }

    /** The root certificate. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** The root certificate as DER, to download. */
    public byte[] der() {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was parsed has an encoding", e);
        }
    }

    /** The root certificate as PEM, to download: the certificate only. */
    public String pem() {
        return Pem.encode(Pem.CERTIFICATE, der());
    }

    /** Where the root certificate lies, PEM. */
    public Path certificateFile() {
        return directory.resolve(CERTIFICATE_FILE);
    }

    /** The directory that holds the authority. */
    public Path directory() {
        return directory;
    }

    /** The root certificate in words. */
    public CaDescription describe() {
        String fingerprint = HexFormat.ofDelimiter(":").withUpperCase().formatHex(StoredKey.sha256(der()));
        return new CaDescription(certificate.getSubjectX500Principal().getName(), commonName(rootKey), fingerprint,
                certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant(), certificateFile());
    }

    /**
     * What only this authority can put beside a certificate it stores: checked far faster than a signature. Nested as HMAC is
     * (RFC 2104), whose JDK class would load the machinery of all ciphers.
     */
    byte[] seal(byte[] der) {
        byte[] secret = StoredKey.sha256(rootKey.privateKey().getEncoded());
        MessageDigest inner = StoredKey.sha256();
        inner.update(secret);
        MessageDigest outer = StoredKey.sha256();
        outer.update(secret);
        return outer.digest(inner.digest(der));
    }

    byte[] keyId() {
        return rootKey.id();
    }

    Clock clock() {
        return clock;
    }

    /** An address always fits the common name; the JDK would spell a mapped one in the alternative name differently. */
    private static boolean names(X509Certificate leaf, ServerName host) throws CertificateException {
        if (host.isAddress()) {
            return leaf.getSubjectX500Principal().getName().equals("CN=" + host.text());
        }
        return leaf.getSubjectAlternativeNames() != null && leaf.getSubjectAlternativeNames().stream()
                .anyMatch(name -> host.text().equals(name.get(1)));
    }

    private Leaf leaf(ServerName host, X509Certificate issued) {
        return new Leaf(host.text(), issued, certificate, leafKey.privateKey());
    }

    private static void createMissing(Path home, Clock clock) throws CaException {
        Path key = home.resolve(KEY_FILE);
        Path root = home.resolve(CERTIFICATE_FILE);
        Path leafKey = home.resolve(LEAF_KEY_FILE);
        if (!isTaken(key)) {
            // Looked at a second time: another process may have made both since, in this order.
            if (isTaken(root) && !isTaken(key)) {
                throw CaException.file(key, "the key of " + CERTIFICATE_FILE,
                        "nothing; put it back, or remove the certificate to make a new authority");
            }
            StoredKey.create(key);
        }
        if (!isTaken(root)) {
            StoredKey stored = StoredKey.parse(key, StoredKey.text(key));
            stored.requirePair(key);
            createRoot(root, stored, clock);
        }
        if (!isTaken(leafKey)) {
            StoredKey.create(leafKey);
        }
    }

    private static void createRoot(Path file, StoredKey key, Clock clock) throws CaException {
        Instant notBefore = clock.instant().truncatedTo(ChronoUnit.SECONDS).minus(CLOCK_SLACK);
        byte[] der = CertificateEncoder.root(key, commonName(key), notBefore, notBefore.plus(ROOT_VALIDITY));
        try {
            OwnerFiles.createOnce(file, Pem.encode(Pem.CERTIFICATE, der).getBytes(StandardCharsets.US_ASCII), OwnerFiles.PUBLIC);
        } catch (IOException e) {
            throw CaException.file(file, "to create it", OwnerFiles.reason(e), e);
        }
    }

    private X509Certificate readRoot() throws CaException {
        Path file = certificateFile();
        try {
            byte[] der = Pem.decode(Pem.CERTIFICATE, OwnerFiles.read(file))
                    .orElseThrow(() -> CaException.file(file, "a CERTIFICATE as PEM", "no whole one"));
            X509Certificate root = parse(der);
            if (!root.getPublicKey().equals(rootKey.publicKey())) {
                throw CaException.file(file, "the certificate of " + KEY_FILE, "one of another key");
            }
            if (root.getBasicConstraints() < 0) {
                throw CaException.file(file, "the certificate of an authority", "one that may not sign others");
            }
            requireValid(root, file, clock.instant());
            return root;
        } catch (GeneralSecurityException e) {
            throw CaException.file(file, "a self-signed CERTIFICATE as PEM", "a damaged one", e);
        } catch (IOException e) {
            throw CaException.file(file, "a CERTIFICATE as PEM", OwnerFiles.reason(e), e);
        }
    }

    private static void requireValid(X509Certificate root, Path file, Instant now) throws CaException {
        Instant begin = root.getNotBefore().toInstant();
        Instant end = root.getNotAfter().toInstant();
        if (now.isBefore(begin)) {
            throw CaException.file(file, "a certificate valid at " + now, "one valid from " + begin + "; is the clock right?");
        }
        if (now.isAfter(end)) {
            throw CaException.file(file, "a certificate valid at " + now, "one that expired at " + end + "; remove it and "
                    + KEY_FILE + " to make a new authority, and trust that one");
        }
    }

    private static X509Certificate parse(byte[] der) throws CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    private static String commonName(StoredKey key) {
        return "Plumbline CA " + HexFormat.of().formatHex(key.id(), 0, 4);
    }

    private static boolean isTaken(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
