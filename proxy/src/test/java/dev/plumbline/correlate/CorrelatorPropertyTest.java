package dev.plumbline.correlate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.correlate.Finding.MessageCovered;
import dev.plumbline.correlate.Finding.PacketPlaced;
import dev.plumbline.fact.CaptureFact.SegmentsSeen;
import dev.plumbline.fact.Fact;
import dev.plumbline.wire.WireRange;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The properties of the core, each against a scene that knows for every octet which packets carried it. */
class CorrelatorPropertyTest {
    static List<Long> seeds() {
        List<Long> out = new ArrayList<>();
        for (long seed = 1; seed <= 150; seed++) {
            out.add(seed);
        }
        return out;
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void coverageIsWhatTheOracleSaysOctetByOctet(long seed) {
        Scene scene = new Scene(seed);
        assertThat(messages(run(scene, 0, packetsFirst(scene, seed)))).isEqualTo(scene.verdicts());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void anyInterleavingOfTheSourcesEndsInTheSameFindings(long seed) {
        Scene scene = new Scene(seed);
        List<String> oneWay = said(run(scene, 0, packetsFirst(scene, seed)));
        for (int i = 0; i < 4; i++) {
            assertThat(said(run(scene, 0, interleaved(scene, seed * 31 + i)))).isEqualTo(oneWay);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void coveredAndGapOctetsAddUpToTheMessage(long seed) {
        Scene scene = new Scene(seed);
        run(scene, 0, interleaved(scene, seed)).forEach(CorrelatorPropertyTest::assertConserved);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shiftingSequenceNumbersChangesNothing(long seed) {
        Scene scene = new Scene(seed);
        List<String> still = run(scene, 0, packetsFirst(scene, seed)).stream().map(Script::text).toList();
        int shift = new SplittableRandom(seed).nextInt();
        assertThat(run(scene, shift, packetsFirst(scene, shift, seed)).stream().map(Script::text).toList()).isEqualTo(still);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theSameOctetsInANewPacketAddOneRepeat(long seed) {
        Scene scene = new Scene(seed);
        List<Scene.Cut> more = new ArrayList<>(scene.cuts);
        List<Integer> data = new ArrayList<>();
        for (int i = 0; i < more.size(); i++) {
            if (more.get(i).octets() > 1) {
                data.add(i);
            }
        }
        if (data.isEmpty()) {
            return;
        }
        more.add(more.get(data.get(new SplittableRandom(seed).nextInt(data.size()))));
        Scene repeated = scene.with(more);
        List<Finding> findings = run(repeated, 0, packetsFirst(repeated, seed));
        PacketPlaced last = null;
        for (Finding finding : findings) {
            last = finding instanceof PacketPlaced placed ? placed : last;
        }
        assertThat(last).isNotNull();
        assertThat(last.sighting()).isEqualTo(Finding.Sighting.REPEAT);
        assertThat(said(findings)).isEqualTo(said(run(scene, 0, packetsFirst(scene, seed))));
        assertThat(messages(findings)).isEqualTo(repeated.verdicts());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void cuttingASegmentInTwoChangesOnlyCounts(long seed) {
        Scene scene = new Scene(seed);
        SplittableRandom random = new SplittableRandom(seed);
        List<Scene.Cut> finer = new ArrayList<>();
        for (Scene.Cut cut : scene.cuts) {
            if (cut.octets() > 3 && random.nextInt(3) == 0) {
                int at = 2 + random.nextInt(cut.octets() - 3);
                finer.add(new Scene.Cut(cut.connection(), cut.heading(), cut.offset(), at, cut.flags()));
                finer.add(new Scene.Cut(cut.connection(), cut.heading(), cut.offset() + at, cut.octets() - at, cut.flags()));
            } else {
                finer.add(cut);
            }
        }
        Scene split = scene.with(finer);
        assertThat(coverage(run(split, 0, packetsFirst(split, seed)))).isEqualTo(coverage(run(scene, 0, packetsFirst(scene, seed))));
    }

    static void assertConserved(Finding finding) {
        if (!(finding instanceof MessageCovered message)) {
            return;
        }
        assertAscending(message.ranges());
        assertAscending(message.gaps());
        for (WireRange gap : message.gaps()) {
            assertThat(message.ranges()).as("ranges around gap %s", gap).anyMatch(r -> r.start() <= gap.start() && gap.end() <= r.end());
        }
        boolean isWhole = message.coverage() == Coverage.COMPLETE;
        assertThat(message.reason().isEmpty()).isEqualTo(isWhole);
        assertThat(!isWhole || message.gaps().isEmpty()).isTrue();
        assertThat(message.segments() == 0).isEqualTo(message.lastPacket().isEmpty());
        assertThat(message.firstAt() < 0).isEqualTo(message.firstPacket().isEmpty());
    }

    private static void assertAscending(List<WireRange> ranges) {
        for (int i = 0; i < ranges.size(); i++) {
            assertThat(ranges.get(i).isEmpty()).isFalse();
            assertThat(i == 0 || ranges.get(i - 1).end() < ranges.get(i).start()).as("%s", ranges).isTrue();
        }
    }

    private static List<Fact> packetsFirst(Scene scene, long seed) {
        return packetsFirst(scene, 0, seed);
    }

    private static List<Fact> packetsFirst(Scene scene, int shift, long seed) {
        List<Fact> out = new ArrayList<>(scene.capture(shift, new SplittableRandom(seed)));
        scene.relay.forEach(out::addAll);
        return out;
    }

    private static List<Fact> interleaved(Scene scene, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<Fact>> left = new ArrayList<>();
        left.add(new ArrayList<>(scene.capture(0, random)));
        scene.relay.forEach(r -> left.add(new ArrayList<>(r)));
        List<Fact> out = new ArrayList<>();
        while (!left.isEmpty()) {
            List<Fact> from = left.get(random.nextInt(left.size()));
            for (int n = 1 + random.nextInt(8); n > 0 && !from.isEmpty(); n--) {
                out.add(from.remove(0));
            }
            left.removeIf(List::isEmpty);
        }
        return out;
    }

    private static List<Finding> run(Scene scene, int shift, List<Fact> facts) {
        List<Finding> out = new ArrayList<>();
        Correlator correlator = new Correlator(CorrelatorLimits.defaults(), out::add);
        facts.forEach(correlator::accept);
        correlator.accept(new SegmentsSeen(0, List.of(), Script.millis(2_500), Script.millis(2_500)));
        correlator.finish(Script.millis(3_000));
        return out;
    }

    /** Verdicts with the flow left out, which the oracle does not number. */
    private static List<String> messages(List<Finding> findings) {
        return findings.stream().filter(MessageCovered.class::isInstance).map(f -> Script.text(f).replaceFirst("/f[0-9]+", "")).sorted().toList();
    }

    /** All findings, without the repeats of messages: those are counted when a message is spoken of, which may be before they come. */
    private static List<String> said(List<Finding> findings) {
        return findings.stream().filter(f -> !(f instanceof PacketPlaced || f instanceof Finding.PieceSeen))
                .map(f -> f instanceof MessageCovered ? Script.text(f).replaceFirst("\\+[0-9]+$", "") : Script.text(f)).sorted().toList();
    }

    private static List<String> coverage(List<Finding> findings) {
        return findings.stream().filter(MessageCovered.class::isInstance).map(f -> Script.text(f).replaceFirst(" by .*| [0-9]+\\+[0-9]+$", "")).sorted().toList();
    }
}
