package dev.plumbline.cli;

import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.recording.Carrier;
import dev.plumbline.recording.ConnectionRow;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One exchange with all that {@code show} says of it, gathered from a recording.
 *
 * @param legs the client's, then the server's if there was one
 * @param segments in time order
 */
record Paired(ExchangeRow row, List<LegView> legs, List<SegmentView> segments) {
    /** Requests on one client connection that are looked through for what came before and after on the same legs. */
    private static final int MOST_SIBLINGS = 10_000;

    Paired {
        legs = List.copyOf(legs);
        segments = List.copyOf(segments);
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
        List<SegmentView> segments = new ArrayList<>();
        for (LegView leg : legs) {
            segments.addAll(segments(recording, leg, acks));
        }
        segments.sort(Comparator.comparingLong((SegmentView segment) -> segment.packet().at()).thenComparing(segment -> segment.packet().id().number()));
        return new Paired(row, legs, segments);
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

    private static List<SegmentView> segments(Recording recording, LegView leg, boolean acks) {
        Map<Long, PacketRow> packets = new TreeMap<>();
        Map<Long, List<Part>> parts = new TreeMap<>();
        Map<Long, String> roles = new TreeMap<>();
        for (MessageRow message : leg.messages()) {
            for (Carrier carrier : recording.carriers(message)) {
                long number = carrier.packet().id().number();
                packets.put(number, carrier.packet());
                parts.computeIfAbsent(number, key -> new ArrayList<>(1)).add(new Part(message, carrier));
            }
        }
        if (acks && !packets.isEmpty()) {
            addBetween(recording, leg, packets);
        }
        leg.connection().ifPresent(connection -> {
            if (leg.nth() == 1) {
                addAll(recording, connection.handshake(), "handshake", packets, roles);
            }
            if (leg.isLast()) {
                addAll(recording, connection.closePackets(), "close", packets, roles);
            }
        });
        return packets.values().stream()
                .map(packet -> new SegmentView(packet, leg.leg(), parts.getOrDefault(packet.id().number(), List.of()),
                        roles.getOrDefault(packet.id().number(), "")))
                .collect(Collectors.toList());
    }

    private static void addBetween(Recording recording, LegView leg, Map<Long, PacketRow> packets) {
        List<Long> numbers = List.copyOf(packets.keySet());
        List<FlowId> flows = leg.messages().stream().flatMap(message -> message.flow().stream()).distinct().collect(Collectors.toList());
        recording.packets(new PacketId(numbers.get(0)), new PacketId(numbers.get(numbers.size() - 1)),
                packet -> flows.contains(packet.flow()), packet -> packets.put(packet.id().number(), packet));
    }

    private static void addAll(Recording recording, List<PacketId> ids, String role, Map<Long, PacketRow> packets, Map<Long, String> roles) {
        for (PacketId id : ids) {
            recording.packet(id).ifPresent(packet -> {
                packets.put(id.number(), packet);
                roles.put(id.number(), role);
            });
        }
    }
}
