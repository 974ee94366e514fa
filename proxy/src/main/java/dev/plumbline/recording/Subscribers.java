package dev.plumbline.recording;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who wants to be told of exchanges. One that fails costs the others nothing.
 *
 * <p>Owned by: {@link #tell} the recorder thread; the rest any thread.
 */
final class Subscribers {
    private static final Logger LOG = LoggerFactory.getLogger(Subscribers.class);
    private final List<ExchangeListener> all = new CopyOnWriteArrayList<>();

    /** @return takes it off again */
    Runnable add(ExchangeListener each) {
        all.add(each);
        return () -> all.remove(each);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    void tell(ExchangeRow row, Consumer<ExchangeListener> what) {
        for (ExchangeListener each : all) {
            try {
                what.accept(each);
            } catch (RuntimeException e) {
                LOG.error("recorder.subscriber exchange={}", row.id(), e);
            }
        }
    }
}
