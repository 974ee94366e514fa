package dev.plumbline.dump.tls;

import java.util.Arrays;
import java.util.function.BiFunction;

/**
 * Puts handshake messages together, which records cut as they like.
 *
 * <p>Owned by: the importing thread. Limits: {@link #MOST} octets of a message.
 */
final class HandshakeMessages {
    /** Certificates are the longest; the JDK takes 64 KiB of them, OpenSSL 100. */
    private static final int MOST = 1 << 18;

    private byte[] octets = {};

    long memory() {
        return octets.length;
    }

    /**
     * Adds what a record held.
     *
     * @param each gets type and body of each message that is whole; what it gives that is not empty ends this and is given back
     */
    String add(byte[] more, int length, BiFunction<Integer, byte[], String> each) {
        int before = octets.length;
        octets = Arrays.copyOf(octets, before + length);
        System.arraycopy(more, 0, octets, before, length);
        int at = 0;
        String problem = "";
        while (problem.isEmpty() && octets.length - at >= 4) {
            int size = (octets[at + 1] & 0xff) << 16 | (octets[at + 2] & 0xff) << 8 | octets[at + 3] & 0xff;
            if (size > MOST) {
                return "a handshake message of " + size + " octets (expected: at most " + MOST + ")";
            }
            if (octets.length - at - 4 < size) {
                break;
            }
            problem = each.apply(octets[at] & 0xff, Arrays.copyOfRange(octets, at + 4, at + 4 + size));
            at += 4 + size;
        }
        octets = Arrays.copyOfRange(octets, at, octets.length);
        return problem;
    }
}
