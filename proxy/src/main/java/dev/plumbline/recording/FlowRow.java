package dev.plumbline.recording;

import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.PacketId;
import java.util.List;

/**
 * One flow as recorded.
 *
 * @param connections the connections it is bound to: none, one, or two where one flow is a leg of two
 */
public record FlowRow(FlowId id, FourTuple tuple, int generation, int capture, boolean synSeen, PacketId firstPacket, long at, List<ConnectionId> connections) {
    public FlowRow {
        connections = List.copyOf(connections);
    }
}
