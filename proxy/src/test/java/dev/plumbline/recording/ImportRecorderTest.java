package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.FactsLost;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportRecorderTest {
    @TempDir
    Path temp;

    /** What a reader finds beside one that is at work it finds when that was killed. */
    @Test
    void whatItIsOfStandsInItFromTheBeginning() {
        try (ImportRecorder recorder = ImportRecorder.create(temp.resolve("r"), "test", "a.pcap", finding -> { })) {
            assertThat(summary(recorder).imported()).isEqualTo("a.pcap");
            for (int i = 1; i <= 1_000; i++) {
                recorder.at(Traffic.T0 + i);
                recorder.accept(new FactsLost("capture-0", 1, Traffic.T0 + i));
            }
            assertThat(summary(recorder).factsLost()).as("so far").isPositive();
            assertThat(summary(recorder).startedAt()).isEqualTo(Traffic.T0 + 1);
            assertThat(summary(recorder).endedAt()).isEqualTo(-1);
        }
    }

    private static Summary summary(ImportRecorder recorder) {
        try (Recording recording = Recording.open(recorder.directory())) {
            return recording.summary();
        }
    }
}
