package dev.plumbline.correlate;

import dev.plumbline.correlate.Finding.PacketPlaced;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.PacketId;
import java.util.function.Consumer;

/**
 * Takes what a correlator finds.
 *
 * <p>Owned by: the recorder thread. Must not call the correlator back.
 */
@FunctionalInterface
public interface FindingSink extends Consumer<Finding> {
    /** A {@link PacketPlaced}, for those who want none as an object: there is one for every packet. */
    default void packetPlaced(
            long packet, int capture, FlowId flow, Heading heading, long offset, long ackOffset, Sighting sighting, Segment segment) {
        accept(new PacketPlaced(new PacketId(packet), capture, flow, heading, offset, ackOffset, sighting, segment));
    }
}
