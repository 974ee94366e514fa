package dev.plumbline.analyze;

import java.util.Arrays;

/**
 * How numbers are distributed, in memory that does not grow with how many there are. The first {@value #EXACT} are kept as
 * they are; after that they are counted in buckets, each a {@value #PARTS}th of a power of two wide.
 *
 * <pre>
 *  0 1 2 … 127 │ 128 130 132 … 254 │ 256 260 264 … 508 │ …
 *  width 1     │ width 2           │ width 4           │
 * </pre>
 *
 * <p>Owned by: one thread.
 * <p>Limits: with more than {@value #EXACT} numbers a percentile is at most 1 % off (1/128, half a bucket); the least and the
 * greatest number are always exact. Some 300 octets for each power of two that occurs.
 */
public final class Histogram {
    private static final int EXACT = 128;
    private static final int PARTS = 64;
    /** log2(PARTS) + 1: numbers below 2 to that power have buckets of their own. */
    private static final int FINE_BITS = 7;

    private long[] exact = new long[8];
    private final int[][] octaves = new int[Long.SIZE - FINE_BITS][];
    private long count;
    private long least = Long.MAX_VALUE;
    private long most = -1;
    private double sum;

    /** @param value ≥ 0 */
    public void add(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("value: " + value + " (expected: >= 0)");
        }
        least = Math.min(least, value);
        most = Math.max(most, value);
        sum += value;
        if (count < EXACT) {
            if (count == exact.length) {
                exact = Arrays.copyOf(exact, exact.length * 2);
            }
            exact[(int) count] = value;
        } else {
            if (count == EXACT) {
                Arrays.stream(exact).forEach(this::tally);
                exact = new long[0];
            }
            tally(value);
        }
        count++;
    }

    public long count() {
        return count;
    }

    /** −1 without numbers. */
    public long most() {
        return most;
    }

    /** −1 without numbers. */
    public long mean() {
        return count == 0 ? -1 : Math.round(sum / count);
    }

    /**
     * The least number that is not exceeded by that share of all (nearest rank).
     *
     * @param percent above 0, at most 100
     * @return −1 without numbers
     */
    public long percentile(double percent) {
        if (count == 0) {
            return -1;
        }
        long rank = Math.max(1, Math.min(count, (long) Math.ceil(percent / 100 * count)));
        if (count <= EXACT) {
            long[] sorted = Arrays.copyOf(exact, (int) count);
            Arrays.sort(sorted);
            return sorted[(int) rank - 1];
        }
        return rank == count ? most : Math.max(least, Math.min(most, bucketOf(rank)));
    }

    private long bucketOf(long rank) {
        long seen = 0;
        for (int octave = 0; octave < octaves.length; octave++) {
            for (int part = 0; octaves[octave] != null && part < octaves[octave].length; part++) {
                seen += octaves[octave][part];
                if (seen >= rank) {
                    return middle(octave, part);
                }
            }
        }
        return most;
    }

    private void tally(long value) {
        int octave = Math.max(0, Long.SIZE - FINE_BITS - Long.numberOfLeadingZeros(value));
        if (octaves[octave] == null) {
            octaves[octave] = new int[octave == 0 ? 2 * PARTS : PARTS];
        }
        octaves[octave][(int) (value >>> octave) - (octave == 0 ? 0 : PARTS)]++;
    }

    private static long middle(int octave, int part) {
        return octave == 0 ? part : ((long) part + PARTS << octave) + (1L << octave - 1);
    }
}
