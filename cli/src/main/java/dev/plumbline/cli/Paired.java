package dev.plumbline.cli;

import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.recording.Carrier;
import dev.plumbline.recording.ConnectionRow;
import dev.plumbline.recording.ExchangeAnalysis;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Leg;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One exchange with all that {@code show} says of it, gathered from a recording.
 *
 * @param legs the client's, then the server's if there was one
 * @param segments read from the recording each time they are asked for
 * @param analysis what its evidence amounts to
 * @param peers what the ends of its legs are called
 */
record Paired(ExchangeRow row, List<LegView> legs, Segments segments, ExchangeAnalysis analysis, Peers peers) {
    /** Requests on one client connection that are looked through for what came before and after on the same legs. */
    private static final int MOST_SIBLINGS = 10_000;

    Paired {
        legs = List.copyOf(legs);
    }

    /**
     * One leg of the exchange.
     *
     * @param connection empty when the recording lost it
     * @param nth which exchange on this connection it is, from 1; intercepted CONNECTs not counted
     * @param isLast whether none came after it
     */
    record LegView(Leg leg, ConnectionId id, Optional<ConnectionRow> connection, List<MessageRow> messages, int nth, boolean isLast) {
        LegView {
            messages = List.copyOf(messages);
        }
    }

    /**
     * One packet of the table.
     *
     * @param parts what it carried of this exchange; empty for handshake, close and bare ACKs
     * @param role {@code handshake}, {@code close}, or empty
     */
    record SegmentView(PacketRow packet, Leg leg, List<Part> parts, String role) {
        SegmentView {
            parts = List.copyOf(parts);
        }
    }

    /** A part of a message that a packet carried. */
    record Part(MessageRow message, Carrier carrier) {
    }

    /** @param acks with every packet of both flows between the first and the last carrier */
    static Paired read(Recording recording, ExchangeRow row, boolean acks) {
        List<LegView> legs = legs(recording, row);
        return new Paired(row, legs, new Segments(recording, legs, acks), recording.analysis(row), Peers.of(recording));
    }

    static List<LegView> legs(Recording recording, ExchangeRow row) {
        List<LegView> legs = new ArrayList<>();
        legs.add(leg(recording, row, Leg.CLIENT, row.id().client()));
        row.server().ifPresent(server -> legs.add(leg(recording, row, Leg.SERVER, server)));
        return legs;
    }

    private static LegView leg(Recording recording, ExchangeRow row, Leg leg, ConnectionId id) {
        List<MessageRow> messages = row.messages().stream().filter(message -> message.key().leg() == leg).collect(Collectors.toList());
        int before = 0;
        boolean last = true;
        for (int index = 1; index <= MOST_SIBLINGS; index++) {
            Optional<ExchangeRow> sibling = index == row.id().index() ? Optional.of(row) : recording.exchange(new ExchangeId(row.id().client(), index));
            if (sibling.isEmpty()) {
                break;
            }
            boolean here = index != row.id().index() && sibling.get().role() != Role.INTERCEPTED_CONNECT
                    && (leg == Leg.CLIENT || sibling.get().server().equals(Optional.of(id)));
            before += here && index < row.id().index() ? 1 : 0;
            last &= !here || index < row.id().index();
        }
        return new LegView(leg, id, recording.connection(id), messages, before + 1, last);
    }
}
