package dev.plumbline.analyze;

import dev.plumbline.fact.TcpOptions;

/**
 * What one flow amounts to. {@code −1} where it was not seen.
 *
 * @param toServer what its initiator sent
 * @param toClient what its responder sent
 * @param synToSynAckNanos the handshake's wait for the responder: a round trip to it as the capture saw it
 * @param synAckToAckNanos the handshake's wait for the initiator
 * @param whole false when packets may be missing that had been captured: then counts are what is left of them
 */
public record FlowStatistics(Side toServer, Side toClient, long synToSynAckNanos, long synAckToAckNanos, boolean whole) {
    public FlowStatistics(Side toServer, Side toClient, long synToSynAckNanos, long synAckToAckNanos) {
        this(toServer, toClient, synToSynAckNanos, synAckToAckNanos, true);
    }

    /** The same, marked as not whole. */
    public FlowStatistics inPart() {
        return new FlowStatistics(toServer, toClient, synToSynAckNanos, synAckToAckNanos, false);
    }

    /** The handshake's round trip past both ends, wherever the capture sat between them; −1 when it was not seen whole. */
    public long handshakeNanos() {
        return synToSynAckNanos < 0 || synAckToAckNanos < 0 ? -1 : synToSynAckNanos + synAckToAckNanos;
    }

    /**
     * One heading.
     *
     * @param segments all of its segments
     * @param octets payload octets, each counted once: from the first to the highest that was seen, holes in the capture included
     * @param retransmissions segments that were retransmissions of any kind, fast and spurious ones included
     * @param retransmittedOctets payload octets in them
     * @param outOfOrder segments that came out of order
     * @param duplicateAcks acknowledgements that were duplicates
     * @param rttSamples acknowledgements, by the other side, that gave a round-trip time for octets of this heading that were
     *     sent once (RFC 6298 §3)
     * @param rttMinNanos the least of them
     * @param rttMaxNanos the greatest
     * @param rttSumNanos their sum
     * @param maxInFlight the most octets sent and not yet acknowledged
     * @param options what this sender offered in its SYN
     * @param untimed segments not watched for their acknowledgement, because too many were outstanding
     */
    public record Side(
            long segments, long octets, long retransmissions, long retransmittedOctets, long outOfOrder, long duplicateAcks,
            long rttSamples, long rttMinNanos, long rttMaxNanos, long rttSumNanos, long maxInFlight, TcpOptions options, long untimed) {
        /** −1 without samples. */
        public long rttMeanNanos() {
            return rttSamples == 0 ? -1 : rttSumNanos / rttSamples;
        }

        /** Maximum segment size this sender announced in its SYN; −1 when it announced none. */
        public int mss() {
            return options.mss();
        }

        /** Shift count it announced (RFC 7323 §2.2); −1 when it announced none. */
        public int windowScale() {
            return options.windowScale();
        }
    }
}
