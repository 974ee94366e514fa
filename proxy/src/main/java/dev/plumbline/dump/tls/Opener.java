package dev.plumbline.dump.tls;

import dev.plumbline.dump.tls.Suite.Protection;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Opens the records of one heading under one key, one after the other.
 *
 * <pre>
 *  TLS 1.2 GCM       header 5 | explicit nonce 8 | ciphertext | tag 16     nonce = salt 4 + explicit 8    RFC 5288
 *  TLS 1.2 ChaCha20  header 5 | ciphertext | tag 16                        nonce = IV 12 xor sequence     RFC 7905
 *  TLS 1.3           header 5 | ciphertext | tag 16                        nonce = IV 12 xor sequence     RFC 8446 5.2
 * </pre>
 *
 * <p>Owned by: the importing thread.
 */
final class Opener {
    static final int HEADER = 5;
    static final int TAG = 16;
    private static final int EXPLICIT = 8;

    private final Protection protection;
    private final boolean isTls13;
    private final SecretKeySpec key;
    private final byte[] iv;
    private Cipher cipher;
    private long sequence;

    Opener(Protection protection, boolean isTls13, byte[] key, byte[] iv) {
        this.protection = protection;
        this.isTls13 = isTls13;
        this.key = new SecretKeySpec(key, protection.isGcm() ? "AES" : "ChaCha20");
        this.iv = iv;
    }

    static Opener ofTls13(Suite suite, byte[] secret) {
        byte[] key = Derivation.expandLabel(suite.hash(), secret, "key", suite.protection().keyOctets());
        return new Opener(suite.protection(), true, key, Derivation.expandLabel(suite.hash(), secret, "iv", 12));
    }

    /** @param clientRandom that of the ClientHello, as the next is that of the ServerHello */
    static Opener ofTls12(Suite suite, byte[] masterSecret, byte[] clientRandom, byte[] serverRandom, boolean isClient) {
        int key = suite.protection().keyOctets();
        int iv = suite.protection().isGcm() ? 4 : 12;
        byte[] block = Derivation.prf(suite.hash(), masterSecret, "key expansion", Derivation.joined(serverRandom, clientRandom), 2 * key + 2 * iv);
        int keyFrom = isClient ? 0 : key;
        int ivFrom = 2 * key + (isClient ? 0 : iv);
        return new Opener(suite.protection(), false, Arrays.copyOfRange(block, keyFrom, keyFrom + key), Arrays.copyOfRange(block, ivFrom, ivFrom + iv));
    }

    /** Records opened so far. */
    long sequence() {
        return sequence;
    }

    /**
     * Opens the next record.
     *
     * @param record header and all
     * @return its plaintext, in TLS 1.3 with the content type and padding behind it; null when this key does not open it,
     *     and then it still is the next
     */
    byte[] open(byte[] record) {
        int explicit = !isTls13 && protection.isGcm() ? EXPLICIT : 0;
        int from = HEADER + explicit;
        if (record.length < from + TAG) {
            return null;
        }
        try {
            AlgorithmParameterSpec nonce = nonce(record, explicit);
            if (cipher == null) {
                cipher = Cipher.getInstance(protection.isGcm() ? "AES/GCM/NoPadding" : "ChaCha20-Poly1305");
            }
            cipher.init(Cipher.DECRYPT_MODE, key, nonce);
            cipher.updateAAD(isTls13 ? Arrays.copyOf(record, HEADER) : additional(record, record.length - from - TAG));
            byte[] plain = cipher.doFinal(record, from, record.length - from);
            sequence++;
            return plain;
        } catch (GeneralSecurityException e) {
            // Also makes the cipher forget the nonce, which it would refuse to take twice.
            cipher = null;
            return null;
        }
    }

    private AlgorithmParameterSpec nonce(byte[] record, int explicit) {
        byte[] nonce = new byte[12];
        if (explicit > 0) {
            System.arraycopy(iv, 0, nonce, 0, 4);
            System.arraycopy(record, HEADER, nonce, 4, EXPLICIT);
        } else {
            System.arraycopy(iv, 0, nonce, 0, 12);
            for (int i = 0; i < 8; i++) {
                nonce[4 + i] ^= (byte) (sequence >>> 56 - 8 * i);
            }
        }
        return protection.isGcm() ? new GCMParameterSpec(TAG * 8, nonce) : new IvParameterSpec(nonce);
    }

    /** Where the content type stands in what a record of TLS 1.3 held, behind the content: only zeros follow (RFC 8446 section 5.4). −1 if nowhere. */
    static int contentType(byte[] plain) {
        int at = plain.length - 1;
        while (at >= 0 && plain[at] == 0) {
            at--;
        }
        return at;
    }

    /** Sequence number, type, version, length of the plaintext (RFC 5246 section 6.2.3.3). */
    private byte[] additional(byte[] record, int length) {
        byte[] out = new byte[13];
        for (int i = 0; i < 8; i++) {
            out[i] = (byte) (sequence >>> 56 - 8 * i);
        }
        System.arraycopy(record, 0, out, 8, 3);
        out[11] = (byte) (length >>> 8);
        out[12] = (byte) length;
        return out;
    }
}
