package dev.plumbline.dump;

import dev.plumbline.capture.DumpedInterface;
import dev.plumbline.correlate.Finding;
import dev.plumbline.correlate.Finding.FlowSeen;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.correlate.FindingSink;
import dev.plumbline.dump.file.Dump;
import dev.plumbline.dump.stream.HeldOctets;
import dev.plumbline.dump.tls.Keys;
import dev.plumbline.fact.CaptureFact.SegmentsSeen;
import dev.plumbline.fact.Segment;
import dev.plumbline.recording.ImportRecorder;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import java.util.List;
import java.util.function.Function;

/**
 * The work of one import. One packet at a time: decoded, kept, given to the recording, which says at once which flow it is of
 * and where in its stream the payload belongs; then read on.
 *
 * <p>Owned by: the importing thread.
 * <p>Limits: {@link Connections}, {@link HeldOctets}, {@link Captures}, {@link Keys}.
 */
final class ImportRun implements FindingSink {
    private static final int PACKETS_PER_PROGRESS = 1 << 14;

    private final Dump dump;
    private final Keys keys;
    private final List<String> remarks;
    private final ImportProgress progress;
    private final Readings readings;
    private ImportRecorder recorder;
    private Captures captures;
    private Connections connections;

    // What the recording said of the packet at hand.
    private FlowSeen opened;
    private FlowId flow;
    private Heading heading;
    private long offset;
    private long ackOffset;
    private Sighting sighting;
    private Segment placed;

    ImportRun(Dump dump, Keys keys, List<String> remarks, ImportProgress progress) {
        this.dump = dump;
        this.keys = keys;
        this.remarks = remarks;
        this.progress = progress;
        this.readings = new Readings(keys, new HeldOctets());
    }

    ImportResult run(Function<FindingSink, ImportRecorder> recorders) {
        try (ImportRecorder recording = recorders.apply(this)) {
            recorder = recording;
            captures = new Captures(dump, recorder);
            connections = new Connections(recorder, readings);
            long last = 0;
            while (dump.next()) {
                packet();
                last = dump.at();
                if (dump.packets() % PACKETS_PER_PROGRESS == 0) {
                    progress.at(dump.position(), dump.size());
                }
            }
            connections.closeAll(last);
            captures.close(last);
            if (!dump.damage().isEmpty()) {
                recorder.damaged(dump.damage());
            }
        }
        remarks.addAll(dump.remarks());
        remarks.addAll(captures.remarks());
        if (keys.tooMany() > 0) {
            remarks.add(keys.tooMany() + " key log lines left out: too many");
        }
        if (keys.late() > 0) {
            remarks.add("TLS secrets behind their handshakes, " + (keys.late() == 1 ? "1 connection" : keys.late() + " connections") + (keys.wasFullAhead()
                    ? ": behind those of " + Keys.MOST_CONNECTIONS + " others, which is as many as are kept: give theirs with --keys, in a file of their own"
                    : ": too late where a dump is read as it comes; import it from a file, or give them with --keys"));
        }
        return new ImportResult(
                recorder.directory(), dump.position(), dump.packets(), captures.segments(), connections.count(), connections.exchanges(),
                connections.unread(), captures.leftOut(), keys.lines(), List.copyOf(remarks), dump.damage());
    }

    private void packet() {
        DumpedInterface in = captures.of(dump);
        if (in == null || !in.take(dump.at(), dump.buffer(), dump.frame(), dump.capturedLength(), dump.frameLength())) {
            return;
        }
        Segment segment = in.segment();
        opened = null;
        flow = null;
        recorder.at(segment.at());
        captures.keeping(segment.at());
        recorder.accept(new SegmentsSeen(captures.number(), List.of(segment), segment.at(), segment.at()));
        if (opened != null) {
            connections.open(opened);
        }
        if (flow != null && sighting == Sighting.ELSEWHERE) {
            connections.elsewhere(flow, heading);
        } else if (flow != null) {
            connections.segment(flow, heading, offset, ackOffset, sighting, placed, dump.buffer(), in.payloadIndex());
        }
        connections.closeEnded(segment.at());
    }

    @Override
    public void accept(Finding finding) {
        if (finding instanceof FlowSeen seen) {
            opened = seen;
        }
    }

    @Override
    public void packetPlaced(
            long packet, int capture, FlowId id, Heading way, long at, long acked, Sighting seen, Segment segment) {
        flow = id;
        heading = way;
        offset = at;
        ackOffset = acked;
        sighting = seen;
        placed = segment;
    }
}
