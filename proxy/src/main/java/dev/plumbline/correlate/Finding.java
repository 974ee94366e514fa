package dev.plumbline.correlate;

import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.util.List;
import java.util.Optional;

/** Something derived from facts. In a flow, {@link FlowSeen} comes before everything else. */
public sealed interface Finding {
    /**
     * A flow's first packet.
     *
     * @param tuple initiator is who sent the SYN; without a SYN, who we take for it: see {@code synSeen}
     * @param generation from 1, counting the flows that used this tuple before
     * @param capture the interface it takes its evidence from
     * @param synSeen whether its first packet was a SYN or SYN+ACK, so that its offsets are known
     */
    record FlowSeen(FlowId flow, FourTuple tuple, int generation, int capture, boolean synSeen, PacketId firstPacket, long at) implements Finding {
    }

    /**
     * A packet found its place. Once for every segment, in capture order.
     *
     * @param flow its flow
     * @param heading {@code TO_SERVER} when the flow's initiator sent it
     * @param offset stream offset of its first payload octet, or where one would be; −1 for the SYN; meaningless when unplaced
     * @param ackOffset stream offset in the other heading of the next octet its sender awaits; −1 without ACK or when unknown
     */
    record PacketPlaced(PacketId packet, int capture, FlowId flow, Heading heading, long offset, long ackOffset, Sighting sighting, Segment segment)
            implements Finding {
    }

    /** What a segment's payload was to its flow. */
    enum Sighting {
        /** It has no payload of the stream: none at all, or text in a RST (RFC 9293 §3.5.3). */
        BARE,
        /** All of it was seen for the first time. */
        FIRST,
        /** All of it had been seen before. */
        REPEAT,
        /** Some new, some known: {@link PieceSeen} tells which. */
        MIXED,
        /** The flow takes its evidence from another interface. */
        ELSEWHERE,
        /**
         * The flow's SYN was not seen, so there is no offset; or it came so late that the hole it would have filled had been given
         * up, since there were too many, and nobody can say whether it is the first: those octets are a gap, {@code limit}.
         */
        UNPLACED
    }

    /** A part of a {@link Sighting#MIXED} segment's payload, first sighting or repeat. Ascending, after its {@code PacketPlaced}. */
    record PieceSeen(PacketId packet, FlowId flow, Heading heading, WireRange range, boolean first) implements Finding {
    }

    /** This flow is that connection. Taken back by {@link FlowUnbound} when that turns out to be wrong or doubtful. */
    record FlowBound(FlowId flow, ConnectionId connection, Leg leg) implements Finding {
    }

    /**
     * It is not, or nobody can tell any more. All that was said on the strength of it is void: no packet of the flow carried a
     * message of the connection, nor opened or closed it. Messages said before count as {@code none}, {@code unbound} from here
     * on and are not said again; nor is how the connection ended. Rare.
     *
     * @param client the client connection it was opened for; on the client leg itself
     */
    record FlowUnbound(FlowId flow, ConnectionId connection, ConnectionId client, Leg leg) implements Finding {
    }

    /**
     * What the wire shows of one message: the last word. Once for every {@code MessageEnded}.
     *
     * @param ranges its wire ranges, TLS record headers and overhead included, ascending, disjoint, not touching
     * @param gaps the parts of {@code ranges} no kept segment holds
     * @param reason present unless the coverage is complete
     * @param firstPacket the least id of a packet that carried some of it, first sighting or repeat
     * @param lastPacket the greatest id of a first-sighting carrier; packets that repeat it may come later
     * @param segments how many packets carried some of it first
     * @param repeats how many packets had carried some of it again when this was said
     * @param firstAt timestamp of the earliest carrier; −1 when there is none
     * @param lastAt timestamp of the latest first-sighting carrier; −1 when there is none
     */
    record MessageCovered(
            MessageKey message, ConnectionId connection, Optional<FlowId> flow, List<WireRange> ranges, List<WireRange> gaps,
            Coverage coverage, Optional<Coverage.Reason> reason, Optional<PacketId> firstPacket, Optional<PacketId> lastPacket,
            int segments, int repeats, long firstAt, long lastAt) implements Finding {
        /** The same message when nobody can say any more which flow carried it. One of no octets needs none. */
        public MessageCovered unbound() {
            return new MessageCovered(
                    message, connection, Optional.empty(), ranges, ranges, ranges.isEmpty() ? coverage : Coverage.NONE,
                    ranges.isEmpty() ? reason : Optional.of(Coverage.Reason.UNBOUND), Optional.empty(), Optional.empty(), 0, 0, -1, -1);
        }
    }

    /**
     * How a connection began and ended on the wire: the last word, some time after {@code ConnectionClosed}, or when the recording ends.
     *
     * @param handshake the packets of the three-way handshake that were seen: SYN (the last one sent), SYN+ACK, ACK
     * @param how how it ended
     * @param by who ended it: sent the first FIN, or the RST. Empty when nobody did
     * @param close the packets of the close that were seen: FINs, the ACKs that acknowledge them first, the RST
     */
    record ConnectionSettled(
            ConnectionId connection, Optional<FlowId> flow, List<PacketId> handshake, Ending how, Optional<Heading> by, List<PacketId> close) implements Finding {
    }

    /** How a flow ended. */
    enum Ending {
        FIN,
        RST,
        /** It was still open when the recording ended. */
        OPEN,
        /** No packet shows it. */
        UNKNOWN;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
