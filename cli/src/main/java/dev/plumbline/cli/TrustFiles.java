package dev.plumbline.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The roots this machine trusts, and ours beside them, in the two forms programs read: PEM and a Java key store. Made for
 * one command and removed after it. Certificates only, no key.
 *
 * <p>Owned by: the thread of the command.
 */
final class TrustFiles implements AutoCloseable {
    static final String STORE_PASSWORD = "changeit";

    /** Where Debian, Fedora, SUSE, Alpine and macOS keep them. */
    private static final List<Path> SYSTEM_ROOTS = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"), Path.of("/etc/pki/tls/certs/ca-bundle.crt"), Path.of("/etc/ssl/ca-bundle.pem"), Path.of("/etc/ssl/cert.pem"));

    private final Path bundle;
    private final Path store;

    private TrustFiles(Path bundle, Path store) {
        this.bundle = bundle;
        this.store = store;
    }

    /**
     * Writes them, readable by their owner alone.
     *
     * @param directory where; owner-only
     * @param ours our root certificate, PEM
     * @param environment the user's: roots it names already are kept
     */
    static TrustFiles write(Path directory, Path ours, Map<String, String> environment) throws IOException {
        TrustFiles files = new TrustFiles(directory.resolve("exec-roots.pem").toAbsolutePath(), directory.resolve("exec-roots.jks").toAbsolutePath());
        files.close();
        try {
            files.writeBundle(ours, environment);
            files.writeStore(ours);
            return files;
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /** System roots and ours, PEM. */
    Path bundle() {
        return bundle;
    }

    /** The roots of the JDK that runs us and ours, JKS: the form whose reading costs a JVM least. */
    Path store() {
        return store;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(bundle);
        Files.deleteIfExists(store);
    }

    private void writeBundle(Path ours, Map<String, String> environment) throws IOException {
        try (OutputStream out = create(bundle)) {
            Optional<Path> named = Optional.ofNullable(environment.get("SSL_CERT_FILE")).filter(text -> !text.isEmpty()).map(Path::of).filter(Files::isReadable);
            Optional<Path> system = named.or(() -> SYSTEM_ROOTS.stream().filter(Files::isReadable).findFirst());
            if (system.isPresent()) {
                Files.copy(system.get(), out);
                // A file that does not end its last line would swallow our first.
                out.write('\n');
            }
            out.write("# Plumbline\n".getBytes(StandardCharsets.US_ASCII));
            Files.copy(ours, out);
        }
    }

    private void writeStore(Path ours) throws IOException {
        try (InputStream pem = Files.newInputStream(ours); OutputStream out = create(store)) {
            KeyStore roots = KeyStore.getInstance("JKS");
            roots.load(null, null);
            copyOfJdk(roots);
            roots.setCertificateEntry("plumbline", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            roots.store(out, STORE_PASSWORD.toCharArray());
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot make a Java trust store: " + e.getMessage(), e);
        }
    }

    /** A JDK without roots of its own, or with unreadable ones, is no reason not to run: then ours stand alone. */
    private static void copyOfJdk(KeyStore into) throws GeneralSecurityException {
        Path file = Path.of(System.getProperty("java.home"), "lib", "security", "cacerts");
        try {
            KeyStore roots = KeyStore.getInstance(file.toFile(), STORE_PASSWORD.toCharArray());
            for (String alias : Collections.list(roots.aliases())) {
                if (roots.isCertificateEntry(alias)) {
                    into.setCertificateEntry(alias, roots.getCertificate(alias));
                }
            }
        } catch (IOException e) {
            return;
        }
    }

    private static OutputStream create(Path file) throws IOException {
        return Channels.newOutputStream(Files.newByteChannel(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
    }
}
