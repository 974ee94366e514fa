package dev.plumbline.cli;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;

/** Numbers for people. Octets count in thousands, times in what reads best; nothing here is parsed again. */
final class Quantity {
    private static final String[] OCTET_UNITS = {"kB", "MB", "GB", "TB", "PB"};

    private Quantity() {
    }

    /** {@code 512 B}, {@code 1.2 kB}, {@code 34.0 MB}. */
    static String octets(long octets) {
        if (octets < 1000) {
            return octets + " B";
        }
        double scaled = octets / 1000.0;
        int unit = 0;
        // 999.95 would be written 1000.0.
        while (scaled >= 999.95 && unit < OCTET_UNITS.length - 1) {
            scaled /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", scaled, OCTET_UNITS[unit]);
    }

    /** {@code 0.41 ms}, {@code 34.1 ms}, {@code 340 ms}, {@code 3.40 s}, {@code 125 s}. */
    static String duration(long nanos) {
        double millis = nanos / 1e6;
        if (millis < 9.995) {
            return String.format(Locale.ROOT, "%.2f ms", millis);
        }
        if (millis < 99.95) {
            return String.format(Locale.ROOT, "%.1f ms", millis);
        }
        if (millis < 999.5) {
            return String.format(Locale.ROOT, "%.0f ms", millis);
        }
        return String.format(Locale.ROOT, millis < 99_995 ? "%.2f s" : "%.0f s", millis / 1000);
    }

    /** As {@link #duration}, and below 0.1 ms in microseconds: {@code 9 µs}. For times that packets tell. */
    static String fine(long nanos, Look look) {
        return nanos < 100_000 ? nanos / 1000 + (look.isUnicode() ? " µs" : " us") : duration(nanos);
    }

    /** {@code 12:00:01.123}. @param nanos since 1970 */
    static String timeOfDay(long nanos, ZoneId zone) {
        LocalDateTime time = LocalDateTime.ofInstant(instant(nanos), zone);
        return String.format(Locale.ROOT, "%02d:%02d:%02d.%03d", time.getHour(), time.getMinute(), time.getSecond(), time.getNano() / 1_000_000);
    }

    /** {@code 2026-11-22 12:00:01.123456}. @param nanos since 1970 */
    static String dateAndTime(long nanos, ZoneId zone) {
        LocalDateTime time = LocalDateTime.ofInstant(instant(nanos), zone);
        return String.format(Locale.ROOT, "%s %02d:%02d:%02d.%06d",
                time.toLocalDate(), time.getHour(), time.getMinute(), time.getSecond(), time.getNano() / 1000);
    }

    /** {@code 2026-11-22T12:00:01.123456789Z}: for programs, always nine digits. @param nanos since 1970 */
    static String iso(long nanos) {
        LocalDateTime time = LocalDateTime.ofInstant(instant(nanos), ZoneOffset.UTC);
        return String.format(Locale.ROOT, "%sT%02d:%02d:%02d.%09dZ",
                time.toLocalDate(), time.getHour(), time.getMinute(), time.getSecond(), time.getNano());
    }

    /** {@code +0.034123}, seconds with their sign. */
    static String sinceStart(long nanos) {
        return String.format(Locale.ROOT, "%+.6f", nanos / 1e9);
    }

    /** {@code 1 segment}, {@code 2 segments}. */
    static String count(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }
}
