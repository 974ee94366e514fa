package dev.plumbline.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.Segment;
import dev.plumbline.fact.TcpOptions;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold of every flow, however odd. */
class FlowAnalysisPropertyTest {
    private static final FourTuple PATH = new FourTuple(new Endpoint(new IpAddress(0, 1), 40_000), new Endpoint(new IpAddress(0, 2), 80));
    private static final int SEGMENTS = 400;

    /** A segment of the flow, by the numbers in its header. */
    private record Sent(Heading heading, Segment segment) {
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aConstantAddedToTheSequenceNumbersChangesNothing(long seed) {
        List<Sent> flow = walk(seed);
        RandomGenerator random = random(~seed);
        int shift = random.nextInt();
        int otherShift = random.nextInt();
        List<Sent> shifted = flow.stream().map(s -> s.heading == Heading.TO_SERVER ? moved(s, shift, otherShift) : moved(s, otherShift, shift)).toList();
        assertThat(judged(shifted)).isEqualTo(judged(flow)).isNotEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void nonsenseNeverThrowsAndItsEvidenceIsAlwaysThere(long seed) {
        RandomGenerator random = random(seed);
        List<Annotation> said = new ArrayList<>();
        FlowAnalysis analysis = new FlowAnalysis(Dialogue.FLOW, 1 + random.nextInt(2), 16, said::add);
        long at = 0;
        for (int i = 1; i <= 20_000; i++) {
            at += random.nextLong(-1_000_000, 300_000_000);
            Heading heading = random.nextBoolean() ? Heading.TO_SERVER : Heading.TO_CLIENT;
            int near = random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(-2_000, 2_000);
            TcpOptions options = new TcpOptions(random.nextInt(-1, 65_536), random.nextInt(-1, 15), random.nextBoolean(), random.nextBoolean(), random.nextBoolean());
            int length = random.nextInt(4) > 0 ? 0 : random.nextInt(70_000);
            analysis.take(i, heading, new Segment(
                    at, PATH, near, random.nextInt(-2_000, 2_000), random.nextInt(256), random.nextInt(65_536) * random.nextInt(2), length, length, 0, 0, 54, 54, options));
            analysis.measures();
            analysis.look(at);
        }
        analysis.end(at);
        assertThat(analysis.statistics().toServer().segments()).isPositive();
        assertThat(said).isNotEmpty().allSatisfy(a -> assertThat(a.packets()).allSatisfy(p -> assertThat(p.number()).isBetween(1L, 20_000L)));
    }

    @ParameterizedTest(name = "{0} segments")
    @ValueSource(ints = {15, 16, 17, 10_000})
    void whatIsOutstandingBeyondTheCapIsCounted(int segments) {
        Dialogue talk = new Dialogue(1, 5, 6, 16);
        for (int i = 0; i < segments; i++) {
            talk.client(i * 100L, 100);
        }
        assertThat(talk.analysis.statistics().toServer().untimed()).isEqualTo(Math.max(0, segments - 16));
        assertThat(talk.analysis.statistics().toServer().octets()).isEqualTo(segments * 100L);
    }

    @ParameterizedTest(name = "{0} segments")
    @ValueSource(ints = {15, 16, 17, 100})
    void whatIsInFlightIsKnownBeyondTheCapToo(int segments) {
        Dialogue talk = new Dialogue(1, 5, 6, 16).syn(Dialogue.SCALED).synAck(Dialogue.SCALED);
        for (int i = 0; i < segments; i++) {
            talk.client(i * 100L, 100);
        }
        assertThat(talk.measures().inFlight()).isEqualTo(segments * 100L);
        talk.serverAwaits(1_450).server(0, 0).client(segments * 100L, 100);
        assertThat(talk.measures().inFlight()).isEqualTo(segments * 100L + 100 - 1_450);
        talk.serverAwaits(segments * 100L + 100).server(0, 0).client(segments * 100L + 100, 7);
        assertThat(talk.measures().inFlight()).isEqualTo(7);
        assertThat(talk.analysis.statistics().toServer().maxInFlight()).isEqualTo(Math.max(segments * 100L, segments * 100L + 100 - 1_450));
    }

    @ParameterizedTest(name = "{0} segments")
    @ValueSource(ints = {16, 17})
    void anAcknowledgementThatLeavesSomethingUnwatchedOutIsNotOneOfEverything(int segments) {
        Outstanding outstanding = new Outstanding(16);
        for (int i = 0; i < segments; i++) {
            outstanding.add(i * 100L, i * 100L + 100, i, i + 1);
        }
        outstanding.acknowledge(1_600);
        assertThat(outstanding.isEmpty()).isEqualTo(segments == 16);
        outstanding.acknowledge(1_700);
        assertThat(outstanding.isEmpty()).isTrue();
        assertThat(outstanding.octets()).isZero();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void outstandingIsAsAnObviousListHasIt(long seed) {
        RandomGenerator random = random(seed);
        Outstanding outstanding = new Outstanding(1_000);
        List<long[]> obvious = new ArrayList<>();
        long next = 0;
        for (int i = 1; i < 3_000; i++) {
            long start = random.nextInt(5) == 0 ? Math.max(0, next - random.nextInt(500)) : next;
            long end = start + 1 + random.nextInt(100);
            next = Math.max(next, end);
            outstanding.add(start, end, i, i);
            obvious.add(new long[] {start, end, i});
            if (random.nextInt(3) == 0) {
                long ack = next - random.nextInt(800);
                long expected = obvious.stream().filter(e -> e[1] == ack).mapToLong(e -> e[2]).findFirst().orElse(0);
                obvious.removeIf(e -> e[1] <= ack);
                obvious.forEach(e -> e[0] = Math.max(e[0], ack));
                assertThat(outstanding.acknowledge(ack)).isEqualTo(expected != 0);
                assertThat(outstanding.ackedPacket()).isEqualTo(expected);
            }
            long least = obvious.stream().mapToLong(e -> e[0]).min().orElse(0);
            assertThat(outstanding.octets()).isEqualTo(obvious.stream().mapToLong(e -> e[1]).max().orElse(0) - least);
            long asked = least + random.nextInt(300);
            int carrier = outstanding.carrierOf(asked);
            assertThat(carrier < 0 ? 0 : outstanding.packet(carrier))
                    .isEqualTo(obvious.stream().filter(e -> e[0] <= asked && asked < e[1]).mapToLong(e -> e[2]).findFirst().orElse(0));
        }
    }

    private static List<Annotation> judged(List<Sent> flow) {
        List<Annotation> said = new ArrayList<>();
        FlowAnalysis analysis = new FlowAnalysis(Dialogue.FLOW, 1, said::add);
        for (int i = 0; i < flow.size(); i++) {
            analysis.take(i + 1, flow.get(i).heading, flow.get(i).segment);
        }
        return said;
    }

    private static List<Sent> walk(long seed) {
        RandomGenerator random = random(seed);
        List<Sent> flow = new ArrayList<>();
        int[] next = {0, 0};
        long at = 1;
        flow.add(sent(Heading.TO_SERVER, at, -1, 0, Segment.SYN, 60_000, 0));
        flow.add(sent(Heading.TO_CLIENT, ++at, -1, 0, Segment.SYN | Segment.ACK, 60_000, 0));
        for (int i = 0; i < SEGMENTS; i++) {
            at += random.nextLong(40_000_000);
            int side = random.nextInt(2);
            int start = Math.max(0, next[side] - random.nextInt(3) * random.nextInt(1_000) + random.nextInt(2) * random.nextInt(2) * 300);
            int length = random.nextInt(3) == 0 ? 0 : random.nextInt(1_460);
            int ack = Math.max(0, next[1 - side] - random.nextInt(2) * random.nextInt(2_000));
            flow.add(sent(Heading.values()[side], at, start, ack, Segment.ACK, random.nextInt(4) * 100, length));
            next[side] = Math.max(next[side], start + length);
        }
        return flow;
    }

    private static Sent sent(Heading heading, long at, int start, int ack, int flags, int window, int length) {
        int acknowledged = (flags & Segment.ACK) == 0 ? 0 : ack + 1;
        return new Sent(heading, new Segment(
                at, PATH, start + 1, acknowledged, flags, window, length, length, 0, 0, 54, 54, (flags & Segment.SYN) != 0 ? Dialogue.SCALED : TcpOptions.NONE));
    }

    private static Sent moved(Sent sent, int seq, int ack) {
        Segment s = sent.segment;
        int acknowledged = s.has(Segment.ACK) ? s.ack() + ack : 0;
        return new Sent(sent.heading, new Segment(
                s.at(), s.path(), s.seq() + seq, acknowledged, s.flags(), s.window(), s.payloadLength(), s.capturedPayload(), 0, 0, 54, 54, s.options()));
    }

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
