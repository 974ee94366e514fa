package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.analyze.FlowStatistics;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.IpAddress;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The statistics of flows that the recorder did not judge to their end. */
class UnjudgedFlowsTest extends FlowFixture {
    private static final String NOT_ENDED = "DELETE FROM meta WHERE name = 'ended_at'";
    private static final String LAST_UNKNOWN = "UPDATE flow SET last_packet = NULL";

    /** One flow of seven packets without statistics. */
    private Path unjudged() {
        Path directory = recorded(List.of(
                syn(0), synAck(1), segment(Heading.TO_SERVER, 2, 0, 0, 0), segment(Heading.TO_SERVER, 3, 0, 0, 100), segment(Heading.TO_SERVER, 4, 100, 0, 100),
                segment(Heading.TO_SERVER, 5, 200, 0, 100), segment(Heading.TO_CLIENT, 6, 0, 300, 0)));
        changed(directory, "DELETE FROM flow_statistics");
        return directory;
    }

    /** So that only so many records are left. */
    private static void cut(Path directory, int records) throws IOException {
        try (RandomAccessFile index = new RandomAccessFile(directory.resolve(Layout.INDEX).toFile(), "rw")) {
            index.setLength(PacketRecord.positionOf(records + 1L));
        }
    }

    @ParameterizedTest(name = "{0} of 7 records are left")
    @ValueSource(ints = {0, 3, 6})
    void whoseLastRecordsAreMissingIsMarked(int records) throws IOException {
        Path directory = unjudged();
        cut(directory, records);

        FlowStatistics statistics = stored(directory);
        assertThat(statistics.whole()).isFalse();
        assertThat(statistics.toServer().segments() + statistics.toClient().segments()).isEqualTo(records);
    }

    @Test
    void whoseRecordsAreAllThereIsNotMarkedThoughTheIndexIsCutBehindThem() throws IOException {
        Path directory = unjudged();
        changed(directory, "UPDATE flow SET last_packet = 6");
        cut(directory, 6);

        assertThat(stored(directory).whole()).isTrue();
    }

    @Test
    void ofARecordingThatEndedTheLastPacketIsKnownOrItsRowWasLost() throws IOException {
        Path directory = unjudged();
        changed(directory, LAST_UNKNOWN);
        cut(directory, 5);

        assertThat(stored(directory).whole()).isFalse();
    }

    @Test
    void aFlowThatGoesOnIsNotMarked() {
        Path directory = unjudged();
        changed(directory, LAST_UNKNOWN);
        changed(directory, NOT_ENDED);

        assertThat(stored(directory).whole()).isTrue();
    }

    @ParameterizedTest(name = "{0}: whole {1}")
    @CsvSource({"packets not kept: limit of 16 MiB, true", "12 rows and 0 packet records not written, true", "0 rows and 10 packet records not written, false",
        "packets not kept: limit of 16 MiB; 7 rows and 4096 packet records not written; the recorder failed on 1 facts, false"})
    void whereRecordsWereGivenUpTheyMayHaveBeenOfAnyFlowThatWentOn(String limitReached, boolean whole) {
        Path directory = unjudged();
        changed(directory, LAST_UNKNOWN);
        changed(directory, NOT_ENDED);
        changed(directory, "INSERT OR REPLACE INTO meta VALUES ('limit_reached', '" + limitReached + "')");

        assertThat(stored(directory).whole()).isEqualTo(whole);
    }

    @Test
    void flowsThatDoNotOverlapAreNotKeptAtTheSameTime() {
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            FourTuple path = new FourTuple(new Endpoint(IpAddress.v4(0x0a000000 + i), 40_000), Traffic.CLIENT_TUPLE.responder());
            for (int n = 0; n < 3; n++) {
                segments.add(new Segment(T0 + (3 * i + n) * MILLI, path, n, 0, n == 0 ? Segment.SYN : Segment.ACK, 500, 0, 0, 0, 24, 66, 66));
            }
        }
        Path directory = recorded(segments);
        changed(directory, "DELETE FROM flow_statistics");

        try (ReadDatabase database = new ReadDatabase(directory.resolve(Layout.DATABASE)); PacketIndex index = new PacketIndex(directory.resolve(Layout.INDEX))) {
            UnjudgedFlows flows = new UnjudgedFlows(database, new ConnectionReader(database), index, new SynReader(database));
            for (int i = 1; i <= 200; i++) {
                assertThat(flows.statistics(new FlowId(i)).orElseThrow().toServer().segments()).isEqualTo(3);
            }
            assertThat(flows.walks()).isEqualTo(1);
            assertThat(flows.mostAtOnce()).isEqualTo(1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(longs = {0, -3, (1L << 32) + 100, (1L << 32) + 1})
    void aFlowWhoseNumberCannotBeIsDamage(long number) {
        Path directory = unjudged();
        changed(directory, "INSERT INTO flow SELECT " + number + ", initiator, responder, 2, capture, syn_seen, 8, at, NULL FROM flow");

        try (Recording recording = Recording.open(directory)) {
            assertThatThrownBy(() -> recording.statistics(F1)).isInstanceOf(RecordingException.class).hasMessageStartingWith("recording.db: damaged: ");
            assertThatThrownBy(() -> recording.flows(flow -> { })).isInstanceOf(RecordingException.class).hasMessageStartingWith("recording.db: damaged: ");
        }
    }

    @Test
    void anIndexThatEndsBeforeTheNewestFlowBeganIsCut() throws IOException {
        Path directory = unjudged();
        changed(directory, "INSERT INTO flow SELECT 2, initiator, responder, 2, capture, syn_seen, 8, at, NULL FROM flow");
        changed(directory, LAST_UNKNOWN);
        changed(directory, NOT_ENDED);

        assertThat(stored(directory).whole()).isFalse();
    }
}
