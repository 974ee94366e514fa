package dev.plumbline.analyze;

import dev.plumbline.fact.Segment;

/** What a segment says by what it acknowledges, and by what it does not. */
final class AckRules {
    private AckRules() {
    }

    /** An octet, or none, just below what comes next: only to be answered (RFC 9293 §3.8.4). */
    static void keepAlive(Arrival a) {
        Half s = a.sender;
        if (a.length <= 1 && s.hasSent() && a.start == s.next - 1 && !a.isControl()) {
            a.say(AnnotationCode.KEEP_ALIVE, s.heardPacket);
        }
    }

    static boolean isKeepAliveAnswer(Arrival a) {
        return a.window != 0 && a.window == a.sender.window && a.receiver.saidKeepAlive && a.repeatsWhereItIs();
    }

    static void keepAliveAnswer(Arrival a) {
        a.saySince(AnnotationCode.KEEP_ALIVE_ACK, a.receiver.heardAt, a.receiver.heardPacket);
    }

    static void duplicate(Arrival a) {
        Half s = a.sender;
        if (a.window != 0 && a.window == s.window && a.repeatsWhereItIs()) {
            s.duplicateAcks++;
            s.tally.duplicateAcks++;
            a.say(AnnotationCode.DUPLICATE_ACK, s.lastAckPacket);
        }
    }

    /** It awaits something else than before: duplicates are counted anew. */
    static void note(Arrival a) {
        Half s = a.sender;
        if (a.ack != s.lastAck) {
            s.lastAckPacket = a.packet;
            s.duplicateAcks = 0;
            s.hasToldUnseen = false;
        }
    }

    /** Octets are acknowledged that the capture did not show. Told once of each hole. */
    static void unseen(Arrival a) {
        Half r = a.receiver;
        if (a.ack == Half.NONE || r.contiguous == Half.NONE || a.ack <= r.contiguous) {
            return;
        }
        if (r.contiguous < r.next) {
            r.contiguous = r.next;
            a.say(AnnotationCode.ACKED_UNSEEN_SEGMENT, r.nextPacket);
        } else {
            // The other side stands still, and only this one acknowledges more and more of what was not seen.
            if (r.duplicateAcks == 0 && !r.hasToldUnseen) {
                a.say(AnnotationCode.ACKED_UNSEEN_SEGMENT, r.nextPacket);
            }
            r.hasToldUnseen = true;
        }
    }

    static boolean isBare(Arrival a) {
        return a.length == 0 && a.has(Segment.ACK) && !a.isControl();
    }
}
