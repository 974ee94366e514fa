package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.AnnotationCode;
import dev.plumbline.analyze.FlowStatistics;
import dev.plumbline.analyze.SegmentMeasures;
import dev.plumbline.fact.CaptureFact;
import dev.plumbline.fact.Segment;
import dev.plumbline.fact.TcpOptions;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.IpAddress;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of flows, from the capture's facts through the database and back. */
class RecorderAnalysisTest extends FlowFixture {
    @Test
    void aRetransmissionIsReadAsItWasSaid() {
        Path directory = recorded(List.of(
                syn(0), synAck(1), segment(Heading.TO_SERVER, 2, 0, 0, 0), segment(Heading.TO_SERVER, 3, 0, 0, 100),
                segment(Heading.TO_SERVER, 204, 0, 0, 100), segment(Heading.TO_CLIENT, 205, 0, 100, 0)));

        try (Recording recording = Recording.open(directory)) {
            Annotation expected = new Annotation(AnnotationCode.RETRANSMISSION, F1, Heading.TO_SERVER, Optional.of(new WireRange(0, 100)),
                    List.of(new PacketId(5), new PacketId(4)), T0 + 3 * MILLI, T0 + 204 * MILLI);
            assertThat(all(recording)).containsExactly(expected);
            assertThat(recording.annotations(F1, T0 + 204 * MILLI, T0 + 204 * MILLI)).containsExactly(expected);
            assertThat(recording.annotations(F1, T0, T0 + 203 * MILLI)).isEmpty();
            assertThat(recording.annotations(new FlowId(2), 0, Long.MAX_VALUE)).isEmpty();
        }
    }

    @Test
    void theStatisticsReadAreThoseOfAReplay() {
        Path directory = recorded(List.of(
                syn(0), synAck(1), segment(Heading.TO_SERVER, 3, 0, 0, 0), segment(Heading.TO_SERVER, 4, 0, 0, 100), segment(Heading.TO_CLIENT, 9, 0, 100, 50)));

        try (Recording recording = Recording.open(directory)) {
            FlowStatistics statistics = recording.statistics(F1).orElseThrow();
            assertThat(statistics.synToSynAckNanos()).isEqualTo(MILLI);
            assertThat(statistics.synAckToAckNanos()).isEqualTo(2 * MILLI);
            assertThat(statistics.toServer().octets()).isEqualTo(100);
            assertThat(statistics.toClient().segments()).isEqualTo(2);
            assertThat(statistics.toServer().options()).isEqualTo(OFFER);
            assertThat(statistics.toClient().options()).isEqualTo(TcpOptions.NONE);
            assertThat(recording.statistics(new FlowId(2))).isEmpty();
        }
        assertThat(replayed(directory)).isEqualTo(stored(directory));
    }

    @Test
    void windowsAreScaledByWhatTheSynsOffered() {
        Path directory = recorded(List.of(
                syn(0), with(synAck(1), OFFER), segment(Heading.TO_SERVER, 2, 0, 0, 0), segment(Heading.TO_SERVER, 3, 0, 0, 100), segment(Heading.TO_CLIENT, 9, 0, 100, 0)));

        try (Recording recording = Recording.open(directory)) {
            List<SegmentMeasures> measures = new ArrayList<>();
            recording.measured(F1, (row, measured) -> measures.add(measured));
            assertThat(measures).extracting(SegmentMeasures::window).containsExactly(500L, 500L, 64_000L, 64_000L, 64_000L);
            assertThat(measures).extracting(SegmentMeasures::inFlight).containsExactly(-1L, -1L, -1L, 100L, -1L);
            assertThat(measures.get(4)).isEqualTo(new SegmentMeasures(64_000, -1, Optional.of(new PacketId(4)), 6 * MILLI));
        }
    }

    @Test
    void beyondTheCapAnnotationsAreCountedAndNotWritten() {
        int many = AnnotationLedger.MOST_OF_A_CODE + 7;
        List<Segment> segments = new ArrayList<>(List.of(syn(0), synAck(1), segment(Heading.TO_SERVER, 2, 0, 0, 0)));
        LongStream.range(0, many).forEach(i -> segments.add(segment(Heading.TO_CLIENT, 3 + i, 0, 0, 0)));
        Path directory = recorded(segments);

        try (Recording recording = Recording.open(directory)) {
            assertThat(all(recording)).hasSize(AnnotationLedger.MOST_OF_A_CODE).allSatisfy(a -> assertThat(a.code()).isEqualTo(AnnotationCode.DUPLICATE_ACK));
            assertThat(recording.statistics(F1).orElseThrow().toClient().duplicateAcks()).isEqualTo(many);
        }
        try (ReadDatabase database = new ReadDatabase(directory.resolve(Layout.DATABASE))) {
            assertThat(database.one("SELECT left_out FROM flow_statistics", r -> r.getString(1))).contains("[\"duplicate-ack\",7]");
        }
    }

