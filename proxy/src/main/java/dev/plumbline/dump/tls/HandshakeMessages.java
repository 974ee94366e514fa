package dev.plumbline.dump.tls;

import java.util.Arrays;
import java.util.function.BiFunction;

/**
 * Puts handshake messages together, which records cut as they like; also names those that matter.
 *
 * <p>Owned by: the importing thread. Limits: {@link #MOST} octets of a message. Source: RFC 8446 section 4.
 */
final class HandshakeMessages {
    static final int CLIENT_HELLO = 1;
    static final int SERVER_HELLO = 2;
    static final int END_OF_EARLY_DATA = 5;
    static final int ENCRYPTED_EXTENSIONS = 8;
    static final int CERTIFICATE = 11;
    static final int FINISHED = 20;
    static final int KEY_UPDATE = 24;

    /** Certificates are the longest; the JDK takes 64 KiB of them, OpenSSL 100. */
    private static final int MOST = 1 << 18;

    private static final int HEADER = 4;
    private static final byte[] NONE = {};

    /** What is not whole yet: {@code 0 ≤ length ≤ octets.length}. */
    private byte[] octets = NONE;
    private int length;

    long memory() {
        return octets.length;
    }

    /** Whether a message began, and is not whole. */
    boolean isInside() {
        return length > 0;
    }

    /**
     * Adds what a record held.
     *
     * @param each gets type and body of each message that is whole; what it gives that is not empty ends this and is given back
     */
    String add(byte[] more, int count, BiFunction<Integer, byte[], String> each) {
        reserve(length + count);
        System.arraycopy(more, 0, octets, length, count);
        length += count;
        int at = 0;
        String problem = "";
        while (problem.isEmpty() && length - at >= HEADER) {
            int size = (octets[at + 1] & 0xff) << 16 | (octets[at + 2] & 0xff) << 8 | octets[at + 3] & 0xff;
            if (size > MOST) {
                return "a handshake message of " + size + " octets (expected: at most " + MOST + ")";
            }
            if (length - at - HEADER < size) {
                break;
            }
            problem = each.apply(octets[at] & 0xff, Arrays.copyOfRange(octets, at + HEADER, at + HEADER + size));
            at += HEADER + size;
        }
        forget(at);
        return problem;
    }

    private void reserve(int needed) {
        if (needed > octets.length) {
            octets = Arrays.copyOf(octets, length == 0 ? needed : Math.max(needed, 2 * octets.length));
        }
    }

    private void forget(int count) {
        length -= count;
        if (length == 0) {
            octets = NONE;
        } else if (count > 0) {
            System.arraycopy(octets, count, octets, 0, length);
        }
    }
}
