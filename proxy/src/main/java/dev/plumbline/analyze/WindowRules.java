package dev.plumbline.analyze;

import dev.plumbline.fact.Segment;

/** What a segment says of windows: its sender's, and the one it was sent into. */
final class WindowRules {
    private WindowRules() {
    }

    /** One octet into a closed window, to make the other side speak (RFC 9293 §3.8.6.1). */
    static boolean isProbe(Arrival a) {
        return a.length == 1 && a.start == a.sender.next && a.receiver.window == 0;
    }

    static void probe(Arrival a) {
        a.sayOfPayload(AnnotationCode.ZERO_WINDOW_PROBE, zeroSince(a.receiver, a.at), a.receiver.heardPacket);
    }

    static void zeroWindow(Arrival a) {
        if (a.window == 0 && !a.isControl()) {
            a.saySince(AnnotationCode.ZERO_WINDOW, zeroSince(a.sender, a.at), a.sender.zeroPacket);
        }
    }

    static void update(Arrival a) {
        Half s = a.sender;
        if (a.window != 0 && a.window != s.window && a.repeatsWhereItIs()) {
            a.saySince(AnnotationCode.WINDOW_UPDATE, zeroSince(s, a.at), s.window == 0 ? s.zeroPacket : s.heardPacket);
        }
    }

    /** The last octet that fits into what the other side announced. Without its SYN the scale is not known, and nothing is said. */
    static void full(Arrival a) {
        Half r = a.receiver;
        boolean mayFill = a.length > 0 && !a.isControl() && r.isScaleKnown() && r.lastAck != Half.NONE;
        if (mayFill && a.start + a.length == r.lastAck + r.announced()) {
            a.sayOfPayload(AnnotationCode.WINDOW_FULL, a.at, r.heardPacket);
        }
    }

    static boolean isProbeAnswer(Arrival a) {
        return a.window == 0 && a.sender.window == 0 && a.receiver.saidProbe && a.repeatsWhereItIs();
    }

    static void probeAnswer(Arrival a) {
        a.saySince(AnnotationCode.ZERO_WINDOW_PROBE_ACK, a.receiver.heardAt, a.receiver.heardPacket);
    }

    /** Remembers since when the sender's window is closed. */
    static void note(Arrival a) {
        Half s = a.sender;
        if (a.has(Segment.RST) || a.window != 0) {
            s.zeroAt = Half.NONE;
            s.zeroPacket = 0;
        } else if (s.zeroAt == Half.NONE) {
            s.zeroAt = a.at;
            s.zeroPacket = a.packet;
        }
        s.window = a.window;
    }

    private static long zeroSince(Half half, long now) {
        return half.zeroAt == Half.NONE ? now : half.zeroAt;
    }
}
