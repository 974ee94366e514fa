package dev.plumbline.cli;

import dev.plumbline.cli.Paired.LegView;
import dev.plumbline.cli.Paired.Part;
import dev.plumbline.cli.Paired.SegmentView;
import dev.plumbline.recording.Carrier;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.PacketId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The packets of an exchange in time order. They are not kept: each walk reads them from the recording again, a window of
 * the packet index at a time.
 *
 * <p>Owned by: one thread, as the recording is, which must be open while they are asked for.
 * <p>Limits: {@value #WINDOW} packets of each leg, and {@value #WAITING} that wait for their turn: captures of several interfaces
 * are recorded in turns, so that times step back in capture order. Where they step back by more than that, so does the walk.
 */
final class Segments {
    static final int WINDOW = 4096;
    static final int WAITING = 4 * WINDOW;
    private static final Comparator<SegmentView> IN_TIME =
            Comparator.comparingLong((SegmentView segment) -> segment.packet().at()).thenComparingLong(segment -> segment.packet().id().number());

    private final Recording recording;
    private final List<LegSegments> legs = new ArrayList<>();
    /** By packet id / {@value #WINDOW}: where there is something to be found. */
    private final BitSet windows = new BitSet();
    private long unrecorded;

    /** @param acks with every packet of both flows between the first and the last carrier */
    Segments(Recording recording, List<LegView> views, boolean acks) {
        this.recording = recording;
        for (LegView view : views) {
            legs.add(new LegSegments(view, acks));
        }
    }

    boolean isEmpty() {
        return windows.isEmpty();
    }

    /** How many segments carried some of it and have no record in the index: a disk was full, or a power failure cut it short. */
    long unrecorded() {
        return unrecorded;
    }

    void forEach(Consumer<SegmentView> each) {
        Queue<SegmentView> waiting = new PriorityQueue<>(IN_TIME);
        for (int window = windows.nextSetBit(0); window >= 0; window = windows.nextSetBit(window + 1)) {
            long first = Math.max(1, (long) window * WINDOW);
            long last = (window + 1L) * WINDOW - 1;
            legs.forEach(leg -> waiting.addAll(leg.between(first, last)));
            while (waiting.size() > WAITING) {
                each.accept(waiting.remove());
            }
        }
        while (!waiting.isEmpty()) {
            each.accept(waiting.remove());
        }
    }

    /** Those of one leg. */
    private final class LegSegments {
        private final LegView leg;
        private final Map<Long, String> roles = new TreeMap<>();
        /** Between which packets bare ACKs are wanted; the first beyond the last where they are not. */
        private long ackFirst = Long.MAX_VALUE;
        private long ackLast = -1;

        LegSegments(LegView leg, boolean acks) {
            this.leg = leg;
            for (MessageRow message : leg.messages()) {
                Recorded recorded = new Recorded();
                recording.carriers(message, carrier -> {
                    long number = carrier.packet().id().number();
                    windows.set(windowOf(number));
                    recorded.count(carrier);
                    if (acks) {
                        ackFirst = Math.min(ackFirst, number);
                        ackLast = Math.max(ackLast, number);
                    }
                });
                unrecorded += Math.max(0, message.segments() - recorded.first);
            }
            if (ackFirst <= ackLast) {
                windows.set(windowOf(ackFirst), windowOf(ackLast) + 1);
            }
            leg.connection().ifPresent(connection -> {
                if (leg.nth() == 1) {
                    note(connection.handshake(), "handshake");
                }
                if (leg.isLast()) {
                    note(connection.closePackets(), "close");
                }
            });
        }

        private void note(List<PacketId> ids, String role) {
            for (PacketId id : ids) {
                if (recording.packet(id).isPresent()) {
                    roles.put(id.number(), role);
                    windows.set(windowOf(id.number()));
                }
            }
        }

        List<SegmentView> between(long first, long last) {
            Map<Long, PacketRow> packets = new TreeMap<>();
            Map<Long, List<Part>> parts = new TreeMap<>();
            for (MessageRow message : leg.messages()) {
                recording.carriers(message, new PacketId(first), new PacketId(last), carrier -> {
                    long number = carrier.packet().id().number();
                    packets.put(number, carrier.packet());
                    parts.computeIfAbsent(number, key -> new ArrayList<>(1)).add(new Part(message, carrier));
                });
            }
            long from = Math.max(first, ackFirst);
            long to = Math.min(last, ackLast);
            if (from <= to) {
                List<FlowId> flows = leg.messages().stream().flatMap(message -> message.flow().stream()).distinct().toList();
                recording.packets(new PacketId(from), new PacketId(to),
                        packet -> flows.contains(packet.flow()), packet -> packets.put(packet.id().number(), packet));
            }
            roles.keySet().stream().filter(number -> number >= first && number <= last)
                    .forEach(number -> recording.packet(new PacketId(number)).ifPresent(packet -> packets.put(number, packet)));
            return packets.values().stream()
                    .map(packet -> new SegmentView(packet, leg.leg(), parts.getOrDefault(packet.id().number(), List.of()),
                            roles.getOrDefault(packet.id().number(), "")))
                    .toList();
        }
    }

    /** The segments that are known to have carried some of a message first. They come in capture order. */
    private static final class Recorded {
        private long first;
        private long last = -1;

        void count(Carrier carrier) {
            long number = carrier.packet().id().number();
            if (!carrier.repeat() && number != last) {
                first++;
                last = number;
            }
        }
    }

    private static int windowOf(long packet) {
        return Math.toIntExact(packet / WINDOW);
    }
}
