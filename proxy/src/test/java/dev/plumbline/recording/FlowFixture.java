package dev.plumbline.recording;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.FlowStatistics;
import dev.plumbline.fact.CaptureFact;
import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.Segment;
import dev.plumbline.fact.TcpOptions;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.IpAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the tests of flows share: segments of one, recorded by way of the correlator of the product, and its rows changed afterwards. */
abstract class FlowFixture extends RecorderFixture {
    static final FlowId F1 = new FlowId(1);
    static final TcpOptions OFFER = new TcpOptions(1460, 7, true, true, true);
    static final long MILLI = 1_000_000L;
    static final long T0 = Traffic.T0;

    Path recorded(List<Segment> segments) {
        return record(findings -> CorrelatorPort.over(findings::accept), (recorder, sink) -> {
            sink.accept(new CaptureFact.InterfaceOpened(0, "lo", 1, 262_144, "tcp", List.of(new IpAddress(0, 1)), T0));
            seen(segments, sink);
        });
    }

    static void seen(List<Segment> segments, FactSink sink) {
        for (int i = 0; i < segments.size(); i += 100) {
            List<Segment> batch = segments.subList(i, Math.min(i + 100, segments.size()));
            sink.accept(new CaptureFact.SegmentsSeen(0, List.copyOf(batch), batch.get(0).at(), batch.get(0).at()));
        }
    }

    static List<Annotation> all(Recording recording) {
        List<Annotation> all = new ArrayList<>();
        recording.annotations(F1, all::add);
        return all;
    }

    static FlowStatistics stored(Path directory) {
        try (Recording recording = Recording.open(directory)) {
            return recording.statistics(F1).orElseThrow();
        }
    }

    /** As a reader has it while the flow is still being judged. */
    static FlowStatistics replayed(Path directory) {
        changed(directory, "DELETE FROM flow_statistics");
        return stored(directory);
    }

    static Segment syn(long millis) {
        return with(with(segment(Heading.TO_SERVER, millis, -1, -1, 0), Segment.SYN), OFFER);
    }

    static Segment synAck(long millis) {
        return with(segment(Heading.TO_CLIENT, millis, -1, 0, 0), Segment.SYN | Segment.ACK);
    }

    /** Offsets as in the streams; a SYN's is −1. */
    static Segment segment(Heading heading, long millis, long offset, long ack, int length) {
        FourTuple path = heading == Heading.TO_SERVER ? Traffic.CLIENT_TUPLE : Traffic.CLIENT_TUPLE.reversed();
        int mine = heading == Heading.TO_SERVER ? 1_000 : -5;
        int other = heading == Heading.TO_SERVER ? -5 : 1_000;
        return new Segment(T0 + millis * MILLI, path, mine + 1 + (int) offset, other + 1 + (int) ack, Segment.ACK, 500, length, length, 0, 24, 66 + length, 66 + length);
    }

    static Segment with(Segment s, int flags) {
        return new Segment(s.at(), s.path(), s.seq(), s.ack(), flags, s.window(), s.payloadLength(), s.capturedPayload(), s.file(), s.position(),
                s.capturedLength(), s.frameLength(), s.options());
    }

    static Segment with(Segment s, TcpOptions options) {
        return new Segment(s.at(), s.path(), s.seq(), s.ack(), s.flags(), s.window(), s.payloadLength(), s.capturedPayload(), s.file(), s.position(),
                s.capturedLength(), s.frameLength(), options);
    }
}
