package dev.plumbline.cli;

import java.util.Locale;

/** How exchanges are printed. */
enum LogForm {
    TEXT,
    JSON,
    OFF;

    static LogForm of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
