package dev.plumbline.analyze;

import static dev.plumbline.fact.Timing.NEVER;

import dev.plumbline.correlate.Coverage;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.Timing;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Splits the time of an exchange. Lays what is known of each step over the axis of time and lets {@link Timeline} decide
 * whose an instant is, so the slices add up whatever the evidence is like.
 *
 * <pre>
 *  client  |==request==|                                                |=========response==|
 *  server                |dns|connect|tls| |==request==|  ack|  |==response====|
 *          |client-sends |k|n|  c  | t |p| sending      |origin| receiving    |client-receives|
 * </pre>
 *
 * <p>Owned by: whoever makes it, for one exchange.
 */
final class TimeSplitter {
    /** An acknowledgement later than a round trip by so much was held back by its sender (RFC 9293 §3.8.6.3): it does not tell when the octets came. */
    static final long HELD_BACK_NANOS = 20_000_000;
    private final ExchangeEvidence exchange;
    private final Timing timing;
    private final Optional<MessageEvidence> clientRequest;
    private final Optional<MessageEvidence> clientResponse;
    private final Optional<MessageEvidence> serverRequest;
    private final Optional<MessageEvidence> serverResponse;
    private final Moment start;
    private final Moment end;

    private TimeSplitter(ExchangeEvidence exchange) {
        this.exchange = exchange;
        this.timing = exchange.timing();
        clientRequest = exchange.client().request();
        clientResponse = exchange.client().response();
        serverRequest = exchange.server().flatMap(LegEvidence::request);
        serverResponse = exchange.server().flatMap(LegEvidence::response);
        Moment began = sockets(exchange.beganAt());
        start = clientRequest.map(MessageEvidence::first).filter(m -> m.isKnown() && m.at() <= began.at()).orElse(began);
        end = end();
    }

    static TimeSplit split(ExchangeEvidence exchange) {
        return new TimeSplitter(exchange).split();
    }

    private TimeSplit split() {
        Timeline timeline = new Timeline(start.at(), end.at());
        client(timeline);
        opening(timeline);
        exchange.server().ifPresent(server -> server(timeline, server));
        kernel(timeline);
        List<TimeSplit.Slice> slices = Stalls.of(exchange).carvedFrom(timeline.slices(exchange.isDirect() ? Part.UNKNOWN : Part.PROXY));
        return exchange.isDirect() ? new TimeSplit(start.at(), end.at(), ofOneLeg(slices), ofOneLeg(timeline.ahead()), doubts())
                : new TimeSplit(start.at(), end.at(), slices, timeline.ahead(), doubts());
    }

    /** Where there is one connection only, it is called the client's. */
    private static List<TimeSplit.Slice> ofOneLeg(List<TimeSplit.Slice> slices) {
        return slices.stream().map(s -> new TimeSplit.Slice(s.part(), s.leg().map(leg -> Leg.CLIENT), s.from(), s.to(), s.source(), s.within(), s.packets())).toList();
    }

    /** The last octet at the client, sent again where it was lost; else the end. */
    private Moment end() {
        Moment last = clientResponse.filter(MessageEvidence::isWhole).map(MessageEvidence::last).filter(Moment::isKnown).orElse(sockets(exchange.endedAt()));
        if (exchange.role() == Role.TUNNEL) {
            last = latest(last, sockets(exchange.endedAt()));
        }
        long again = clientResponse.map(m -> lastLoss(exchange.client(), m, Heading.TO_CLIENT, Long.MAX_VALUE)).orElse(-1L);
        last = latest(last, new Moment(again, Source.PACKETS));
        return last.at() < start.at() ? start : last;
    }

    private void client(Timeline timeline) {
        LegEvidence client = exchange.client();
        clientRequest.ifPresent(request -> timeline.add(Part.CLIENT_SENDS, on(Leg.CLIENT), start, orEnd(request.last())));
        timeline.add(Part.QUEUED, on(Leg.CLIENT), start, sockets(exchange.precedingEndedAt()), Source.BOTH);
        if (exchange.isDirect() && client.isFirst()) {
            timeline.add(Part.CONNECT, on(Leg.CLIENT), firstSyn(client.began()), new Moment(client.began().synAckAt(), Source.PACKETS));
        }
        clientResponse.ifPresent(response -> timeline.add(Part.CLIENT_RECEIVES, on(Leg.CLIENT), response.first(), end));
        if (exchange.role() == Role.TUNNEL) {
            timeline.add(Part.TUNNEL, Optional.empty(), sockets(timing.answerLastAt() == NEVER ? timing.answerFirstAt() : timing.answerLastAt()), end);
        }
        if (client.isFirst()) {
            client.began().tls().forEach(tls -> timeline.add(Part.CLIENT_TLS, on(Leg.CLIENT), sockets(tls.startedAt()), sockets(tls.at())));
        }
    }

    /** In a dump a connection opens with its first packet: a SYN that was sent again belongs to the time it took. */
    private static Moment firstSyn(LegEvidence.Began began) {
        return new Moment(began.synAt() >= 0 && began.openedAt() >= 0 ? Math.min(began.openedAt(), began.synAt()) : began.synAt(), Source.PACKETS);
    }

