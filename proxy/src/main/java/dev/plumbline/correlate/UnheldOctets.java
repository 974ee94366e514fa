package dev.plumbline.correlate;

import dev.plumbline.correlate.Coverage.Reason;
import dev.plumbline.wire.WireRange;
import java.util.ArrayList;
import java.util.List;

/**
 * Octets of one heading that were seen, or count as seen, but that no kept packet holds, and why. Disjoint, ascending;
 * touching ones with the same reason are joined.
 *
 * <p>Owned by: the recorder thread.
 * <p>Limits: beyond {@code most} ranges the two oldest become one with what lies between: too much is called a gap, never too little.
 */
final class UnheldOctets {
    /** One range and its reason. */
    record Part(WireRange range, Reason reason) {
    }

    private final int most;
    private final List<Part> parts = new ArrayList<>(0);

    UnheldOctets(int most) {
        this.most = most;
    }

    /** Adds {@code [from, to)}. What it overlaps takes the new reason. */
    void add(long from, long to, Reason reason) {
        remove(from, to);
        int at = firstEndingAfter(from);
        long start = from;
        long end = to;
        if (at < parts.size() && parts.get(at).range.start() == to && parts.get(at).reason == reason) {
            end = parts.remove(at).range.end();
        }
        if (at > 0 && parts.get(at - 1).range.end() == from && parts.get(at - 1).reason == reason) {
            start = parts.remove(--at).range.start();
        }
        parts.add(at, new Part(new WireRange(start, end), reason));
        if (parts.size() > most) {
            Part second = parts.remove(1);
            Part oldest = parts.get(0);
            parts.set(0, new Part(new WireRange(oldest.range.start(), second.range.end()), oldest.reason));
        }
    }

    /** A kept packet held {@code [from, to)} after all. */
    void remove(long from, long to) {
        for (int i = firstEndingAfter(from); i < parts.size() && parts.get(i).range.start() < to;) {
            Part part = parts.remove(i);
            if (part.range.start() < from) {
                parts.add(i++, new Part(new WireRange(part.range.start(), from), part.reason));
            }
            if (part.range.end() > to) {
                parts.add(i++, new Part(new WireRange(to, part.range.end()), part.reason));
            }
        }
    }

    /** The parts of {@code [from, to)} that are not held, ascending. */
    void within(long from, long to, List<Part> into) {
        for (int i = firstEndingAfter(from); i < parts.size() && parts.get(i).range.start() < to; i++) {
            Part part = parts.get(i);
            into.add(new Part(new WireRange(Math.max(from, part.range.start()), Math.min(to, part.range.end())), part.reason));
        }
    }

    int size() {
        return parts.size();
    }

    private int firstEndingAfter(long offset) {
        int low = 0;
        int high = parts.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (parts.get(middle).range.end() > offset) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
