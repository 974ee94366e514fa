package dev.plumbline.correlate;

/**
 * What the correlator waits for and how much it keeps. Reaching a limit never fails: the record becomes coarser or is
 * labelled incomplete, as said at each one.
 *
 * <p>Units: times in nanoseconds, counted against the watermark of the capture that gives the evidence, never against a clock.
 *
 * <p>Limits: a flow costs about 1.5 KiB, and per heading at most {@code islands} · 16 octets for what was seen, half as much
 * again where packets are not held whole, and {@code carriers} · 64 octets for who carried it. All carriers together are
 * held near {@code allCarriers} · 64 octets. With the defaults a busy heading stays below 0.6 MiB, an idle one below 2 KiB.
 *
 * @param gapGraceNanos how long after its last octet a message waits for octets that no packet has shown yet
 * @param settleGraceNanos how long after its end a connection waits for packets before its last word
 * @param lookBackNanos how long packets wait for the facts they belong to; flows that nobody claimed are forgotten after it
 * @param endedLookBackNanos how long a flow of ours that has ended is remembered, for packets that straggle
 * @param boundLookBackNanos how long from its first packet on a bound flow still remembers who carried what is settled
 *     already, for a second connection of ours on the same flow; from then on it forgets as soon as it may
 * @param contestNanos how long after its close a connection that several flows could be, or that could be the same flow as
 *     another one, waits for what will be told of others
 * @param slackNanos how far a packet's stamp and a socket's stamp of one event may lie apart the wrong way round
 * @param synToAcceptNanos client leg: the longest time from the first packet of a flow to its accept
 * @param connectToSynNanos server leg: the longest time from the connect to the first packet seen
 * @param islands disjoint ranges of octets seen, per heading; beyond it the oldest hole is given up: it stays a gap, {@code limit}, whatever comes there later
 * @param carriers entries of who carried what, per heading; beyond it the older half is joined into runs that end at the
 *     message borders known by then. Counts stay exact while facts lag less than half of that many segments, and are
 *     upper bounds at a border inside a run beyond it
 * @param allCarriers the same over all flows; beyond it each heading makes do with a sixteenth of {@code carriers}
 * @param waiting messages that have ended and wait for packets; while there are more, they wait a tenth of {@code gapGraceNanos}
 * @param flows flows remembered; beyond it those that nobody claimed go first, the oldest first
 */
public record CorrelatorLimits(
        long gapGraceNanos, long settleGraceNanos, long lookBackNanos, long endedLookBackNanos, long boundLookBackNanos, long contestNanos, long slackNanos, long synToAcceptNanos,
        long connectToSynNanos, int islands, int carriers, int allCarriers, int waiting, int flows) {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    public CorrelatorLimits {
        if (islands < 2 || carriers < 16 || flows < 1) {
            throw new IllegalArgumentException("islands, carriers, flows: " + islands + ", " + carriers + ", " + flows + " (expected: >= 2, 16, 1)");
        }
    }

    /** The same for a dump, where time may stand still: its connections are claimed at once and settled by whoever reads it. */
    public static CorrelatorLimits ofDumps() {
        return new CorrelatorLimits(
                300 * MILLI, 200 * MILLI, 30 * SECOND, 3 * SECOND, 2 * SECOND, 2 * SECOND, 50 * MILLI, 10 * SECOND, 3 * SECOND, 4096, 8192, 1 << 18, 8192, 1 << 13);
    }

    public static CorrelatorLimits defaults() {
        return new CorrelatorLimits(
                300 * MILLI, 200 * MILLI, 30 * SECOND, 3 * SECOND, 2 * SECOND, 2 * SECOND, 50 * MILLI, 10 * SECOND, 3 * SECOND, 4096, 8192, 1 << 20, 8192, 1 << 16);
    }
}
