package dev.plumbline.analyze;

import dev.plumbline.fact.Segment;

/** What a segment says by where it stands in its stream: beyond what was awaited, or behind. */
final class LossRules {
    /** Later than this after the last duplicate acknowledgement, a retransmission is taken for one of the timer's. */
    private static final long FAST_NANOS = 20_000_000;
    /** How late an overtaken segment may come, where the handshake gave no round-trip time to measure it by. */
    private static final long REORDER_NANOS = 3_000_000;
    private static final int MANY_DUPLICATES = 2;

    private LossRules() {
    }

    /** A hole before it. */
    static void hole(Arrival a) {
        Half s = a.sender;
        if (s.hasSent() && a.start > s.next && !a.has(Segment.RST)) {
            s.isInFlightKnown = false;
            a.sayOf(AnnotationCode.LOST_SEGMENT, s.next, a.start, s.nextAt, s.nextPacket);
        }
    }

    /**
     * Which of the kinds it is, if it brings nothing new.
     *
     * @param handshakeNanos from the SYN to the first ACK; −1 when it was not seen
     */
    static void again(Arrival a, long handshakeNanos) {
        boolean takesRoom = a.length > 0 || a.has(Segment.SYN | Segment.FIN);
        if (!takesRoom || a.isSaid(AnnotationCode.KEEP_ALIVE)) {
            return;
        }
        Half s = a.sender;
        Half r = a.receiver;
        // What begins one octet below, and has more, repeats the octet of a zero window probe and goes on from there.
        boolean isBehind = s.hasSent() && a.start < s.next && !(a.length > 1 && a.start == s.next - 1);
        if (a.length > 0 && r.lastAck != Half.NONE && a.start + a.length <= r.lastAck) {
            resent(a, AnnotationCode.SPURIOUS_RETRANSMISSION, a.at, r.lastAckPacket);
        } else if (isBehind && isFast(a)) {
            retransmitted(a, AnnotationCode.FAST_RETRANSMISSION);
        } else if (isBehind && isOvertaken(a, handshakeNanos)) {
            s.tally.outOfOrder++;
            noteAmbiguous(a);
            a.sayOfPayload(AnnotationCode.OUT_OF_ORDER, s.nextAt, s.nextPacket);
        } else if (isBehind) {
            retransmitted(a, AnnotationCode.RETRANSMISSION);
        }
    }

    private static boolean isFast(Arrival a) {
        Half r = a.receiver;
        long since = a.at - r.heardAt;
        return r.duplicateAcks >= MANY_DUPLICATES && r.lastAck == a.start && since >= 0 && since < FAST_NANOS;
    }

    private static boolean isOvertaken(Arrival a, long handshakeNanos) {
        long since = a.at - a.sender.nextAt;
        return since >= 0 && since < (handshakeNanos > 0 ? handshakeNanos : REORDER_NANOS) && a.end != a.sender.next;
    }

    private static void retransmitted(Arrival a, AnnotationCode code) {
        Half s = a.sender;
        int original = s.outstanding.carrierOf(a.start);
        if (original >= 0) {
            resent(a, code, s.outstanding.at(original), s.outstanding.packet(original));
        } else {
            resent(a, code, s.nextAt, 0);
        }
    }

    private static void resent(Arrival a, AnnotationCode code, long from, long evidence) {
        a.sender.tally.retransmissions++;
        a.sender.tally.retransmittedOctets += a.length;
        noteAmbiguous(a);
        a.sayOfPayload(code, from, evidence);
    }

    private static void noteAmbiguous(Arrival a) {
        a.sender.resentEnd = Math.max(a.sender.resentEnd, a.end);
    }
}