    /** What it took to have a server leg, or not to get one. */
    private void opening(Timeline timeline) {
        timeline.add(Part.NAME_LOOKUP, Optional.empty(), sockets(timing.resolveStartAt()), orFailed(timing.resolveStartAt(), timing.resolveEndAt()));
        Moment connected = exchange.server().filter(LegEvidence::isFirst).filter(s -> s.handshakeNanos() >= 0)
                .map(s -> new Moment(s.began().synAckAt(), Source.PACKETS)).orElse(sockets(timing.connectEndAt()));
        timeline.add(Part.CONNECT, on(Leg.SERVER), sockets(timing.connectStartAt()), earliest(connected, sockets(timing.connectEndAt())));
        timeline.add(Part.ORIGIN_TLS, on(Leg.SERVER), sockets(timing.tlsStartAt()), orFailed(timing.tlsStartAt(), timing.tlsEndAt()));
        for (LegEvidence attempt : exchange.attempts()) {
            LegEvidence.Began began = attempt.began();
            Moment over = sockets(began.establishedAt() >= 0 ? began.establishedAt() : attempt.ended().closedAt());
            timeline.add(Part.CONNECT, on(Leg.SERVER), sockets(began.openedAt()), over);
            began.tls().forEach(tls -> timeline.add(Part.ORIGIN_TLS, on(Leg.SERVER), sockets(tls.startedAt()), sockets(tls.at())));
        }
        if (exchange.attempts().isEmpty() && isConnectFault(exchange.faultCode())) {
            timeline.add(Part.CONNECT, on(Leg.SERVER), sockets(timing.resolveEndAt()), failed());
        }
        lookUpUnknown(timeline);
    }

    private static boolean isConnectFault(String code) {
        return code.startsWith("connect-") || code.equals("unreachable");
    }

    /** Where the way to an attempt was not told, nobody knows whether it was the look-up that took the time. */
    private void lookUpUnknown(Timeline timeline) {
        if (timing.resolveStartAt() == NEVER && !exchange.attempts().isEmpty() && exchange.server().isEmpty()) {
            timeline.add(Part.UNKNOWN, Optional.empty(), sockets(timing.requestLastAt()), sockets(exchange.attempts().get(0).began().openedAt()));
        }
    }

    private void server(Timeline timeline, LegEvidence server) {
        if (serverRequest.isEmpty()) {
            return;
        }
        MessageEvidence request = serverRequest.get();
        Moment responded = serverResponse.map(MessageEvidence::first).filter(Moment::isKnown).orElse(failed());
        serverResponse.ifPresent(response -> timeline.add(Part.RECEIVING, on(Leg.SERVER), response.first(), orEnd(received(server, response))));
        if (exchange.hasWaitedToGoOn()) {
            timeline.add(Part.ORIGIN, on(Leg.SERVER), request.first(), exchange.goneOnAt() < 0 ? responded : sockets(exchange.goneOnAt()));
        }
        Moment sent = request.isWhole() ? request.last() : Moment.UNKNOWN;
        if (!sent.isKnown()) {
            timeline.add(Part.SENDING, on(Leg.SERVER), request.first(), responded);
            // The origin had all that there was.
            timeline.add(Part.CLIENT_SENDS, on(Leg.CLIENT), new Moment(server.acknowledgedAt(), Source.PACKETS), responded);
            return;
        }
        if (mayHaveAnswered()) {
            timeline.add(Part.SENDING, on(Leg.SERVER), request.first(), sent);
            return;
        }
        Reached reached = reached(server, request, sent, responded);
        timeline.add(Part.SENDING, on(Leg.SERVER), request.first(), reached.at, reached.source);
        timeline.add(reached.isKnown ? Part.ORIGIN : Part.WAITING, on(Leg.SERVER), reached.at, responded,
                reached.isKnown && responded.source() == Source.PACKETS ? reached.source : reached.at.and(responded));
    }

    /** At any time: nothing of the origin is in the dump, or what it sent could not be read. */
    private boolean mayHaveAnswered() {
        return serverResponse.isEmpty() && exchange.faultCode().equals("response-unread");
    }

    /** The response's last octet; of one that was cut, until when the next was awaited from the origin. */
    private Moment received(LegEvidence server, MessageEvidence response) {
        if (response.isWhole() || !isAwaited(server, response)) {
            return response.last();
        }
        boolean isSeen = server.ended().leftBy().equals(Optional.of(Heading.TO_CLIENT)) && server.ended().at() >= response.last().at();
        return isSeen ? new Moment(server.ended().at(), Source.PACKETS) : failed();
    }

    /** Whether the origin ended it, or the client, whoever ended it, had been sent all of it that there was. */
    private boolean isAwaited(LegEvidence server, MessageEvidence response) {
        return server.ended().firstBy().equals(Optional.of(Heading.TO_CLIENT)) || exchange.faultCode().equals("origin-cut")
                || clientResponse.filter(m -> m.coverage() == Coverage.COMPLETE && m.contentLength() == response.contentLength()).isPresent();
    }

