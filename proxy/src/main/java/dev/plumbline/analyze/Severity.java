package dev.plumbline.analyze;

import java.util.Locale;

/** How bad news is. */
public enum Severity {
    /** Belongs to the ordinary working of TCP. */
    NOTE,
    /** May have cost time. */
    WARN,
    /** Something broke. */
    ERROR;

    /** The word in JSON, in HAR and in the store. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
