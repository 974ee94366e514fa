package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.correlate.Finding.PacketPlaced;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.PacketId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PacketIndexTest {
    @TempDir
    private Path directory;
    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("packets.idx");
    }

    @ParameterizedTest
    @EnumSource(Sighting.class)
    void aPacketIsReadAsItWasWritten(Sighting sighting) throws IOException {
        Segment segment = new Segment(1_795_000_000_123_456_789L, Traffic.CLIENT_TUPLE, 5, 6, 0xff, 65535, 70_000, 100, 65_534, 1L << 40, 166, 70_066);
        PacketPlaced placed = new PacketPlaced(new PacketId(1), 65_535, new FlowId(Integer.MAX_VALUE), Heading.TO_CLIENT, 1L << 41, -1, sighting, segment);
        write(placed);

        try (PacketIndex index = new PacketIndex(file)) {
            assertThat(index.packet(1)).contains(new PacketRow(new PacketId(1), 65_535, new FlowId(Integer.MAX_VALUE), Heading.TO_CLIENT,
                    segment.at(), 1L << 41, -1, 0xff, 65535, 70_000, sighting, 65_534, 1L << 40, 166, 70_066, 5, 6));
            assertThat(index.packet(2)).isEmpty();
        }
    }

    @Test
    void aPacketThatWasNotKeptHasNoFile() throws IOException {
        Segment segment = new Segment(7, Traffic.CLIENT_TUPLE, 0, 0, 2, 0, 0, 0, -1, 0, 0, 60);
        write(new PacketPlaced(new PacketId(1), 0, new FlowId(1), Heading.TO_SERVER, -1, -1, Sighting.BARE, segment));

        try (PacketIndex index = new PacketIndex(file)) {
            assertThat(index.packet(1).orElseThrow()).satisfies(p -> assertThat(p.file()).isEqualTo(-1)).satisfies(p -> assertThat(p.offset()).isEqualTo(-1));
        }
    }

    @Test
    void aTailTornAtAnyOctetIsNotThere() throws IOException {
        write(placed(1), placed(2), placed(3));
        byte[] whole = Files.readAllBytes(file);

        for (int length = 0; length <= whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            try (PacketIndex index = new PacketIndex(file)) {
                long expected = Math.max(0, (length - 64) / 64);
                assertThat(index.count()).as("cut at %d", length).isEqualTo(expected);
                assertThat(scanned(index, 1, Long.MAX_VALUE)).as("cut at %d", length).containsExactlyElementsOf(LongStream.rangeClosed(1, expected).boxed().toList());
            }
        }
    }

    @Test
    void aScanOverSeveralBuffersMissesNothing() throws IOException {
        int count = PacketIndex.RECORDS * 2 + 3;
        write(LongStream.rangeClosed(1, count).mapToObj(PacketIndexTest::placed).toArray(PacketPlaced[]::new));

        try (PacketIndex index = new PacketIndex(file)) {
            assertThat(scanned(index, 1, count)).hasSize(count).isSorted();
            assertThat(scanned(index, 4096, 4098)).containsExactly(4096L, 4097L, 4098L);
            assertThat(scanned(index, count - 1, count + 10)).containsExactly(count - 1L, (long) count);
            assertThat(scanned(index, count + 1, count + 10)).isEmpty();
        }
    }

    @Test
    void holesAreToldInOrderWithThePackets() throws IOException {
        write(placed(1), placed(4), placed(PacketIndex.RECORDS + 2));

        List<Long> told = new ArrayList<>();
        try (PacketIndex index = new PacketIndex(file)) {
            index.scan(2, Long.MAX_VALUE, (records, at) -> true, packet -> told.add(packet.id().number()), hole -> told.add(-hole));
        }
        assertThat(told).startsWith(-2L, -3L, 4L, -5L).hasSize(PacketIndex.RECORDS + 1).endsWith(-PacketIndex.RECORDS - 1L, PacketIndex.RECORDS + 2L);
    }

    @Test
    void aMissingRecordIsAHoleAndMovesNothing() throws IOException {
        write(placed(1), placed(4), placed(3));

        try (PacketIndex index = new PacketIndex(file)) {
            assertThat(index.packet(2)).isEmpty();
            assertThat(scanned(index, 1, 10)).containsExactly(1L, 3L, 4L);
        }
    }

    @Test
    void whatIsDiscardedLeavesAHoleAndIsCounted() throws IOException {
        try (PacketIndexWriter writer = new PacketIndexWriter(file)) {
            put(writer, placed(1));
            writer.discard();
            put(writer, placed(2));
            assertThat(writer.lost()).isEqualTo(1);
        }

        try (PacketIndex index = new PacketIndex(file)) {
            assertThat(scanned(index, 1, 10)).containsExactly(2L);
        }
    }

    @Test
    void aFileThatIsNoIndexIsRefused() throws IOException {
        Files.write(file, new byte[200]);
        assertThatThrownBy(() -> new PacketIndex(file)).isInstanceOf(RecordingException.class).hasMessage("packets.idx: not a packet index");
    }

    @Test
    void anIndexOfALaterVersionIsRefused() throws IOException {
        write(placed(1));
        byte[] octets = Files.readAllBytes(file);
        ByteBuffer.wrap(octets).putInt(8, PacketRecord.VERSION + 1);
        Files.write(file, octets);
        assertThatThrownBy(() -> new PacketIndex(file)).isInstanceOf(RecordingException.class).hasMessage("packets.idx: version 3 (expected: 2)");
    }

    @Test
    void aDamagedRecordIsNamed() throws IOException {
        write(placed(1));
        byte[] octets = Files.readAllBytes(file);
        octets[64 + 55] = (byte) 0xff;
        Files.write(file, octets);
        try (PacketIndex index = new PacketIndex(file)) {
            assertThatThrownBy(() -> index.packet(1)).isInstanceOf(RecordingException.class).hasMessage("packets.idx: p1 is damaged");
        }
    }

    private void write(PacketPlaced... all) throws IOException {
        try (PacketIndexWriter writer = new PacketIndexWriter(file)) {
            for (PacketPlaced placed : all) {
                put(writer, placed);
            }
        }
    }

    private static void put(PacketIndexWriter writer, PacketPlaced p) throws IOException {
        writer.put(p.packet().number(), p.capture(), p.flow(), p.heading(), p.offset(), p.ackOffset(), p.sighting(), p.segment());
    }

    private static PacketPlaced placed(long number) {
        return new PacketPlaced(new PacketId(number), 0, new FlowId(1), Heading.TO_SERVER, number * 10, 0, Sighting.FIRST,
                Traffic.segment(1, Heading.TO_SERVER, number * 10, 10, number));
    }

    private static List<Long> scanned(PacketIndex index, long first, long last) {
        List<Long> numbers = new ArrayList<>();
        index.scan(first, last, (records, at) -> true, packet -> numbers.add(packet.id().number()));
        return numbers;
    }
}
