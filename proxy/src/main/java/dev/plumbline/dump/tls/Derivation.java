package dev.plumbline.dump.tls;

import dev.plumbline.dump.tls.Suite.Hash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How secrets become keys. Source: RFC 5869, RFC 8446 section 7.1, RFC 5246 section 5. */
final class Derivation {
    private Derivation() {
    }

    /** HKDF-Expand-Label with an empty context. */
    static byte[] expandLabel(Hash hash, byte[] secret, String label, int length) {
        byte[] name = ("tls13 " + label).getBytes(StandardCharsets.US_ASCII);
        byte[] info = ByteBuffer.allocate(4 + name.length).putShort((short) length).put((byte) name.length).put(name).put((byte) 0).array();
        Mac mac = mac(hash, secret);
        byte[] out = new byte[0];
        byte[] block = new byte[0];
        for (int i = 1; out.length < length; i++) {
            mac.update(block);
            mac.update(info);
            mac.update((byte) i);
            block = mac.doFinal();
            out = joined(out, block);
        }
        return Arrays.copyOf(out, length);
    }

    /** The PRF of TLS 1.2. */
    static byte[] prf(Hash hash, byte[] secret, String label, byte[] seed, int length) {
        byte[] all = joined(label.getBytes(StandardCharsets.US_ASCII), seed);
        Mac mac = mac(hash, secret);
        byte[] out = new byte[0];
        byte[] a = all;
        while (out.length < length) {
            a = mac.doFinal(a);
            mac.update(a);
            out = joined(out, mac.doFinal(all));
        }
        return Arrays.copyOf(out, length);
    }

    static byte[] joined(byte[] a, byte[] b) {
        byte[] out = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, out, a.length, b.length);
        return out;
    }

    private static Mac mac(Hash hash, byte[] key) {
        try {
            Mac mac = Mac.getInstance(hash.mac());
            mac.init(new SecretKeySpec(key, hash.mac()));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + hash.mac(), e);
        }
    }
}
