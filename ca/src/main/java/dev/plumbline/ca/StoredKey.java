package dev.plumbline.ca;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/**
 * An EC P-256 key that lives in one owner-only file: a PKCS#8 block, and its public half so that a certificate can be
 * made from the file alone.
 *
 * <p>Source: RFC 5208 (PKCS#8), RFC 5480 (public half), RFC 7468 (PEM).
 */
record StoredKey(PrivateKey privateKey, PublicKey publicKey) {

    static final String SIGNATURE_ALGORITHM = "SHA256withECDSA";

    private static final String EXPECTED = "an EC P-256 key as PEM, PRIVATE KEY (PKCS#8) and its PUBLIC KEY";

    /** Makes the file unless it is there. The loser of a race keeps quiet: {@link #read} finds the winner's key. */
    static void create(Path file) throws CaException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            String text = Pem.encode(Pem.PRIVATE_KEY, pair.getPrivate().getEncoded())
                    + Pem.encode(Pem.PUBLIC_KEY, pair.getPublic().getEncoded());
            OwnerFiles.createOnce(file, text.getBytes(StandardCharsets.US_ASCII), OwnerFiles.OWNER_ONLY);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot make an EC P-256 key", e);
        } catch (IOException e) {
            throw CaException.file(file, "to create it", OwnerFiles.reason(e), e);
        }
    }

    /** The file's octets, once its mode has been found to be the owner's alone. */
    static byte[] text(Path file) throws CaException {
        try {
            OwnerFiles.requireOwnerOnly(file);
            return OwnerFiles.read(file);
        } catch (IOException e) {
            throw CaException.file(file, EXPECTED, OwnerFiles.reason(e), e);
        }
    }

    /** Takes {@code text}, the octets of {@code file}, for what they say; {@link #requirePair} proves it. */
    static StoredKey parse(Path file, byte[] text) throws CaException {
        try {
            byte[] secret = Pem.decode(Pem.PRIVATE_KEY, text).orElseThrow(() -> damaged(file, "no whole PRIVATE KEY block"));
            byte[] shown = Pem.decode(Pem.PUBLIC_KEY, text).orElseThrow(() -> damaged(file, "no whole PUBLIC KEY block"));
            KeyFactory keys = KeyFactory.getInstance("EC");
            StoredKey key = new StoredKey(keys.generatePrivate(new PKCS8EncodedKeySpec(secret)),
                    keys.generatePublic(new X509EncodedKeySpec(shown)));
            if (((ECPublicKey) key.publicKey).getParams().getOrder().bitLength() != 256) {
                throw damaged(file, "a key on another curve");
            }
            return key;
        } catch (GeneralSecurityException e) {
            throw CaException.file(file, EXPECTED, "a damaged one", e);
        }
    }

    /** Key identifier: the leftmost 160 bits of the SHA-256 of the public point (RFC 7093 section 2, method 1). */
    static byte[] id(PublicKey key) {
        byte[] info = key.getEncoded();
        // The bit string closes SubjectPublicKeyInfo; on P-256 the uncompressed point is 65 octets (RFC 5480 section 2.2).
        byte[] point = Arrays.copyOfRange(info, info.length - 65, info.length);
        return Arrays.copyOf(sha256(point), 20);
    }

    static byte[] sha256(byte[] octets) {
        return sha256().digest(octets);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    byte[] id() {
        return id(publicKey);
    }

    byte[] sign(byte[] octets) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(SIGNATURE_ALGORITHM);
        signature.initSign(privateKey);
        signature.update(octets);
        return signature.sign();
    }

    /** The default text of a record would name the key object. */
    @Override
    public String toString() {
        return "StoredKey[EC P-256]";
    }

    /** A flipped bit in the secret half still decodes; only a signature shows it. */
    void requirePair(Path file) throws CaException {
        byte[] probe = "plumbline key check".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature check = Signature.getInstance(SIGNATURE_ALGORITHM);
            check.initVerify(publicKey);
            check.update(probe);
            if (!check.verify(sign(probe))) {
                throw damaged(file, "a private key that does not belong to the public key beside it");
            }
        } catch (GeneralSecurityException e) {
            throw CaException.file(file, EXPECTED, "a damaged one", e);
        }
    }

    private static CaException damaged(Path file, String came) {
        return CaException.file(file, EXPECTED, came);
    }
}
