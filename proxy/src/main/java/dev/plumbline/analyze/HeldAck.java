package dev.plumbline.analyze;

import dev.plumbline.wire.Heading;

/**
 * Finds waits that an acknowledgement held back explains: everything sent is acknowledged long after it can have arrived,
 * by a segment without payload, and at once the sender goes on. That is how a sender with a part of a segment left to send
 * (RFC 9293 §3.7.4) waits for a receiver that puts its acknowledgement off (RFC 1122 §4.2.3.2).
 *
 * <p>Said only where a round-trip time is known to measure the wait by.
 *
 * <p>Owned by: its flow's analysis; one per heading of what was sent.
 */
final class HeldAck {
    /** Receivers put off for 40 ms and more; a little less, for a capture that sits near the sender sees part of the way. */
    private static final long HELD_NANOS = 30_000_000;
    /** How soon the sender goes on when it has the acknowledgement, as the capture sees it: beside the way there and back. */
    private static final long AT_ONCE_NANOS = 5_000_000;
    private long packet;
    private long at;
    private long sentAt;
    private long sentPacket;
    /** The way from the capture to the sender and back: the least it ever took, and what it may take. */
    private long leastTrip;
    private long mostTrip;

    /**
     * Everything was acknowledged.
     *
     * @param sender of what was acknowledged
     * @param answerNanos a round trip of it in the handshake, from the capture to who acknowledges and back; −1 when it was not seen
     * @param senderNanos the same to the sender
     */
    void acknowledged(Arrival a, Half sender, long answerNanos, long senderNanos) {
        long known = answerNanos >= 0 ? answerNanos : sender.tally.rttMinNanos();
        boolean isTimed = sender.nextAt >= 0 && a.ack > sender.resentEnd && known >= 0;
        if (isTimed && a.at - sender.nextAt >= known + HELD_NANOS) {
            packet = a.packet;
            at = a.at;
            sentAt = sender.nextAt;
            sentPacket = sender.nextPacket;
            long trip = senderNanos >= 0 ? senderNanos : a.sender.tally.rttMinNanos();
            leastTrip = trip < 0 ? 0 : Math.min(trip, a.sender.tally.rttMinNanos() < 0 ? trip : a.sender.tally.rttMinNanos());
            mostTrip = trip < 0 ? known : trip;
        }
    }

    /** The sender speaks again. */
    void wentOn(Arrival a) {
        if (packet != 0) {
            boolean isAnswer = a.at - at >= leastTrip - leastTrip / 4 && a.at - at <= mostTrip + AT_ONCE_NANOS;
            if (a.length > 0 && a.start == a.sender.next && isAnswer) {
                Heading back = a.heading.opposite();
                a.sayOfEarlier(AnnotationCode.DELAYED_ACK, back, packet, sentAt, at, sentPacket, a.packet);
            }
            packet = 0;
        }
    }

    /** The other side had more to say than an acknowledgement: that is what was waited for. */
    void answered() {
        packet = 0;
    }
}
