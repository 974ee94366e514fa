package dev.plumbline.capture;

/**
 * Deals out the memory for rings: each takes at most half of what is left, so that there is something for every interface that comes.
 *
 * <p>Owned by: nobody; safe for several threads. Units: octets.
 */
final class RingBudget {
    /** Two blocks of libpcap's: with one, nothing could be read while the kernel writes. */
    static final int LEAST = 512 << 10;

    private long left;

    RingBudget(long octets) {
        left = octets;
    }

    /** @return octets for one ring, to be given back; 0 when no useful ring is left */
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
