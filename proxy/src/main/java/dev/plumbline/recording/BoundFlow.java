package dev.plumbline.recording;

import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.Leg;
import java.util.List;
import java.util.Optional;

/**
 * A flow with the connections it was found to be.
 *
 * @param row empty when the recording lost the flow
 * @param uses the connections, in the order of their ids; none when the flow is foreign
 */
public record BoundFlow(Optional<FlowRow> row, List<Use> uses) {
    public BoundFlow {
        uses = List.copyOf(uses);
    }

    /** Whether it belongs to no connection of ours. */
    public boolean isForeign() {
        return uses.isEmpty();
    }

    /**
     * One connection that the flow is.
     *
     * @param client the client connection it serves; itself on the client leg
     */
    public record Use(ConnectionId connection, ConnectionId client, Leg leg) {
    }
}
