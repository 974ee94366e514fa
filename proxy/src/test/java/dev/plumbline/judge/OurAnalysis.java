package dev.plumbline.judge;

import dev.plumbline.analyze.AnnotationCode;
import dev.plumbline.analyze.FlowAnalysis;
import dev.plumbline.analyze.SegmentMeasures;
import dev.plumbline.capture.DumpSegments;
import dev.plumbline.correlate.Correlator;
import dev.plumbline.correlate.CorrelatorLimits;
import dev.plumbline.correlate.Finding;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.correlate.FindingSink;
import dev.plumbline.fact.CaptureFact;
import dev.plumbline.fact.Segment;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.PacketId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What our analysis says of a dump, frame by frame: decoder, flow table and analysis as the recorder has them.
 *
 * <p>Owned by: the test's thread.
 */
final class OurAnalysis implements FindingSink {
    /** By frame number; frames that are no TCP segment to us are not there. */
    final Map<Integer, Set<AnnotationCode>> said = new HashMap<>();
    final Map<Integer, SegmentMeasures> measured = new HashMap<>();
    /** Frames given to a flow that takes no notice of them. */
    private final Map<Long, Integer> frames = new HashMap<>();
    private final Map<FlowId, FlowAnalysis> flows = new HashMap<>();

    private OurAnalysis() {
    }

    static OurAnalysis of(Path pcap) throws IOException {
        OurAnalysis analysis = new OurAnalysis();
        Correlator correlator = new Correlator(CorrelatorLimits.defaults(), analysis);
        long[] packets = {0};
        DumpSegments.read(pcap, (frame, segment) -> {
            analysis.frames.put(++packets[0], frame);
            analysis.said.put(frame, EnumSet.noneOf(AnnotationCode.class));
            correlator.accept(new CaptureFact.SegmentsSeen(0, List.of(segment), segment.at(), segment.at()));
        });
        return analysis;
    }

    /** What the recorder said live of the packets in the first dump of a capture. */
    static OurAnalysis recorded(Recording recording, int capture) {
        OurAnalysis analysis = new OurAnalysis();
        PacketId last = new PacketId(recording.summary().packets());
        recording.packets(new PacketId(1), last, row -> row.capture() == capture && row.file() == 0, row -> {
            int frame = analysis.frames.size() + 1;
            analysis.frames.put(row.id().number(), frame);
            analysis.said.put(frame, EnumSet.noneOf(AnnotationCode.class));
        });
        recording.flows(flow -> {
            if (flow.capture() == capture) {
                recording.annotations(flow.id(), a -> analysis.said.get(analysis.frames.get(a.packets().get(0).number())).add(a.code()));
                recording.measured(flow.id(), (row, measures) -> analysis.measured.put(analysis.frames.get(row.id().number()), measures));
            }
        });
        return analysis;
    }

    @Override
    public void accept(Finding finding) {
        if (finding instanceof Finding.FlowSeen seen) {
            flows.put(seen.flow(), new FlowAnalysis(
                    seen.flow(), seen.generation(), a -> said.get(frames.get(a.packets().get(0).number())).add(a.code())));
        }
    }

    @Override
    public void packetPlaced(
            long packet, int capture, FlowId flow, Heading heading, long offset, long ackOffset, Sighting sighting, Segment segment) {
        FlowAnalysis analysis = flows.get(flow);
        analysis.take(packet, heading, segment);
        measured.put(frames.get(packet), analysis.measures());
    }
}
