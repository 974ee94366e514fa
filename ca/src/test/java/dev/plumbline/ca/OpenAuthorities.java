package dev.plumbline.ca;

import java.nio.file.Path;

/** A process of its own that opens authority after authority, and says which ones it found. */
final class OpenAuthorities {

    private OpenAuthorities() {}

    public static void main(String[] directories) throws CaException {
        for (String directory : directories) {
            CertificateAuthority ca = CertificateAuthority.open(Path.of(directory));
            System.out.println(ca.describe().sha256() + " " + ca.issue("a.test").certificate().getPublicKey().hashCode());
        }
    }
}
