package dev.plumbline.analyze;

import dev.plumbline.analyze.TimeSplit.Slice;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The stalls that a leg's annotations tell of, as tracks: those of one kind, leg and heading, ascending and disjoint.
 *
 * <p>Owned by: whoever makes it.
 * <p>Limits: {@value #PACKETS} packets are kept as evidence of one stall.
 */
final class Stalls {
    static final int PACKETS = 64;
    private final List<List<Stall>> tracks = new ArrayList<>();

    private final boolean isDirect;

    private Stalls(boolean isDirect) {
        this.isDirect = isDirect;
    }

    static Stalls of(ExchangeEvidence evidence) {
        Stalls stalls = new Stalls(evidence.isDirect());
        List<LegEvidence> legs = new ArrayList<>(List.of(evidence.client()));
        if (!evidence.isDirect()) {
            evidence.server().ifPresent(legs::add);
            legs.addAll(evidence.attempts());
        }
        for (LegEvidence leg : legs) {
            Map<Integer, List<Stall>> found = new TreeMap<>();
            for (Annotation each : leg.annotations()) {
                stall(leg, each).ifPresent(s -> found.computeIfAbsent(s.kind().ordinal() * 2 + s.heading().ordinal(), k -> new ArrayList<>()).add(s));
            }
            found.values().forEach(track -> stalls.tracks.add(merged(track)));
        }
        return stalls;
    }

    /** Whether an annotation says that these octets were lost and sent again. */
    static boolean isLoss(Annotation annotation) {
        return switch (annotation.code()) {
            case RETRANSMISSION, FAST_RETRANSMISSION, OUT_OF_ORDER -> true;
            default -> false;
        };
    }

    private static Optional<Stall> stall(LegEvidence leg, Annotation each) {
        Heading blocked = each.heading().opposite();
        return switch (each.code()) {
            case RETRANSMISSION, FAST_RETRANSMISSION, OUT_OF_ORDER -> leg.message(each.heading()).map(m -> m.touches(each)).orElse(true)
                    ? some(Part.LOSS, leg.leg(), each.heading(), each.from(), each.at(), each.packets()) : Optional.empty();
            case ZERO_WINDOW, WINDOW_UPDATE -> some(Part.ZERO_WINDOW, leg.leg(), blocked, each.from(), each.at(), each.packets());
            case DELAYED_ACK -> some(Part.DELAYED_ACK, leg.leg(), blocked, each.from(), each.at(), each.packets());
            default -> Optional.empty();
        };
    }

    private static Optional<Stall> some(Part kind, Leg leg, Heading heading, long from, long to, List<PacketId> packets) {
        return to > from ? Optional.of(new Stall(kind, leg, heading, from, to, packets)) : Optional.empty();
    }

    private static List<Stall> merged(List<Stall> track) {
        track.sort(Comparator.comparingLong(Stall::from));
        List<Stall> merged = new ArrayList<>();
        for (Stall next : track) {
            Stall last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last != null && next.from() <= last.to()) {
                Set<PacketId> packets = new LinkedHashSet<>(last.packets());
                next.packets().stream().limit(PACKETS - Math.min(PACKETS, packets.size())).forEach(packets::add);
                merged.set(merged.size() - 1, new Stall(last.kind(), last.leg(), last.heading(), last.from(), Math.max(last.to(), next.to()), List.copyOf(packets)));
            } else {
                merged.add(next);
            }
        }
        return merged;
    }

    /** Cuts the stalls out of the slices they held up; the sum stays as it is. */
    List<Slice> carvedFrom(List<Slice> slices) {
        if (tracks.isEmpty()) {
            return slices;
        }
        List<Slice> carved = new ArrayList<>();
        for (Slice slice : slices) {
            List<List<Stall>> ranked = tracks.stream()
                    .filter(track -> holdsUp(track.get(0), slice))
                    .sorted(Comparator.comparingInt(track -> track.get(0).rank(slice.part()))).toList();
            carve(slice, slice.from(), slice.to(), ranked, 0, carved);
        }
        return carved;
    }

    /** Where both legs are one, what it held up there it held up here. */
    private boolean holdsUp(Stall stall, Slice slice) {
        Leg leg = slice.leg().orElse(null);
        return stall.holdsUp(slice.part(), leg) || isDirect && stall.on(Leg.SERVER).holdsUp(slice.part(), leg);
    }

    private static void carve(Slice slice, long from, long to, List<List<Stall>> ranked, int at, List<Slice> into) {
        if (from >= to) {
            return;
        }
        if (at == ranked.size()) {
            into.add(new Slice(slice.part(), slice.leg(), from, to, slice.source(), Optional.empty(), List.of()));
            return;
        }
        long done = from;
        for (Stall stall : ranked.get(at)) {
            long begin = Math.max(stall.from(), done);
            long finish = Math.min(stall.to(), to);
            if (begin < finish) {
                carve(slice, done, begin, ranked, at + 1, into);
                into.add(new Slice(stall.kind(), Optional.of(stall.leg()), begin, finish, Source.PACKETS, Optional.of(slice.part()), stall.packets()));
                done = finish;
            }
        }
        carve(slice, done, to, ranked, at + 1, into);
    }
}
