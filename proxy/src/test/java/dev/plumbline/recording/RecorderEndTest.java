package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.Fact;
import dev.plumbline.fact.FactsLost;
import dev.plumbline.fact.RelayFact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The end of a recording when there is more to record than time: the loop runs in the test's thread, by the test's time. */
class RecorderEndTest extends RecorderFixture {
    private static final long FACTS = 10_000;

    @Test
    void whatTheTimeAtTheEndDoesNotSufficeForIsToldAsLost() throws IOException, SQLException {
        List<Fact> seen = new ArrayList<>();
        Path directory = end(2_000_000, seen);

        List<Fact> losses = seen.stream().filter(fact -> fact instanceof FactsLost).toList();
        long handled = seen.size() - losses.size();
        assertThat(handled).as("8 s at 2 ms each, and the batch that was begun").isBetween(4_000L, 4_000L + 4_096);
        assertThat(losses).containsExactly(new FactsLost("relay-0", FACTS - handled, clock.get()));
        try (Recording recording = Recording.open(directory)) {
            assertThat(recording.summary().factsLost()).isEqualTo(FACTS - handled);
            assertThat(recording.summary().endedAt()).isEqualTo(clock.get());
        }
    }

    @Test
    void nothingIsLostWhereTheTimeSuffices() throws IOException, SQLException {
        List<Fact> seen = new ArrayList<>();
        Path directory = end(500_000, seen);

        assertThat(seen).hasSize((int) FACTS).doesNotHaveAnyElementsOfTypes(FactsLost.class);
        try (Recording recording = Recording.open(directory)) {
            assertThat(recording.summary().factsLost()).isZero();
        }
    }

    /** @param nanosPerFact how long the recorder takes for each */
    private Path end(long nanosPerFact, List<Fact> seen) throws IOException, SQLException {
        Path directory = Files.createDirectory(temp.resolve("r"));
        SizeLimit limit = new SizeLimit(directory, RecorderOptions.DEFAULT_MAX_OCTETS);
        AtomicLong stopwatch = new AtomicLong();
        RecorderLoop loop = new RecorderLoop(new Store(directory, limit), limit, options(), stopwatch::get, script(fact -> {
            seen.add(fact);
            stopwatch.addAndGet(nanosPerFact);
            return List.of();
        })::apply);
        FactQueue queue = new FactQueue("relay-0", new CopyBudget(0), () -> false);
        for (int i = 0; i < FACTS; i++) {
            queue.accept(new RelayFact.ConnectionEstablished(Traffic.c(2), Traffic.c(1), i));
        }
        loop.queues.add(queue);
        loop.close();
        loop.run();
        return directory;
    }
}
