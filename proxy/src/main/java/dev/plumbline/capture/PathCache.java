package dev.plumbline.capture;

import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.IpAddress;

/**
 * Hands out one {@link FourTuple} instance per path, so that a packet of a known connection costs no allocation for it.
 *
 * <p>A cache and nothing more: a path that was pushed out is made anew, equal but not the same.
 *
 * <p>Owned by: the capture thread. Limits: {@link #SLOTS} paths, about 2.5 MB when full.
 */
final class PathCache {
    static final int SLOTS = 1 << 14;
    /** How far from its own slot a path may live. */
    private static final int REACH = 8;

    private final FourTuple[] slots = new FourTuple[SLOTS + REACH];
    private int victim;

    /** @param ports the sender's port in the upper 16 bits, the receiver's in the lower, as in the TCP header */
    FourTuple of(long sourceHigh, long sourceLow, long targetHigh, long targetLow, int ports) {
        int home = slot(sourceHigh, sourceLow, targetHigh, targetLow, ports);
        int free = -1;
        for (int i = home; i < home + REACH; i++) {
            FourTuple path = slots[i];
            if (path == null) {
                free = i;
                break;
            }
            if (isEnd(path.initiator(), sourceHigh, sourceLow, ports >>> 16) && isEnd(path.responder(), targetHigh, targetLow, ports & 0xffff)) {
                return path;
            }
        }
        FourTuple made = new FourTuple(
                new Endpoint(new IpAddress(sourceHigh, sourceLow), ports >>> 16), new Endpoint(new IpAddress(targetHigh, targetLow), ports & 0xffff));
        slots[free >= 0 ? free : home + (victim++ & REACH - 1)] = made;
        return made;
    }

    private static boolean isEnd(Endpoint end, long high, long low, int port) {
        return end.port() == port && end.address().low() == low && end.address().high() == high;
    }

    private static int slot(long sourceHigh, long sourceLow, long targetHigh, long targetLow, int ports) {
        long hash = ports * 0x9E3779B97F4A7C15L;
        hash = (hash ^ sourceLow) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ sourceHigh ^ hash >>> 29) * 0x94D049BB133111EBL;
        hash = (hash ^ targetLow ^ hash >>> 31) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ targetHigh ^ hash >>> 27) * 0x94D049BB133111EBL;
        return (int) (hash >>> 64 - 14);
    }
}
