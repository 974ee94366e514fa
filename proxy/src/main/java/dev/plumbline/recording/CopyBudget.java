package dev.plumbline.recording;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Octets of message content that may wait in memory for the recorder, all sources together.
 *
 * <p>Owned by: everybody; lock-free.
 */
final class CopyBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    CopyBudget(long limit) {
        this.limit = limit;
    }

    /** @return how many of {@code octets} were taken, from 0 on */
    int take(int octets) {
        while (true) {
            long now = used.get();
            int granted = (int) Math.max(0, Math.min(octets, limit - now));
            if (granted == 0 || used.compareAndSet(now, now + granted)) {
                return granted;
            }
        }
    }

    void giveBack(long octets) {
        used.addAndGet(-octets);
    }

    long used() {
        return used.get();
    }
}
