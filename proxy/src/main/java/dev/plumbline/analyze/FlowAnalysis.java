package dev.plumbline.analyze;

import dev.plumbline.fact.Segment;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.PacketId;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Judges the segments of one flow, in capture order.
 *
 * <pre>
 *  segment ─▶ Arrival (in offsets) ─▶ rules, which know both halves as they were before it ─▶ Annotation …
 *                                  └▶ both halves take note of it                          ─▶ SegmentMeasures
 * </pre>
 *
 * <p>The rules are Wireshark's, in the order it applies them: {@code docs/analysis.md} says where ours differ, and why. A
 * flow without a SYN is judged too: its offsets count from the first octet seen.
 *
 * <p>Owned by: one thread at a time. Never throws on a segment, whatever it says.
 * <p>Limits: {@link #MOST_OUTSTANDING} segments per heading are watched for their acknowledgement, 32 octets each; those beyond
 * give no round-trip time and are {@link FlowStatistics.Side#untimed counted}, but are known to be in flight. All else is of constant size.
 */
public final class FlowAnalysis {
    /** Segments of one heading watched for their acknowledgement. */
    public static final int MOST_OUTSTANDING = 4_096;
    private final Half[] halves;
    private final HeldAck[] held = {new HeldAck(), new HeldAck()};
    private final Opening opening;
    private final Arrival arrival;
    private long inFlight;

    /**
     * @param generation of the flow's tuple, from 1: how often these ports were used
     * @param annotations takes each judgement during the call that led to it
     */
    public FlowAnalysis(FlowId flow, int generation, Consumer<Annotation> annotations) {
        this(flow, generation, MOST_OUTSTANDING, annotations);
    }

    FlowAnalysis(FlowId flow, int generation, int mostOutstanding, Consumer<Annotation> annotations) {
        halves = new Half[] {new Half(mostOutstanding), new Half(mostOutstanding)};
        opening = new Opening(generation > 1);
        arrival = new Arrival(flow, annotations);
    }

    /**
     * Takes the flow's next segment.
     *
     * @param packet its number
     * @param heading {@code TO_SERVER} when the flow's initiator sent it
     */
    public void take(long packet, Heading heading, Segment segment) {
        Half sender = halves[heading.ordinal()];
        Half receiver = halves[1 - heading.ordinal()];
        if (isStray(segment, sender)) {
            return;
        }
        boolean beganElsewhere = locate(segment, sender, receiver);
        Arrival a = arrival;
        a.is(packet, heading, segment, sender, receiver);
        opening.reuse(a, beganElsewhere);
        if (a.ack != Half.NONE) {
            receiver.isInFlightKnown = true;
        }
        if (a.has(Segment.SYN) && !a.has(Segment.ACK) && sender.hasSent()) {
            // A RST that answers a SYN may have stood anywhere, and moved what is awaited.
            sender.next = sender.contiguous;
        }
        judge(a);
        note(a, segment);
    }

    /**
     * Says what silence tells.
     *
     * @param until when the capture was known to show everything: on the clock of its packets, never on ours
     */
    public void look(long until) {
        opening.look(arrival, until, Opening.PATIENCE_NANOS);
    }

    /** No more packets will be seen: says what can be said only then. {@code until} as above. */
    public void end(long until) {
        opening.look(arrival, until, Opening.ANSWER_NANOS);
    }

    /** Whether no new octet can come: both sides sent their FIN, or one a RST. */
    public boolean isOver() {
        return opening.isOver();
    }

    public FlowStatistics statistics() {
        Half toServer = halves[Heading.TO_SERVER.ordinal()];
        Half toClient = halves[Heading.TO_CLIENT.ordinal()];
        return new FlowStatistics(
                toServer.tally.side(toServer.outstanding.untimed()), toClient.tally.side(toClient.outstanding.untimed()),
                opening.synToSynAckNanos(), opening.synAckToAckNanos());
    }

    /** Of the segment taken last. */
    public SegmentMeasures measures() {
        Half sender = arrival.sender;
        Half receiver = arrival.receiver;
        if (sender == null) {
            return new SegmentMeasures(-1, -1, Optional.empty(), -1);
        }
        long acked = receiver.outstanding.ackedPacket();
        return new SegmentMeasures(
                sender.scaled(arrival.window, arrival.has(Segment.SYN)), inFlight,
                acked == 0 ? Optional.empty() : Optional.of(new PacketId(acked)), acked == 0 ? -1 : arrival.at - receiver.outstanding.ackedAt());
    }

    /** A SYN of another connection, which a host in the midst of this one takes no notice of (RFC 9293 §3.10.7.4). */
    private static boolean isStray(Segment segment, Half sender) {
        boolean isSyn = segment.has(Segment.SYN) && !segment.has(Segment.ACK);
        return isSyn && sender.hasBase() && !sender.beganWith(segment.seq());
    }

    /** @return whether the sender turns out to have begun elsewhere than was believed */
    private static boolean locate(Segment segment, Half sender, Half receiver) {
        boolean isSyn = segment.has(Segment.SYN);
        boolean beganElsewhere = isSyn && sender.hasBase() && !sender.beganWith(segment.seq());
        if (!sender.hasBase()) {
            sender.begin(isSyn ? segment.seq() : segment.seq() - 1);
        } else if (beganElsewhere) {
            sender.beginAgain(segment.seq(), receiver);
        }
        if (!receiver.hasBase() && segment.has(Segment.ACK)) {
            receiver.begin(segment.ack() - 1);
        }
        return beganElsewhere;
    }

    private void judge(Arrival a) {
        held[a.heading.ordinal()].wentOn(a);
        if (WindowRules.isProbe(a)) {
            WindowRules.probe(a);
        } else {
            WindowRules.zeroWindow(a);
            LossRules.hole(a);
            AckRules.keepAlive(a);
            WindowRules.update(a);
            WindowRules.full(a);
            if (AckRules.isKeepAliveAnswer(a)) {
                AckRules.keepAliveAnswer(a);
            } else if (WindowRules.isProbeAnswer(a)) {
                WindowRules.probeAnswer(a);
            } else {
                AckRules.duplicate(a);
            }
        }
        AckRules.note(a);
        AckRules.unseen(a);
        LossRules.again(a, opening.handshakeNanos());
        opening.cut(a);
    }

    private void note(Arrival a, Segment segment) {
        Half s = a.sender;
        boolean isProbe = a.isSaid(AnnotationCode.ZERO_WINDOW_PROBE);
        if (a.length > 0 || a.has(Segment.SYN | Segment.FIN)) {
            s.outstanding.add(a.start, a.end, a.at, a.packet);
        }
        if (!isProbe) {
            advance(a, s);
        }
        WindowRules.note(a);
        s.lastAck = a.ack;
        s.heardAt = a.at;
        s.heardPacket = a.packet;
        s.saidKeepAlive = a.isSaid(AnnotationCode.KEEP_ALIVE);
        s.saidProbe = isProbe;
        s.tally.segments++;
        s.tally.end = Math.max(s.tally.end, a.has(Segment.RST) || a.length == 0 ? 0 : a.end - (a.has(Segment.FIN) ? 1 : 0));
        acknowledge(a);
        inFlight = a.length > 0 && s.isInFlightKnown ? s.outstanding.octets() - (a.has(Segment.SYN | Segment.FIN) ? 1 : 0) : -1;
        s.tally.maxInFlight = Math.max(s.tally.maxInFlight, inFlight);
        opening.note(a);
        if (a.has(Segment.SYN)) {
            s.isOpening = true;
            s.offers(segment.options(), a.has(Segment.ACK), a.receiver);
        } else if (a.has(Segment.ACK)) {
            s.isOpening = false;
        }
    }

    private static void advance(Arrival a, Half s) {
        boolean awaited = s.contiguous == Half.NONE || a.start == s.contiguous;
        if (!s.hasSent() || a.end > s.next) {
            s.next = a.end;
            s.nextPacket = a.packet;
            s.nextAt = a.at;
        }
        if (awaited) {
            s.contiguous = s.next;
        }
    }

    private void acknowledge(Arrival a) {
        Half r = a.receiver;
        HeldAck wait = held[1 - a.heading.ordinal()];
        if (a.length > 0) {
            wait.answered();
        }
        if (!r.outstanding.acknowledge(a.ack)) {
            return;
        }
        if (AckRules.isBare(a) && r.outstanding.isEmpty()) {
            wait.acknowledged(a, r, opening.answerNanos(a.heading.opposite()), opening.answerNanos(a.heading));
        }
        // Karn's rule, RFC 6298 §3: of octets sent twice nobody knows which sending was acknowledged.
        if (a.ack > r.resentEnd) {
            r.tally.rtt(Math.max(0, a.at - r.outstanding.ackedAt()));
        }
    }
}
