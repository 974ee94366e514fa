package dev.plumbline.cli;

import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import java.time.ZoneId;

/**
 * How text looks on one output: escaping, colour, the characters it can show, its width.
 *
 * <p>Owned by: nobody, it is immutable.
 *
 * @param isColoured whether escape sequences of our own may be written
 * @param isUnicode whether arrows and the like can be shown; otherwise ASCII stands in
 * @param width columns of the terminal; 0 where there is none, and nothing is cut
 * @param zone whose wall clock times of day are in
 */
record Look(boolean isColoured, boolean isUnicode, int width, ZoneId zone) {
    /** Colours by what they mean; only the eight that every terminal has. */
    enum Ink {
        GOOD("32"), MOVED("36"), WARN("33"), BAD("31"), DIM("2"), STRONG("1"), CLIENT("36"), SERVER("35");

        private final String code;

        Ink(String code) {
            this.code = code;
        }
    }

    /** For files and pipes, and for tests. */
    static Look plain(ZoneId zone) {
        return new Look(false, true, 0, zone);
    }

    /** Text from traffic or from files, made safe for this output. */
    String safe(String text) {
        return new Escaper(!isUnicode).escape(text);
    }

    /** A sentence of our own, which may hold text from traffic and {@code µs}. */
    String sentence(String text) {
        return safe(isUnicode ? text : text.replace("µs", "us"));
    }

    String ink(Ink ink, String text) {
        return isColoured && !text.isEmpty() ? "\033[" + ink.code + "m" + text + "\033[0m" : text;
    }

    String leg(Leg leg, String text) {
        return ink(leg == Leg.CLIENT ? Ink.CLIENT : Ink.SERVER, text);
    }

    String arrow(Heading heading) {
        if (isUnicode) {
            return heading == Heading.TO_SERVER ? "→" : "←";
        }
        return heading == Heading.TO_SERVER ? "->" : "<-";
    }

    String repeatMark() {
        return isUnicode ? "↻" : "again ";
    }

    String ellipsis() {
        return isUnicode ? "…" : "...";
    }

    /** Cuts text without escape sequences to so many columns; what was cut shows. */
    String cut(String text, int columns) {
        if (Columns.of(text) <= columns) {
            return text;
        }
        String mark = ellipsis();
        return Columns.prefix(text, Math.max(0, columns - mark.length())) + mark.substring(0, Math.min(mark.length(), Math.max(0, columns)));
    }
}
