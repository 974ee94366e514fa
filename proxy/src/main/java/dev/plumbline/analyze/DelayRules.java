package dev.plumbline.analyze;

import dev.plumbline.analyze.Diagnosis.Code;
import dev.plumbline.analyze.TimeSplit.Slice;
import dev.plumbline.correlate.Coverage;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.TcpInfo;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What was slow. Of all that took longer than it should the longest is said.
 *
 * <p>Limits: a stall counts from {@link #STALL_NANOS} on, also one of our own; anything else from {@link #SLOW_NANOS}.
 */
final class DelayRules {
    static final long STALL_NANOS = 100_000_000L;
    static final long SLOW_NANOS = 1_000_000_000L;
    /** Octets that a socket takes whether its peer reads or not. */
    private static final long TAKEN_AT_ONCE = 16 << 10;
    private static final String PASS = " to pass from the ";
    private final ExchangeEvidence exchange;
    private final TimeSplit split;

    DelayRules(ExchangeEvidence exchange, TimeSplit split) {
        this.exchange = exchange;
        this.split = split;
    }

    Optional<Diagnosis> judge() {
        Map<String, List<Slice>> groups = new LinkedHashMap<>();
        for (Slice slice : slices().filter(slice -> !isForContinue(slice)).toList()) {
            groups.computeIfAbsent(slice.part() + " " + slice.leg() + (slice.part().isStall() ? heading(slice) : ""), key -> new ArrayList<>()).add(slice);
        }
        List<Found> found = new ArrayList<>();
        groups.values().forEach(slices -> found(slices, "").ifPresent(d -> found.add(new Found(nanos(slices), d))));
        forContinue().ifPresent(found::add);
        for (Slice slice : split.ahead()) {
            if (slice.part() != Part.PROXY && slice.part() != Part.KERNEL) {
                found(List.of(slice), ", before the request").ifPresent(d -> found.add(new Found(slice.nanos(), d)));
            }
        }
        return found.stream().max(Comparator.comparing((Found f) -> f.diagnosis.isBadNews()).thenComparing(f -> f.nanos)).map(Found::diagnosis);
    }

    private record Found(long nanos, Diagnosis diagnosis) {
    }

    /** What the client lost by announcing its content (RFC 9110 §10.1.1): curl waits a second for an origin that knows nothing of it. */
    private Optional<Found> forContinue() {
        List<Slice> slices = slices().filter(this::isForContinue).toList();
        long nanos = nanos(slices);
        boolean wasInVain = exchange.hasGoneOnUnasked();
        if (nanos < (wasInVain ? STALL_NANOS : SLOW_NANOS)) {
            return Optional.empty();
        }
        String took = AnnotationText.duration(nanos);
        return slow(slices, Severity.WARN, Code.SLOW_CONTINUE, wasInVain ? "the client waited " + took + " for a 100 (Continue) that the origin did not send"
                : "the origin took " + took + " to send a 100 (Continue)").map(diagnosis -> new Found(nanos, diagnosis));
    }

    /** Where the client went on a slice ends, for what the origin did from then on was another thing. */
    private Stream<Slice> slices() {
        long at = exchange.goneOnAt();
        return split.slices().stream().flatMap(slice -> slice.from() < at && at < slice.to()
                ? Stream.of(part(slice, slice.from(), at), part(slice, at, slice.to())) : Stream.of(slice));
    }

    private static Slice part(Slice of, long from, long to) {
        return new Slice(of.part(), of.leg(), from, to, of.source(), of.within(), of.packets());
    }

    private boolean isForContinue(Slice slice) {
        return slice.part() == Part.ORIGIN && slice.to() <= exchange.goneOnAt();
    }

    /** @param when what is said of the time behind the sentence */
    private Optional<Diagnosis> found(List<Slice> slices, String when) {
        Part part = slices.get(0).part();
        long nanos = nanos(slices);
        boolean isOurs = part == Part.PROXY || part == Part.KERNEL;
        if (nanos < (part.isStall() || isOurs ? STALL_NANOS : SLOW_NANOS) || exchange.isDirect() && isWithoutPacket(slices)) {
            return Optional.empty();
        }
        String took = AnnotationText.duration(nanos);
        return switch (part) {
            case LOSS -> Optional.of(loss(slices, took));
            case ZERO_WINDOW -> Optional.of(zeroWindow(slices, took));
            case DELAYED_ACK -> Optional.of(stall(slices, Code.DELAYED_ACK, took + " lost to acknowledgements that " + receiver(slices) + " held back"));
            case NAME_LOOKUP -> slow(slices, Severity.WARN, Code.SLOW_LOOKUP, "the name look-up took " + took + when);
            case CONNECT -> slow(slices, Severity.WARN, Code.SLOW_CONNECT, "connecting to the origin took " + took + when);
            case ORIGIN_TLS -> slow(slices, Severity.WARN, Code.SLOW_TLS, "TLS with the origin took " + took + when);
            case CLIENT_TLS -> slow(slices, Severity.WARN, Code.SLOW_TLS, "TLS with the client took " + took + when);
            case ORIGIN, WAITING -> slow(slices, Severity.WARN, Code.SLOW_ORIGIN, origin(part, took));
            case PROXY -> exchange.role() == Role.TUNNEL ? Optional.empty() : slow(slices, Severity.WARN, Code.SLOW_PROXY, "the proxy held it up for " + took);
            case KERNEL -> slow(slices, Severity.WARN, Code.SLOW_PROXY, "the proxy was " + took + " late to read or to send");
            case CLIENT_SENDS -> slow(slices, Severity.NOTE, Code.SLOW_REQUEST,
                    "the request took " + took + (isPassedOn(slices, exchange.client().request()) ? PASS + "client to the origin" : " to come from the client"));
            case SENDING -> slow(slices, Severity.NOTE, Code.SLOW_REQUEST, "the request took " + took + " to reach the origin");
            case RECEIVING -> slow(slices, Severity.NOTE, Code.SLOW_RESPONSE,
                    "the response took " + took + (isPassedOn(slices, exchange.server().flatMap(LegEvidence::response))
                            ? PASS + "origin to the client" : " to come from the origin"));
            case CLIENT_RECEIVES -> slow(slices, Severity.NOTE, Code.SLOW_CLIENT, "the response took " + took + " more to reach the client");
            case QUEUED -> slow(slices, Severity.NOTE, Code.SLOW_CLIENT, "pipelined, it waited " + took + " for the exchange before it");
            case TUNNEL, UNKNOWN -> Optional.empty();
        };
    }

    /** Whether an end of it is that of octets that no packet shows: in a dump it is known of them only until when they must have come. */
    private static boolean isWithoutPacket(List<Slice> slices) {
        return slices.stream().anyMatch(slice -> !slice.part().isStall() && (slice.source() == Source.SOCKETS || slice.source() == Source.BOTH));
    }

    /** Whether it may have been the other side that was slow: we read on when that has taken what we read. Packets show who did not read. */
    private static boolean isPassedOn(List<Slice> slices, Optional<MessageEvidence> message) {
        return source(slices) == Source.SOCKETS && message.filter(m -> m.contentLength() > TAKEN_AT_ONCE).isPresent();
    }

    private static Optional<Diagnosis> slow(List<Slice> slices, Severity severity, Code code, String text) {
        return Optional.of(new Diagnosis(severity, code, slices.get(0).leg(), text, List.of(), source(slices)));
    }

    private static Diagnosis stall(List<Slice> slices, Code code, String text) {
        List<PacketId> packets = Sentences.sorted(slices.stream().flatMap(s -> s.packets().stream()).toList());
        return new Diagnosis(Severity.WARN, code, slices.get(0).leg(), Sentence.naming(text, packets), packets, Source.PACKETS);
    }

    private Diagnosis zeroWindow(List<Slice> slices, String took) {
        return stall(slices, Code.ZERO_WINDOW, receiver(slices) + " did not read for " + took + heldUp(slices) + ": zero window");
    }

    /** Why the proxy did not: it had filled the window of who takes what it reads, which need not have been closed for that. */
    private String heldUp(List<Slice> slices) {
        Heading heading = heading(slices.get(0));
        boolean isEnd = exchange.isDirect() || (leg(slices) == Leg.CLIENT) == (heading == Heading.TO_CLIENT);
        boolean isFull = !isEnd && annotations(leg(slices) == Leg.CLIENT ? Leg.SERVER : Leg.CLIENT).stream()
                .anyMatch(a -> a.code() == AnnotationCode.WINDOW_FULL && a.heading() == heading && slices.stream().anyMatch(s -> a.at() >= s.from() && a.at() <= s.to()));
        return isFull ? ", for the " + (heading == Heading.TO_CLIENT ? "client" : "origin") + " was slow to take what it had read" : "";
    }

    private Diagnosis loss(List<Slice> slices, String took) {
        Heading heading = heading(slices.get(0));
        List<Annotation> losses = annotations(leg(slices)).stream()
                .filter(a -> Stalls.isLoss(a) && slices.stream().anyMatch(s -> a.at() > s.from() && a.from() < s.to())
                        && (isHandshake(slices) || a.heading() == heading)).toList();
        boolean isLate = losses.stream().allMatch(a -> a.code() == AnnotationCode.OUT_OF_ORDER);
        List<PacketId> packets = Sentences.sorted(losses.stream().map(a -> a.packets().get(0)).toList());
        String text = took + " lost to " + Sentences.count(losses.size(), isLate ? "late segment" : "retransmission") + " of " + what(slices, heading)
                + (exchange.isDirect() ? "" : " on the " + leg(slices).word() + " leg");
        return new Diagnosis(Severity.WARN, Code.LOSS, slices.get(0).leg(), Sentence.ending(text + (packets.isEmpty() ? "" : ", "), packets), packets, Source.PACKETS);
    }

    private static String what(List<Slice> slices, Heading heading) {
        return switch (slices.get(0).within().orElse(Part.UNKNOWN)) {
            case CONNECT -> "the SYN";
            case ORIGIN_TLS, CLIENT_TLS -> "the TLS handshake";
            default -> heading == Heading.TO_SERVER ? "the request" : "the response";
        };
    }

    /** What the network says for itself: only where nothing was lost, and all was seen. */
    private String origin(Part part, String took) {
        boolean hasAnswered = exchange.server().flatMap(LegEvidence::response).isPresent();
        String text = hasAnswered ? "the origin took " + took + " to answer" : "the origin had not answered for " + took;
        return text + exchange.server().map(server -> network(server, part)).orElse("");
    }

    private static String network(LegEvidence server, Part part) {
        boolean isSeen = Stream.of(server.request(), server.response()).allMatch(m -> m.filter(seen -> seen.coverage() == Coverage.COMPLETE).isPresent());
        boolean isLossless = server.annotations().stream().noneMatch(Stalls::isLoss)
                && server.request().stream().allMatch(m -> m.repeats() == 0) && server.response().stream().allMatch(m -> m.repeats() == 0);
        if (isSeen && isLossless && server.handshakeNanos() >= 0) {
            return "; the network was fine, RTT " + AnnotationText.duration(server.handshakeNanos());
        }
        Optional<TcpInfo> info = server.info().filter(i -> !isSeen && part == Part.WAITING && i.retransmissions() == 0 && i.rttMicros() > 0);
        return info.map(i -> "; the network was fine by TCP_INFO, RTT " + AnnotationText.duration(i.rttMicros() * 1000)).orElse("");
    }

    private List<Annotation> annotations(Leg leg) {
        List<Annotation> all = new ArrayList<>(leg == Leg.CLIENT ? exchange.client().annotations() : exchange.server().map(LegEvidence::annotations).orElse(List.of()));
        if (leg == Leg.SERVER) {
            exchange.attempts().forEach(attempt -> all.addAll(attempt.annotations()));
        }
        return all;
    }

    private static boolean isHandshake(List<Slice> slices) {
        return slices.get(0).within().filter(p -> p == Part.CONNECT || p == Part.ORIGIN_TLS || p == Part.CLIENT_TLS).isPresent();
    }

    /** Who did not read, or held its acknowledgements back. */
    private String receiver(List<Slice> slices) {
        return "the " + Ends.of(leg(slices), exchange.isDirect()).receiver(heading(slices.get(0)));
    }

    /** Which octets were held up, by what they were part of. */
    private static Heading heading(Slice stall) {
        return stall.within().filter(p -> p == Part.RECEIVING || p == Part.CLIENT_RECEIVES).isPresent() ? Heading.TO_CLIENT : Heading.TO_SERVER;
    }

    private static Leg leg(List<Slice> slices) {
        return slices.get(0).leg().orElse(Leg.SERVER);
    }

    private static long nanos(List<Slice> slices) {
        return slices.stream().mapToLong(Slice::nanos).sum();
    }

    private static Source source(List<Slice> slices) {
        Source first = slices.get(0).source();
        return slices.stream().allMatch(s -> s.source() == first) ? first : Source.BOTH;
    }
}
