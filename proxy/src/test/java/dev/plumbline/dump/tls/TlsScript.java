package dev.plumbline.dump.tls;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The records of a TLS 1.3 connection as a bystander sees them, and its key log. Nobody shook hands: the secrets are made up,
 * which whoever only has records and secrets cannot tell. Records are given as text of one octet a character.
 */
public final class TlsScript {
    public static final int ALERT = 21;
    public static final int HANDSHAKE = 22;
    public static final int DATA = 23;
    public static final int EARLY_DATA = 42;
    private static final List<String> LABELS = List.of(
            "CLIENT_EARLY_TRAFFIC_SECRET", "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0");

    private final Map<String, Long> sequences = new HashMap<>();
    private final byte[] random = new byte[32];

    public TlsScript(int number) {
        Arrays.fill(random, (byte) number);
    }

    /** In clear; offers the extension without a value, if it is not 0. */
    public String clientHello(int extension) {
        return clear(message(1, joined(new byte[] {3, 3}, random, HexFormat.of().parseHex("00000213010100"), extension(extension))));
    }

    /** In clear; chooses TLS 1.3 and AES-128-GCM. */
    public String serverHello(boolean resumes) {
        String extensions = resumes ? "000c002b00020304002900020000" : "0006002b00020304";
        return clear(message(2, joined(new byte[] {3, 3}, new byte[32], HexFormat.of().parseHex("00130100" + extensions))));
    }

    /** In clear; wants another ClientHello. */
    public String retry() {
        byte[] retry = HexFormat.of().parseHex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");
        return clear(message(2, joined(new byte[] {3, 3}, retry, HexFormat.of().parseHex("001301000006002b00020304"))));
    }

    /** ServerHello through Finished of a new session. */
    public String serverFlight() {
        return serverHello(false) + serverSealed(false);
    }

    /** The same of one that is resumed; {@code early} is what EncryptedExtensions says to early data. */
    public String resumedFlight(boolean early) {
        return serverHello(true) + serverSealed(early);
    }

    private String serverSealed(boolean early) {
        return sealed("SERVER_HANDSHAKE_TRAFFIC_SECRET", HANDSHAKE, encryptedExtensions(early) + finished());
    }

    public String early(String octets) {
        return sealed("CLIENT_EARLY_TRAFFIC_SECRET", DATA, octets);
    }

    public String endOfEarlyData() {
        return sealed("CLIENT_EARLY_TRAFFIC_SECRET", HANDSHAKE, text(message(5, new byte[0])));
    }

    public String clientFinished() {
        return sealed("CLIENT_HANDSHAKE_TRAFFIC_SECRET", HANDSHAKE, finished());
    }

    public String encryptedExtensions(boolean early) {
        byte[] value = extension(early ? EARLY_DATA : 0);
        return text(message(8, value));
    }

    public String finished() {
        return text(message(20, new byte[32]));
    }

    public String asks(String octets) {
        return sealed("CLIENT_TRAFFIC_SECRET_0", DATA, octets);
    }

    public String answers(String octets) {
        return sealed("SERVER_TRAFFIC_SECRET_0", DATA, octets);
    }

    public String alert(String label, int level, int description) {
        return sealed(label, ALERT, "" + (char) level + (char) description);
    }

    /** The next record under a secret (RFC 8446 section 5.2). */
    public String sealed(String label, int type, String content) {
        try {
            byte[] key = Derivation.expandLabel(Suite.Hash.SHA256, secret(label), "key", 16);
            byte[] nonce = Derivation.expandLabel(Suite.Hash.SHA256, secret(label), "iv", 12);
            long sequence = sequences.merge(label, 1L, Long::sum) - 1;
            for (int i = 0; i < 8; i++) {
                nonce[4 + i] ^= (byte) (sequence >>> 56 - 8 * i);
            }
            byte[] header = ByteBuffer.allocate(5).put((byte) DATA).putShort((short) 0x0303).putShort((short) (content.length() + 17)).array();
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
            cipher.updateAAD(header);
            return text(joined(header, cipher.doFinal(joined(octets(content), new byte[] {(byte) type}))));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Without the lines of some labels. */
    public String keyLog(String... without) {
        StringBuilder out = new StringBuilder();
        for (String label : LABELS) {
            if (!List.of(without).contains(label)) {
                out.append(label).append(' ').append(HexFormat.of().formatHex(random)).append(' ').append(HexFormat.of().formatHex(secret(label))).append('\n');
            }
        }
        return out.toString();
    }

    private byte[] secret(String label) {
        byte[] out = new byte[32];
        Arrays.fill(out, (byte) (LABELS.indexOf(label) + 1));
        return out;
    }

    private static byte[] extension(int type) {
        return type == 0 ? new byte[2] : ByteBuffer.allocate(6).putShort((short) 4).putShort((short) type).putShort((short) 0).array();
    }

    private static byte[] message(int type, byte[] body) {
        return joined(ByteBuffer.allocate(4).putInt(type << 24 | body.length).array(), body);
    }

    private static String clear(byte[] handshake) {
        return text(joined(ByteBuffer.allocate(5).put((byte) HANDSHAKE).putShort((short) 0x0303).putShort((short) handshake.length).array(), handshake));
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }
}
