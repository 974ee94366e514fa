package dev.plumbline.export.frames;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.AnnotationCode;
import dev.plumbline.export.Story;
import dev.plumbline.recording.ExchangeAnalysis;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.PacketId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class FrameNumbersTest {
    @Test
    void packetsOfSeveralCapturesAreMergedByTime() {
        Story story = new Story().capture(0, "lo", 1, 100).capture(1, "eth0", 1, 100);
        Story.Conversation a = story.flow(1, 1, 0, "127.0.0.1:1", "127.0.0.1:2", 1);
        story.at(100);
        PacketId late = a.syn();
        Story.Conversation b = story.flow(2, 1, 1, "10.0.0.1:1", "10.0.0.2:2", 2);
        story.at(50);
        PacketId early = b.syn();
        FrameNumbers numbers = FrameNumbers.of(story.recording, Scope.ours(story.recording), Progress.NONE);
        assertThat(numbers.frame(early)).isEqualTo(1);
        assertThat(numbers.frame(late)).isEqualTo(2);
        assertThat(numbers.tcpStream(new FlowId(2))).hasValue(0);
        assertThat(numbers.tcpStream(new FlowId(1))).hasValue(1);
        assertThat(order(numbers)).containsExactly(2L, 1L);
    }

    @Test
    void packetsOfOneCaptureKeepTheirOrderEvenWhereTimestampsStepBack() {
        Story story = new Story().capture(0, "lo", 1, 100);
        Story.Conversation a = story.flow(1, 1, 0, "127.0.0.1:1", "127.0.0.1:2", 1);
        story.at(100);
        a.syn();
        story.at(90);
        a.ack(Heading.TO_CLIENT);
        story.at(100);
        a.ack(Heading.TO_SERVER);
        assertThat(order(FrameNumbers.of(story.recording, Scope.ours(story.recording), Progress.NONE))).containsExactly(1L, 2L, 3L);
    }

    @Test
    void theOrderIsThatOfASlowMergeOfAnyCaptures() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20261122);
        for (int round = 0; round < 200; round++) {
            FrameOrder order = new FrameOrder();
            List<long[]> packets = new ArrayList<>();
            long[] latest = new long[4];
            for (int i = 0; i < 60; i++) {
                int capture = random.nextInt(4);
                long at = random.nextInt(40);
                latest[capture] = Math.max(latest[capture], at);
                order.add(capture, at);
                packets.add(new long[] {latest[capture], i});
            }
            packets.sort(Comparator.<long[]>comparingLong(p -> p[0]).thenComparingLong(p -> p[1]));
            assertThat(order.merge()).as("round " + round).containsExactly(packets.stream().mapToInt(p -> (int) p[1]).toArray());
        }
    }

    @Test
    void foreignFlowsSecondSightingsAndPacketsThatWereNotKeptAreLeftOut() {
        Story story = new Story().capture(0, "lo", 1, 100).capture(1, "br0", 1, 100);
        Story.Conversation ours = story.flow(1, 1, 0, "127.0.0.1:1", "127.0.0.1:2", 1);
        ours.syn();
        ours.elsewhere(1, Heading.TO_SERVER, 0, "x");
        story.flow(2, 1, 0, "127.0.0.1:9", "127.0.0.1:2").syn();
        PacketId lost = ours.data(Heading.TO_SERVER, "abc");
        var row = story.row(lost);
        story.recording.packets.set(3, new dev.plumbline.recording.PacketRow(row.id(), 0, row.flow(), row.heading(), row.at(), 0, 0, row.flags(), 0, 3,
                row.sighting(), -1, 0, 0, row.frameLength(), row.seq(), row.ack()));
        assertThat(order(FrameNumbers.of(story.recording, Scope.ours(story.recording), Progress.NONE))).containsExactly(1L);
        assertThat(order(FrameNumbers.of(story.recording, Scope.everything(), Progress.NONE))).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aPartHoldsTheWholeFlowsOfBothLegsOfItsExchange() {
        Story story = Story.oneGet();
        int before = story.recording.packets.size();
        story.flow(3, 1, 0, "127.0.0.1:9", "127.0.0.1:80", 3).syn();
        ExchangeId id = new ExchangeId(new ConnectionId(1), 1);
        Scope part = Scope.of(story.recording, List.of(id));
        assertThat(FrameNumbers.of(story.recording, part, Progress.NONE).count()).isEqualTo(before);
        assertThat(part.takes(new ConnectionId(2))).isTrue();
        assertThat(part.takes(new ConnectionId(3))).isFalse();
    }

    @Test
    void itHoldsTheFlowsOfWhatWasTriedInVainTooAndItsSecretsThoughNothingIsSaidOfIt() {
        Story story = Story.oneGet();
        int before = story.recording.packets.size();
        story.flow(3, 1, 0, "127.0.0.1:9", "127.0.0.1:80", 3).syn();
        ExchangeId id = new ExchangeId(new ConnectionId(1), 1);
        story.recording.analyses.put(id, new ExchangeAnalysis(id, Optional.empty(), Optional.empty(), List.of(), List.of(), Optional.empty(), Optional.empty(), List.of(new ConnectionId(3))));
        Scope part = Scope.of(story.recording, List.of(id));
        assertThat(FrameNumbers.of(story.recording, part, Progress.NONE).count()).isEqualTo(before + 1);
        assertThat(part.takes(new ConnectionId(3))).as("its secrets").isTrue();
    }

    @Test
    void aRetransmittedSynOpensNoStreamAndAReusedTupleOpensOne() {
        Story story = new Story().capture(0, "lo", 1, 100);
        Story.Conversation first = story.flow(1, 1, 0, "127.0.0.1:5000", "127.0.0.1:80", 1);
        first.syn();
        first.handshake();
        Story.Conversation other = story.flow(2, 1, 0, "127.0.0.1:5001", "127.0.0.1:80", 2);
        other.handshake();
        Story.Conversation reused = story.flow(3, 2, 0, "127.0.0.1:5000", "127.0.0.1:80", 3);
        reused.handshake();
        FrameNumbers numbers = FrameNumbers.of(story.recording, Scope.ours(story.recording), Progress.NONE);
        assertThat(numbers.tcpStream(new FlowId(1))).hasValue(0);
        assertThat(numbers.tcpStream(new FlowId(2))).hasValue(1);
        assertThat(numbers.tcpStream(new FlowId(3))).hasValue(2);
        assertThat(numbers.tcpStream(new FlowId(4))).isEmpty();
    }

    @Test
    void aGenerationWhoseSynIsNotThereSharesTheStreamOfItsTuple() {
        Story story = new Story().capture(0, "lo", 1, 100);
        story.flow(1, 1, 0, "127.0.0.1:5000", "127.0.0.1:80", 1).handshake();
        story.flow(2, 2, 0, "127.0.0.1:5000", "127.0.0.1:80", 2).data(Heading.TO_SERVER, "late");
        story.flow(3, 1, 0, "127.0.0.1:6000", "127.0.0.1:80", 3).syn();
        FrameNumbers numbers = FrameNumbers.of(story.recording, Scope.ours(story.recording), Progress.NONE);
        assertThat(numbers.tcpStream(new FlowId(2))).hasValue(0);
        assertThat(numbers.tcpStream(new FlowId(3))).hasValue(1);
    }

    @Test
    void anEmptyRecordingHasNoFrames() {
        Story story = new Story();
        FrameNumbers numbers = FrameNumbers.of(story.recording, Scope.ours(story.recording), Progress.NONE);
        assertThat(numbers.count()).isZero();
        assertThat(numbers.frame(new PacketId(1))).isZero();
    }

    private static List<Long> order(FrameNumbers numbers) {
        List<Long> ids = new ArrayList<>();
        numbers.forEach(row -> ids.add(row.id().number()));
        return ids;
    }
}
