package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.Fact;
import dev.plumbline.fact.FactsLost;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact;
import dev.plumbline.wire.Leg;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FactQueueTest {
    private final CopyBudget copies = new CopyBudget(100);
    private boolean keepsContent = true;
    private final FactQueue queue = new FactQueue("relay-0", copies, () -> keepsContent, 8, 1000);

    @Test
    void factsComeOutInTheOrderTheyWentIn() {
        offer(1, 8);

        assertThat(drained(100)).containsExactlyElementsOf(facts(1, 8));
        assertThat(drained(100)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 1000})
    void aBatchIsNoLargerThanAskedFor(int max) {
        offer(1, 8);

        assertThat(drained(max)).containsExactlyElementsOf(facts(1, Math.min(8, max)));
    }

    @Test
    void aFullRingDropsTheNewFactsAndSaysWhereTheyAreMissing() {
        offer(1, 11);
        assertThat(drained(3)).containsExactlyElementsOf(facts(1, 3));
        offer(12, 13);

        List<Fact> expected = new ArrayList<>(facts(4, 8));
        expected.add(new FactsLost("relay-0", 3, 77));
        expected.addAll(facts(12, 13));
        assertThat(drained(100)).containsExactlyElementsOf(expected);
    }

    @Test
    void aLossIsReportedAlsoWhenTheSourceFallsSilent() {
        offer(1, 10);

        List<Fact> expected = new ArrayList<>(facts(1, 8));
        expected.add(new FactsLost("relay-0", 2, 77));
        assertThat(drained(100)).containsExactlyElementsOf(expected);
        offer(11, 11);
        assertThat(drained(100)).as("the loss is not told twice").containsExactlyElementsOf(facts(11, 11));
    }

    @Test
    void whatIsAbandonedIsCountedWithTheLossesAmongIt() {
        offer(1, 11);
        drained(3);
        offer(12, 13);

        assertThat(queue.abandon()).as("4 to 8, 9 to 11 lost before, 12 and 13").isEqualTo(10);
        assertThat(queue.abandon()).isZero();
        offer(14, 14);
        assertThat(drained(100)).containsExactlyElementsOf(facts(14, 14));
    }

    @Test
    void headsAreWeighedSoThatLargeOnesCannotFillTheMemory() {
        queue.accept(began(600));
        queue.accept(began(500));
        queue.accept(began(400));

        assertThat(drained(100)).hasSize(3).element(1).isEqualTo(new FactsLost("relay-0", 1, 77));
        queue.accept(began(900));
        assertThat(drained(100)).as("there is room again").hasSize(1);
    }

    @Test
    void aFactLargerThanAllTheRoomPassesWhenItIsAlone() {
        queue.accept(began(5000));

        assertThat(drained(100)).hasSize(1).doesNotHaveAnyElementsOfTypes(FactsLost.class);
    }

    @Test
    void contentIsGrantedUpToTheBudgetAndGivenBackOnceTaken() {
        assertThat(queue.reserveContent(70)).isEqualTo(70);
        assertThat(queue.reserveContent(70)).isEqualTo(30);
        assertThat(queue.reserveContent(1)).isZero();

        queue.accept(content(70));
        drained(100);
        assertThat(copies.used()).isEqualTo(30);
    }

    @Test
    void contentThatIsDroppedGivesItsRoomBack() {
        offer(1, 8);
        queue.reserveContent(60);
        queue.accept(content(60));

        assertThat(copies.used()).isZero();
    }

    @Test
    void noContentIsCopiedWhenNoneIsKept() {
        keepsContent = false;

        assertThat(queue.reserveContent(10)).isZero();
    }

    @Test
    void aHandlerThatFailsLosesItsFactOnly() {
        queue.accept(began(600));
        try {
            queue.drain(100, 77, fact -> {
                throw new IllegalStateException("bug");
            });
        } catch (IllegalStateException e) {
            queue.accept(began(600));
        }

        assertThat(drained(100)).hasSize(1).doesNotHaveAnyElementsOfTypes(FactsLost.class);
    }

    @Test
    void everyFactOfABusySourceIsTakenInOrderOrCountedInItsPlace() throws InterruptedException {
        int count = 200_000;
        Thread source = new Thread(() -> offer(1, count));
        source.start();
        long[] seen = {0, 0};
        while (source.isAlive() || queue.drain(1, 0, f -> count(f, seen)) > 0) {
            queue.drain(100, 0, f -> count(f, seen));
        }
        source.join();
        queue.drain(100, 0, f -> count(f, seen));

        assertThat(seen[1]).as("taken and lost").isEqualTo(count);
    }

    /** A fact carries its number: with the losses told before it, it must be the next one. */
    private static void count(Fact fact, long[] seen) {
        if (fact instanceof FactsLost lost) {
            seen[1] += lost.count();
            return;
        }
        long number = ((RelayFact) fact).at();
        assertThat(number).isGreaterThan(seen[0]);
        seen[0] = number;
        seen[1]++;
    }

    private List<Fact> drained(int max) {
        List<Fact> taken = new ArrayList<>();
        queue.drain(max, 77, taken::add);
        return taken;
    }

    private void offer(int from, int to) {
        facts(from, to).forEach(queue::accept);
    }

    private static List<Fact> facts(int from, int to) {
        List<Fact> facts = new ArrayList<>();
        for (int i = from; i <= to; i++) {
            facts.add(new RelayFact.ConnectionEstablished(Traffic.c(1), Traffic.c(1), i));
        }
        return facts;
    }

    private static Fact began(int headLength) {
        MessageKey key = new MessageKey(Traffic.id(1, 1), Leg.CLIENT, MessageKind.REQUEST);
        return new RelayFact.MessageBegan(key, Traffic.c(1), 0, 0, new byte[headLength], 0, 0, 0);
    }

    private static Fact content(int length) {
        return new RelayFact.ContentSeen(new MessageKey(Traffic.id(1, 1), Leg.CLIENT, MessageKind.REQUEST), new byte[length], 0);
    }
}
