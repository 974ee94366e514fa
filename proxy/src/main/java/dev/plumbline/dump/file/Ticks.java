package dev.plumbline.dump.file;

/**
 * How an interface of a pcapng file counts time: {@code if_tsresol} and {@code if_tsoffset}.
 *
 * @param resolution the octet of if_tsresol: n for units of 10^−n seconds, 0x80 + n for 2^−n
 * @param offsetSeconds added to every time
 */
record Ticks(int resolution, long offsetSeconds) {
    static final Ticks MICROSECONDS = new Ticks(6, 0);

    private static final long SECOND = 1_000_000_000L;
    /** The year 2116: no packet was captured later, and sums of times stay sums. */
    private static final long LATEST = Long.MAX_VALUE / 2;

    /** Nanoseconds since 1970; what no clock can have shown becomes the nearest that one can. */
    long nanos(long ticks) {
        long nanos = (resolution & 0x80) != 0 ? binary(ticks, resolution & 0x7f) : decimal(ticks, resolution);
        if (nanos < 0 || nanos > LATEST || Math.abs(offsetSeconds) > LATEST / SECOND) {
            return nanos < 0 || nanos > LATEST ? LATEST : nanos;
        }
        return Math.max(0, Math.min(LATEST, nanos + offsetSeconds * SECOND));
    }

    private static long decimal(long ticks, int digits) {
        if (digits >= 28) {
            return 0;
        }
        if (digits > 9) {
            long left = ticks;
            for (int i = 9; i < digits; i++) {
                left = Long.divideUnsigned(left, 10);
            }
            return left;
        }
        long unit = 1;
        for (int i = digits; i < 9; i++) {
            unit *= 10;
        }
        return Long.compareUnsigned(ticks, Long.divideUnsigned(-1, unit)) > 0 ? -1 : ticks * unit;
    }

    private static long binary(long ticks, int bits) {
        if (bits >= 64) {
            return 0;
        }
        long seconds = bits == 0 ? ticks : ticks >>> bits;
        long fraction = bits == 0 ? 0 : ticks & (1L << bits) - 1;
        // fraction · 10^9 / 2^bits, without losing what does not fit into 64 bits.
        long part = bits <= 30 ? fraction * SECOND >>> bits : (fraction >>> bits - 30) * SECOND >>> 30;
        return seconds < 0 || seconds > LATEST / SECOND ? -1 : seconds * SECOND + part;
    }
}
