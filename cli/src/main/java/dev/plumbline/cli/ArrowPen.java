package dev.plumbline.cli;

import dev.plumbline.wire.Heading;
import java.util.List;

/**
 * Draws one packet as an arrow between two lifelines: {@code ━[P.] 1:804 ack 1 request━━━►}.
 *
 * <p>Owned by: nobody, it is immutable.
 *
 * @param columns between the lifelines
 */
record ArrowPen(Look look, int columns) {
    /** What an arrow needs beside its label. */
    private static final int STROKES = 3;

    /**
     * @param heavy for what matters more than the others
     * @param labels from the fullest to the shortest: the first that fits is taken
     */
    String arrow(Heading heading, boolean heavy, List<String> labels) {
        String stroke = look.isUnicode() ? heavy ? "━" : "─" : heavy ? "=" : "-";
        int room = columns - STROKES;
        String label = labels.stream().filter(each -> Columns.of(each) <= room).findFirst().orElseGet(() -> look.cut(labels.get(labels.size() - 1), room));
        String rest = stroke.repeat(columns - 2 - Columns.of(label));
        return heading == Heading.TO_SERVER
                ? stroke + label + rest + (look.isUnicode() ? "►" : ">")
                : (look.isUnicode() ? "◄" : "<") + stroke + label + rest;
    }

    String lifeline() {
        return look.isUnicode() ? "│" : "|";
    }
}
