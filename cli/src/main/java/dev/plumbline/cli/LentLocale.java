package dev.plumbline.cli;

import java.util.Map;

/**
 * Takes back the locale that the launcher lends the JVM where there is none: it is not the user's, so neither the look of
 * what is printed nor a command that is run may go by it.
 */
final class LentLocale {
    /** Set by {@code scripts/plumbline} to what {@code LC_ALL} was; empty where it was not set. */
    private static final String BEFORE = "PLUMBLINE_LC_ALL";
    private static final String LOCALE = "LC_ALL";

    private LentLocale() {
    }

    /** @param environment changed in place */
    static void takeBack(Map<String, String> environment) {
        String before = environment.remove(BEFORE);
        if (before == null) {
            return;
        }
        if (before.isEmpty()) {
            environment.remove(LOCALE);
        } else {
            environment.put(LOCALE, before);
        }
    }
}
