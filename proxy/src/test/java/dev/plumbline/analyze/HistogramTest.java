package dev.plumbline.analyze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramTest {
    @Test
    void withoutNumbersThereIsNothingToSay() {
        Histogram none = new Histogram();
        assertThat(new long[] {none.count(), none.percentile(50), none.most(), none.mean()}).containsExactly(0, -1, -1, -1);
        assertThatThrownBy(() -> none.add(-1)).hasMessage("value: -1 (expected: >= 0)");
    }

    @Test
    void aPercentileIsTheNumberOfTheNearestRank() {
        Histogram ten = new Histogram();
        for (int value = 10; value >= 1; value--) {
            ten.add(value);
        }
        assertThat(new long[] {ten.percentile(50), ten.percentile(90), ten.percentile(91), ten.percentile(99), ten.percentile(100), ten.mean()})
                .containsExactly(5, 9, 10, 10, 10, 6);
    }

    /** The slow answer is to sort them all. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 127, 128, 129, 130, 1000, 50_000})
    void anyPercentileIsWithinOnePercentOfTheTruth(int count) {
        for (long seed = 1; seed <= 5; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Histogram histogram = new Histogram();
            long[] all = new long[count];
            for (int i = 0; i < count; i++) {
                all[i] = random.nextLong() >>> 1 + random.nextInt(63);
                histogram.add(all[i]);
            }
            Arrays.sort(all);
            for (double percent : new double[] {0.1, 1, 25, 50, 90, 95, 99, 99.9, 100}) {
                long truth = all[(int) Math.max(0, Math.ceil(percent / 100 * count) - 1)];
                long told = histogram.percentile(percent);
                assertThat(Math.abs((double) told - truth)).as("seed %d, %s %%: %d for %d", seed, percent, told, truth).isLessThanOrEqualTo(truth * 0.01);
            }
            assertThat(histogram.percentile(100)).isEqualTo(histogram.most()).isEqualTo(all[count - 1]);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 129, 255, 256, Long.MAX_VALUE})
    void bordersOfBucketsAreCounted(long value) {
        Histogram histogram = new Histogram();
        for (int i = 0; i < 200; i++) {
            histogram.add(value);
        }
        assertThat(histogram.percentile(50)).isEqualTo(value);
    }
}
