package dev.plumbline.correlate;

import dev.plumbline.correlate.Finding.PieceSeen;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * A TCP connection as one capture sees it: two lanes, how it began, how it ends, and which connections of ours it is.
 *
 * <p>When the SYN+ACK is the first packet seen, both initial sequence numbers are known from it (its own, and the one it
 * acknowledges, less one), so the flow's offsets are as good as with the SYN. When only the SYN was seen, the initiator's
 * lane alone has offsets.
 *
 * <p>Owned by: the recorder thread.
 */
final class Flow {
    private static final Heading[] HEADINGS = Heading.values();
    final FlowId id;
    /** The same, as findings say it. */
    final Optional<FlowId> said;
    final Conversation conversation;
    final FourTuple tuple;
    /** Whether its initiator is that of the conversation's tuple. */
    final boolean forward;
    final long firstAt;
    final HandshakeWatch handshake = new HandshakeWatch();
    final CloseWatch close = new CloseWatch();
    /** The capture it takes its evidence from. Changes only when that interface went away and came back. */
    int capture;
    long lastAt;

    private final CorrelatorLimits limits;
    private final Lane[] lanes = new Lane[2];
    private final Connection[] bonds = new Connection[2];
    private final boolean[] taken = new boolean[2];

    Flow(FlowId id, Conversation conversation, boolean forward, int capture, long firstAt, CorrelatorLimits limits, CarrierLog.Budget budget) {
        this.id = id;
        this.said = Optional.of(id);
        this.conversation = conversation;
        this.tuple = forward ? conversation.tuple : conversation.tuple.reversed();
        this.forward = forward;
        this.capture = capture;
        this.firstAt = firstAt;
        this.lastAt = firstAt;
        this.limits = limits;
        lanes[0] = new Lane(limits.islands(), budget);
        lanes[1] = new Lane(limits.islands(), budget);
    }

    Lane lane(Heading heading) {
        return lanes[heading.ordinal()];
    }

    Connection bond(Leg leg) {
        return bonds[leg.ordinal()];
    }

    /** Whether no connection of that leg is or was this flow. */
    boolean isFree(Leg leg) {
        return !taken[leg.ordinal()];
    }

    void bind(Connection connection) {
        bonds[connection.leg.ordinal()] = connection;
        taken[connection.leg.ordinal()] = true;
    }

    /** It was not that connection after all. */
    void unbind(Leg leg) {
        bonds[leg.ordinal()] = null;
        taken[leg.ordinal()] = false;
    }

    /** All has been said about the connection of that leg. */
    void letGo(Leg leg) {
        bonds[leg.ordinal()] = null;
        if (!isBound()) {
            release();
        }
    }

    /** Whether nobody will ask about it after {@code now}. */
    boolean isPast(long now) {
        boolean wasOurs = taken[0] || taken[1];
        return !isBound() && now - lastAt > (wasOurs && close.isOver() ? limits.endedLookBackNanos() : limits.lookBackNanos());
    }

    boolean isBound() {
        return bonds[0] != null || bonds[1] != null;
    }

    /** Whether the SYN was seen, or what tells as much. */
    boolean synSeen() {
        return lane(Heading.TO_SERVER).isKnown();
    }

    boolean beganWith(boolean isForward, int initialSeq) {
        return forward == isForward && lane(Heading.TO_SERVER).beganWith(initialSeq);
    }

    /** Whether a SYN+ACK acknowledges octets that the SYN brought (RFC 7413 §2), and is the first of its side or that again. */
    boolean isAnsweredBy(boolean isForward, Segment synAck) {
        Lane initiator = lane(Heading.TO_SERVER);
        Lane responder = lane(Heading.TO_CLIENT);
        boolean isItsOwn = forward == isForward && (!responder.isKnown() || responder.beganWith(synAck.seq()));
        long acknowledged = isItsOwn ? initiator.offsetOf(synAck.ack()) : Lane.NOWHERE;
        return acknowledged > 0 && acknowledged <= initiator.sentEnd();
    }

    /** A segment on another interface than the evidence, or one that cannot be of this flow. Changes nothing. */
    void pass(long packet, int seenBy, Heading heading, Segment segment, Sighting as, FindingSink findings) {
        findings.packetPlaced(packet, seenBy, id, heading, -1, -1, as, segment);
    }

