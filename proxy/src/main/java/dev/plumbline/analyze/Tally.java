package dev.plumbline.analyze;

import dev.plumbline.fact.TcpOptions;

/**
 * The counts of one heading, as they grow.
 *
 * <p>Owned by: its flow's analysis.
 */
final class Tally {
    long segments;
    long retransmissions;
    long retransmittedOctets;
    long outOfOrder;
    long duplicateAcks;
    long maxInFlight;
    /** One past the highest payload octet seen. */
    long end;
    TcpOptions options = TcpOptions.NONE;
    private long rttSamples;
    private long rttMin = -1;
    private long rttMax = -1;
    private long rttSum;

    void rtt(long nanos) {
        rttMin = rttSamples == 0 ? nanos : Math.min(rttMin, nanos);
        rttMax = Math.max(rttMax, nanos);
        rttSum += nanos;
        rttSamples++;
    }

    /** −1 without samples. */
    long rttMinNanos() {
        return rttMin;
    }

    FlowStatistics.Side side(long untimed) {
        return new FlowStatistics.Side(
                segments, Math.max(0, end), retransmissions, retransmittedOctets, outOfOrder, duplicateAcks, rttSamples, rttMin, rttMax, rttSum,
                maxInFlight, options, untimed);
    }
}
