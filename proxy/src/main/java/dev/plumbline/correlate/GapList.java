package dev.plumbline.correlate;

import dev.plumbline.correlate.Coverage.Reason;
import dev.plumbline.wire.WireRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Gaps of one message, gathered from several causes that may overlap. Its reason is that of the first gap.
 *
 * <p>Owned by: the recorder thread, for one answer at a time.
 */
final class GapList {
    private final List<UnheldOctets.Part> parts = new ArrayList<>(0);

    void clear() {
        parts.clear();
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    /** Adds {@code [from, to)}; nothing when that is empty. */
    void add(long from, long to, Reason reason) {
        if (from < to) {
            parts.add(new UnheldOctets.Part(new WireRange(from, to), reason));
        }
    }

    Optional<Reason> reason() {
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        UnheldOctets.Part least = parts.get(0);
        for (UnheldOctets.Part part : parts) {
            least = part.range().start() < least.range().start() ? part : least;
        }
        return Optional.of(least.reason());
    }

    long octets() {
        long sum = 0;
        for (WireRange range : ranges()) {
            sum += range.length();
        }
        return sum;
    }

    /** Ascending, disjoint, not touching. */
    List<WireRange> ranges() {
        if (parts.isEmpty()) {
            return List.of();
        }
        if (parts.size() == 1) {
            return List.of(parts.get(0).range());
        }
        parts.sort(Comparator.comparingLong(p -> p.range().start()));
        List<WireRange> out = new ArrayList<>(parts.size());
        WireRange open = parts.get(0).range();
        for (UnheldOctets.Part part : parts) {
            if (part.range().start() <= open.end()) {
                open = new WireRange(open.start(), Math.max(open.end(), part.range().end()));
            } else {
                out.add(open);
                open = part.range();
            }
        }
        out.add(open);
        return List.copyOf(out);
    }
}
