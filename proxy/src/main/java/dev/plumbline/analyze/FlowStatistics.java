package dev.plumbline.analyze;

/**
 * What one flow amounts to. {@code −1} where it was not seen.
 *
 * @param toServer what its initiator sent
 * @param toClient what its responder sent
 * @param synToSynAckNanos the handshake's wait for the responder: a round trip to it as the capture saw it
 * @param synAckToAckNanos the handshake's wait for the initiator
 */
public record FlowStatistics(Side toServer, Side toClient, long synToSynAckNanos, long synAckToAckNanos) {
    /**
     * One heading.
     *
     * @param segments all of its segments
     * @param octets payload octets, each counted once
     * @param retransmissions segments that were retransmissions of any kind, fast and spurious ones included
     * @param retransmittedOctets payload octets in them
     * @param outOfOrder segments that came out of order
     * @param duplicateAcks acknowledgements that were duplicates
     * @param rttSamples acknowledgements, by the other side, that gave a round-trip time for octets of this heading
     * @param rttMinNanos the least of them
     * @param rttMaxNanos the greatest
     * @param rttSumNanos their sum
     * @param maxInFlight the most octets sent and not yet acknowledged
     * @param mss maximum segment size this sender announced in its SYN
     * @param windowScale shift count it announced (RFC 7323 §2.2); −1 when it announced none
     */
    public record Side(
            long segments, long octets, long retransmissions, long retransmittedOctets, long outOfOrder, long duplicateAcks,
            long rttSamples, long rttMinNanos, long rttMaxNanos, long rttSumNanos, long maxInFlight, int mss, int windowScale) {
        /** −1 without samples. */
        public long rttMeanNanos() {
            return rttSamples == 0 ? -1 : rttSumNanos / rttSamples;
        }
    }
}
