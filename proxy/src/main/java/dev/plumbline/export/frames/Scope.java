package dev.plumbline.export.frames;

import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import java.util.BitSet;
import java.util.Collection;

/**
 * Which packets and which secrets an export takes. Only packets that were kept can be: the rest has no frame.
 *
 * <p>Owned by: the exporting thread.
 * <p>Limits: one bit per flow and per connection of the recording.
 */
public final class Scope {
    private final BitSet flows;
    private final BitSet connections;
    private final boolean everything;
    private final boolean allConnections;

    private Scope(BitSet flows, BitSet connections, boolean everything, boolean allConnections) {
        this.flows = flows;
        this.connections = connections;
        this.everything = everything;
        this.allConnections = allConnections;
    }

    /** All packets the recording holds, of foreign flows and sightings on a second interface too. */
    public static Scope everything() {
        return new Scope(new BitSet(), new BitSet(), true, true);
    }

    /** The flows of our connections, each from the interface it takes its evidence from. */
    public static Scope ours(Recording recording) {
        BitSet flows = new BitSet();
        recording.flows(flow -> flows.set(flow.id().number(), !flow.connections().isEmpty()));
        return new Scope(flows, new BitSet(), false, true);
    }

    /**
     * The whole flows of both legs of these exchanges, and of what was tried for them as their analysis has it. Less would not open decrypted: a TLS record is keyed by its number
     * in its connection (RFC 8446 §5.3), so who reads the last one needs all before it.
     */
    public static Scope of(Recording recording, Collection<ExchangeId> ids) {
        BitSet connections = new BitSet();
        BitSet flows = new BitSet();
        for (ExchangeId id : ids) {
            recording.exchange(id).ifPresent(exchange -> {
                addConnections(exchange, connections);
                recording.analysis(exchange).attempts().forEach(attempt -> connections.set(attempt.number()));
            });
        }
        recording.flows(flow -> {
            for (ConnectionId connection : flow.connections()) {
                if (connections.get(connection.number())) {
                    flows.set(flow.id().number());
                }
            }
        });
        return new Scope(flows, connections, false, false);
    }

    private static void addConnections(ExchangeRow exchange, BitSet connections) {
        connections.set(exchange.id().client().number());
        exchange.server().ifPresent(server -> connections.set(server.number()));
        for (MessageRow message : exchange.messages()) {
            connections.set(message.connection().number());
        }
    }

    /** Whether the packet goes into the export. */
    public boolean takes(PacketRow packet) {
        if (packet.file() < 0) {
            return false;
        }
        return everything || packet.sighting() != Sighting.ELSEWHERE && flows.get(packet.flow().number());
    }

    /** Whether the connection's secrets go into the export. */
    public boolean takes(ConnectionId connection) {
        return allConnections || connections.get(connection.number());
    }
}
