package dev.plumbline.correlate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Leg;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class MessageTableTest {
    @Test
    void itHoldsWhatAMapWouldHold() {
        long seed = 20261123;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        MessageTable table = new MessageTable();
        Map<MessageKey, OpenMessage> oracle = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            // Mostly few, so that entries often leave out of the middle of a run; sometimes many, so that it grows.
            MessageKey key = key(random, i % 10_000 < 8_000 ? 4 : 60);
            assertThat(table.find(key)).as("seed %d, step %d", seed, i).isSameAs(oracle.get(key));
            if (random.nextInt(3) == 0) {
                assertThat(table.remove(key)).as("seed %d, step %d", seed, i).isSameAs(oracle.remove(key));
            } else if (!oracle.containsKey(key)) {
                OpenMessage message = new OpenMessage(key, null, 0, 0, 0);
                table.add(message);
                oracle.put(key, message);
            }
            assertThat(table.size()).isEqualTo(oracle.size());
        }
        oracle.forEach((key, message) -> assertThat(table.find(key)).isSameAs(message));
    }

    private static MessageKey key(RandomGenerator random, int most) {
        ExchangeId exchange = new ExchangeId(new ConnectionId(random.nextInt(1, most)), random.nextInt(1, most));
        MessageKind[] kinds = MessageKind.values();
        return new MessageKey(exchange, Leg.values()[random.nextInt(2)], kinds[random.nextInt(kinds.length)], random.nextInt(3));
    }
}
