package dev.plumbline.recording;

import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.util.List;
import java.util.function.Consumer;

/**
 * Finds the packets that carried a message: first sightings by a walk over its part of the index, everything that was
 * wholly or partly a repeat from the table of pieces. Both come in capture order and are merged on the way.
 *
 * <p>Owned by: one thread at a time.
 * <p>Limits: as the index's; nothing grows with the message.
 */
final class CarrierReader {
    private static final String PIECES = "SELECT packet, start, end, sighting FROM piece"
            + " WHERE flow = ? AND packet BETWEEN ? AND ? AND heading = ? AND end > ? AND start < ? ORDER BY packet, start";
    private final ReadDatabase database;
    private final PacketIndex index;

    private record Piece(long packet, long start, long end, boolean repeat) {
    }

    CarrierReader(ReadDatabase database, PacketIndex index) {
        this.database = database;
        this.index = index;
    }

    /** Those among the packets from {@code first} to {@code last}. */
    void carriers(MessageRow message, long first, long last, Consumer<Carrier> each) {
        if (message.flow().isEmpty() || message.firstPacket().isEmpty() || message.ranges().isEmpty()) {
            return;
        }
        List<WireRange> ranges = message.ranges();
        int flow = message.flow().get().number();
        long from = Math.max(first, message.firstPacket().get().number());
        Walk walk = new Walk(message, flow, from, each);
        database.each(PIECES, r -> new Piece(r.getLong(1), r.getLong(2), r.getLong(3), r.getString(4).equals("repeat")), piece -> {
            walk.to(piece.packet - 1);
            index.packet(piece.packet).ifPresent(packet -> parts(packet, piece.start, piece.end, piece.repeat, ranges, each));
        }, flow, from, last, message.key().kind().heading().word(), ranges.get(0).start(), ranges.get(ranges.size() - 1).end());
        walk.to(last);
    }

    /** Over the first sightings of one message, bit by bit. */
    private final class Walk {
        private final List<WireRange> ranges;
        private final Heading heading;
        private final int flow;
        private final long end;
        private final Consumer<Carrier> each;
        private long next;

        Walk(MessageRow message, int flow, long from, Consumer<Carrier> each) {
            this.ranges = message.ranges();
            this.heading = message.key().kind().heading();
            this.flow = flow;
            this.end = message.lastPacket().map(PacketId::number).orElse(0L);
            this.each = each;
            this.next = from;
        }

        void to(long last) {
            index.scan(next, Math.min(last, end),
                    (records, at) -> PacketRecord.flowOf(records, at) == flow && PacketRecord.headingOf(records, at) == heading,
                    packet -> {
                        if (packet.sighting() == Sighting.FIRST) {
                            parts(packet, packet.offset(), packet.offset() + packet.payloadLength(), false, ranges, each);
                        }
                    });
            next = Math.max(next, last + 1);
        }
    }

    private static void parts(PacketRow packet, long start, long end, boolean repeat, List<WireRange> ranges, Consumer<Carrier> each) {
        for (int i = firstEndingAfter(start, ranges); i < ranges.size() && ranges.get(i).start() < end; i++) {
            WireRange range = ranges.get(i);
            each.accept(new Carrier(packet, new WireRange(Math.max(start, range.start()), Math.min(end, range.end())), repeat));
        }
    }

    /** @param ranges in order, none overlapping */
    static int firstEndingAfter(long start, List<WireRange> ranges) {
        int low = 0;
        int high = ranges.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ranges.get(middle).end() > start) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
