package dev.plumbline.recording;

import dev.plumbline.fact.CaptureFact;
import dev.plumbline.fact.Fact;
import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.FactsLost;
import dev.plumbline.fact.RelayFact;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The queue between one source thread and the recorder: a ring for a single producer and a single consumer.
 *
 * <pre>
 *      head (recorder)          tail (source)
 *        ▼                        ▼
 *  | – | F | F | F | ~ | F | F | – | – |      – empty   F fact   ~ some facts were lost here
 * </pre>
 *
 * <p>A slot is empty exactly when it holds null, so the two sides share nothing but the slots. The source never wakes the
 * recorder, which comes by on its own: an event loop pays for two memory writes and no system call.
 *
 * <p>When the ring is full the fact is dropped, and the next one that finds room is preceded by a mark: so the recorder
 * knows where in the order the loss lies.
 *
 * <p>Owned by: {@link #accept} and {@link #reserveContent} the source's thread; {@link #drain} and {@link #abandon} the recorder thread.
 * <p>Limits: {@value #SLOTS} facts, and {@value #OCTETS} octets of heads and segments referred to by them. Content has its own budget.
 */
final class FactQueue implements FactSink {
    static final int SLOTS = 1 << 16;
    static final long OCTETS = 4 << 20;
    private static final int OCTETS_PER_SEGMENT = 96;
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final Object LOSS = new Object();

    private final String source;
    private final CopyBudget content;
    private final BooleanSupplier keepsContent;
    private final Object[] slots;
    private final long octetsLimit;

    // The source's side.
    private long tail;
    private long offeredOctets;
    private long takenOctetsSeen;
    private boolean lossUnmarked;

    // Written by one side, read by the other.
    private volatile long lost;
    private volatile long takenOctets;

    // The recorder's side.
    private long head;
    private long lostReported;

    FactQueue(String source, CopyBudget content, BooleanSupplier keepsContent) {
        this(source, content, keepsContent, SLOTS, OCTETS);
    }

    /** @param slots a power of two */
    FactQueue(String source, CopyBudget content, BooleanSupplier keepsContent, int slots, long octetsLimit) {
        if (Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException("slots: " + slots + " (expected: a power of two)");
        }
        this.source = source;
        this.content = content;
        this.keepsContent = keepsContent;
        this.slots = new Object[slots];
        this.octetsLimit = octetsLimit;
    }

    @Override
    public void accept(Fact fact) {
        if (lossUnmarked) {
            if (!put(LOSS)) {
                drop(fact);
                return;
            }
            lossUnmarked = false;
        }
        long octets = octetsOf(fact);
        if (!hasRoomFor(octets) || !put(fact)) {
            drop(fact);
            return;
        }
        offeredOctets += octets;
    }

    @Override
    public int reserveContent(int octets) {
        return keepsContent.getAsBoolean() ? content.take(octets) : 0;
    }

    /**
     * Hands over what is there, at most {@code max} facts, losses in their place among them.
     *
     * @param now the time a loss is noticed
     * @return how many facts
     */
    int drain(int max, long now, Consumer<Fact> each) {
        int count = 0;
        while (count < max) {
            Object next = take();
            if (next == null) {
                reportLoss(now, each);
                break;
            }
            if (next == LOSS) {
                reportLoss(now, each);
                continue;
            }
            count++;
            handOver((Fact) next, each);
        }
        return count;
    }

    /**
     * Throws away what is left: there is no time to handle it.
     *
     * @return how many facts, with those lost before that were not reported yet
     */
    long abandon() {
        long count = 0;
        for (int i = 0; i < slots.length; i++) {
            Object next = take();
            if (next == null) {
                break;
            }
            count += next == LOSS ? 0 : 1;
            if (next instanceof RelayFact.ContentSeen seen) {
                content.giveBack(seen.octets().length);
            }
        }
        long total = lost;
        count += total - lostReported;
        lostReported = total;
        return count;
    }

    String source() {
        return source;
    }

    private void handOver(Fact fact, Consumer<Fact> each) {
        try {
            each.accept(fact);
        } finally {
            long octets = octetsOf(fact);
            if (octets > 0) {
                takenOctets = takenOctets + octets;
            }
            if (fact instanceof RelayFact.ContentSeen seen) {
                content.giveBack(seen.octets().length);
            }
        }
    }

    private void reportLoss(long now, Consumer<Fact> each) {
        long total = lost;
        if (total > lostReported) {
            each.accept(new FactsLost(source, total - lostReported, now));
            lostReported = total;
        }
    }

    private boolean hasRoomFor(long octets) {
        if (octets == 0 || offeredOctets - takenOctetsSeen + octets <= octetsLimit) {
            return true;
        }
        takenOctetsSeen = takenOctets;
        long waiting = offeredOctets - takenOctetsSeen;
        return waiting == 0 || waiting + octets <= octetsLimit;
    }

    private boolean put(Object item) {
        int at = (int) tail & slots.length - 1;
        if (SLOT.getAcquire(slots, at) != null) {
            return false;
        }
        SLOT.setRelease(slots, at, item);
        tail++;
        return true;
    }

    private Object take() {
        int at = (int) head & slots.length - 1;
        Object item = SLOT.getAcquire(slots, at);
        if (item != null) {
            SLOT.setRelease(slots, at, null);
            head++;
        }
        return item;
    }

    private void drop(Fact fact) {
        lost = lost + 1;
        lossUnmarked = true;
        if (fact instanceof RelayFact.ContentSeen seen) {
            content.giveBack(seen.octets().length);
        }
    }

    private static long octetsOf(Fact fact) {
        if (fact instanceof RelayFact.MessageBegan began) {
            return began.head().length;
        }
        if (fact instanceof CaptureFact.SegmentsSeen seen) {
            return (long) seen.segments().size() * OCTETS_PER_SEGMENT;
        }
        return fact instanceof RelayFact.MessageEnded ended ? ended.trailers().length : 0;
    }
}
