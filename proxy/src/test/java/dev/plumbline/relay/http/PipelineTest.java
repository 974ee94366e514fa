package dev.plumbline.relay.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.relay.http.SlowOracle.Verdict;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pipelined requests, cut anywhere, against {@link SlowOracle}. A failure names its seed and round. */
class PipelineTest {

    private static final int ROUNDS = 400;

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 20261123, 0x5eed})
    void soundMessagesAreFoundWhereTheyAre(long seed) {
        RandomRequests requests = new RandomRequests(random(seed));
        for (int round = 0; round < ROUNDS; round++) {
            String stream = requests.pipeline(1 + round % 6);
            String where = "seed " + seed + ", round " + round;
            SlowOracle oracle = SlowOracle.of(stream);
            Reading reading = Reading.of(stream, requests.cuts(stream.length()));

            assertThat(oracle.verdict()).as(where).isEqualTo(Verdict.SOUND);
            assertThat(oracle.messages()).as(where).hasSize(1 + round % 6);
            assertThat(reading.malformed()).as(where).isNull();
            assertThat(reading.messages()).as(where).isEqualTo(oracle.messages());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 20261124, 0xbad})
    void spoiledMessagesAreRefusedExactlyWhenTheRulesSaySo(long seed) {
        RandomRequests requests = new RandomRequests(random(seed));
        int refused = 0;
        for (int round = 0; round < ROUNDS * 5; round++) {
            String stream = requests.spoiled(requests.pipeline(1 + round % 3));
            String where = "seed " + seed + ", round " + round + "\n" + stream;
            SlowOracle oracle = SlowOracle.of(stream);
            Reading reading = Reading.of(stream);

            assertThat(reading.messages()).as(where).isEqualTo(oracle.messages());
            if (oracle.verdict() != Verdict.INCOMPLETE) {
                assertThat(reading.malformed() != null).as(where + "\n" + reading.malformed()).isEqualTo(oracle.verdict() == Verdict.REFUSED);
            }
            refused += oracle.verdict() == Verdict.REFUSED ? 1 : 0;
            Reading cut = Reading.of(stream, requests.cuts(stream.length()));
            assertThat(cut.messages()).as(where).isEqualTo(reading.messages());
            assertThat(cut.malformed()).as(where).isEqualTo(reading.malformed());
            assertThat(cut.consumed()).as(where).isEqualTo(reading.consumed());
        }
        assertThat(refused).as("spoiling spoils").isGreaterThan(ROUNDS);
    }
}
