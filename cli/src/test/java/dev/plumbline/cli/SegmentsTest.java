package dev.plumbline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.cli.Paired.SegmentView;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.Segment;
import dev.plumbline.recording.Carrier;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SegmentsTest {
    private static final int MANY = 3 * Segments.WINDOW + 7;
    private final FakeRecording recording = new FakeRecording(Path.of("rec"));
    private final ExchangeRow row = Rows.get("c1.1").row();

    SegmentsTest() {
        recording.with(row);
    }

    @Test
    void bothLegsComeInTimeOrderAlsoWhereTheCapturesWereRecordedInTurns() {
        // In capture order, each leg's capture brings a hundred packets of the same time as the other's.
        for (int i = 0; i < MANY; i++) {
            Leg leg = i / 100 % 2 == 0 ? Leg.SERVER : Leg.CLIENT;
            long micros = i / 200 * 100 + i % 100;
            carried(leg, Rows.packet(i + 1, leg == Leg.CLIENT ? 1 : 2, Heading.TO_CLIENT, micros, i * 100L, 0, Segment.ACK, 100));
        }
        List<SegmentView> all = all(false);
        assertThat(all).hasSize(MANY).isSortedAccordingTo(Comparator.comparingLong((SegmentView segment) -> segment.packet().at())
                .thenComparingLong(segment -> segment.packet().id().number()));
        assertThat(all).extracting(segment -> segment.packet().id()).doesNotHaveDuplicates();
        assertThat(all).allSatisfy(segment -> assertThat(segment.parts()).hasSize(1));
    }

    @Test
    void timesThatStepBackWithinWhatWaitsArePutInOrder() {
        List<Integer> times = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            times.add(i);
        }
        Random random = new Random(1);
        for (int from = 0; from < MANY; from += 5_000) {
            Collections.shuffle(times.subList(from, Math.min(MANY, from + 5_000)), random);
        }
        for (int i = 0; i < MANY; i++) {
            carried(Leg.SERVER, Rows.packet(i + 1, 2, Heading.TO_CLIENT, times.get(i), i * 100L, 0, Segment.ACK, 100));
        }
        assertThat(all(false)).hasSize(MANY).isSortedAccordingTo(Comparator.comparingLong(segment -> segment.packet().at()));
    }

    @Test
    void aPacketOfSeveralPartsIsOneSegmentAndBareAcksBetweenAreThereOnRequest() {
        long late = Segments.WINDOW * 5L;
        PacketRow first = Rows.packet(3, 2, Heading.TO_CLIENT, 1, 0, 0, Segment.ACK, 100);
        carried(Leg.SERVER, first);
        carriers().add(new Carrier(first, new WireRange(50, 60), true));
        carried(Leg.SERVER, Rows.packet((int) late, 2, Heading.TO_CLIENT, 900_000, 100, 0, Segment.ACK, 100));
        recording.packets.put(late / 2, Rows.packet((int) late / 2, 2, Heading.TO_SERVER, 5, 0, 100, Segment.ACK, 0));
        recording.packets.put(late + 1, Rows.packet((int) late + 1, 2, Heading.TO_SERVER, 900_001, 0, 200, Segment.ACK, 0));
        recording.connections.put(new ConnectionId(2), Rows.connection(2, Leg.SERVER, List.of(new PacketId(3), new PacketId(77)), List.of()));
        assertThat(all(false)).extracting(segment -> segment.packet().id() + " " + segment.parts().size() + segment.role())
                .containsExactly("p3 2handshake", "p" + late + " 1");
        assertThat(all(true)).extracting(segment -> segment.packet().id().number()).containsExactly(3L, late / 2, late);
    }

    private void carried(Leg leg, PacketRow packet) {
        MessageKey key = row.message(leg, MessageKind.RESPONSE).orElseThrow().key();
        recording.packets.put(packet.id().number(), packet);
        recording.carriers.computeIfAbsent(key, k -> new ArrayList<>())
                .add(new Carrier(packet, new WireRange(packet.offset(), packet.offset() + packet.payloadLength()), false));
    }

    private List<Carrier> carriers() {
        return recording.carriers.get(row.message(Leg.SERVER, MessageKind.RESPONSE).orElseThrow().key());
    }

    private List<SegmentView> all(boolean acks) {
        List<SegmentView> all = new ArrayList<>();
        Paired.read(recording, row, acks).segments().forEach(all::add);
        return all;
    }
}
