package dev.plumbline.recording;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.AnnotationCode;
import dev.plumbline.analyze.FlowAnalysis;
import dev.plumbline.analyze.FlowStatistics;
import dev.plumbline.analyze.SegmentMeasures;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.Segment;
import dev.plumbline.fact.TcpOptions;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Judges a flow anew, from the records of the index. Where records are missing, so may be segments that were captured:
 * behind such a hole nothing is said of octets that nobody saw, and the statistics are marked.
 *
 * <p>Owned by: one thread.
 */
final class FlowReplay {
    private final FlowAnalysis analysis;
    private final FourTuple tuple;
    private final FourTuple back;
    private final LongFunction<TcpOptions> options;
    private final OptionalLong last;
    private long previous;
    private boolean hasHoles;

    /**
     * @param last its last packet; empty when that is not known
     * @param options what the SYN with that packet number offered
     * @param annotations takes what is said
     */
    FlowReplay(FlowRow flow, OptionalLong last, LongFunction<TcpOptions> options, Consumer<Annotation> annotations) {
        this.tuple = flow.tuple();
        this.back = tuple.reversed();
        this.last = last;
        this.options = options;
        this.previous = flow.firstPacket().number() - 1;
        this.analysis = new FlowAnalysis(flow.id(), flow.generation(), annotation -> {
            if (!hasHoles || !isOfTheUnseen(annotation.code())) {
                annotations.accept(annotation);
            }
        });
    }

    /**
     * Takes the flow's next packet.
     *
     * @param lost the last packet before it whose record is missing; 0 when there is none
     * @return whether it was judged
     */
    boolean take(PacketRow row, long lost) {
        hasHoles |= lost > previous;
        previous = row.id().number();
        if (row.sighting() == Sighting.ELSEWHERE) {
            return false;
        }
        TcpOptions offered = (row.flags() & Segment.SYN) == 0 ? TcpOptions.NONE : options.apply(row.id().number());
        analysis.take(row.id().number(), row.heading(), segment(row, row.heading() == Heading.TO_SERVER ? tuple : back, offered));
        return true;
    }

    /** Whether its last packet was taken, as far as that is known. */
    boolean isAtItsLast() {
        return last.isPresent() && previous >= last.getAsLong();
    }

    /**
     * There are no more.
     *
     * @param lost as for a packet that came now
     * @param isEndDoubtful whether records may be missing behind the last one of the index
     */
    void end(long lost, boolean isEndDoubtful) {
        // Where its last packet was seen, what is missing is of others.
        hasHoles |= last.isPresent() ? previous < last.getAsLong() : isEndDoubtful || lost > previous;
    }

    FlowStatistics statistics() {
        return hasHoles ? analysis.statistics().inPart() : analysis.statistics();
    }

    SegmentMeasures measures() {
        return analysis.measures();
    }

    private static boolean isOfTheUnseen(AnnotationCode code) {
        return code == AnnotationCode.LOST_SEGMENT || code == AnnotationCode.ACKED_UNSEEN_SEGMENT;
    }

    private static Segment segment(PacketRow p, FourTuple path, TcpOptions options) {
        return new Segment(
                p.at(), path, p.seq(), p.ack(), p.flags(), p.window(), p.payloadLength(), p.payloadLength(), p.file(), p.position(),
                p.capturedLength(), p.frameLength(), options);
    }
}
