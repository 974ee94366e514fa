package dev.plumbline.dump.tls;

/**
 * Tells alerts that end a connection at once from those that close it in good order.
 *
 * <p>Owned by: nobody, it is stateless. Source: RFC 8446 section 6, RFC 5246 section 7.2.
 */
final class Alerts {
    /** Level and description. */
    static final int OCTETS = 2;
    private static final int FATAL = 2;
    private static final int CLOSE_NOTIFY = 0;
    private static final int USER_CANCELED = 90;

    private Alerts() {
    }

    /** Reads what a record of alerts held, as far as {@code end}. */
    static Opened read(byte[] octets, int from, int end, boolean isTls13) {
        Opened read = Opened.NOTHING;
        for (int at = from; at + OCTETS <= end; at += OCTETS) {
            int description = octets[at + 1] & 0xff;
            // In TLS 1.3 the level says nothing any more (RFC 8446 section 6).
            if (isTls13 ? description != CLOSE_NOTIFY && description != USER_CANCELED : octets[at] == FATAL) {
                return Opened.fatalAlert(description);
            }
            read = description == CLOSE_NOTIFY ? Opened.CLOSE_NOTIFY : read;
        }
        return read;
    }
}
