package dev.plumbline.dump.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.wire.Heading;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReassemblyTest {
    private final HeldOctets held = new HeldOctets();
    private final Story story = new Story();
    private final Reassembly stream = new Reassembly(Heading.TO_SERVER, story, held);

    /** What was passed on: octets as they are, gaps as {@code <5>}, the end as {@code .}; takes at most {@code budget} octets. */
    private static final class Story implements OctetReader {
        private final StringBuilder text = new StringBuilder();
        private final List<Long> times = new ArrayList<>();
        private long next;
        private int budget = Integer.MAX_VALUE;
        private boolean isFull;

        @Override
        public int octets(Heading heading, long offset, ByteBuffer from, int index, int length, long at) {
            assertThat(offset).isEqualTo(next);
            int taken = isFull ? length : Math.min(budget, length);
            for (int i = 0; i < taken; i++) {
                text.append((char) (from.get(index + i) & 0xff));
            }
            budget -= isFull ? 0 : taken;
            next += taken;
            times.add(at);
            return taken;
        }

        @Override
        public void gap(Heading heading, long offset, long length, long at) {
            assertThat(offset).isEqualTo(next);
            text.append('<').append(length).append('>');
            next += length;
        }

        @Override
        public void full(Heading heading) {
            isFull = true;
        }

        @Override
        public void end(Heading heading, long at) {
            text.append('.');
        }
    }

    private void offer(long offset, String octets, long at) {
        stream.offer(offset, ByteBuffer.wrap(octets.getBytes(StandardCharsets.ISO_8859_1)), 0, octets.length(), at);
    }

    @Test
    void whatComesInOrderIsPassedOnAtOnce() {
        offer(0, "abc", 1);
        offer(3, "de", 2);
        stream.endsAt(5, 3);
        assertThat(story.text).hasToString("abcde.");
        assertThat(held.octets()).isZero();
    }

    @Test
    void whatComesEarlyWaits() {
        offer(3, "de", 1);
        stream.endsAt(5, 1);
        assertThat(story.text).isEmpty();
        offer(0, "abc", 2);
        assertThat(story.text).hasToString("abcde.");
        assertThat(held.octets()).isZero();
    }

    @Test
    void theFirstOctetsSeenCount() {
        offer(2, "CD", 1);
        offer(1, "bxxe", 2);
        offer(0, "aXXX", 3);
        offer(0, "zzzzzz", 4);
        assertThat(story.text).hasToString("abCDez");
    }

    @Test
    void aHoleThatItsReceiverHasIsGivenUpAfterAWhile() {
        offer(0, "ab", 0);
        offer(5, "fg", 10);
        stream.acknowledged(7);
        stream.advance(20);
        stream.advance(20 + Reassembly.PATIENCE_NANOS - 1);
        assertThat(story.text).hasToString("ab");
        stream.advance(20 + Reassembly.PATIENCE_NANOS);
        assertThat(story.text).hasToString("ab<3>fg");
    }

    @Test
    void whatLiesBehindAHoleHasTheTimeItWasCapturedAt() {
        offer(0, "ab", 0);
        offer(5, "fg", 10);
        offer(7, "h", 15);
        stream.acknowledged(8);
        stream.advance(20);
        stream.advance(20 + Reassembly.PATIENCE_NANOS);
        offer(9, "j", 20 + Reassembly.PATIENCE_NANOS);
        stream.finish(30 + Reassembly.PATIENCE_NANOS);
        assertThat(story.text).hasToString("ab<3>fgh<1>j");
        assertThat(story.times).containsExactly(0L, 10L, 15L, 20 + Reassembly.PATIENCE_NANOS);
    }

    @Test
    void aHoleThatNobodyAcknowledgedWaits() {
        offer(5, "fg", 10);
        stream.advance(10 + 100 * Reassembly.PATIENCE_NANOS);
        assertThat(story.text).isEmpty();
        stream.finish(11);
        assertThat(story.text).hasToString("<5>fg");
    }

    @Test
    void theEndIsToldOverAGapToo() {
        offer(0, "ab", 0);
        stream.endsAt(6, 1);
        stream.finish(2);
        assertThat(story.text).hasToString("ab<4>.");
    }

    @Test
    void whatIsNotTakenIsOfferedAgain() {
        story.budget = 2;
        offer(0, "abcde", 1);
        offer(5, "f", 2);
        assertThat(story.text).hasToString("ab");
        story.budget = 3;
        stream.advance(3);
        assertThat(story.text).hasToString("abcde");
        story.budget = 9;
        stream.advance(4);
        assertThat(story.text).hasToString("abcdef");
        assertThat(held.octets()).isZero();
    }

    @Test
    void noMoreWaitsThanTheLimitSays() {
        String octets = "x".repeat(1 << 16);
        for (int i = 1; i < 200; i++) {
            offer((long) i << 16, octets, i);
            assertThat(held.octets()).isLessThanOrEqualTo(HeldOctets.EACH + (1 << 16) + 200);
        }
        assertThat(story.text.toString()).startsWith("<65536>x");
    }

    @Test
    void aReaderThatTakesNothingIsMadeTo() {
        story.budget = 0;
        for (int i = 0; i < 100; i++) {
            offer((long) i << 16, "y".repeat(1 << 16), i);
        }
        assertThat(story.isFull).isTrue();
        assertThat(story.next).isEqualTo(100 << 16);
        assertThat(held.octets()).isZero();
    }

    /** Any cut, order and repetition of the same octets gives the same stream. */
    @Test
    void theOrderOfArrivalMakesNoDifference() {
        long seed = 8793;
        Random random = new Random(seed);
        for (int run = 0; run < 500; run++) {
            int length = random.nextInt(1, 200);
            byte[] all = new byte[length];
            random.nextBytes(all);
            List<int[]> cuts = new ArrayList<>();
            for (int at = 0; at < length;) {
                int to = Math.min(length, at + random.nextInt(1, 20));
                cuts.add(new int[] {Math.max(0, at - random.nextInt(5)), Math.min(length, to + random.nextInt(5))});
                at = to;
            }
            cuts.addAll(cuts.subList(0, random.nextInt(cuts.size() + 1)));
            Collections.shuffle(cuts, random);
            HeldOctets budget = new HeldOctets();
            Story told = new Story();
            Reassembly reassembly = new Reassembly(Heading.TO_CLIENT, told, budget);
            reassembly.endsAt(length, 0);
            for (int[] cut : cuts) {
                told.budget = random.nextInt(30);
                reassembly.offer(cut[0], ByteBuffer.wrap(all), cut[0], cut[1] - cut[0], run);
            }
            told.budget = Integer.MAX_VALUE;
            reassembly.advance(run);
            assertThat(told.text.toString()).as("seed %d, run %d", seed, run).isEqualTo(new String(all, StandardCharsets.ISO_8859_1) + ".");
            assertThat(budget.octets()).isZero();
        }
    }
}
