package dev.plumbline.recording;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.AnnotationCode;
import dev.plumbline.analyze.FlowAnalysis;
import dev.plumbline.analyze.FlowStatistics;
import dev.plumbline.correlate.Finding.FlowSeen;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Shows each flow's segments to its analysis, and writes down what that says.
 *
 * <p>A flow whose ends are both closed leaves {@value #QUIET_SECONDS} s later, with its statistics. What it still says after
 * that is not judged here: its row says so, and a reader judges the flow anew from the index.
 *
 * <p>Owned by: the recorder thread.
 * <p>Limits: {@value #MAX_LIVE} flows judged at once, about 1.3 KB each and 32 octets more for each segment outstanding
 * ({@link FlowAnalysis#MOST_OUTSTANDING}); beyond, one that was silent leaves. {@value #MOST_OF_A_CODE} annotations of one code
 * and flow are written, the others counted. A flow costs a bit for ever where one with a higher number spoke after it had left.
 */
final class AnnotationLedger {
    static final int MAX_LIVE = 1 << 14;
    static final int MOST_OF_A_CODE = 10_000;
    static final int QUIET_SECONDS = 2;
    private static final long QUIET_NANOS = QUIET_SECONDS * 1_000_000_000L;
    private static final long SILENCE_NANOS = 10_000_000_000L;
    private static final long LOOK_NANOS = 1_000_000_000L;
    private static final int SECOND_CHANCES = 8;
    private static final int NEAR = 64;
    private static final long NOT_YET = -1;
    /** For measuring what it costs: {@code -Dplumbline.analysis=off}. */
    private static final boolean OFF = "off".equals(System.getProperty("plumbline.analysis"));
    private final Map<Integer, Live> live = new LinkedHashMap<>(1024);
    /** By the last bits of a flow's number: found without an object. */
    private final Live[] near = new Live[NEAR];
    private final Deque<Live> over = new ArrayDeque<>();
    /** Flows that spoke after they had left, by number. */
    private final BitSet late = new BitSet();
    /** By the number of a capture: up to when it has shown everything. Beyond that silence says nothing. */
    private long[] shownUpTo = {};
    private final RecentAnnotations recent = new RecentAnnotations();
    private final Consumer<Database.Row> rows;
    private long lookedAt;

    /** A flow that is being judged. */
    private final class Live implements Consumer<Annotation> {
        private final int flow;
        private final int capture;
        private final FlowAnalysis analysis;
        private long heardAt;
        private boolean isOver;
        /** By the code's ordinal. Null while nothing was said. */
        private int[] said;

        Live(FlowSeen seen) {
            this.flow = seen.flow().number();
            this.capture = seen.capture();
            this.analysis = new FlowAnalysis(seen.flow(), seen.generation(), this);
        }

        @Override
        public void accept(Annotation annotation) {
            recent.add(annotation);
            if (said == null) {
                said = new int[AnnotationCode.values().length];
            }
            if (++said[annotation.code().ordinal()] <= MOST_OF_A_CODE) {
                rows.accept(db -> AnalysisTables.write(db, annotation));
            }
        }

        String leftOut() {
            Packed packed = new Packed().begin();
            for (int i = 0; said != null && i < said.length; i++) {
                if (said[i] > MOST_OF_A_CODE) {
                    packed.word(AnnotationCode.values()[i].word()).number(said[i] - MOST_OF_A_CODE);
                }
            }
            return packed.end();
        }
    }

    AnnotationLedger(Consumer<Database.Row> rows) {
        this.rows = rows;
    }

    void seen(FlowSeen seen, long now) {
        if (OFF) {
            return;
        }
        if (live.size() >= MAX_LIVE) {
            leaveOne(now);
        }
        Live flow = new Live(seen);
        flow.heardAt = now;
        live.put(flow.flow, flow);
        near[flow.flow & NEAR - 1] = flow;
    }

    /** A capture has shown all packets stamped before that time. */
    void reached(int capture, long watermark) {
        if (capture >= shownUpTo.length) {
            int known = shownUpTo.length;
            shownUpTo = Arrays.copyOf(shownUpTo, capture + 1);
            Arrays.fill(shownUpTo, known, shownUpTo.length, NOT_YET);
        }
        shownUpTo[capture] = watermark;
    }

    private long shownUpTo(Live flow) {
        return flow.capture < shownUpTo.length ? shownUpTo[flow.capture] : NOT_YET;
    }

    void placed(long packet, int number, Heading heading, Sighting sighting, Segment segment, long now) {
        if (OFF || sighting == Sighting.ELSEWHERE) {
            return;
        }
        Live flow = near[number & NEAR - 1];
        if (flow == null || flow.flow != number) {
            flow = live.get(number);
            if (flow == null) {
                tooLate(number);
                return;
            }
            near[number & NEAR - 1] = flow;
        }
        flow.heardAt = now;
        if (segment.has(Segment.SYN)) {
            rows.accept(db -> AnalysisTables.write(db, number, packet, segment.options()));
        }
        flow.analysis.take(packet, heading, segment);
        if (!flow.isOver && flow.analysis.isOver()) {
            flow.isOver = true;
            over.add(flow);
        }
    }

    /** See {@link RecentAnnotations}. */
    List<Annotation> recent(FlowId flow, long fromAt, long untilAt) {
        return recent.of(flow, fromAt, untilAt);
    }

    /** A round trip to the flow's responder in the handshake; −1 when it was not seen, or the flow is judged no longer. */
    long roundTripNanos(FlowId flow) {
        Live found = live.get(flow.number());
        return found == null ? -1 : found.analysis.statistics().synToSynAckNanos();
    }

    void tick(long now) {
        for (int n = over.size(); n > 0; n--) {
            Live flow = over.remove();
            if (now - flow.heardAt < QUIET_NANOS) {
                over.add(flow);
            } else if (live.remove(flow.flow, flow)) {
                leave(flow);
            }
        }
        if (now - lookedAt >= LOOK_NANOS) {
            lookedAt = now;
            live.values().forEach(flow -> flow.analysis.look(shownUpTo(flow)));
        }
    }

    /** The recording ends: nobody will know more of the flows that are still judged. */
    void finish() {
        live.values().forEach(flow -> {
            flow.analysis.end(shownUpTo(flow));
            leave(flow);
        });
        live.clear();
        over.clear();
    }

    /** The oldest that has been silent for a while, if one of the oldest has. */
    private void leaveOne(long now) {
        Live chosen = null;
        for (int i = 0; chosen == null; i++) {
            Iterator<Live> eldest = live.values().iterator();
            Live flow = eldest.next();
            eldest.remove();
            if (i < SECOND_CHANCES && now - flow.heardAt < SILENCE_NANOS) {
                live.put(flow.flow, flow);
            } else {
                chosen = flow;
            }
        }
        leave(chosen);
    }

    private void leave(Live flow) {
        if (near[flow.flow & NEAR - 1] == flow) {
            near[flow.flow & NEAR - 1] = null;
        }
        FlowStatistics statistics = flow.analysis.statistics();
        String leftOut = flow.leftOut();
        rows.accept(db -> AnalysisTables.write(db, flow.flow, statistics, true, leftOut));
    }

    private void tooLate(int flow) {
        if (!late.get(flow)) {
            late.set(flow);
            rows.accept(db -> AnalysisTables.markInPart(db, flow));
        }
    }
}
