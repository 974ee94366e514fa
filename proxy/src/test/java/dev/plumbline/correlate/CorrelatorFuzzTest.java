package dev.plumbline.correlate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.correlate.Finding.FlowSeen;
import dev.plumbline.correlate.Finding.MessageCovered;
import dev.plumbline.correlate.Finding.PacketPlaced;
import dev.plumbline.fact.CaptureFact.InterfaceClosed;
import dev.plumbline.fact.CaptureFact.InterfaceOpened;
import dev.plumbline.fact.CaptureFact.SegmentsSeen;
import dev.plumbline.fact.Fact;
import dev.plumbline.fact.FactsLost;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.MessageBegan;
import dev.plumbline.fact.RelayFact.MessageEnded;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Whatever the facts say, in whatever order: nothing is thrown, every packet is placed once, every verdict adds up. */
class CorrelatorFuzzTest {
    private static final CorrelatorLimits TIGHT = new CorrelatorLimits(
            2_000_000, 200_000, 50_000_000, 5_000_000, 1_000_000, 1_000_000, 50_000, 10_000_000, 3_000_000, 4, 16, 64, 8, 8);

    @TestFactory
    List<DynamicTest> anyFactsInAnyOrder() {
        List<DynamicTest> out = new ArrayList<>();
        for (long seed = 1; seed <= 60; seed++) {
            long fixed = seed;
            out.add(DynamicTest.dynamicTest("seed " + seed, () -> fuzz(fixed)));
        }
        return out;
    }

    private static void fuzz(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Finding> said = new ArrayList<>();
        Correlator correlator = new Correlator(random.nextBoolean() ? TIGHT : CorrelatorLimits.defaults(), said::add);
        Set<MessageKey> owed = new HashSet<>();
        Set<MessageKey> begun = new HashSet<>();
        int segments = 0;
        for (int i = 0; i < 3_000; i++) {
            Fact fact = fact(random, i);
            if (fact instanceof SegmentsSeen seen) {
                segments += seen.segments().size();
            } else if (fact instanceof MessageBegan began) {
                begun.add(began.message());
            } else if (fact instanceof MessageEnded ended && begun.contains(ended.message())) {
                owed.add(ended.message());
            }
            correlator.accept(fact);
        }
        correlator.finish(Script.millis(10_000));
        said.forEach(CorrelatorPropertyTest::assertConserved);
        assertThat(said.stream().filter(PacketPlaced.class::isInstance)).hasSize(segments);
        assertPacketsAreInOrderAndFlowsKnown(said);
        Map<MessageKey, Integer> verdicts = new HashMap<>();
        said.stream().filter(MessageCovered.class::isInstance).forEach(f -> verdicts.merge(((MessageCovered) f).message(), 1, Integer::sum));
        assertThat(owed).containsAll(verdicts.keySet());
        assertThat(verdicts).isNotEmpty();
    }

    private static void assertPacketsAreInOrderAndFlowsKnown(List<Finding> said) {
        Set<FlowId> flows = new HashSet<>();
        long packet = 0;
        for (Finding finding : said) {
            if (finding instanceof FlowSeen flow) {
                assertThat(flows.add(flow.flow())).isTrue();
            } else if (finding instanceof PacketPlaced placed) {
                assertThat(placed.packet().number()).isEqualTo(++packet);
                assertThat(flows).contains(placed.flow());
            }
        }
    }

    private static Fact fact(SplittableRandom random, int i) {
        int id = 1 + random.nextInt(4);
        Peer peer = new Peer("127.0.0.1:" + (5 + id / 2), "127.0.0.1:8080", 0, 0, 0);
        Socket socket = random.nextInt(3) == 0 ? Socket.server(id, 1 + random.nextInt(3), peer.tuple) : Socket.client(id, peer.tuple);
        Heading heading = random.nextBoolean() ? Heading.TO_SERVER : Heading.TO_CLIENT;
        MessageKind kind = MessageKind.values()[random.nextInt(MessageKind.values().length)];
        long millis = i / 10 + random.nextInt(3);
        return switch (random.nextInt(24)) {
            case 0 -> socket.opened(millis);
            case 1 -> random.nextInt(4) == 0 ? socket.closed(random.nextInt(200), number(random), millis) : socket.opened(millis);
            case 2 -> socket.tls(random.nextInt(4) - 1, number(random), number(random));
            case 3, 4 -> socket.record(random.nextInt(3), heading, number(random), number(random), number(random), number(random));
            case 5, 6, 7 -> socket.began(1 + random.nextInt(9), kind, random.nextInt(3), number(random));
            case 8, 9, 10 -> socket.ended(1 + random.nextInt(9), kind, number(random), millis);
            case 11 -> new FactsLost(random.nextBoolean() ? "relay-0" : "capture-lo", 1, Script.millis(millis));
            case 12 -> new InterfaceOpened(random.nextInt(3), "lo", 1, 100, "", List.of(Script.address("127.0.0.1")), Script.millis(millis));
            case 13 -> random.nextInt(20) == 0 ? new InterfaceClosed(random.nextInt(3), "gone", Script.millis(millis)) : socket.opened(millis);
            default -> segments(random, peer.tuple, millis);
        };
    }

    private static Fact segments(SplittableRandom random, FourTuple tuple, long millis) {
        List<Segment> out = new ArrayList<>();
        for (int n = random.nextInt(6); n > 0; n--) {
            boolean isWild = random.nextInt(10) == 0;
            int flags = isWild ? random.nextInt(256) : random.nextInt(12) == 0 ? 1 << random.nextInt(3) : Segment.ACK;
            int length = random.nextInt(3) == 0 ? 0 : random.nextInt(60);
            int seq = isWild ? random.nextInt() : random.nextInt(300);
            int ack = random.nextInt(6) == 0 ? random.nextInt() : random.nextInt(300);
            FourTuple path = random.nextBoolean() ? tuple : tuple.reversed();
            out.add(new Segment(Script.millis(millis), path, seq, ack, flags, 9, length, random.nextInt(5) == 0 ? length / 2 : length, random.nextInt(9) - 1, 0, 60, 60));
        }
        long watermark = random.nextInt(50) == 0 ? random.nextLong() : Script.millis(millis);
        return new SegmentsSeen(random.nextInt(5) == 0 ? 1 : 0, out, watermark, Script.millis(millis));
    }

    private static long number(SplittableRandom random) {
        return switch (random.nextInt(12)) {
            case 0 -> random.nextLong();
            case 1 -> -1;
            case 2 -> Long.MAX_VALUE;
            default -> random.nextInt(300);
        };
    }
}
