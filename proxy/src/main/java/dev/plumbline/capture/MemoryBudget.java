package dev.plumbline.capture;

/**
 * Deals out memory to interfaces: each takes at most half of what is left, so that there is something for every one that comes.
 *
 * <p>Owned by: nobody; safe for several threads. Units: octets.
 */
final class MemoryBudget {
    /** Of a ring two blocks of libpcap's: with one, nothing could be read while the kernel writes. Of a look-back two of the largest frames. */
    static final int LEAST = 512 << 10;

    private long left;

    MemoryBudget(long octets) {
        left = octets;
    }

    /** @return octets for one interface, to be given back; 0 when no useful amount is left */
    synchronized int take(int wanted) {
        long octets = Math.min(wanted, left / 2);
        if (octets < LEAST) {
            return 0;
        }
        left -= octets;
        return (int) octets;
    }

    synchronized void giveBack(int octets) {
        left += octets;
    }
}
