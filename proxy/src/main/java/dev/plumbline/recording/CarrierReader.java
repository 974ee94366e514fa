package dev.plumbline.recording;

import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.WireRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds the packets that carried a message: first sightings by a walk over its part of the index, everything that was
 * wholly or partly a repeat from the table of pieces.
 *
 * <p>Owned by: one thread at a time.
 */
final class CarrierReader {
    private static final String PIECES =
            "SELECT packet, start, end, sighting FROM piece WHERE flow = ? AND packet >= ? AND heading = ? AND end > ? AND start < ? ORDER BY packet, start";
    private final ReadDatabase database;
    private final PacketIndex index;

    private record Piece(long packet, long start, long end, boolean repeat) {
    }

    CarrierReader(ReadDatabase database, PacketIndex index) {
        this.database = database;
        this.index = index;
    }

    List<Carrier> carriers(MessageRow message) {
        if (message.flow().isEmpty() || message.firstPacket().isEmpty() || message.ranges().isEmpty()) {
            return List.of();
        }
        List<WireRange> ranges = message.ranges();
        int flow = message.flow().get().number();
        Heading heading = message.key().kind().heading();
        long first = message.firstPacket().get().number();
        List<Carrier> carriers = new ArrayList<>();
        message.lastPacket().ifPresent(last -> index.scan(
                first, last.number(),
                (records, at) -> PacketRecord.flowOf(records, at) == flow && PacketRecord.headingOf(records, at) == heading,
                packet -> {
                    if (packet.sighting() == Sighting.FIRST) {
                        addParts(packet, packet.offset(), packet.offset() + packet.payloadLength(), false, ranges, carriers);
                    }
                }));
        long from = ranges.get(0).start();
        long to = ranges.get(ranges.size() - 1).end();
        int walked = carriers.size();
        List<Piece> pieces = new ArrayList<>();
        database.each(PIECES, r -> new Piece(r.getLong(1), r.getLong(2), r.getLong(3), r.getString(4).equals("repeat")), pieces::add,
                flow, first, heading.word(), from, to);
        for (Piece piece : pieces) {
            Optional<PacketRow> packet = index.packet(piece.packet);
            packet.ifPresent(p -> addParts(p, piece.start, piece.end, piece.repeat, ranges, carriers));
        }
        if (carriers.size() > walked) {
            carriers.sort(Comparator.comparingLong((Carrier c) -> c.packet().id().number()).thenComparingLong(c -> c.range().start()));
        }
        return carriers;
    }

    private static void addParts(PacketRow packet, long start, long end, boolean repeat, List<WireRange> ranges, List<Carrier> to) {
        for (int i = firstEndingAfter(start, ranges); i < ranges.size() && ranges.get(i).start() < end; i++) {
            WireRange range = ranges.get(i);
            to.add(new Carrier(packet, new WireRange(Math.max(start, range.start()), Math.min(end, range.end())), repeat));
        }
    }

    private static int firstEndingAfter(long start, List<WireRange> ranges) {
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
