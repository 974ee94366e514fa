package dev.plumbline.export.har;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as HAR spells them. */
final class Times {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** Three digits: what every reader of HAR takes. */
    private static final DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter NANOS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'").withZone(ZoneOffset.UTC);

    private Times() {
    }

    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS_PER_SECOND), Math.floorMod(nanos, NANOS_PER_SECOND));
    }

    static String millis(Instant at) {
        return MILLIS.format(at);
    }

    static String millis(long nanos) {
        return millis(instant(nanos));
    }

    static String nanos(long nanos) {
        return NANOS.format(instant(nanos));
    }

    /** A duration in milliseconds, exact; −1 for one that does not apply. */
    static String duration(long nanos) {
        return nanos < 0 ? "-1" : nanos == 0 ? "0" : BigDecimal.valueOf(nanos, 6).stripTrailingZeros().toPlainString();
    }
}
