package dev.plumbline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ConsoleLogTest {
    @Test
    void anOutputThatStandsStillHoldsNobodyUpAndWhatWasLeftOutIsCounted() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> notes = new CopyOnWriteArrayList<>();
        ConsoleLog log = new ConsoleLog(new PrintStream(out, false, StandardCharsets.UTF_8), (row, diagnosis) -> Optional.of(row.id().toString()), notes::add);
        var row = Rows.get("c1.2").row();
        // Not begun yet: nothing is taken from the queue.
        for (int i = 0; i < 5000; i++) {
            log.ended(row, Optional.empty());
        }
        log.begin();
        log.end();
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize(4096);
        assertThat(notes).containsExactly("plumbline: 904 lines not printed, the output was too slow; the recording has them");
        assertThat(log.seen()).isEqualTo(5000);
    }

    @Test
    void anExchangeThatCannotBePrintedDoesNotEndTheLinesOfOthers() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> notes = new CopyOnWriteArrayList<>();
        ConsoleLog log = new ConsoleLog(new PrintStream(out, false, StandardCharsets.UTF_8), (row, diagnosis) -> {
            if (row.id().index() == 1) {
                throw new IllegalStateException("no words");
            }
            return Optional.of(row.id().toString());
        }, notes::add);
        log.begin();
        log.ended(Rows.get("c1.1").row(), Optional.empty());
        log.ended(Rows.get("c1.2").row(), Optional.empty());
        log.end();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("c1.2\n");
        assertThat(notes).containsExactly("plumbline: c1.1 not printed (java.lang.IllegalStateException: no words); the recording has it");
    }
}
