package dev.plumbline.capture;

import dev.plumbline.fact.Segment;
import dev.plumbline.wire.FourTuple;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Holds the packets of a wide capture until it is known whose they are: a socket is claimed only after its SYN went by.
 *
 * <pre>
 *  oldest ▶ | undecided | ours | undecided | ours | ◀ newest      order is kept: ours waits behind what is undecided
 *  undecided ends when claimed (ours), or {@link #NANOS} after the packet (foreign)
 * </pre>
 *
 * <p>A path that was found foreign is not held again until its next SYN, so foreign connections delay ours only when they open.
 *
 * <p>Owned by: the capture thread. Units: nanoseconds since 1970. Limits: {@link #OCTETS} of frames, or less where memory is shared by many interfaces; {@link #FOREIGN} paths;
 * when full, the oldest packet is decided early.
 */
final class LookBack {
    static final long NANOS = 1_000_000_000;
    static final int OCTETS = 16 << 20;
    static final int FOREIGN = 1 << 14;

    /** Takes a packet that is ours. */
    interface Keeper {
        void keep(Segment segment, ByteBuffer frames, int from);
    }

    private record Held(Segment segment, int from) {
    }

    private final Predicate<FourTuple> ours;
    private final Keeper keeper;
    private final ByteBuffer frames;
    private final Deque<Held> held = new ArrayDeque<>();
    private final Set<FourTuple> foreign = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<FourTuple, Boolean> eldest) {
            return size() > FOREIGN;
        }
    });
    private int tail;

    /** @param octets of frames held at most; room for two of the largest */
    LookBack(Predicate<FourTuple> ours, Keeper keeper, int octets) {
        this.ours = ours;
        this.keeper = keeper;
        this.frames = ByteBuffer.allocateDirect(octets);
    }

    /** Takes a packet: keeps it now, holds it, or drops it. */
    void offer(Segment segment, ByteBuffer frame) {
        boolean isOurs = ours.test(segment.path());
        if (isOurs && held.isEmpty()) {
            keeper.keep(segment, frame, 0);
        } else if (isOurs || !isForeign(segment)) {
            hold(segment, frame);
        }
    }

    /** Keeps and drops what can be decided at {@code now}. */
    void settle(long now) {
        for (Held head = held.peek(); head != null; head = held.peek()) {
            long age = now - head.segment().at();
            // A clock that was set back must not hold packets for ever.
            if (!decide(head, age >= NANOS || age <= -NANOS)) {
                return;
            }
        }
        tail = 0;
    }

    /** Decides everything now: the capture ends. */
    void drain() {
        while (!held.isEmpty()) {
            decide(held.peek(), true);
        }
    }

    /** No packet stamped before this is held. */
    long oldest() {
        return held.isEmpty() ? Long.MAX_VALUE : held.peek().segment().at();
    }

    private boolean isForeign(Segment segment) {
        if (foreign.isEmpty() || !foreign.contains(segment.path())) {
            return false;
        }
        if (!segment.has(Segment.SYN)) {
            return true;
        }
        foreign.remove(segment.path());
        foreign.remove(segment.path().reversed());
        return false;
    }

    /** Takes the oldest out when it can be decided, or must be. */
    private boolean decide(Held head, boolean isDue) {
        FourTuple path = head.segment().path();
        if (ours.test(path)) {
            keeper.keep(head.segment(), frames, head.from());
        } else if (isDue) {
            foreign.add(path);
            foreign.add(path.reversed());
        } else if (head.segment().has(Segment.SYN) || !foreign.contains(path)) {
            return false;
        }
        held.remove();
        return true;
    }

    private void hold(Segment segment, ByteBuffer frame) {
        int octets = segment.capturedLength();
        int from = roomFor(octets);
        frames.put(from, frame, 0, octets);
        held.add(new Held(segment, from));
        tail = from + octets;
    }

    /** Where {@code octets} fit, after deciding as many of the oldest as stand in the way. */
    private int roomFor(int octets) {
        while (!held.isEmpty()) {
            int head = held.peek().from();
            if (tail > head) {
                if (frames.capacity() - tail >= octets) {
                    return tail;
                }
                if (head >= octets) {
                    return 0;
                }
            } else if (head - tail >= octets) {
                return tail;
            }
            evict();
        }
        return 0;
    }

    /** Decided for want of room, which says nothing about its path. */
    private void evict() {
        Held head = held.remove();
        if (ours.test(head.segment().path())) {
            keeper.keep(head.segment(), frames, head.from());
        }
    }
}
