package dev.plumbline.proxy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How to take back what was begun, step by step, last step first. One that fails does not keep the others from being
 * taken back.
 *
 * <p>Owned by: one thread.
 */
final class Undo {
    private static final Logger LOG = LoggerFactory.getLogger(Undo.class);

    /** By name, in the order of the steps. */
    private final Map<String, Runnable> steps = new LinkedHashMap<>();

    /** @return {@code begun}, which {@code how} would take back */
    <T> T by(String name, T begun, Consumer<? super T> how) {
        steps.put(name, () -> how.accept(begun));
        return begun;
    }

    /** Steps that are taken back already, or that another one takes back. */
    void notBy(String... names) {
        steps.keySet().removeAll(Set.of(names));
    }

    void run() {
        List<String> names = new ArrayList<>(steps.keySet());
        Collections.reverse(names);
        for (String name : names) {
            try {
                steps.remove(name).run();
            } catch (RuntimeException e) {
                LOG.warn("undo.failed step={} reason=\"{}\"", name, e.toString());
            }
        }
    }
}
