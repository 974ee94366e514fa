package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.correlate.Coverage;
import dev.plumbline.correlate.Finding;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.FactsLost;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reading what lies beside the database: content, packets, frames. */
class RecordingContentTest extends RecorderFixture {
    private static final long T0 = Traffic.T0;

    @Test
    void contentOfMessagesThatStreamAtTheSameTimeIsKeptApartAndCapped() throws IOException {
        MessageKey a = new MessageKey(Traffic.id(1, 1), Leg.CLIENT, MessageKind.REQUEST);
        MessageKey b = new MessageKey(Traffic.id(1, 1), Leg.SERVER, MessageKind.RESPONSE);
        Path directory = record(Traffic.FakeCorrelator::new, options().withContentCap(10), (recorder, sink) -> {
            began(sink, RelayFact.Role.MESSAGE);
            sink.accept(new RelayFact.MessageBegan(a, Traffic.c(1), 0, 0, NONE, 0, T0, T0));
            sink.accept(new RelayFact.MessageBegan(b, Traffic.c(2), 0, 0, NONE, 200, T0, T0));
            for (String chunk : List.of("abc", "def", "ghi", "jkl")) {
                sink.accept(new RelayFact.ContentSeen(a, Traffic.octets(chunk), T0));
                sink.accept(new RelayFact.ContentSeen(b, Traffic.octets(chunk.substring(0, 2)), T0));
            }
            sink.accept(new RelayFact.MessageEnded(a, 400, 12, NONE, RelayFact.End.COMPLETE, T0));
            sink.accept(new RelayFact.MessageEnded(b, 400, 8, NONE, RelayFact.End.COMPLETE, T0));
        });

        try (Recording recording = Recording.open(directory)) {
            ExchangeRow row = recording.exchange(Traffic.id(1, 1)).orElseThrow();
            MessageRow request = row.message(Leg.CLIENT, MessageKind.REQUEST).orElseThrow();
            MessageRow response = row.message(Leg.SERVER, MessageKind.RESPONSE).orElseThrow();
            assertThat(recording.content(request)).hasContent("abcdefghij");
            assertThat(request.isContentCut()).isTrue();
            assertThat(request.contentLength()).isEqualTo(12);
            assertThat(recording.content(response)).hasContent("abdeghjk");
            assertThat(response.isContentCut()).isFalse();
        }
    }

    @Test
    void afterALossTheContentOfAnOpenMessageEndsSinceAHoleCouldNotBeSeen() throws IOException {
        MessageKey key = new MessageKey(Traffic.id(1, 1), Leg.CLIENT, MessageKind.REQUEST);
        Path directory = record(Traffic.FakeCorrelator::new, (recorder, sink) -> {
            began(sink, RelayFact.Role.MESSAGE);
            sink.accept(new RelayFact.MessageBegan(key, Traffic.c(1), 0, 0, NONE, 0, T0, T0));
            sink.accept(new RelayFact.ContentSeen(key, Traffic.octets("before"), T0));
            sink.accept(new FactsLost("relay-0", 1, T0));
            sink.accept(new RelayFact.ContentSeen(key, Traffic.octets("after"), T0));
        });

        try (Recording recording = Recording.open(directory)) {
            MessageRow row = recording.exchange(Traffic.id(1, 1)).orElseThrow().messages().get(0);
            assertThat(recording.content(row)).hasContent("before");
            assertThat(row.contentLength()).isEqualTo(11);
        }
    }

