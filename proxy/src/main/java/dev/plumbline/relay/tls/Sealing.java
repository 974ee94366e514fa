package dev.plumbline.relay.tls;

/**
 * By how much our own side's records are longer than the plaintext in them.
 *
 * <p>Right only for what we seal ourselves: a peer may pad as it likes, so inbound lengths are never used.
 * <br>Source: RFC 8446 section 5.2; RFC 5246 section 6.2.3.3, RFC 5288 section 3, RFC 7905 section 2.
 */
record Sealing(boolean tls13, int overhead) {
    /** The overhead of a cipher whose padding varies: CBC. */
    static final int UNKNOWN = -1;

    private static final int TAG = 16;
    private static final int EXPLICIT_NONCE = 8;
    private static final int INNER_TYPE = 1;
    /** The JDK pads every TLS 1.3 record with 16 zeros. */
    private static final int JDK_PADDING = 16;

    static Sealing of(boolean jdk, String protocol, String suite) {
        if (protocol.equals("TLSv1.3")) {
            return new Sealing(true, INNER_TYPE + TAG + (jdk ? JDK_PADDING : 0));
        }
        if (suite.contains("_CHACHA20_")) {
            return new Sealing(false, TAG);
        }
        if (suite.contains("_GCM_")) {
            return new Sealing(false, EXPLICIT_NONCE + TAG);
        }
        return new Sealing(false, UNKNOWN);
    }
}
