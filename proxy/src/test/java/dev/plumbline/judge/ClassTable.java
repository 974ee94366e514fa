package dev.plumbline.judge;

import dev.plumbline.analyze.AnnotationCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** How often tshark and we say the same of a frame, class by class. */
final class ClassTable {
    /** The codes that Wireshark has too. */
    static final List<AnnotationCode> JUDGED = Arrays.stream(AnnotationCode.values()).filter(c -> c.wiresharkField().isPresent()).toList();
    private static final String[] MEASURES = {"round-trip time", "octets in flight", "scaled window"};
    private static final int EXAMPLES = 6;
    private static final Set<AnnotationCode> RESENT = EnumSet.of(AnnotationCode.RETRANSMISSION, AnnotationCode.FAST_RETRANSMISSION, AnnotationCode.OUT_OF_ORDER);

    static final class Line {
        long both;
        long oursAlone;
        long theirsAlone;
        final List<String> examples = new ArrayList<>();

        double recall() {
            return both + theirsAlone == 0 ? 1 : (double) both / (both + theirsAlone);
        }

        double precision() {
            return both + oursAlone == 0 ? 1 : (double) both / (both + oursAlone);
        }

        long theirs() {
            return both + theirsAlone;
        }
    }

    final Map<AnnotationCode, Line> lines = new EnumMap<>(AnnotationCode.class);
    /** Frames both took for a segment. */
    long frames;
    /** Frames not compared for retransmissions: see {@link TheirAnalysis}. */
    long setAside;
    /** Values that tshark gives for a frame, and how many of them are ours too: round-trip time, octets in flight, scaled window. */
    final long[] measures = new long[3];
    final long[] sameMeasures = new long[3];

    private final List<String> otherMeasures = new ArrayList<>();

    ClassTable() {
        JUDGED.forEach(code -> lines.put(code, new Line()));
    }

    void add(String name, OurAnalysis ours, TheirAnalysis theirs) {
        Set<Integer> common = new TreeSet<>(ours.said.keySet());
        common.retainAll(theirs.said.keySet());
        frames += common.size();
        for (int frame : common) {
            boolean isSetAside = theirs.againstItsGuide.contains(frame) && ours.said.get(frame).stream().anyMatch(RESENT::contains);
            setAside += isSetAside ? 1 : 0;
            for (AnnotationCode code : JUDGED) {
                if (isSetAside && RESENT.contains(code)) {
                    continue;
                }
                compare(name, frame, code, ours.said.get(frame), theirs.said.get(frame));
            }
            TheirAnalysis.Measures wanted = theirs.measured.get(frame);
            String place = name + " frame " + frame;
            measure(0, place, wanted.rttNanos(), ours.measured.get(frame).rttNanos());
            measure(1, place, wanted.inFlight(), ours.measured.get(frame).inFlight());
            measure(2, place, wanted.window(), ours.measured.get(frame).window());
        }
    }

    private void compare(String name, int frame, AnnotationCode code, Set<AnnotationCode> ours, Set<AnnotationCode> theirs) {
        Line line = lines.get(code);
        boolean weDo = ours.contains(code);
        boolean theyDo = theirs.contains(code);
        if (weDo && theyDo) {
            line.both++;
        } else if (weDo || theyDo) {
            line.oursAlone += weDo ? 1 : 0;
            line.theirsAlone += weDo ? 0 : 1;
            if (line.examples.size() < EXAMPLES) {
                Set<AnnotationCode> judgedOurs = EnumSet.copyOf(JUDGED);
                judgedOurs.retainAll(ours);
                line.examples.add(name + " frame " + frame + ": ours " + judgedOurs + ", tshark's " + theirs);
            }
        }
    }

    private void measure(int which, String place, long wanted, long ours) {
        if (wanted >= 0) {
            measures[which]++;
            sameMeasures[which] += wanted == ours ? 1 : 0;
            if (wanted != ours && measures[which] - sameMeasures[which] <= EXAMPLES) {
                otherMeasures.add(MEASURES[which] + ": " + place + ": ours " + ours + ", tshark's " + wanted);
            }
        }
    }

    String markdown() {
        StringBuilder out = new StringBuilder("| Class | tshark | both | ours alone | recall | precision |\n|---|---|---|---|---|---|\n");
        lines.forEach((code, line) -> out.append(String.format(Locale.ROOT, "| `%s` | %,d | %,d | %,d | %s | %s |%n",
                code.word(), line.theirs(), line.both, line.oursAlone, ratio(line.theirs(), line.recall()), ratio(line.both + line.oursAlone, line.precision()))));
        return out.toString();
    }

    String measuresText() {
        return String.format(Locale.ROOT, "%,d frames, %,d of them set aside for retransmissions; the same value as tshark's: round-trip time %,d of %,d, octets in flight %,d of %,d, scaled window %,d of %,d",
                frames, setAside, sameMeasures[0], measures[0], sameMeasures[1], measures[1], sameMeasures[2], measures[2]);
    }

    String examples() {
        StringBuilder out = new StringBuilder();
        lines.forEach((code, line) -> line.examples.forEach(example -> out.append(code.word()).append(": ").append(example).append('\n')));
        otherMeasures.forEach(example -> out.append(example).append('\n'));
        return out.toString();
    }

    private static String ratio(long of, double value) {
        return of == 0 ? "–" : String.format(Locale.ROOT, "%.4f", Math.floor(value * 10_000) / 10_000);
    }
}
