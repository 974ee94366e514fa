package dev.plumbline.analyze;

import dev.plumbline.fact.Segment;
import dev.plumbline.wire.Heading;

/**
 * How a flow's connection comes about, or does not, and what cuts it off.
 *
 * <p>Owned by: its flow's analysis. Units: nanoseconds since 1970; −1 where nothing was seen.
 */
final class Opening {
    /** RFC 6298 §2.1: so long a host waits for the first answer before it asks again. */
    static final long ANSWER_NANOS = 1_000_000_000L;
    /** When it has asked three times more, at 1, 3 and 7 s, and may ask again. */
    static final long PATIENCE_NANOS = 8_000_000_000L;
    private final boolean isReuse;
    private boolean hasToldReuse;
    private long firstSyn;
    private long firstSynAt = -1;
    private long syn;
    private long synAt = -1;
    /** It may come after a SYN+ACK, which then was lost. */
    private long latestSynAt = -1;
    /** The SYN+ACK that answered the SYN at {@link #synAt}, and the latest. */
    private long answerAt = -1;
    private long synAckAt = -1;
    private long ackAt = -1;
    /** From the latest SYN to the first ACK; −1 when either is missing. */
    private long handshake = -1;
    private boolean isAnswered;
    private boolean hasMore;
    private boolean isUnanswered;
    private final boolean[] finished = new boolean[2];
    private boolean isCut;
    private boolean isReset;

    /** @param isReuse whether the same two ports had a connection before */
    Opening(boolean isReuse) {
        this.isReuse = isReuse;
    }

    void reuse(Arrival a, boolean beganElsewhere) {
        boolean isFirstSyn = isReuse && !hasToldReuse && a.has(Segment.SYN) && !a.has(Segment.ACK);
        if (isFirstSyn || beganElsewhere) {
            hasToldReuse = true;
            a.say(AnnotationCode.REUSED_PORTS);
        }
    }

    void cut(Arrival a) {
        if (!a.has(Segment.RST) || isCut) {
            return;
        }
        isReset = true;
        // A client that had more to say had been answered, whether that was seen or not.
        if (a.heading == Heading.TO_CLIENT && !isAnswered && !hasMore && syn != 0 && a.ack >= 0) {
            isCut = true;
            a.saySince(AnnotationCode.CONNECT_REFUSED, firstSynAt, syn);
            return;
        }
        // One from a side that has sent its FIN ends nothing: its socket was closed whole, and what came after had nowhere to go.
        boolean wasOpen = !finished[a.heading.ordinal()];
        boolean isInWindow = a.receiver.lastAck == Half.NONE || a.start >= a.receiver.lastAck;
        if (wasOpen && isInWindow) {
            isCut = true;
            a.say(AnnotationCode.RESET, a.receiver.heardPacket);
        }
    }

    /** After everything was said of the segment. */
    void note(Arrival a) {
        boolean hasAck = a.has(Segment.ACK);
        if (a.has(Segment.SYN)) {
            opened(a, hasAck);
        } else if (hasAck) {
            // Dumps that were made up, not captured, count from 0: such a time measures nothing.
            if (latestSynAt > 0 && handshake <= 0) {
                handshake = a.at - latestSynAt;
            }
            if (ackAt < 0 && a.heading == Heading.TO_SERVER && synAckAt >= 0) {
                ackAt = a.at;
            }
        }
        isAnswered |= a.heading == Heading.TO_CLIENT;
        hasMore |= !a.has(Segment.SYN);
        finished[a.heading.ordinal()] |= a.has(Segment.FIN);
    }

    /** From the SYN to the first ACK; −1 when it was not seen. */
    long handshakeNanos() {
        return handshake;
    }

    /** The wait for the answer of the side that octets of this heading go to; −1 when it was not seen. */
    long answerNanos(Heading heading) {
        return heading == Heading.TO_SERVER ? synToSynAckNanos() : synAckToAckNanos();
    }

    long synToSynAckNanos() {
        return synAt < 0 || answerAt < 0 ? -1 : Math.max(0, answerAt - synAt);
    }

    long synAckToAckNanos() {
        return synAckAt < 0 || ackAt < 0 ? -1 : Math.max(0, ackAt - synAckAt);
    }

    /** Whether, for all that was seen, no new octet can come. A RST that nobody heeds leads this astray, until octets come. */
    boolean isOver() {
        return isReset || finished[0] && finished[1];
    }

    /** Whether, at {@code now}, a SYN has gone unanswered for so long. */
    void look(Arrival scratch, long now, long patience) {
        if (syn != 0 && !isAnswered && !hasMore && !isUnanswered && now - firstSynAt >= patience) {
            isUnanswered = true;
            scratch.sayOfEarlier(AnnotationCode.CONNECT_UNANSWERED, Heading.TO_SERVER, syn, firstSynAt, synAt, firstSyn);
        }
    }

    private void opened(Arrival a, boolean isAnswer) {
        if (isAnswer) {
            answered(a.at);
        } else {
            latestSynAt = ackAt < 0 ? a.at : latestSynAt;
            if (firstSyn == 0) {
                firstSyn = a.packet;
                firstSynAt = a.at;
            }
            if (synAckAt < 0) {
                syn = a.packet;
                synAt = a.at;
            }
        }
    }

    private void answered(long at) {
        if (ackAt >= 0) {
            return;
        }
        if (answerAt < 0 || latestSynAt > synAckAt) {
            synAt = latestSynAt;
            answerAt = at;
        }
        synAckAt = at;
    }
}
