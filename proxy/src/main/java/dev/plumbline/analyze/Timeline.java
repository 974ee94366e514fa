package dev.plumbline.analyze;

import dev.plumbline.analyze.TimeSplit.Slice;
import dev.plumbline.wire.Leg;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Spans over an axis of time, laid over each other and then cut into slices that are not: at every instant the span whose part stands first in {@link Part}
 * has it, and where there is none the remainder.
 *
 * <pre>
 *  added   |--client-sends--|      |--sending--|--origin--|--receiving-----|
 *                   |---connect----|                      |--client-receives--|
 *  slices  |client- |---connect----|--sending--|--origin--|--receiving-----|cl|
 * </pre>
 *
 * <p>Owned by: whoever makes it.
 */
final class Timeline {
    private final long start;
    private final long end;
    private final List<Slice> spans = new ArrayList<>();
    private final List<Slice> ahead = new ArrayList<>();

    Timeline(long start, long end) {
        this.start = start;
        this.end = end;
    }

    /** Lays a span over what is there. One of which an end is not known, or that ends before it begins, is none. */
    void add(Part part, Optional<Leg> leg, Moment from, Moment to) {
        add(part, leg, from, to, from.and(to));
    }

    void add(Part part, Optional<Leg> leg, Moment from, Moment to, Source source) {
        if (!from.isKnown() || !to.isKnown() || to.at() <= from.at()) {
            return;
        }
        if (from.at() < start && part.mayBeAhead()) {
            ahead.add(slice(part, leg, from.at(), Math.min(to.at(), start), source));
        }
        long begin = Math.max(from.at(), start);
        long finish = Math.min(to.at(), end);
        if (begin < finish) {
            spans.add(slice(part, leg, begin, finish, source));
        }
    }

    /** What was added that lies before the start, in the order it was added. */
    List<Slice> ahead() {
        return ahead;
    }

    /** @param rest what no span covers */
    List<Slice> slices(Part rest) {
        TreeSet<Long> cuts = new TreeSet<>(List.of(start, end));
        spans.forEach(span -> {
            cuts.add(span.from());
            cuts.add(span.to());
        });
        List<Slice> slices = new ArrayList<>();
        long from = cuts.first();
        for (long to : cuts.tailSet(from, false)) {
            append(slices, at(from, to, rest));
            from = to;
        }
        return slices;
    }

    private Slice at(long from, long to, Part rest) {
        Slice best = null;
        for (Slice span : spans) {
            if (span.from() <= from && span.to() >= to && (best == null || span.part().compareTo(best.part()) < 0)) {
                best = span;
            }
        }
        return best == null ? slice(rest, Optional.empty(), from, to, Source.SOCKETS) : slice(best.part(), best.leg(), from, to, best.source());
    }

    /** Adjacent stretches of the same are one. */
    private static void append(List<Slice> slices, Slice next) {
        Slice last = slices.isEmpty() ? null : slices.get(slices.size() - 1);
        if (last != null && last.part() == next.part() && last.leg().equals(next.leg()) && last.source() == next.source()) {
            slices.set(slices.size() - 1, slice(last.part(), last.leg(), last.from(), next.to(), last.source()));
        } else {
            slices.add(next);
        }
    }

    private static Slice slice(Part part, Optional<Leg> leg, long from, long to, Source source) {
        return new Slice(part, leg, from, to, source, Optional.empty(), List.of());
    }
}
