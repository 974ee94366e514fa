package dev.plumbline.relay;

/**
 * Limits of the relay that are not those of a message ({@link dev.plumbline.relay.http.Limits}) and not times
 * ({@link RelayOptions.Timeouts}). The table for users is in {@code docs/traffic.md}.
 */
final class ServerLimits {
    /** Interim responses to one request. An origin may send several (RFC 9110 §15.2), hardly this many. */
    static final int INTERIM_RESPONSES = 100;
    /** Client connections at once; a further one is told 503 and closed. */
    static final int CLIENT_CONNECTIONS = 10_000;
    /** Clients at once that are being told so; beyond, they are closed without a word. */
    static final int TURNED_AWAY = 500;
    /** Octets a client may go on sending after a final answer to what it had not finished, before it is cut. */
    static final long DRAINED_OCTETS = 1 << 20;

    private ServerLimits() {
    }
}
