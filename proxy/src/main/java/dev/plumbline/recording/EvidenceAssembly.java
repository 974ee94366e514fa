package dev.plumbline.recording;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.ExchangeEvidence;
import dev.plumbline.analyze.LegEvidence;
import dev.plumbline.analyze.LegSpan;
import dev.plumbline.analyze.MessageEvidence;
import dev.plumbline.correlate.Coverage;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.Timing;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gathers what is known of an exchange that has ended. What its row says is preferred; packets are looked at only for what it does not say.
 *
 * <p>Owned by: one thread at a time.
 * <p>Limits: {@value #ANNOTATIONS} annotations a leg, the first.
 */
final class EvidenceAssembly {
    static final int ANNOTATIONS = 4_096;
    /** Look-up and connect take their time from others only when they take some. */
    private static final long DIAL_NANOS = 50_000_000L;
    private static final long SLACK_NANOS = 1_000_000_000L;
    private static final int CONTINUE = 100;
    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?im)^content-length:[ \\t]*([0-9]{1,18})[ \\t]*\\r?$");
    private static final Pattern EXPECTS_CONTINUE = Pattern.compile("(?im)^expect:[ \\t]*100-continue[ \\t]*\\r?$");
    private static final Pattern DIALED_IN_VAIN = Pattern.compile("connect-.*|unreachable|tls-.*");
    private static final Pattern TRANSFER_CODING = Pattern.compile("(?im)^transfer-encoding:");
    private final EvidenceSource source;

    EvidenceAssembly(EvidenceSource source) {
        this.source = source;
    }

    /** @return empty while the exchange goes on, or when its connection is not known */
    Optional<ExchangeEvidence> evidence(ExchangeRow row, Optional<EvidenceSource.Preceding> onClient, Optional<EvidenceSource.Preceding> onServer) {
        Optional<KnownConnection> client = source.connection(row.id().client());
        if (!row.ended() || row.timing().isEmpty() || client.isEmpty()) {
            return Optional.empty();
        }
        Timing timing = row.timing().get();
        LegEvidence clientLeg = leg(row, Leg.CLIENT, client.get(), onClient.isEmpty());
        Optional<LegEvidence> server = source.isDirect() ? Optional.of(clientLeg)
                : row.server().flatMap(source::connection).map(known -> leg(row, Leg.SERVER, known, onServer.isEmpty()));
        return Optional.of(new ExchangeEvidence(
                role(row), row.failure(), row.faultCode(), row.answeredByProxy(), row.beganAt(), endedAt(row),
                onClient.map(EvidenceSource.Preceding::answeredAt).orElse(-1L), timing, expectsContinue(row), source.isDirect(), clientLeg, server,
                attempts(row, timing, client.get().row(), onClient)));
    }

    /** A CONNECT that was refused led to no tunnel. */
    private static Role role(ExchangeRow row) {
        return row.role() == Role.TUNNEL && !row.isTunnel() ? Role.MESSAGE : row.role();
    }

    /** A tunnel's end is that of what it carried. */
    private static long endedAt(ExchangeRow row) {
        return Math.max(row.endedAt(), row.messages().stream().filter(m -> m.key().leg() == Leg.CLIENT).mapToLong(MessageRow::lastAt).max().orElse(-1));
    }

    private static boolean expectsContinue(ExchangeRow row) {
        return row.message(Leg.CLIENT, MessageKind.REQUEST).filter(m -> EXPECTS_CONTINUE.matcher(new String(m.head(), StandardCharsets.ISO_8859_1)).find()).isPresent();
    }

    private LegEvidence leg(ExchangeRow row, Leg leg, KnownConnection known, boolean isFirst) {
        Optional<MessageRow> request = row.message(leg, MessageKind.REQUEST);
        Optional<MessageRow> response = row.message(leg, MessageKind.RESPONSE);
        Optional<PacketRow> acknowledged = leg == Leg.SERVER || source.isDirect() ? request.flatMap(m -> acknowledged(m, response)) : Optional.empty();
        Optional<PacketId> refusal = known.refusal()
                .filter(rst -> leg == Leg.SERVER || response.filter(m -> wasTaken(m, known.endAt(), rst)).isEmpty());
        ConnectionRow c = known.row();
        return new LegEvidence(
                leg, c.id(), c.tuple(), isFirst, began(known), ended(known, refusal), request.map(m -> message(m, false)),
                response.map(m -> message(m, !row.failure().isEmpty())), acknowledged.map(PacketRow::at).orElse(-1L), continueAt(row, leg), c.tcpInfo(),
                annotations(row, leg, c));
    }

    private static LegEvidence.Began began(KnownConnection known) {
        ConnectionRow c = known.row();
        return new LegEvidence.Began(c.openedAt(), c.establishedAt(), known.synAt(), known.synAckAt(),
                c.tls().stream().map(t -> new LegEvidence.Tls(t.startedAt(), t.at(), t.failure())).toList());
    }

    private static LegEvidence.Ended ended(KnownConnection known, Optional<PacketId> refusal) {
        ConnectionRow c = known.row();
        return new LegEvidence.Ended(
                c.closedAt(), c.close(), c.reason(), c.ending(), c.endedBy(), known.endAt(), known.leftBy(), c.closePackets(), refusal);
    }

    private Optional<PacketRow> acknowledged(MessageRow request, Optional<MessageRow> response) {
        if (request.flow().isEmpty() || request.lastPacket().isEmpty() || request.ranges().isEmpty()) {
            return Optional.empty();
        }
        WireRange last = request.ranges().get(request.ranges().size() - 1);
        return source.acknowledged(request.flow().get(), Heading.TO_CLIENT, last.end(), request.lastPacket().get(), response.flatMap(MessageRow::firstPacket));
    }

    /** Whether all of a response that came after the client's FIN was acknowledged before that packet: the RST is in answer to something else. */
    private boolean wasTaken(MessageRow response, long finAt, PacketId rst) {
        if (response.packetsLastAt() <= finAt || response.flow().isEmpty() || response.lastPacket().isEmpty() || response.ranges().isEmpty()) {
            return false;
        }
        WireRange last = response.ranges().get(response.ranges().size() - 1);
        return source.acknowledged(response.flow().get(), Heading.TO_SERVER, last.end(), response.lastPacket().get(), Optional.of(rst)).isPresent();
    }

    private static long continueAt(ExchangeRow row, Leg leg) {
        return row.messages().stream()
                .filter(m -> m.key().leg() == leg && m.key().kind() == MessageKind.INTERIM && m.status() == CONTINUE)
                .mapToLong(m -> m.packetsFirstAt() >= 0 ? m.packetsFirstAt() : m.firstAt()).findFirst().orElse(-1);
    }

    private List<Annotation> annotations(ExchangeRow row, Leg leg, ConnectionRow connection) {
        Optional<LegSpan> span = row.span(leg);
        Optional<FlowId> flow = connection.flow();
        if (span.isEmpty() || flow.isEmpty()) {
            return List.of();
        }
        return span.get().of(source.annotations(flow.get(), span.get().earliest(), span.get().latest())).stream().limit(ANNOTATIONS).toList();
    }

    /** Connections that were tried for this exchange and did not serve it. Asked for only where their time shows. */
    private List<LegEvidence> attempts(ExchangeRow row, Timing timing, ConnectionRow client, Optional<EvidenceSource.Preceding> onClient) {
        if (source.isDirect()) {
            return List.of();
        }
        boolean failed = row.server().isEmpty() && DIALED_IN_VAIN.matcher(row.faultCode()).matches();
        boolean tookItsTime = timing.resolveEndAt() != Timing.NEVER && timing.connectStartAt() - timing.resolveEndAt() > DIAL_NANOS;
        // Of a CONNECT that was intercepted the dial is told with the exchange that first used its server leg.
        if (!failed && !tookItsTime && row.role() != Role.INTERCEPTED_CONNECT) {
            return List.of();
        }
        List<LegEvidence> attempts = new ArrayList<>();
        long until = timing.connectEndAt() != Timing.NEVER ? Math.min(timing.connectEndAt(), row.endedAt()) : row.endedAt();
        for (KnownConnection known : source.opened(row.id().client(), dialedFrom(row, timing, client, onClient), until)) {
            boolean isAnother = !row.server().equals(Optional.of(known.row().id()));
            if (isAnother && (isInVain(known.row()) || row.role() == Role.INTERCEPTED_CONNECT)) {
                attempts.add(attempt(known, row));
            }
        }
        return attempts;
    }

    /** From when on what was tried may have been tried for this exchange. */
    private static long dialedFrom(ExchangeRow row, Timing timing, ConnectionRow client, Optional<EvidenceSource.Preceding> onClient) {
        if (timing.resolveEndAt() != Timing.NEVER) {
            return Math.max(row.beganAt(), timing.resolveEndAt());
        }
        // The first request within an intercepted CONNECT: what was tried for that failed before the request came, which is told of it.
        // Else it may have come while the one before it was being served: what was tried then was tried for that.
        return onClient.isEmpty() && row.role() == Role.MESSAGE ? client.openedAt()
                : Math.max(row.beganAt(), onClient.map(EvidenceSource.Preceding::clientFreeAt).orElse(-1L));
    }

    /** Whether it could not serve anything. One that could is, or was, the server leg of exchanges. */
    private static boolean isInVain(ConnectionRow connection) {
        return connection.close().equals(Optional.of(Close.NOT_CONNECTED)) || connection.tls().stream().anyMatch(t -> !t.failure().isEmpty());
    }

    /** What is said of one that serves others later is not all said of its opening. */
    private LegEvidence attempt(KnownConnection known, ExchangeRow row) {
        ConnectionRow c = known.row();
        long until = isInVain(c) && c.closedAt() >= 0 ? c.closedAt() + SLACK_NANOS : row.endedAt();
        List<Annotation> annotations = c.flow().map(flow -> source.annotations(flow, c.openedAt() - SLACK_NANOS, until)).orElse(List.of());
        return LegEvidence.attempt(
                c.id(), c.tuple(), began(known), ended(known, known.refusal()), c.tcpInfo(), annotations.stream().limit(ANNOTATIONS).toList());
    }

    /** @param wantsLength whether what the head declares matters: only of what may have been cut */
    private static MessageEvidence message(MessageRow m, boolean wantsLength) {
        boolean isSeen = !m.ranges().isEmpty() && m.packetsFirstAt() >= 0 && m.coverage() != Coverage.PENDING;
        boolean isFirstSeen = isSeen && (m.gaps().isEmpty() || m.gaps().get(0).start() > m.ranges().get(0).start());
        boolean isLastSeen = isSeen && (m.gaps().isEmpty() || m.gaps().get(m.gaps().size() - 1).end() < m.ranges().get(m.ranges().size() - 1).end());
        return new MessageEvidence(
                m.firstAt(), m.lastAt(), isFirstSeen ? m.packetsFirstAt() : -1, isLastSeen ? m.packetsLastAt() : -1, m.firstPacket(), m.lastPacket(),
                m.ranges(), m.end().filter(e -> e == End.COMPLETE).isPresent(), m.coverage(), m.reason(), m.repeats(), m.contentLength(),
                wantsLength ? declaredLength(m.head()) : -1);
    }

    /** RFC 9112 §6.3: a transfer coding overrides the length. */
    private static long declaredLength(byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        Matcher length = CONTENT_LENGTH.matcher(text);
        return length.find() && !TRANSFER_CODING.matcher(text).find() ? Long.parseLong(length.group(1)) : -1;
    }
}
