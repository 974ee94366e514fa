package dev.plumbline.recording;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.util.List;
import java.util.Optional;

/** What an exchange's evidence is gathered from: a recording, or what the recorder has at hand. Whatever it does not have is absent. */
interface EvidenceSource {
    /** Whether there was no proxy: the exchanges were found in a dump, and their client leg goes to the origin itself. */
    boolean isDirect();

    Optional<KnownConnection> connection(ConnectionId id);

    /** What was said of a flow in that time. */
    List<Annotation> annotations(FlowId flow, long fromAt, long untilAt);

    /**
     * The packet that first acknowledged an octet of the other heading.
     *
     * @param by its own heading
     * @param offset one past that octet
     * @param after the packet that carried it
     * @param before where to stop looking; empty where nothing came back
     */
    Optional<PacketRow> acknowledged(FlowId flow, Heading by, long offset, PacketId after, Optional<PacketId> before);

    /** Server legs that were opened for a client in that time, in order. */
    List<KnownConnection> opened(ConnectionId client, long fromAt, long untilAt);

    /** The exchange before on the client connection, or on one server leg of it; intercepted CONNECTs do not count. */
    Optional<Preceding> before(ExchangeId exchange, Optional<ConnectionId> server);

    /**
     * An exchange that came before another.
     *
     * @param answeredAt when its response had left for the client: its last packet, else our socket; −1 while it goes on
     * @param clientFreeAt when its last octet had passed our socket on the client leg; −1 while it goes on
     * @param serverFreeAt the same on its server leg
     */
    record Preceding(ExchangeId id, long answeredAt, long clientFreeAt, long serverFreeAt) {
        static Preceding of(ExchangeRow row) {
            long clientFreeAt = ConnectionStory.lastAt(row, Leg.CLIENT);
            long packetAt = row.message(Leg.CLIENT, MessageKind.RESPONSE).map(MessageRow::packetsLastAt).orElse(-1L);
            return new Preceding(row.id(), packetAt >= 0 ? Math.min(packetAt, clientFreeAt) : clientFreeAt, clientFreeAt, ConnectionStory.lastAt(row, Leg.SERVER));
        }
    }
}
