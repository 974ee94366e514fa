package dev.plumbline.dump.tls;

/** What becomes of a client's early data, which it sends before it knows whether it is taken (RFC 8446 section 2.3). */
enum EarlyData {
    /** There is none, or there is no more. */
    NONE,
    /** Offered; the server has not said yet. */
    OFFERED,
    /** Taken: the client's records are under the early secret, until it says that this ends. */
    TAKEN,
    /** Taken, and the early secret is not there. */
    SEALED,
    /** Not taken: what was sent was for nothing, and comes again. */
    REFUSED,
    /** Nobody can see what the server said, for want of its handshake secret. */
    UNKNOWN;

    /** Whether a record that does not open may have held octets that count. */
    boolean mayBeMissed() {
        return this == TAKEN || this == SEALED || this == UNKNOWN;
    }
}