    @Test
    void allFlowsThatAreStillJudgedTakeOneWalkOverTheIndex() {
        int flows = 500;
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < 3 * flows; i++) {
            FourTuple path = new FourTuple(new Endpoint(IpAddress.v4(0x0a000000 + i % flows), 40_000), Traffic.CLIENT_TUPLE.responder());
            segments.add(new Segment(T0 + i * MILLI, path, i < flows ? 0 : 1, 0, i < flows ? Segment.SYN : Segment.ACK, 500, 0, 0, 0, 24, 66, 66));
        }
        Path directory = recorded(segments);
        List<FlowStatistics> stored = statistics(directory, flows, 0);
        changed(directory, "DELETE FROM flow_statistics WHERE flow <> 7");
        changed(directory, "UPDATE flow SET last_packet = NULL");
        changed(directory, "DELETE FROM meta WHERE name = 'ended_at'");

        assertThat(statistics(directory, flows, 1)).isEqualTo(stored).allSatisfy(s -> assertThat(s.toServer().segments()).isEqualTo(3));
    }

    private static List<FlowStatistics> statistics(Path directory, int flows, int walks) {
        try (StoredRecording recording = (StoredRecording) Recording.open(directory)) {
            List<FlowStatistics> all = new ArrayList<>();
            for (int i = 1; i <= flows; i++) {
                all.add(recording.statistics(new FlowId(i)).orElseThrow());
            }
            recording.statistics(F1);
            assertThat(recording.walks()).as("walks over the index").isEqualTo(walks);
            return all;
        }
    }

    /** Three segments of which the second's record, or the segment itself, is missing; then judged anew. */
    private Path withoutTheSecond(boolean recordIsLost) throws IOException {
        List<Segment> segments = new ArrayList<>(List.of(
                syn(0), synAck(1), segment(Heading.TO_SERVER, 2, 0, 0, 0), segment(Heading.TO_SERVER, 3, 0, 0, 100), segment(Heading.TO_SERVER, 4, 100, 0, 100),
                segment(Heading.TO_SERVER, 5, 200, 0, 100), segment(Heading.TO_CLIENT, 6, 0, 300, 0)));
        if (!recordIsLost) {
            segments.remove(4);
        }
        Path directory = recorded(segments);
        if (recordIsLost) {
            byte[] index = Files.readAllBytes(directory.resolve(Layout.INDEX));
            Arrays.fill(index, (int) PacketRecord.positionOf(5), (int) PacketRecord.positionOf(6), (byte) 0);
            Files.write(directory.resolve(Layout.INDEX), index);
        }
        changed(directory, "UPDATE flow_statistics SET whole = 0");
        changed(directory, "DELETE FROM annotation");
        return directory;
    }

    @Test
    void whatTheIndexLostIsNotCalledLostOnTheWire() throws IOException {
        try (Recording recording = Recording.open(withoutTheSecond(true))) {
            assertThat(all(recording)).isEmpty();
            assertThat(recording.statistics(F1).orElseThrow().whole()).isFalse();
            assertThat(recording.statistics(F1).orElseThrow().toServer().segments()).isEqualTo(4);
        }
    }

    @Test
    void whatTheCaptureDidNotSeeIs() throws IOException {
        try (Recording recording = Recording.open(withoutTheSecond(false))) {
            assertThat(all(recording)).extracting(Annotation::code).containsExactly(AnnotationCode.LOST_SEGMENT, AnnotationCode.ACKED_UNSEEN_SEGMENT);
            assertThat(recording.statistics(F1).orElseThrow().whole()).isTrue();
        }
    }

    @Test
    void anAnnotationJudgedAnewIsCappedAsOneThatWasWritten() {
        int many = AnnotationLedger.MOST_OF_A_CODE + 7;
        List<Segment> segments = new ArrayList<>(List.of(syn(0), synAck(1), segment(Heading.TO_SERVER, 2, 0, 0, 0)));
        LongStream.range(0, many).forEach(i -> segments.add(segment(Heading.TO_CLIENT, 3 + i, 0, 0, 0)));
        Path directory = recorded(segments);
        changed(directory, "UPDATE flow_statistics SET whole = 0");

        try (Recording recording = Recording.open(directory)) {
            assertThat(all(recording)).hasSize(AnnotationLedger.MOST_OF_A_CODE);
            assertThat(recording.annotations(F1, T0, T0 + 10 * MILLI)).hasSizeBetween(1, 8);
        }
    }

    @Test
    void theViewSaysFlowCodeAndSeverity() {
        Path directory = recorded(List.of(syn(0), with(segment(Heading.TO_CLIENT, 1, -1, 0, 0), Segment.RST | Segment.ACK)));

        try (ReadDatabase database = new ReadDatabase(directory.resolve(Layout.DATABASE))) {
            String sql = "SELECT flow || ' ' || code || ' ' || severity || ' ' || heading || ' ' || packet || ' ' || evidence || ' ' || micros FROM annotations_view";
            assertThat(database.one(sql, r -> r.getString(1))).contains("f1 connect-refused error to-client p2 [2,1] 1000");
            assertThat(database.one("SELECT to_server_segments || ' ' || to_server_mss FROM flows_view", r -> r.getString(1))).contains("1 1460");
        }
    }

    @Test
    void aSynIsUnansweredOnlyForAsLongAsTheCaptureIsKnownToHaveLooked() {
        List<Annotation> said = new ArrayList<>();
        Path directory = record(findings -> CorrelatorPort.over(findings::accept), (recorder, sink) -> {
            sink.accept(new CaptureFact.InterfaceOpened(0, "lo", 1, 262_144, "tcp", List.of(new IpAddress(0, 1)), T0));
            seen(List.of(syn(0)), sink);
            await(() -> hasFlow(recorder.directory()));
            // Our clock is set, or the capture died: nobody looked for an answer.
            clock.addAndGet(3_600_000 * MILLI);
            sink.accept(Traffic.connections(1, T0).get(0));
            await(() -> hasConnection(recorder.directory()));
            try (Recording recording = Recording.open(recorder.directory())) {
                said.addAll(all(recording));
            }
        });

        assertThat(said).as("while it went on").isEmpty();
        try (Recording recording = Recording.open(directory)) {
            assertThat(all(recording)).as("at its end").isEmpty();
        }
    }

    @ParameterizedTest(name = "the capture showed all of {0} ms: {1}")
    @CsvSource({"999, ''", "1000, CONNECT_UNANSWERED"})
    void atTheEndOfTheRecordingASecondWithoutAnAnswerIsEnough(long millis, String expected) {
        Path directory = record(findings -> CorrelatorPort.over(findings::accept), (recorder, sink) -> {
            sink.accept(new CaptureFact.InterfaceOpened(0, "lo", 1, 262_144, "tcp", List.of(new IpAddress(0, 1)), T0));
            seen(List.of(syn(0)), sink);
            sink.accept(new CaptureFact.SegmentsSeen(0, List.of(), T0 + millis * MILLI, T0));
        });

        try (Recording recording = Recording.open(directory)) {
            assertThat(all(recording).stream().map(a -> a.code().name()).collect(Collectors.joining())).isEqualTo(expected);
        }
    }

    @ParameterizedTest(name = "answered too late: {0}")
    @ValueSource(booleans = {false, true})
    void thatASynWasUnansweredIsKeptWhereTheFlowIsJudgedAnew(boolean isAnsweredLate) {
        Path directory = record(findings -> CorrelatorPort.over(findings::accept), (recorder, sink) -> {
            sink.accept(new CaptureFact.InterfaceOpened(0, "lo", 1, 262_144, "tcp", List.of(new IpAddress(0, 1)), T0));
            seen(List.of(syn(0), syn(1000)), sink);
            sink.accept(new CaptureFact.SegmentsSeen(0, List.of(), T0 + 9_000 * MILLI, T0));
            if (isAnsweredLate) {
                await(() -> hasAnnotation(recorder.directory(), AnnotationCode.CONNECT_UNANSWERED));
                seen(List.of(with(segment(Heading.TO_CLIENT, 9_500, -1, 0, 0), Segment.RST | Segment.ACK)), sink);
            }
        });
        List<Annotation> written = read(directory);
        assertThat(written).extracting(Annotation::code).contains(AnnotationCode.RETRANSMISSION, AnnotationCode.CONNECT_UNANSWERED)
                .matches(codes -> codes.contains(AnnotationCode.CONNECT_REFUSED) == isAnsweredLate);
        changed(directory, "UPDATE flow_statistics SET whole = 0");

        assertThat(read(directory)).isEqualTo(written);
    }

    private static List<Annotation> read(Path directory) {
        try (Recording recording = Recording.open(directory)) {
            return all(recording);
        }
    }

    private static boolean hasAnnotation(Path directory, AnnotationCode code) {
        return read(directory).stream().anyMatch(a -> a.code() == code);
    }

    private static boolean hasFlow(Path directory) {
        try (Recording recording = Recording.open(directory)) {
            return recording.flow(F1).isPresent();
        }
    }

    private static boolean hasConnection(Path directory) {
        try (Recording recording = Recording.open(directory)) {
            return recording.connection(Traffic.c(1)).isPresent();
        }
    }
}
