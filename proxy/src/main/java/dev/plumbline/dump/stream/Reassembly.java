package dev.plumbline.dump.stream;

import dev.plumbline.wire.Heading;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts the segments of one heading in order. What comes in order is passed on from where it lies; what comes early is copied
 * and waits. Where octets come twice, the first ones count.
 *
 * <pre>
 *  offset   0 … next          hole         piece   hole  piece …
 *           | passed on | ~~~~~~~~~~~~~~~~ |waits| ~~~~ |waits|
 * </pre>
 *
 * <p>A hole is given up, as a gap, when its octets were acknowledged (so their receiver has them, and the capture does not)
 * and nothing filled it for {@link #PATIENCE_NANOS} after that, when too much waits behind it, or when the heading ends.
 *
 * <p>Owned by: the importing thread. Units: octets from the first of the stream; times in nanoseconds since 1970.
 * <p>Limits: {@link HeldOctets}, and {@link #MOST_PIECES} pieces.
 */
public final class Reassembly {
    /** As long as the correlator waits for a late packet. */
    static final long PATIENCE_NANOS = 300_000_000L;
    static final int MOST_PIECES = 8192;
    /** What a piece costs beside its octets. */
    private static final int PIECE_OVERHEAD = 96;

    private record Piece(byte[] octets, int from, long at) {
        int length() {
            return octets.length - from;
        }
    }

    private final Heading heading;
    private final OctetReader reader;
    private final HeldOctets held;
    private final TreeMap<Long, Piece> waiting = new TreeMap<>();
    private long next;
    private long end = -1;
    private long heldHere;
    private long acked;
    /** Since when the first hole is known to have been received by its receiver; −1 when there is none, or it is not. */
    private long holeAckedAt = -1;
    private long latestAt;
    private boolean hasEnded;
    private boolean isPassing;

    public Reassembly(Heading heading, OctetReader reader, HeldOctets held) {
        this.heading = heading;
        this.reader = reader;
        this.held = held;
    }

    /** Takes octets of the stream, wherever in it they are. */
    public void offer(long offset, ByteBuffer from, int index, int length, long at) {
        long skip = Math.max(0, next - offset);
        if (skip < length) {
            if (offset + skip == next && waiting.isEmpty()) {
                int taken = pass(from, index + (int) skip, length - (int) skip, at);
                if (taken < length - skip) {
                    keep(next, from, index + (int) skip + taken, length - (int) skip - taken, at);
                }
            } else {
                keep(offset + skip, from, index + (int) skip, length - (int) skip, at);
            }
        }
        advance(at);
    }

    /** The stream ends at {@code offset}. */
    public void endsAt(long offset, long at) {
        if (end < 0 && offset >= next) {
            end = offset;
        }
        advance(at);
    }

    /** The receiver has all before {@code offset}. */
    public void acknowledged(long offset) {
        acked = Math.max(acked, offset);
    }

    /** Offers what waits again: something has changed for the reader, or time has passed. */
    public void advance(long at) {
        if (isPassing) {
            return;
        }
        isPassing = true;
        try {
            passWaiting(at);
            giveUpHole(at);
        } finally {
            isPassing = false;
        }
        if (next == end && !hasEnded) {
            hasEnded = true;
            reader.end(heading, Math.max(latestAt, at));
        }
    }

    /** Nothing more comes: what waits is passed on, over every hole. */
    public void finish(long at) {
        reader.last(heading);
        while (!waiting.isEmpty()) {
            passWaiting(at);
            if (!waiting.isEmpty() && waiting.firstKey() > next) {
                overHole();
            } else if (!waiting.isEmpty()) {
                // A reader that still takes nothing will not.
                break;
            }
        }
        release();
        if (end > next) {
            gapTo(end, at);
        }
        if (next == end && !hasEnded) {
            hasEnded = true;
            reader.end(heading, Math.max(latestAt, at));
        }
    }

    /** One past the last octet passed on. */
    public long next() {
        return next;
    }

    /** Whether something waits. */
    public boolean isHolding() {
        return !waiting.isEmpty();
    }

    /** Forgets what waits. */
    public void release() {
        waiting.clear();
        held.add(-heldHere);
        heldHere = 0;
    }

    private void passWaiting(long at) {
        while (!waiting.isEmpty() && waiting.firstKey() <= next) {
            Map.Entry<Long, Piece> first = waiting.pollFirstEntry();
            Piece piece = first.getValue();
            account(-piece.length());
            int skip = (int) Math.min(piece.length(), next - first.getKey());
            int rest = piece.length() - skip;
            int taken = rest == 0 ? 0 : pass(ByteBuffer.wrap(piece.octets), piece.from + skip, rest, piece.at);
            if (taken < rest) {
                waiting.put(next, new Piece(piece.octets, piece.from + skip + taken, piece.at));
                account(rest - taken);
                if (!isOverfull()) {
                    return;
                }
                reader.full(heading);
                if (taken == 0) {
                    taken = retry();
                    if (taken == 0) {
                        return;
                    }
                }
            }
        }
    }

    private int retry() {
        Map.Entry<Long, Piece> first = waiting.pollFirstEntry();
        Piece piece = first.getValue();
        account(-piece.length());
        int taken = pass(ByteBuffer.wrap(piece.octets), piece.from, piece.length(), piece.at);
        if (taken < piece.length()) {
            waiting.put(next, new Piece(piece.octets, piece.from + taken, piece.at));
            account(piece.length() - taken);
        }
        return taken;
    }

    private int pass(ByteBuffer from, int index, int length, long at) {
        latestAt = Math.max(latestAt, at);
        int taken = reader.octets(heading, next, from, index, length, latestAt);
        next += taken;
        holeAckedAt = -1;
        return taken;
    }

    /** Copies what does not wait yet. */
    private void keep(long offset, ByteBuffer from, int index, int length, long at) {
        long start = offset;
        long stop = offset + length;
        Map.Entry<Long, Piece> before = waiting.floorEntry(start);
        if (before != null) {
            start = Math.max(start, before.getKey() + before.getValue().length());
        }
        while (start < stop) {
            Map.Entry<Long, Piece> after = waiting.ceilingEntry(start);
            long until = after == null ? stop : Math.min(stop, after.getKey());
            if (until > start) {
                byte[] copy = new byte[(int) (until - start)];
                from.get(index + (int) (start - offset), copy);
                waiting.put(start, new Piece(copy, 0, at));
                account(copy.length);
            }
            start = after == null ? stop : Math.max(until, after.getKey() + after.getValue().length());
        }
    }

    private void giveUpHole(long at) {
        while (!waiting.isEmpty() && waiting.firstKey() > next) {
            if (acked > next && holeAckedAt < 0) {
                holeAckedAt = at;
            }
            boolean isGone = holeAckedAt >= 0 && at - holeAckedAt >= PATIENCE_NANOS && acked >= waiting.firstKey();
            if (!isGone && !isOverfull()) {
                return;
            }
            overHole();
            passWaiting(at);
        }
    }

    /** As late as what lies behind it was captured, however long it was waited for. */
    private void overHole() {
        gapTo(waiting.firstKey(), waiting.firstEntry().getValue().at);
    }

    private void gapTo(long offset, long at) {
        latestAt = Math.max(latestAt, at);
        long from = next;
        next = offset;
        holeAckedAt = -1;
        reader.gap(heading, from, offset - from, latestAt);
    }

    private boolean isOverfull() {
        return heldHere > held.limit() || waiting.size() > MOST_PIECES;
    }

    private void account(int octets) {
        int with = octets + (octets < 0 ? -PIECE_OVERHEAD : PIECE_OVERHEAD);
        heldHere += with;
        held.add(with);
    }
}
