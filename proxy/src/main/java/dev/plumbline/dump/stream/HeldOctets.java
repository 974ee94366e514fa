package dev.plumbline.dump.stream;

/**
 * How many octets wait in memory, over all streams together, for what comes before them.
 *
 * <p>Owned by: the importing thread.
 */
public final class HeldOctets {
    /** 16 MiB: beyond, each may hold less. */
    public static final long ALL = 16L << 20;
    /** 24 MiB: beyond, whoever holds the longest has to go. */
    static final long MOST = 24L << 20;
    /** Octets one heading may hold: more than windows are, in all but the fastest networks. */
    static final long EACH = 4L << 20;
    /** The same while all together hold too much. */
    static final long EACH_AT_LEAST = 64L << 10;

    private long held;

    long limit() {
        return held > ALL ? EACH_AT_LEAST : EACH;
    }

    /** Adds what is held, or takes off what no longer is. */
    public void add(long octets) {
        held += octets;
    }

    public boolean isOverfull() {
        return held > MOST;
    }

    /** What is held now. */
    long octets() {
        return held;
    }
}
