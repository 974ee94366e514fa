package dev.plumbline.analyze;

import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.util.List;
import java.util.Optional;

/**
 * A judgement on one segment of a flow, with its evidence.
 *
 * @param heading which way the judged segment travelled
 * @param range the payload octets it is about, in {@code heading}; empty where it is about none, such as a window update
 * @param packets the evidence: the judged packet first, then those it was judged by, such as the original of a retransmission
 * @param from when what it tells of began, nanoseconds since 1970: for a retransmission when the octets were first sent, for
 *     a window update when the window had closed; {@code at} where it is of a moment
 * @param at timestamp of the judged packet
 */
public record Annotation(AnnotationCode code, FlowId flow, Heading heading, Optional<WireRange> range, List<PacketId> packets, long from, long at) {
    public Annotation {
        packets = List.copyOf(packets);
        if (packets.isEmpty() || from > at) {
            throw new IllegalArgumentException("packets: " + packets + ", from: " + from + " (expected: at least one packet, and from <= at " + at + ")");
        }
    }

    /** How long it held its flow up; 0 where it is of a moment. */
    public long nanos() {
        return at - from;
    }
}
