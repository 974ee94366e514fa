package dev.plumbline.correlate;

/**
 * Who carried one message: counts and extremes.
 *
 * <p>Owned by: the recorder thread, for one answer at a time. Units: times in nanoseconds since 1970; 0 is no packet.
 */
final class Tally {
    int segments;
    int repeats;
    long firstPacket;
    long lastPacket;
    long firstAt = -1;
    long lastAt = -1;
    private long latestFirst;
    private long latestRepeat;

    void clear() {
        segments = 0;
        repeats = 0;
        firstPacket = 0;
        lastPacket = 0;
        firstAt = -1;
        lastAt = -1;
        latestFirst = 0;
        latestRepeat = 0;
    }

    /** Adds a run of {@code count} packets. Runs come in packet order; one packet may come in several parts. */
    void add(boolean repeat, long from, long to, int count, long fromAt, long toAt) {
        firstPacket = firstPacket == 0 ? from : Math.min(firstPacket, from);
        firstAt = firstAt < 0 ? fromAt : Math.min(firstAt, fromAt);
        if (repeat) {
            repeats += count - (from == latestRepeat ? 1 : 0);
            latestRepeat = to;
        } else {
            segments += count - (from == latestFirst ? 1 : 0);
            latestFirst = to;
            lastPacket = Math.max(lastPacket, to);
            lastAt = Math.max(lastAt, toAt);
        }
    }
}
