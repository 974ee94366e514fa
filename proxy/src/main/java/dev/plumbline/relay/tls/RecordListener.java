package dev.plumbline.relay.tls;

/**
 * Hears of every TLS record that passed one channel.
 *
 * <p>Owned by: the channel's event loop, which makes every call.
 * <br>Units: wire offsets are octets of TCP payload of that connection and direction, 0 being the first after the SYN,
 * record headers included; plain offsets are octets of plaintext of that direction, 0 at the start of the TLS phase.
 * Ranges are half-open. Within a direction rows come in ascending order.
 * <br>Limits: must neither throw nor wait. The first calls may come before {@link TlsPhase#install} returns. Outbound
 * rows come when the flush that sealed them returns, which may be after the promise of the write. A range of plaintext
 * that no row has was never sealed.
 * <br>Source: RFC 8446 section 5, RFC 5246 section 6.2.
 */
public interface RecordListener {
    /**
     * A whole record passed.
     *
     * @param contentType the type in the clear, so 23 for every protected record of TLS 1.3
     * @param plainStart where its application data begins; equal to {@code plainEnd} when it carried none: handshake,
     *     alerts, tickets, KeyUpdate, pure padding
     * @param exact false when only the flush is known that this plaintext left in: then one row stands for all the
     *     records that may hold it, from the start of the first to the end of the last
     */
    void record(Direction direction, int contentType, long wireStart, long wireEnd, long plainStart, long plainEnd,
            boolean exact);

    /** From {@code wireStart} on, the octets are no TLS records; no further row comes for this direction. */
    default void notRecords(Direction direction, long wireStart) {
    }

    /** The connection ended inside the record that began at {@code wireStart}; octets up to {@code wireEnd} passed. */
    default void cut(Direction direction, long wireStart, long wireEnd) {
    }
}
