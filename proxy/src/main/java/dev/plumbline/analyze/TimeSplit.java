package dev.plumbline.analyze;

import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the time of an exchange went: from the request's first octet to the last of the response at the client, every
 * instant in exactly one slice.
 *
 * <pre>
 *  start = slices[0].from,  slices[i].to = slices[i + 1].from,  slices[last].to = end
 * </pre>
 *
 * <p>Units: nanoseconds since 1970.
 *
 * @param start the request's first octet at the client leg: its packet, else our socket
 * @param end the response's last octet at the client leg, likewise; where there was none, the end of the exchange
 * @param slices without holes; empty only when {@code start == end}
 * @param ahead what was done for this exchange before its first octet came, such as TLS inside a tunnel: not part of the sum
 * @param doubts what was not seen and is therefore not in it, each in one line; empty when all was
 */
public record TimeSplit(long start, long end, List<Slice> slices, List<Slice> ahead, List<String> doubts) {
    public TimeSplit {
        slices = List.copyOf(slices);
        ahead = List.copyOf(ahead);
        doubts = List.copyOf(doubts);
        long at = start;
        for (Slice slice : slices) {
            if (slice.from() != at) {
                throw new IllegalArgumentException("slice: " + slice + " (expected: one that begins at " + at + ")");
            }
            at = slice.to();
        }
        if (at != end) {
            throw new IllegalArgumentException("slices end at " + at + " (expected: " + end + ")");
        }
    }

    /**
     * A stretch of time.
     *
     * @param leg where it was spent; empty for what is of neither
     * @param from its first instant
     * @param to one past its last, {@code > from}
     * @param within of a stall the part it was carved out of; empty for others
     * @param packets the evidence of a stall; empty for others
     */
    public record Slice(Part part, Optional<Leg> leg, long from, long to, Source source, Optional<Part> within, List<PacketId> packets) {
        public Slice {
            packets = List.copyOf(packets);
            if (to <= from) {
                throw new IllegalArgumentException("to: " + to + " (expected: > from " + from + ")");
            }
        }

        public long nanos() {
            return to - from;
        }
    }

    /** All slices of one part on one leg by one source, as one. */
    public record Share(Part part, Optional<Leg> leg, Source source, long nanos) {
    }

    public long nanos() {
        return end - start;
    }

    public long nanos(Part part) {
        return slices.stream().filter(s -> s.part() == part).mapToLong(Slice::nanos).sum();
    }

    /** In the order in which they began; the sum is {@link #nanos()}. */
    public List<Share> shares() {
        return shares(slices);
    }

    /** The same of what came {@link #ahead}. */
    public List<Share> sharesAhead() {
        return shares(ahead);
    }

    /** Sums by part, the parts that there were; together {@link #nanos()}. */
    public Map<Part, Long> byPart() {
        Map<Part, Long> sums = new EnumMap<>(Part.class);
        slices.forEach(s -> sums.merge(s.part(), s.nanos(), Long::sum));
        return sums;
    }

    private static List<Share> shares(List<Slice> slices) {
        Map<Share, Long> sums = new LinkedHashMap<>();
        slices.forEach(s -> sums.merge(new Share(s.part(), s.leg(), s.source(), 0), s.nanos(), Long::sum));
        List<Share> shares = new ArrayList<>(sums.size());
        sums.forEach((key, nanos) -> shares.add(new Share(key.part(), key.leg(), key.source(), nanos)));
        return shares;
    }
}
