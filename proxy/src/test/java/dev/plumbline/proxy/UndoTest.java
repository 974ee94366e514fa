package dev.plumbline.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UndoTest {
    private final List<String> undone = new ArrayList<>();
    private final Undo undo = new Undo();

    @Test
    void theLastStepIsTakenBackFirst() {
        assertThat(undo.by("a", "A", undone::add)).isEqualTo("A");
        undo.by("b", "B", undone::add);
        undo.by("c", "C", undone::add);
        undo.run();
        assertThat(undone).containsExactly("C", "B", "A");
        undo.run();
        assertThat(undone).as("only once").hasSize(3);
    }

    @Test
    void aStepThatFailsDoesNotKeepTheOthers() {
        undo.by("a", "A", undone::add);
        undo.by("b", "B", step -> {
            throw new IllegalStateException("no way back");
        });
        undo.by("c", "C", undone::add);
        undo.run();
        assertThat(undone).containsExactly("C", "A");
    }

    @Test
    void whatAnotherStepTakesBackIsLeftToIt() {
        undo.by("a", "A", undone::add);
        undo.by("b", "B", undone::add);
        undo.notBy("a", "never was");
        undo.run();
        assertThat(undone).containsExactly("B");
    }
}
