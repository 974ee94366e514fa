package dev.plumbline.cli;

import java.util.List;
import java.util.Map;

/**
 * Takes back what the launcher sets in the environment for the JVM alone, such as a locale where there is none: it is not
 * the user's, so neither the look of what is printed nor a command that is run may go by it.
 */
final class LentVariables {
    /** {@code scripts/plumbline} leaves in {@code PLUMBLINE_LENT_X} what {@code X} was; empty where it was not set. */
    private static final String BEFORE = "PLUMBLINE_LENT_";

    private LentVariables() {
    }

    /** @param environment changed in place */
    static void takeBack(Map<String, String> environment) {
        for (String lent : List.copyOf(environment.keySet())) {
            if (lent.startsWith(BEFORE)) {
                String name = lent.substring(BEFORE.length());
                String before = environment.remove(lent);
                if (before.isEmpty()) {
                    environment.remove(name);
                } else {
                    environment.put(name, before);
                }
            }
        }
    }
}
