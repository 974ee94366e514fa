package dev.plumbline.cli;

import java.util.regex.Pattern;

/** Words for a POSIX shell. */
final class Shell {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+=,-]+");

    private Shell() {
    }

    /** The word as it can be pasted (POSIX.1-2017 XCU §2.2.2). */
    static String quote(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
