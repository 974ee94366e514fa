package dev.plumbline.correlate;

/**
 * Which of two rows of things that follow each other in time belong together, when neither row can overtake the other:
 *
 * <pre>
 *  connections   c1    c2          c3         c1–f1, c2–f3: allowed
 *  flows         f1    f2    f3    f4         c1–f2, c2–f1: not, the lines would cross
 * </pre>
 *
 * <p>The best alignment joins as many as can be joined, and among those it is the one whose pairs fit best: what it leaves
 * over needs a fault each to explain it (packets that nobody captured, a flow that nobody accepted). Where several are best,
 * what they do not agree on is in doubt.
 */
final class Alignment {
    /** It stays alone in every best alignment. */
    static final int ALONE = -1;
    /** The best alignments differ on it. */
    static final int DOUBTFUL = -2;

    private Alignment() {
    }

    /**
     * @param weights how well the {@code i}-th of one row and the {@code j}-th of the other fit; 0: not at all. Any two
     *     weights that are not 0 must differ by less than one weight divided by the length of a row
     * @return for each of the first row its partner in the other, {@link #ALONE} or {@link #DOUBTFUL}
     */
    static int[] of(int[][] weights) {
        int width = weights.length == 0 ? 0 : weights[0].length;
        int[][] before = new int[weights.length + 1][width + 1];
        for (int i = 1; i <= weights.length; i++) {
            for (int j = 1; j <= width; j++) {
                before[i][j] = best(before[i - 1][j], before[i][j - 1], before[i - 1][j - 1], weights[i - 1][j - 1]);
            }
        }
        int[][] after = new int[weights.length + 1][width + 1];
        for (int i = weights.length - 1; i >= 0; i--) {
            for (int j = width - 1; j >= 0; j--) {
                after[i][j] = best(after[i + 1][j], after[i][j + 1], after[i + 1][j + 1], weights[i][j]);
            }
        }
        int[] partners = new int[weights.length];
        for (int i = 0; i < weights.length; i++) {
            partners[i] = partner(weights[i], before[i], after[i + 1], after[0][0]);
        }
        return partners;
    }

    private static int best(int withoutOne, int withoutOther, int without, int weight) {
        return Math.max(Math.max(withoutOne, withoutOther), weight == 0 ? 0 : without + weight);
    }

    private static int partner(int[] weights, int[] before, int[] after, int best) {
        int partner = ALONE;
        boolean mayBeAlone = false;
        for (int j = 0; j <= weights.length; j++) {
            mayBeAlone |= before[j] + after[j] == best;
            if (j < weights.length && weights[j] > 0 && before[j] + weights[j] + after[j + 1] == best) {
                partner = partner == ALONE ? j : DOUBTFUL;
            }
        }
        return mayBeAlone && partner != ALONE ? DOUBTFUL : partner;
    }
}