    /** When the origin had the whole request; or when it had left, where that is not known. */
    private record Reached(Moment at, boolean isKnown, Source source) {
    }

    private static Reached reached(LegEvidence server, MessageEvidence request, Moment sent, Moment responded) {
        if (sent.source() != Source.PACKETS) {
            return new Reached(sent, false, sent.source());
        }
        long lost = lastLoss(server, request, Heading.TO_SERVER, responded.at());
        boolean isLossTold = request.repeats() == 0 || lost >= 0;
        long left = Math.max(sent.at(), lost);
        long trip = server.handshakeNanos();
        long acknowledged = server.acknowledgedAt() >= left && server.acknowledgedAt() < responded.at() ? server.acknowledgedAt() : -1;
        if (acknowledged >= 0 && (trip < 0 || lost >= 0 || !isLossTold || acknowledged - left < trip + HELD_BACK_NANOS)) {
            return new Reached(new Moment(acknowledged, Source.PACKETS), true, Source.PACKETS);
        }
        if (trip >= 0 && isLossTold) {
            long arrived = LongStream.of(left + trip, responded.at(), acknowledged < 0 ? Long.MAX_VALUE : acknowledged).min().getAsLong();
            return new Reached(new Moment(Math.max(left, arrived), Source.PACKETS), true, Source.PACKETS_AND_ROUND_TRIP);
        }
        return new Reached(new Moment(left, Source.PACKETS), false, Source.PACKETS);
    }

    /** Between packets and our sockets. */
    private void kernel(Timeline timeline) {
        if (exchange.isDirect()) {
            return;
        }
        clientRequest.ifPresent(m -> late(timeline, Leg.CLIENT, m.packetFirstAt(), timing.requestFirstAt()));
        clientRequest.ifPresent(m -> late(timeline, Leg.CLIENT, m.packetLastAt(), timing.requestLastAt()));
        exchange.server().filter(LegEvidence::isFirst).ifPresent(s -> late(timeline, Leg.SERVER, s.began().synAckAt(), timing.connectEndAt()));
        serverRequest.ifPresent(m -> late(timeline, Leg.SERVER, timing.sendStartAt(), m.packetFirstAt()));
        serverResponse.ifPresent(m -> late(timeline, Leg.SERVER, m.packetFirstAt(), timing.responseFirstAt()));
        serverResponse.ifPresent(m -> late(timeline, Leg.SERVER, m.packetLastAt(), timing.responseLastAt()));
        clientResponse.ifPresent(m -> late(timeline, Leg.CLIENT, timing.answerFirstAt(), m.packetFirstAt()));
    }

    private static void late(Timeline timeline, Leg leg, long from, long to) {
        timeline.add(Part.KERNEL, on(leg), new Moment(from, Source.BOTH), new Moment(to, Source.BOTH));
    }

    private static long lastLoss(LegEvidence leg, MessageEvidence message, Heading heading, long before) {
        return leg.annotations().stream()
                .filter(a -> Stalls.isLoss(a) && a.heading() == heading && a.range().isPresent() && a.at() < before && message.touches(a))
                .mapToLong(Annotation::at).max().orElse(-1);
    }

    /** When a step that did not end well was over: our own answer began, or the exchange ended. */
    private Moment failed() {
        Moment answered = exchange.answeredByProxy() ? sockets(timing.answerFirstAt()) : Moment.UNKNOWN;
        return answered.isKnown() ? answered : end;
    }

    private Moment orFailed(long from, long to) {
        return from != NEVER && to == NEVER ? failed() : sockets(to);
    }

    private Moment orEnd(Moment moment) {
        return moment.isKnown() ? moment : failed();
    }

    private List<String> doubts() {
        List<String> doubts = new ArrayList<>();
        doubt(doubts, "client request", clientRequest);
        if (!exchange.isDirect()) {
            doubt(doubts, "server request", serverRequest);
            doubt(doubts, "server response", serverResponse);
        }
        doubt(doubts, "client response", clientResponse);
        return doubts;
    }

    private static void doubt(List<String> doubts, String name, Optional<MessageEvidence> message) {
        message.filter(m -> m.coverage() != Coverage.COMPLETE).ifPresent(
                m -> doubts.add(name + ": coverage " + m.coverage().word() + m.reason().map(r -> " (" + r.word() + ")").orElse("")));
    }

    /** By our sockets; in a dump there were none, and all is by packets. */
    private Moment sockets(long at) {
        return new Moment(at, exchange.isDirect() ? Source.PACKETS : Source.SOCKETS);
    }

    private static Moment latest(Moment one, Moment other) {
        return other.at() > one.at() ? other : one;
    }

    private static Moment earliest(Moment one, Moment other) {
        return other.isKnown() && other.at() < one.at() ? other : one;
    }

    private static Optional<Leg> on(Leg leg) {
        return Optional.of(leg);
    }
}
