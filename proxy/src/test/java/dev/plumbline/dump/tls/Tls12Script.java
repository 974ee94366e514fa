package dev.plumbline.dump.tls;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** As {@link TlsScript}, of a TLS 1.2 connection with TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256. */
public final class Tls12Script {
    private static final byte[] MASTER_SECRET = new byte[48];
    private static final byte[] CLIENT_RANDOM = "client random".repeat(3).substring(0, 32).getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SERVER_RANDOM = new byte[32];

    private final byte[] keys;
    private final long[] sequences = new long[2];

    public Tls12Script() {
        keys = Derivation.prf(Suite.Hash.SHA256, MASTER_SECRET, "key expansion", Derivation.joined(SERVER_RANDOM, CLIENT_RANDOM), 2 * 16 + 2 * 4);
    }

    public String clientHello() {
        return record(TlsScript.HANDSHAKE, "\1\0\0\53\3\3" + text(CLIENT_RANDOM) + "\0\0\2\300\57\1\0\0\0");
    }

    public String serverHello() {
        return record(TlsScript.HANDSHAKE, "\2\0\0\50\3\3" + text(SERVER_RANDOM) + "\0\300\57\0\0\0");
    }

    /** ChangeCipherSpec and Finished. */
    public String finished(boolean isClient) {
        return record(20, "\1") + sealed(isClient, TlsScript.HANDSHAKE, "\24\0\0\14" + "v".repeat(12));
    }

    /** The next record under the keys (RFC 5246 section 6.2.3.3, RFC 5288). */
    public String sealed(boolean isClient, int type, String content) {
        int nth = isClient ? 0 : 1;
        try {
            byte[] nonce = Arrays.copyOf(Arrays.copyOfRange(keys, 32 + 4 * nth, 36 + 4 * nth), 12);
            ByteBuffer.wrap(nonce).putLong(4, sequences[nth]);
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(keys, 16 * nth, 16, "AES"), new GCMParameterSpec(128, nonce));
            cipher.updateAAD(ByteBuffer.allocate(13).putLong(sequences[nth]++).put((byte) type).putShort((short) 0x0303).putShort((short) content.length()).array());
            return record(type, text(Arrays.copyOfRange(nonce, 4, 12)) + text(cipher.doFinal(content.getBytes(StandardCharsets.ISO_8859_1))));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public String keyLog() {
        return "CLIENT_RANDOM " + HexFormat.of().formatHex(CLIENT_RANDOM) + " " + HexFormat.of().formatHex(MASTER_SECRET) + "\n";
    }

    private static String record(int type, String fragment) {
        return (char) type + "\3\3" + (char) (fragment.length() >> 8) + (char) (fragment.length() & 0xff) + fragment;
    }

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }
}
