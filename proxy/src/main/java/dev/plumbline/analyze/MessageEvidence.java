package dev.plumbline.analyze;

import dev.plumbline.correlate.Coverage;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.util.List;
import java.util.Optional;

/**
 * What is known of one message on one leg.
 *
 * <p>Units: nanoseconds since 1970; −1 for what is not known.
 *
 * @param socketFirstAt its first octet, read or written by us
 * @param socketLastAt its last octet, read by us or accepted by our socket; of a cut message the last there was
 * @param packetFirstAt timestamp of the packet that carried its first octet first; −1 when none was seen
 * @param packetLastAt timestamp of the packet with which all of it had been seen; −1 when some was not
 * @param ranges its wire ranges
 * @param isWhole whether it came to its end
 * @param coverage how much of it packets show
 * @param reason why not all
 * @param repeats packets that carried some of it again
 * @param contentLength octets of content that moved
 * @param declaredLength octets of content its head declares; −1 when it does not
 */
public record MessageEvidence(
        long socketFirstAt, long socketLastAt, long packetFirstAt, long packetLastAt, Optional<PacketId> firstPacket, Optional<PacketId> lastPacket,
        List<WireRange> ranges, boolean isWhole, Coverage coverage, Optional<Coverage.Reason> reason, int repeats, long contentLength, long declaredLength) {
    public MessageEvidence {
        ranges = List.copyOf(ranges);
    }

    /** Its first octet: by packet, else by socket. */
    Moment first() {
        return packetFirstAt >= 0 ? new Moment(packetFirstAt, Source.PACKETS) : new Moment(socketFirstAt, Source.SOCKETS);
    }

    /** Its last octet, likewise. */
    Moment last() {
        return packetLastAt >= 0 ? new Moment(packetLastAt, Source.PACKETS) : new Moment(socketLastAt, Source.SOCKETS);
    }

    /** Whether an annotation's octets are among its own; one that is about no octets could be of any message. */
    boolean touches(Annotation annotation) {
        if (annotation.range().isEmpty() || annotation.range().get().isEmpty() || ranges.isEmpty()) {
            return true;
        }
        WireRange range = annotation.range().get();
        return ranges.stream().anyMatch(r -> r.start() < range.end() && range.start() < r.end());
    }
}
