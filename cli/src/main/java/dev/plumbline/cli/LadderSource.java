package dev.plumbline.cli;

import dev.plumbline.analyze.AnnotationCode;
import dev.plumbline.cli.Paired.LegView;
import dev.plumbline.recording.Carried;
import dev.plumbline.recording.CarriedWalk;
import dev.plumbline.recording.ExchangeAnalysis;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The steps of one exchange in time order: the packets of its flows from the first to the last that concern it, and the
 * events at the proxy between them. With the handshake where the exchange is the first on a leg, with the close where it is
 * the last.
 *
 * <p>Owned by: one thread, the recording's.
 * <p>Limits: {@value #WAITING} packets wait for their place, as captures of two interfaces may tell of one moment at different
 * times; what comes later still is shown when it comes.
 */
final class LadderSource {
    private static final int WAITING = 2048;

    private final Recording recording;
    private final ExchangeRow exchange;
    private final List<LadderRow> events;
    private final Map<FlowId, Stretch> stretches = new HashMap<>();
    private final Set<Long> ends = new HashSet<>();
    private final Map<Long, List<AnnotationCode>> notes = new HashMap<>();
    private final CarriedWalk walk;

    /** A part of one flow, first and last packet included. */
    private record Stretch(Leg leg, long first, long last) {
    }

    LadderSource(Recording recording, ExchangeRow exchange, List<LegView> legs, ExchangeAnalysis analysis, List<LadderRow> events) {
        this.recording = recording;
        this.exchange = exchange;
        this.events = List.copyOf(events);
        this.walk = new CarriedWalk(recording);
        legs.forEach(this::stretch);
        Stream.concat(analysis.client().stream(), analysis.server().stream()).forEach(annotation ->
                notes.computeIfAbsent(annotation.packets().get(0).number(), key -> new ArrayList<>(1)).add(annotation.code()));
    }

    void each(Consumer<LadderRow> row) {
        Queue<LadderRow> waiting = new PriorityQueue<>(Comparator.comparingLong(LadderRow::at).thenComparingLong(LadderRow::order));
        waiting.addAll(events);
        long first = stretches.values().stream().mapToLong(Stretch::first).min().orElse(1);
        long last = stretches.values().stream().mapToLong(Stretch::last).max().orElse(0);
        if (last >= first) {
            recording.packets(new PacketId(first), new PacketId(last), this::isWanted, packet -> {
                waiting.add(row(packet));
                if (waiting.size() > WAITING) {
                    row.accept(waiting.remove());
                }
            });
        }
        while (!waiting.isEmpty()) {
            row.accept(waiting.remove());
        }
    }

    private void stretch(LegView leg) {
        long first = Long.MAX_VALUE;
        long last = 0;
        for (MessageRow message : leg.messages()) {
            if (message.firstPacket().isPresent()) {
                first = Math.min(first, message.firstPacket().get().number());
                last = Math.max(last, PacketScope.lastOf(recording, message));
                ends.add(message.firstPacket().get().number());
                message.lastPacket().ifPresent(packet -> ends.add(packet.number()));
            }
        }
        List<PacketId> handshake = leg.nth() == 1 ? leg.connection().map(row -> row.handshake()).orElse(List.of()) : List.of();
        List<PacketId> close = leg.isLast() ? leg.connection().map(row -> row.closePackets()).orElse(List.of()) : List.of();
        long[] all = LongStream.concat(handshake.stream().mapToLong(PacketId::number), close.stream().mapToLong(PacketId::number)).toArray();
        long from = Math.min(first, LongStream.of(all).min().orElse(Long.MAX_VALUE));
        long to = Math.max(last, LongStream.of(all).max().orElse(0));
        FlowId flow = leg.connection().flatMap(row -> row.flow()).or(() -> leg.messages().stream().flatMap(message -> message.flow().stream()).findFirst()).orElse(null);
        if (flow != null && to >= from) {
            stretches.put(flow, new Stretch(leg.leg(), from, to));
        }
    }

    private boolean isWanted(PacketRow packet) {
        Stretch stretch = stretches.get(packet.flow());
        return stretch != null && stretch.first <= packet.id().number() && packet.id().number() <= stretch.last;
    }

    private LadderRow row(PacketRow packet) {
        List<Carried> carried = walk.of(packet);
        boolean own = carried.stream().anyMatch(part -> part.message().exchange().equals(exchange.id()));
        return LadderRow.packet(packet, stretches.get(packet.flow()).leg(), carried, own && ends.contains(packet.id().number()),
                notes.getOrDefault(packet.id().number(), List.of()));
    }
}
