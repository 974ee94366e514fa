package dev.plumbline.analyze;

import dev.plumbline.analyze.Diagnosis.Code;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What broke. Begins with the relay's word, which knows what its sockets were told, and adds what the packets show. Faults that are in the octets and not
 * in the network, such as a malformed response, are said where they are found; there is nothing to add.
 */
final class FailureRules {
    private static final long NOTEWORTHY_NANOS = 1_000_000_000L;
    /** A client may well give up after a second; what it had waited for until then is worth saying. */
    private static final long SILENT_NANOS = 500_000_000L;
    private final ExchangeEvidence exchange;
    private final TimeSplit split;

    FailureRules(ExchangeEvidence exchange, TimeSplit split) {
        this.exchange = exchange;
        this.split = split;
    }

    Optional<Diagnosis> judge() {
        return switch (exchange.faultCode()) {
            case "name-not-resolved" -> Optional.of(said(Code.NAME_UNRESOLVED, Optional.empty(), took(Part.NAME_LOOKUP)));
            case "connect-refused" -> Optional.of(refused());
            case "connect-timeout" -> Optional.of(unanswered());
            case "unreachable", "connect-failed" -> Optional.of(failedOtherwise());
            case "tls-failed" -> Optional.of(originTls());
            case "tls-untrusted", "tls-timeout" -> Optional.of(said(Code.ORIGIN_TLS_FAILED, Optional.of(Leg.SERVER), took(Part.ORIGIN_TLS)));
            case "client-tls-failed" -> Optional.of(said(Code.CLIENT_TLS_FAILED, Optional.of(Leg.CLIENT), ""));
            case "origin-reset", "origin-closed" -> Optional.of(exchange.server().map(this::unanswered).orElseGet(() -> said(Code.ORIGIN_CLOSED, Optional.of(Leg.SERVER), "")));
            case "no-response" -> closedByOrigin().map(this::unanswered).or(this::resetByClient);
            case "response-cut" -> closedByOrigin().map(this::cut).or(this::resetByClient);
            case "request-cut" -> resetByClient();
            case "origin-cut" -> exchange.server().map(this::cut);
            case "client-gone" -> Optional.of(clientGone());
            case "" -> hasRefused(exchange.client()) ? Optional.of(clientGone()) : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** In a dump the end of the connection may be that of the dump. */
    private Optional<LegEvidence> closedByOrigin() {
        return exchange.server().filter(s -> s.wasEndedBy(Heading.TO_CLIENT));
    }

    /** A FIN may be a half-close, and the dump end before the answer. */
    private Optional<Diagnosis> resetByClient() {
        return exchange.client().wasResetBy(Heading.TO_SERVER) ? Optional.of(clientGone()) : Optional.empty();
    }

    private Diagnosis said(Code code, Optional<Leg> leg, String more) {
        return new Diagnosis(Severity.ERROR, code, leg, Sentences.clause(exchange.failure()) + more, List.of(), Source.SOCKETS);
    }

    private String took(Part part) {
        long nanos = split.nanos(part);
        return nanos < NOTEWORTHY_NANOS ? "" : ", after " + AnnotationText.duration(nanos);
    }

    /** Where the origin ended the connection, that is why, and there is a packet to show; not where it heard that we did. */
    private Diagnosis originTls() {
        List<PacketId> packets = Sentences.sorted(Stream.concat(exchange.server().stream(), exchange.attempts().stream())
                .filter(leg -> leg.began().establishedAt() >= 0 && !leg.ended().leftBy().equals(Optional.of(Heading.TO_SERVER)))
                .flatMap(leg -> ending(leg, Heading.TO_CLIENT).stream()).toList());
        // A handshake that went well before took no time of this.
        String after = exchange.server().isEmpty() ? took(Part.ORIGIN_TLS) : "";
        return new Diagnosis(Severity.ERROR, Code.ORIGIN_TLS_FAILED, Optional.of(Leg.SERVER),
                Sentence.naming(Sentences.clause(exchange.failure()) + after, packets), packets, sourceOf(packets));
    }

    /** The relay's word is on the attempt that failed last; the others may have ended otherwise. */
    private Diagnosis refused() {
        return connect(Code.CONNECT_REFUSED, refusedBy("connect ").orElseGet(() -> relaysWord("")), noAnswer().stream());
    }

    private Diagnosis unanswered() {
        return connect(Code.CONNECT_UNANSWERED, noAnswer().orElseGet(() -> relaysWord("")), refusedBy("").stream());
    }

    private Diagnosis failedOtherwise() {
        List<Sentence> others = Stream.of(refusedBy(""), noAnswer()).flatMap(Optional::stream).toList();
        // The time of connecting is that of all addresses.
        return connect(Code.CONNECT_FAILED, relaysWord(others.isEmpty() ? took(Part.CONNECT) : ""), others.stream());
    }

    private Sentence relaysWord(String more) {
        return Sentence.plain(Sentences.clause(exchange.failure()) + more);
    }

    private Optional<Sentence> refusedBy(String what) {
        List<LegEvidence> refused = attempts(LegEvidence::wasRefused);
        return refused.isEmpty() ? Optional.empty() : Optional.of(refusedBy(what, refused));
    }

    private Optional<Sentence> noAnswer() {
        List<LegEvidence> silent = attempts(LegEvidence::wasUnanswered);
        return silent.isEmpty() ? Optional.empty() : Optional.of(noAnswerFrom(silent));
    }

    private Diagnosis connect(Code code, Sentence last, Stream<Sentence> others) {
        Sentence text = others.reduce(last, (all, more) -> all.then("; ").then(more));
        List<PacketId> packets = new ArrayList<>(packets(exchange.attempts(), AnnotationCode.CONNECT_REFUSED));
        packets.addAll(packets(attempts(LegEvidence::wasUnanswered), AnnotationCode.CONNECT_UNANSWERED));
        return new Diagnosis(Severity.ERROR, code, Optional.of(Leg.SERVER), text, Sentences.sorted(packets), sourceOf(packets));
    }

    private List<LegEvidence> attempts(Predicate<LegEvidence> which) {
        return exchange.attempts().stream().filter(which).toList();
    }

    private static Sentence refusedBy(String what, List<LegEvidence> attempts) {
        return Sentence.naming(what + "refused by " + ends(attempts), packets(attempts, AnnotationCode.CONNECT_REFUSED));
    }

    private static Sentence noAnswerFrom(List<LegEvidence> attempts) {
        long syns = attempts.size() + attempts.stream().flatMap(a -> a.annotations().stream())
                .filter(a -> Stalls.isLoss(a) && a.heading() == Heading.TO_SERVER && a.range().isEmpty()).count();
        boolean areSeen = attempts.stream().allMatch(a -> a.isSaid(AnnotationCode.CONNECT_UNANSWERED));
        long waited = attempts.stream().mapToLong(a -> a.ended().closedAt() - a.began().openedAt()).max().orElse(-1);
        String text = "no answer" + (areSeen ? " to " + Sentences.count(syns, "SYN") : "") + " from " + ends(attempts)
                + (waited < 0 ? "" : " in " + AnnotationText.duration(waited));
        return Sentence.naming(text, packets(attempts, AnnotationCode.CONNECT_UNANSWERED));
    }

    private static String ends(List<LegEvidence> attempts) {
        return attempts.stream().map(a -> a.tuple().responder()).distinct().map(Endpoint::toString).collect(Collectors.joining(", "));
    }

    private static List<PacketId> packets(List<LegEvidence> attempts, AnnotationCode code) {
        return Sentences.sorted(attempts.stream().flatMap(a -> a.annotations().stream()).filter(a -> a.code() == code).flatMap(a -> a.packets().stream()).toList());
    }

    /** The connection ended without a response, or inside the head of one. */
    private Diagnosis unanswered(LegEvidence server) {
        List<PacketId> packets = ending(server, Heading.TO_CLIENT);
        if (isRace(server)) {
            return new Diagnosis(Severity.ERROR, Code.IDLE_RACE, Optional.of(Leg.SERVER),
                    Sentence.naming("idle-reuse race: the origin closed the idle connection as the request was sent", packets), packets, Source.PACKETS);
        }
        boolean isReset = exchange.faultCode().equals("origin-reset") || server.wasResetBy(Heading.TO_CLIENT);
        long waited = split.nanos(Part.ORIGIN) + split.nanos(Part.WAITING);
        return new Diagnosis(Severity.ERROR, isReset ? Code.ORIGIN_RESET : Code.ORIGIN_CLOSED, Optional.of(Leg.SERVER),
                Sentence.naming("the origin " + (isReset ? "reset" : "closed") + " the connection "
                        + (server.response().isEmpty() ? "without a response" : "inside the head of its response")
                        + (waited < NOTEWORTHY_NANOS ? "" : ", " + AnnotationText.duration(waited) + " after it had the request"), packets),
                packets, sourceOf(packets));
    }

    /** The origin ended it when it cannot have known of the request, which takes half a round trip there; a whole one until we see what it did. */
    private static boolean isRace(LegEvidence server) {
        boolean leftFirst = server.ended().at() >= 0 && server.ended().leftBy().equals(Optional.of(Heading.TO_CLIENT));
        if (server.isFirst() || server.response().isPresent() || !leftFirst || server.acknowledgedAt() >= 0) {
            return false;
        }
        return server.request().map(r -> r.packetFirstAt() >= 0 && server.ended().at() <= r.packetFirstAt() + Math.max(0, server.handshakeNanos())).orElse(false);
    }

    private Diagnosis cut(LegEvidence server) {
        List<PacketId> packets = ending(server, Heading.TO_CLIENT);
        boolean isReset = server.wasResetBy(Heading.TO_CLIENT) || exchange.failure().contains("origin reset");
        long got = server.response().map(MessageEvidence::contentLength).orElse(0L);
        long wanted = server.response().map(MessageEvidence::declaredLength).orElse(-1L);
        String of = wanted >= 0 ? " of " + Sentences.number(wanted) + " octets" : " octets of a response without a declared length";
        return new Diagnosis(Severity.ERROR, Code.RESPONSE_CUT, Optional.of(Leg.SERVER),
                Sentence.naming("the origin " + (isReset ? "reset" : "closed") + " the connection after " + Sentences.number(got) + of, packets), packets, sourceOf(packets));
    }

    /** Whether the client had left before it was sent all of the response: its FIN may be a half-close, its RST in answer to what came then is none. */
    private static boolean hasRefused(LegEvidence client) {
        return client.ended().refusal().isPresent() && client.ended().leftBy().equals(Optional.of(Heading.TO_SERVER))
                && client.response().filter(r -> r.packetLastAt() > client.ended().at()).isPresent();
    }

    private Diagnosis clientGone() {
        List<PacketId> packets = Sentences.sorted(Stream.concat(ending(exchange.client(), Heading.TO_SERVER).stream(), exchange.client().ended().refusal().stream()).toList());
        long leftAt = Math.max(exchange.client().ended().at(), resetAt(exchange.client()));
        boolean isSeen = !packets.isEmpty() && leftAt > split.start();
        long goneAt = isSeen ? Math.min(leftAt, split.end()) : split.end();
        long waited = split.slices().stream().filter(s -> s.part() == Part.ORIGIN || s.part() == Part.WAITING)
                .mapToLong(s -> Math.max(0, Math.min(s.to(), goneAt) - s.from())).sum();
        boolean isOriginSilent = exchange.server().flatMap(LegEvidence::response).map(r -> r.first().at() > goneAt).orElse(true) && waited >= SILENT_NANOS;
        return new Diagnosis(Severity.WARN, Code.CLIENT_GONE, Optional.of(Leg.CLIENT),
                Sentence.naming("the client " + (isSeen ? "went away" : "was found gone") + " after " + AnnotationText.duration(goneAt - split.start()), packets)
                        .then(isOriginSilent ? "; the origin had not answered for " + AnnotationText.duration(waited) : ""),
                packets, sourceOf(packets));
    }

    /** While it happens the annotation is all there is. */
    private static long resetAt(LegEvidence client) {
        return client.ended().at() >= 0 ? -1 : client.annotations().stream()
                .filter(a -> a.code() == AnnotationCode.RESET && a.heading() == Heading.TO_SERVER).mapToLong(Annotation::at).findFirst().orElse(-1);
    }

    /** The packet with which that side ended the connection, or its half of it first. */
    private static List<PacketId> ending(LegEvidence leg, Heading by) {
        Optional<Annotation> reset = leg.annotations().stream().filter(a -> a.code() == AnnotationCode.RESET && a.heading() == by).findFirst();
        if (reset.isPresent()) {
            return List.of(reset.get().packets().get(0));
        }
        return leg.ended().firstBy().equals(Optional.of(by)) ? leg.ended().packets().stream().limit(1).toList() : List.of();
    }

    private static Source sourceOf(List<PacketId> packets) {
        return packets.isEmpty() ? Source.SOCKETS : Source.PACKETS;
    }
}
