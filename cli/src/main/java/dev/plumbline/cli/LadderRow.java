package dev.plumbline.cli;

import dev.plumbline.analyze.AnnotationCode;
import dev.plumbline.analyze.Severity;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.Segment;
import dev.plumbline.recording.Carried;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Leg;
import java.util.List;
import java.util.Optional;

/**
 * One step of the ladder: a packet on the wire, or something that happened at the proxy.
 *
 * @param packet empty for an event
 * @param carried what the packet carried, of this exchange and of others
 * @param isEnd whether the packet is the first or the last of a message of this exchange
 * @param notes what was judged of the packet
 * @param text of an event
 */
record LadderRow(long at, Leg leg, Optional<PacketRow> packet, List<Carried> carried, boolean isEnd, List<AnnotationCode> notes, String text) {
    LadderRow {
        carried = List.copyOf(carried);
        notes = List.copyOf(notes);
    }

    static LadderRow event(long at, Leg leg, String text) {
        return new LadderRow(at, leg, Optional.empty(), List.of(), false, List.of(), text);
    }

    static LadderRow packet(PacketRow packet, Leg leg, List<Carried> carried, boolean isEnd, List<AnnotationCode> notes) {
        return new LadderRow(packet.at(), leg, Optional.of(packet), carried, isEnd, notes, "");
    }

    boolean carries(ExchangeId exchange) {
        return carried.stream().anyMatch(part -> part.message().exchange().equals(exchange));
    }

    boolean isAgain() {
        return packet.filter(row -> row.sighting() == Sighting.REPEAT || row.sighting() == Sighting.MIXED).isPresent();
    }

    /** Whether a long run of its like may be told in one line. */
    boolean isBulk() {
        return packet.isPresent() && !isEnd && !isAgain() && notes.stream().allMatch(code -> code.severity() == Severity.NOTE) && (packet.get().flags() & (Segment.SYN | Segment.FIN | Segment.RST)) == 0;
    }

    /** Packets of one instant in capture order, events after the packets that caused them. */
    long order() {
        return packet.map(row -> row.id().number()).orElse(Long.MAX_VALUE);
    }
}
