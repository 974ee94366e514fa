package dev.plumbline.ca;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Remembers that the octets of an authority's files have been held against each other by signing and verifying: elliptic
 * curves in a cold JVM take a quarter of a start. The same octets need no second proof; any other ones get it.
 *
 * <p>Not a guard against who can write into the directory: who can do that has the keys.
 *
 * <p>Owned by: nobody, it is immutable.
 */
final class Proven {
    static final String FILE = "plumbline-proven";

    private final Path file;
    private final byte[] digest;

    /** @param contents the files, in an order of the caller's that never changes */
    Proven(Path directory, byte[]... contents) {
        file = directory.resolve(FILE);
        MessageDigest all = StoredKey.sha256();
        for (byte[] content : contents) {
            all.update(StoredKey.sha256(content));
        }
        digest = HexFormat.of().formatHex(all.digest()).getBytes(StandardCharsets.US_ASCII);
    }

    boolean isKnown() {
        try {
            return MessageDigest.isEqual(digest, OwnerFiles.read(file));
        } catch (IOException e) {
            return false;
        }
    }

    /** Said after the proof. A disk that will not have it costs the next start its speed, nothing else. */
    void remember() {
        try {
            OwnerFiles.replace(file, digest);
        } catch (IOException e) {
            return;
        }
    }
}
