package dev.plumbline.analyze;

import java.util.Locale;

/** Numbers as people say them, in two or three significant digits. */
final class Spoken {
    private Spoken() {
    }

    /** {@code 0.45 ms}, {@code 1.8 ms}, {@code 12 ms}, {@code 200 ms}, {@code 1.8 s}, {@code 12.3 s}, {@code 125 s}. */
    static String duration(long nanos) {
        double millis = nanos / 1e6;
        if (millis < 0.995) {
            return String.format(Locale.ROOT, "%.2f ms", millis);
        }
        if (millis < 9.95) {
            return String.format(Locale.ROOT, "%.1f ms", millis);
        }
        if (millis < 999.5) {
            return String.format(Locale.ROOT, "%.0f ms", millis);
        }
        return String.format(Locale.ROOT, millis < 99_950 ? "%.1f s" : "%.0f s", millis / 1000);
    }

    /** {@code 4,096}. */
    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** {@code one segment}, {@code 3 segments}. */
    static String counted(long count, String noun) {
        return (count == 1 ? "one " : count(count) + " ") + noun + (count == 1 ? "" : "s");
    }
}