    /** A segment of the evidence. */
    void take(long packet, Heading heading, Segment segment, FindingSink findings) {
        conversation.changes++;
        lastAt = Math.max(lastAt, segment.at());
        Lane lane = lane(heading);
        if (segment.has(Segment.SYN) && !segment.has(Segment.RST)) {
            begin(packet, heading, segment);
        }
        long ackOffset = acknowledge(packet, heading, segment);
        boolean isSyn = segment.has(Segment.SYN);
        boolean isStray = isSyn && !lane.beganWith(segment.seq());
        long offset = isStray ? Lane.NOWHERE : isSyn ? -1 : lane.offsetOf(segment.seq());
        long payloadAt = isSyn && !isStray ? 0 : offset;
        // RFC 9293 §3.5.3: text in a RST is a note to the reader, not part of the stream.
        int octets = segment.has(Segment.RST) ? 0 : segment.payloadLength();
        Sighting sighting = Sighting.BARE;
        if (offset == Lane.NOWHERE) {
            sighting = Sighting.UNPLACED;
        } else if (octets > 0) {
            makeRoom(lane, heading);
            sighting = lane.take(packet, segment, payloadAt);
        }
        end(packet, heading, segment, payloadAt, ackOffset);
        long shown = sighting == Sighting.UNPLACED ? -1 : octets > 0 ? payloadAt : offset;
        findings.packetPlaced(packet, capture, id, heading, shown, ackOffset, sighting, segment);
        if (sighting == Sighting.MIXED) {
            lane.pieces((from, to, first) -> findings.accept(new PieceSeen(new PacketId(packet), id, heading, new WireRange(from, to), first)));
        }
        if (octets > 0) {
            tellBonds(heading);
        }
    }

    /** Forgets who carried what is settled, or what nobody asked for in time. */
    void forgetCarriers(long now) {
        boolean isOurs = taken[0] || taken[1];
        long olderThan = now - (isOurs ? limits.boundLookBackNanos() : limits.lookBackNanos());
        for (Heading heading : HEADINGS) {
            CarrierLog log = lane(heading).log();
            log.forget(frontier(heading), olderThan);
            log.trim();
        }
    }

    void release() {
        lanes[0].log().release();
        lanes[1].log().release();
    }

    private void begin(long packet, Heading heading, Segment segment) {
        Lane lane = lane(heading);
        if (!lane.isKnown()) {
            lane.begin(segment.seq());
        }
        if (!lane.beganWith(segment.seq())) {
            return;
        }
        if (heading == Heading.TO_SERVER) {
            handshake.syn(packet);
        } else if (segment.has(Segment.ACK)) {
            Lane initiator = lane(Heading.TO_SERVER);
            if (!initiator.isKnown()) {
                initiator.begin(segment.ack() - 1);
            }
            handshake.synAck(packet);
        }
    }

    /** @return what its sender awaits, or −1 */
    private long acknowledge(long packet, Heading heading, Segment segment) {
        Lane other = lane(heading.opposite());
        if (!segment.has(Segment.ACK)) {
            return -1;
        }
        long offset = other.offsetOf(segment.ack());
        if (offset < 0) {
            return -1;
        }
        // A RST that refuses or aborts often repeats old numbers: it proves nothing was received.
        if (!segment.has(Segment.RST)) {
            other.acknowledged(offset);
            if (heading == Heading.TO_SERVER && !segment.has(Segment.SYN)) {
                handshake.ack(packet, segment.at());
            }
            if (other.fin() >= 0 && offset > other.fin()) {
                close.finAcked(heading.opposite(), packet, segment.at());
            }
        }
        return offset;
    }

    private void end(long packet, Heading heading, Segment segment, long payloadAt, long ackOffset) {
        Lane lane = lane(heading);
        if (segment.has(Segment.RST)) {
            // RFC 9293 §3.10.7: valid in the window; in answer to a SYN, when it acknowledges that.
            boolean inWindow = payloadAt != Lane.NOWHERE && payloadAt >= lane.acked();
            boolean refuses = !lane.isKnown() && ackOffset >= 0;
            if (inWindow || refuses) {
                close.rst(heading, packet, segment.at());
            }
        } else if (segment.has(Segment.FIN) && payloadAt != Lane.NOWHERE) {
            long at = payloadAt + segment.payloadLength();
            // One less: when the first FIN went unseen, its acknowledgement counted it as an octet.
            if (at >= lane.acked() - 1 && lane.finished(at)) {
                close.fin(heading, packet, segment.at());
            }
        }
    }

    private void makeRoom(Lane lane, Heading heading) {
        CarrierLog log = lane.log();
        if (!log.wouldGrow()) {
            return;
        }
        if (isBound()) {
            // Before its arrays grow: so those of a busy flow stay as small as what its open messages need.
            boolean mustForget = log.isFull() || isAlone(lastAt);
            log.forget(frontier(heading), mustForget ? Long.MAX_VALUE : lastAt - limits.boundLookBackNanos());
        }
        if (log.isFull()) {
            log.coalesce(borders(heading));
        }
    }

    /** Whether no second connection of ours will turn out to be this flow: it would have said so soon after the first packet. */
    private boolean isAlone(long now) {
        return now - firstAt > limits.boundLookBackNanos();
    }

    private long frontier(Heading heading) {
        long least = Long.MAX_VALUE;
        for (Connection bond : bonds) {
            if (bond != null) {
                least = Math.min(least, bond.line(heading).frontier());
            }
        }
        return least;
    }

    private long[] borders(Heading heading) {
        LongStream.Builder borders = LongStream.builder();
        for (Connection bond : bonds) {
            if (bond != null) {
                bond.line(heading).borders(borders);
            }
        }
        return borders.build().sorted().toArray();
    }

    private void tellBonds(Heading heading) {
        for (Connection bond : bonds) {
            if (bond != null) {
                bond.line(heading).segmentSeen();
            }
        }
    }
}
