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
 * <p>Owned by: the recorder thread, for one answer.
 */
final class GapList {
    private final List<UnheldOctets.Part> parts = new ArrayList<>(0);

    /** Adds {@code [from, to)}; nothing when that is empty. */
    void add(long from, long to, Reason reason) {
        if (from < to) {
            parts.add(new UnheldOctets.Part(new WireRange(from, to), reason));
        }
    }

    Optional<Reason> reason() {
        return parts.stream().min(Comparator.comparingLong(p -> p.range().start())).map(UnheldOctets.Part::reason);
    }

    long octets() {
        return ranges().stream().mapToLong(WireRange::length).sum();
    }

    /** Ascending, disjoint, not touching. */
    List<WireRange> ranges() {
        if (parts.isEmpty()) {
            return List.of();
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
