package dev.plumbline.analyze;

import dev.plumbline.fact.Segment;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The segment being judged, in offsets, and what was said of it so far. One instance for all segments of a flow: the
 * uneventful ones cost no object.
 *
 * <p>Owned by: its flow's analysis.
 */
final class Arrival {
    private final FlowId flow;
    private final Consumer<Annotation> annotations;
    long packet;
    Heading heading;
    Half sender;
    Half receiver;
    long at;
    int flags;
    int window;
    /** Payload octets. */
    int length;
    /** −1 for a SYN. */
    long start;
    /** One past its last octet, SYN and FIN counted. */
    long end;
    /** In the other heading; {@link Half#NONE} without ACK. */
    long ack;
    private int said;

    Arrival(FlowId flow, Consumer<Annotation> annotations) {
        this.flow = flow;
        this.annotations = annotations;
    }

    void is(long packetNumber, Heading way, Segment segment, Half from, Half to) {
        packet = packetNumber;
        heading = way;
        sender = from;
        receiver = to;
        at = segment.at();
        flags = segment.flags();
        window = segment.window();
        length = segment.payloadLength();
        start = from.offsetOf(segment.seq());
        end = start + length + (has(Segment.SYN | Segment.FIN) ? 1 : 0);
        ack = has(Segment.ACK) ? to.acknowledgedBy(segment.ack()) : Half.NONE;
        said = 0;
    }

    /** Whether one of these flags is set. */
    boolean has(int anyOf) {
        return (flags & anyOf) != 0;
    }

    /** It opens or closes something: never a probe, a keep-alive or a mere window. */
    boolean isControl() {
        return has(Segment.SYN | Segment.FIN | Segment.RST);
    }

    /** Neither payload nor control: an acknowledgement and a window, of what came before. */
    boolean repeatsWhereItIs() {
        return length == 0 && !isControl() && start == sender.next && ack == sender.lastAck;
    }

    boolean isSaid(AnnotationCode code) {
        return (said & 1 << code.ordinal()) != 0;
    }

    /** Of a moment. */
    void say(AnnotationCode code, long... evidence) {
        saySince(code, at, evidence);
    }

    /** Of no octets, and true since {@code from}. */
    void saySince(AnnotationCode code, long from, long... evidence) {
        sayOf(code, 0, 0, from, evidence);
    }

    /** About its own payload. */
    void sayOfPayload(AnnotationCode code, long from, long... evidence) {
        sayOf(code, has(Segment.SYN) ? 0 : start, has(Segment.SYN) ? length : start + length, from, evidence);
    }

    /**
     * @param first first octet it is about
     * @param last one past the last; not more than {@code first} when it is about none
     * @param evidence packets beside this one; 0 where there is none
     */
    void sayOf(AnnotationCode code, long first, long last, long from, long... evidence) {
        said |= 1 << code.ordinal();
        annotations.accept(annotation(code, heading, packet, first, last, from, at, evidence));
    }

    /** Of a segment before this one. */
    void sayOfEarlier(AnnotationCode code, Heading way, long judged, long from, long judgedAt, long... evidence) {
        annotations.accept(annotation(code, way, judged, 0, 0, from, judgedAt, evidence));
    }

    private Annotation annotation(AnnotationCode code, Heading way, long judged, long first, long last, long from, long judgedAt, long... evidence) {
        long begin = Math.max(0, first);
        Optional<WireRange> range = last > begin ? Optional.of(new WireRange(begin, last)) : Optional.empty();
        List<PacketId> packets = new ArrayList<>(1 + evidence.length);
        packets.add(new PacketId(judged));
        for (long packetNumber : evidence) {
            if (packetNumber > 0 && packetNumber != judged) {
                packets.add(new PacketId(packetNumber));
            }
        }
        // A capture's clock can be set back.
        return new Annotation(code, flow, way, range, packets, Math.min(from, judgedAt), judgedAt);
    }
}
