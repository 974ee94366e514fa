package dev.plumbline.capture;

import dev.plumbline.wire.FourTuple;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * The connections that are ours, as our sockets tell: with a wide filter only their packets are kept.
 *
 * <p>A claim outlives its release by a linger, for the last packets of a connection come after its socket was closed. A 4-tuple may be
 * claimed twice at a time, as server leg of one listener and client leg of another; it is ours until both are released.
 *
 * <p>Owned by: nobody; safe for use by all threads, and never waits for longer than another claim of the same tuple.
 * Limits: what is open plus what was released within {@link #LINGER_NANOS}.
 */
public final class Claims {
    /** Longer than the look-back, so that what is held when a claim is released is still judged ours. */
    static final long LINGER_NANOS = 3_000_000_000L;

    private record Claim(int holders, long releasedAt) {
    }

    private record Released(FourTuple tuple, long at) {
    }

    private final ConcurrentMap<FourTuple, Claim> claims = new ConcurrentHashMap<>();
    private final Queue<Released> released = new ConcurrentLinkedQueue<>();
    private final LongSupplier nanoTime;

    Claims(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** This connection is ours. Call it as soon as both ends are known: right after {@code connect} or {@code accept}. */
    public void claim(FourTuple connection) {
        claims.compute(connection, (key, old) -> new Claim(old == null ? 1 : old.holders() + 1, 0));
    }

    /** Its socket is closed. Once per claim. */
    public void release(FourTuple connection) {
        long now = nanoTime.getAsLong();
        claims.computeIfPresent(connection, (key, old) -> new Claim(Math.max(0, old.holders() - 1), now));
        released.add(new Released(connection, now));
        forget(now);
    }

    /** Whether packets between these two ends, in either direction, are ours. */
    boolean holds(FourTuple path) {
        return isHeld(claims.get(path)) || isHeld(claims.get(path.reversed()));
    }

    int size() {
        return claims.size();
    }

    private boolean isHeld(Claim claim) {
        return claim != null && (claim.holders() > 0 || nanoTime.getAsLong() - claim.releasedAt() < LINGER_NANOS);
    }

    private void forget(long now) {
        for (Released head = released.peek(); head != null && now - head.at() >= LINGER_NANOS; head = released.peek()) {
            if (released.remove(head)) {
                claims.computeIfPresent(head.tuple(), (key, claim) -> isHeld(claim) ? claim : null);
            }
        }
    }
}
