package dev.plumbline.analyze;

import dev.plumbline.wire.PacketId;
import java.util.Optional;

/**
 * What one segment measures, beside what its header says.
 *
 * @param window the receive window its sender announces with it, scaled, octets; as it stands in the header where the scale is not known
 * @param inFlight octets its sender had sent and the other side not acknowledged, this segment's included; −1 when it has no
 *     payload, or a hole in the capture hides it. What the other side acknowledged selectively counts as in flight
 * @param acknowledges the packet whose end this segment acknowledges
 * @param rttNanos how long after that packet it came; −1 when it acknowledges no packet's end
 */
public record SegmentMeasures(long window, long inFlight, Optional<PacketId> acknowledges, long rttNanos) {
}