    @Test
    void theCarriersOfAMessageAreItsFirstSightingsAndItsRepeatsAlsoLaterOnes() {
        FlowId flow = new FlowId(1);
        List<Finding> findings = List.of(
                new Finding.FlowSeen(flow, Traffic.CLIENT_TUPLE, 1, 0, true, new PacketId(1), T0),
                placed(1, 1, Heading.TO_SERVER, 0, 100, Sighting.FIRST),
                placed(2, 1, Heading.TO_CLIENT, 0, 500, Sighting.FIRST),
                placed(3, 2, Heading.TO_SERVER, 100, 100, Sighting.FIRST),
                placed(4, 1, Heading.TO_SERVER, 100, 100, Sighting.FIRST),
                placed(5, 1, Heading.TO_SERVER, 150, 100, Sighting.MIXED),
                new Finding.PieceSeen(new PacketId(5), flow, Heading.TO_SERVER, new WireRange(150, 200), false),
                new Finding.PieceSeen(new PacketId(5), flow, Heading.TO_SERVER, new WireRange(200, 250), true),
                placed(6, 1, Heading.TO_SERVER, 250, 100, Sighting.ELSEWHERE),
                placed(7, 1, Heading.TO_SERVER, 250, 100, Sighting.FIRST),
                placed(8, 1, Heading.TO_SERVER, 100, 100, Sighting.REPEAT),
                placed(9, 1, Heading.TO_SERVER, 0, 50, Sighting.REPEAT));
        MessageKey key = new MessageKey(Traffic.id(1, 1), Leg.CLIENT, MessageKind.REQUEST);
        Finding covered = new Finding.MessageCovered(key, Traffic.c(1), Optional.of(flow), List.of(new WireRange(50, 120), new WireRange(180, 260)),
                List.of(), Coverage.COMPLETE, Optional.empty(), Optional.of(new PacketId(1)), Optional.of(new PacketId(7)), 4, 1, T0, T0);
        List<Finding> script = Stream.concat(findings.stream(), Stream.of(covered)).toList();
        Path directory = record(script(f -> f instanceof RelayFact.MessageEnded ? script : List.of()), (recorder, sink) -> {
            began(sink, RelayFact.Role.MESSAGE);
            message(sink, key, 0);
        });

        try (Recording recording = Recording.open(directory)) {
            MessageRow row = recording.exchange(Traffic.id(1, 1)).orElseThrow().messages().get(0);
            List<String> all = List.of("p1 [50,100)", "p4 [100,120)", "p4 [180,200)", "p5 [180,200) repeat", "p5 [200,250)", "p7 [250,260)",
                    "p8 [100,120) repeat", "p8 [180,200) repeat");
            List<String> found = new ArrayList<>();
            recording.carriers(row, carrier -> found.add(text(carrier)));
            assertThat(found).isEqualTo(all);
            assertThatWindowsAddUp(recording, row, all);
            List<Long> ofFlow = new ArrayList<>();
            recording.packetsOf(flow, p -> ofFlow.add(p.id().number()));
            assertThat(ofFlow).containsExactly(1L, 2L, 4L, 5L, 6L, 7L, 8L, 9L);
            assertThat(recording.summary().packets()).isEqualTo(9);
            List<PacketRow> mixed = new ArrayList<>();
            recording.packets(new PacketId(2), new PacketId(9), p -> p.sighting() == Sighting.MIXED, mixed::add);
            assertThat(mixed).containsExactly(recording.packet(new PacketId(5)).orElseThrow());
        }
    }

    /** Of every first and last packet. */
    private static void assertThatWindowsAddUp(Recording recording, MessageRow row, List<String> all) {
        for (int first = 1; first <= 10; first++) {
            for (int last = first; last <= 10; last++) {
                List<String> found = new ArrayList<>();
                recording.carriers(row, new PacketId(first), new PacketId(last), carrier -> found.add(text(carrier)));
                int from = first;
                int to = last;
                assertThat(found).as("p%d to p%d", first, last)
                        .isEqualTo(all.stream().filter(it -> it.charAt(1) - '0' >= from && it.charAt(1) - '0' <= to).toList());
            }
        }
    }

    private static String text(Carrier carrier) {
        return carrier.packet().id() + " " + carrier.range() + (carrier.repeat() ? " repeat" : "");
    }

    @Test
    void aFrameIsReadFromTheDumpOfItsCapture() throws IOException {
        byte[] frame = Traffic.octets("the frame as captured");
        Segment segment = new Segment(T0, Traffic.CLIENT_TUPLE, 0, 0, 0, 1, 0, 0, 3, 24, frame.length, 99);
        Finding placed = new Finding.PacketPlaced(new PacketId(1), 2, new FlowId(1), Heading.TO_SERVER, 0, 0, Sighting.BARE, segment);
        Path directory = record(script(f -> List.of(placed)), (recorder, sink) -> sink.accept(Traffic.closed(1, 1, T0)));
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            ByteBuffer dump = ByteBuffer.allocate(24 + 16 + frame.length).order(order);
            dump.putInt(0xa1b23c4d).position(32);
            dump.putInt(frame.length).putInt(99).put(frame);
            Files.write(directory.resolve("packets/2-3.pcap"), dump.array());

            try (Recording recording = Recording.open(directory)) {
                ByteBuffer into = ByteBuffer.allocate(100).position(10);
                assertThat(recording.frame(recording.packet(new PacketId(1)).orElseThrow(), into)).isTrue();
                byte[] read = new byte[into.remaining()];
                into.get(read);
                assertThat(read).isEqualTo(frame);
            }
        }
        byte[] whole = Files.readAllBytes(directory.resolve("packets/2-3.pcap"));
        for (int length = 0; length <= whole.length; length++) {
            Files.write(directory.resolve("packets/2-3.pcap"), Arrays.copyOf(whole, length));
            try (Recording recording = Recording.open(directory)) {
                PacketRow packet = recording.packet(new PacketId(1)).orElseThrow();
                assertThat(recording.hasFrame(packet)).as("cut at %d", length).isEqualTo(length == whole.length);
                assertThat(recording.frame(packet, ByteBuffer.allocate(100))).as("cut at %d", length).isEqualTo(length == whole.length);
            }
        }
        Files.delete(directory.resolve("packets/2-3.pcap"));
        try (Recording recording = Recording.open(directory)) {
            PacketRow packet = recording.packet(new PacketId(1)).orElseThrow();
            assertThat(recording.hasFrame(packet)).isFalse();
            assertThat(recording.frame(packet, ByteBuffer.allocate(100))).as("not there yet").isFalse();
            Files.write(directory.resolve("packets/2-3.pcap"), whole);
            assertThat(recording.hasFrame(packet)).as("written since").isTrue();
        }
    }
}
