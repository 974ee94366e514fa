package dev.plumbline.recording;

import dev.plumbline.analyze.LegSpan;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.Timing;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.WireRange;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * One exchange as recorded, with its messages.
 *
 * @param method empty when the request's head could not be read
 * @param scheme {@code http} or {@code https}
 * @param authority host, and port where it is not the scheme's own
 * @param target origin form, or as sent where it has another form
 * @param status of the final response the client got; 0 while there is none
 * @param server the server-leg connection; empty when there was none
 * @param sni of a tunnel that is TLS; empty otherwise
 * @param ended false while it goes on
 * @param failure a line on what went wrong; empty when nothing did
 * @param faultCode the same for programs
 * @param answeredByProxy whether the response was made by us
 * @param beganAt first octet of the request
 * @param endedAt last octet of the response on the client leg, or the end of the exchange, of a tunnel that of what it carried; −1 while it goes on
 * @param messages client leg first, then by kind and ordinal
 */
public record ExchangeRow(
        ExchangeId id, Role role, String method, String scheme, String authority, String target, int status,
        Optional<ConnectionId> server, String sni, boolean ended, String failure, String faultCode, boolean answeredByProxy,
        long beganAt, long endedAt, Optional<Timing> timing, List<MessageRow> messages) {
    public ExchangeRow {
        messages = List.copyOf(messages);
    }

    /** {@code https://example.com/path}; for a CONNECT or an unread tunnel {@code example.com:443}; empty when the request could not be read so far. */
    public String url() {
        if (authority.isEmpty() && target.isEmpty()) {
            return "";
        }
        return switch (method) {
            case "CONNECT" -> authority;
            default -> target.startsWith("/") ? scheme + "://" + authority + target : scheme + "://" + authority;
        };
    }

    /** Whether it led to a tunnel that is carried unread: a CONNECT that was refused led to none. */
    public boolean isTunnel() {
        return role == Role.TUNNEL && status < 300;
    }

    /** Nanoseconds it took; 0 where the clock was set back meanwhile, −1 while it goes on. */
    public long took() {
        return endedAt < 0 ? -1 : Math.max(0, endedAt - beganAt);
    }

    /** The message of that kind on that leg, the first of them where there are several. */
    public Optional<MessageRow> message(Leg leg, MessageKind kind) {
        return messages.stream().filter(m -> m.key().leg() == leg && m.key().kind() == kind).findFirst();
    }

    /** What it took up of that leg, the wait for its connection included; empty when it never got there. */
    public Optional<LegSpan> span(Leg leg) {
        List<MessageRow> own = messages.stream().filter(m -> m.key().leg() == leg).toList();
        long connecting = leg == Leg.SERVER ? timing.map(Timing::connectStartAt).orElse(Timing.NEVER) : Timing.NEVER;
        LongStream begins = LongStream.concat(LongStream.of(connecting), own.stream().flatMapToLong(m -> LongStream.of(m.firstAt(), m.packetsFirstAt())));
        LongSummaryStatistics began = begins.filter(at -> at >= 0).summaryStatistics();
        if (began.getCount() == 0 && (leg == Leg.CLIENT || server.isEmpty())) {
            return Optional.empty();
        }
        LongStream ends = own.stream().flatMapToLong(m -> LongStream.of(m.lastAt(), m.packetsLastAt()));
        // What goes on has no end yet; a connect that failed has no time of its own.
        long until = ended ? LongStream.concat(LongStream.of(endedAt), ends).max().orElseThrow() : Long.MAX_VALUE;
        long from = began.getCount() == 0 ? beganAt : began.getMin();
        return Optional.of(new LegSpan(ranges(own, Heading.TO_SERVER), ranges(own, Heading.TO_CLIENT), from, until));
    }

    private static List<WireRange> ranges(List<MessageRow> messages, Heading heading) {
        return messages.stream().filter(m -> m.key().kind().heading() == heading).flatMap(m -> m.ranges().stream()).toList();
    }
}
