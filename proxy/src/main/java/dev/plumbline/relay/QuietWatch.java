package dev.plumbline.relay;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Tells from time to time for how long a connection has been quiet. One timer that looks, instead of one that is set anew
 * with every message.
 *
 * <p>Owned by: the connection's event loop.
 */
final class QuietWatch {
    private long sinceNanos = System.nanoTime();
    private Future<?> next;

    /** @param look hears every so often for how many milliseconds it has been quiet; not once it was stopped */
    void begin(EventLoop loop, int everyMillis, LongConsumer look) {
        next = loop.scheduleWithFixedDelay(
                () -> look.accept((System.nanoTime() - sinceNanos) / 1_000_000), everyMillis, everyMillis, TimeUnit.MILLISECONDS);
    }

    /** Something happened: what is quiet now is so from here on. */
    void ends() {
        sinceNanos = System.nanoTime();
    }

    /** With its connection, which the timer would otherwise keep in memory. */
    void stop() {
        next.cancel(false);
    }
}
