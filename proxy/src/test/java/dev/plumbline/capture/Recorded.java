package dev.plumbline.capture;

import dev.plumbline.fact.CaptureFact;
import dev.plumbline.fact.Fact;
import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.Segment;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** A sink that keeps everything, for tests. */
final class Recorded implements FactSink {
    private final List<Fact> facts = new CopyOnWriteArrayList<>();

    @Override
    public void accept(Fact fact) {
        facts.add(fact);
    }

    <T extends CaptureFact> List<T> all(Class<T> type) {
        return facts.stream().filter(type::isInstance).map(type::cast).collect(Collectors.toList());
    }

    List<Segment> segments() {
        return all(CaptureFact.SegmentsSeen.class).stream().flatMap(seen -> seen.segments().stream()).collect(Collectors.toList());
    }

    void clear() {
        facts.clear();
    }

    List<Fact> facts() {
        return facts;
    }

    /** Waits until it is so, and says whether it became so. */
    static boolean eventually(BooleanSupplier condition) throws InterruptedException {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10); System.nanoTime() < end; TimeUnit.MILLISECONDS.sleep(10)) {
            if (condition.getAsBoolean()) {
                return true;
            }
        }
        return condition.getAsBoolean();
    }
}
