package dev.plumbline.ca;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Issued leaves on disk, so that a restart mints nothing for the hosts it knows.
 *
 * <p>A file is named by a hash of the root's key identifier and the host: a name that a peer chose never becomes a path. It holds
 * one certificate as DER and the authority's seal on it, and is believed only if the seal, the leaf key and the host fit.
 *
 * <pre>
 *  | DER … | seal: 32 |
 * </pre>
 *
 * <p>Owned by: the key maker.
 *
 * <p>Limits: {@code maxFiles}; beyond it the oldest tenth goes.
 */
final class LeafStore {

    private static final int UNKNOWN = -1;
    /** Octets of the seal. */
    private static final int SEAL = 32;

    private final CertificateAuthority authority;
    private final Path directory;
    private final int maxFiles;
    private int files = UNKNOWN;

    LeafStore(CertificateAuthority authority, int maxFiles) {
        this.authority = authority;
        this.directory = authority.directory().resolve("leaves");
        this.maxFiles = maxFiles;
    }

    /** The stored leaf that is still good; empty when there is none, whatever the reason: it is then made anew. */
    Optional<Leaf> load(ServerName host) {
        try {
            byte[] stored = OwnerFiles.read(file(host.text()));
            int end = Math.max(0, stored.length - SEAL);
            Leaf leaf = authority.adopt(host, Arrays.copyOf(stored, end), Arrays.copyOfRange(stored, end, stored.length));
            return leaf.isFresh(authority.clock().instant()) ? Optional.of(leaf) : Optional.empty();
        } catch (IOException | GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    void store(Leaf leaf) throws IOException, CaException {
        OwnerFiles.makeDirectory(directory);
        Path file = file(leaf.host());
        boolean isNew = !Files.exists(file);
        try {
            byte[] der = leaf.certificate().getEncoded();
            byte[] sealed = Arrays.copyOf(der, der.length + SEAL);
            System.arraycopy(authority.seal(der), 0, sealed, der.length, SEAL);
            OwnerFiles.replace(file, sealed);
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was parsed has an encoding", e);
        }
        files = files == UNKNOWN ? list().size() : files + (isNew ? 1 : 0);
        if (files > maxFiles) {
            removeOldest();
        }
    }

    private Path file(String host) {
        byte[] id = authority.keyId();
        byte[] name = host.getBytes(StandardCharsets.US_ASCII);
        byte[] both = new byte[id.length + name.length];
        System.arraycopy(id, 0, both, 0, id.length);
        System.arraycopy(name, 0, both, id.length, name.length);
        return directory.resolve(HexFormat.of().formatHex(StoredKey.sha256(both)));
    }

    /** Other processes may add and remove files meanwhile; the count is taken from the disk again here. */
    private void removeOldest() throws IOException {
        record Aged(Path file, FileTime since) {}

        List<Aged> byAge = new ArrayList<>();
        for (Path file : list()) {
            try {
                byAge.add(new Aged(file, Files.getLastModifiedTime(file)));
            } catch (NoSuchFileException e) {
                continue;
            }
        }
        byAge.sort(Comparator.comparing(Aged::since));
        int keep = maxFiles - maxFiles / 10;
        int remove = Math.max(0, byAge.size() - keep);
        for (Aged aged : byAge.subList(0, remove)) {
            Files.deleteIfExists(aged.file());
        }
        files = byAge.size() - remove;
    }

    private List<Path> list() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
