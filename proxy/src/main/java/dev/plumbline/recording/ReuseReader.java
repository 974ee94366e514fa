package dev.plumbline.recording;

import dev.plumbline.analyze.Reuse;
import dev.plumbline.analyze.Reuse.Cause;
import dev.plumbline.analyze.Reuse.Closer;
import dev.plumbline.analyze.Reuse.WhyNew;
import dev.plumbline.correlate.Finding.Ending;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import java.util.Optional;

/**
 * Tells whether an exchange found its connections there, and why not.
 *
 * <p>Owned by: one thread at a time.
 */
final class ReuseReader {
    private final EvidenceSource source;
    private final ConnectionReader connections;
    private final ExchangeReader exchanges;

    ReuseReader(EvidenceSource source, ConnectionReader connections, ExchangeReader exchanges) {
        this.source = source;
        this.connections = connections;
        this.exchanges = exchanges;
    }

    Optional<Reuse> client(ExchangeRow row, Optional<EvidenceSource.Preceding> before) {
        if (row.role() == Role.INTERCEPTED_CONNECT) {
            return Optional.empty();
        }
        if (before.isPresent()) {
            return Optional.of(reused(Leg.CLIENT, row, row.id().client(), before.get().id(), before.get().clientFreeAt()));
        }
        return source.connection(row.id().client()).map(known -> new Reuse(Leg.CLIENT, row.id().client(), Optional.empty(), -1,
                Optional.of(connections.earlierClient(known.row())
                        .map(earlier -> why(earlier, known.row().openedAt(), new ExchangeId(earlier.id(), Integer.MAX_VALUE)))
                        .orElse(WhyNew.first()))));
    }

    Optional<Reuse> server(ExchangeRow row, Optional<EvidenceSource.Preceding> before) {
        if (row.server().isEmpty()) {
            return Optional.empty();
        }
        if (before.isPresent()) {
            return Optional.of(reused(Leg.SERVER, row, row.server().get(), before.get().id(), before.get().serverFreeAt()));
        }
        // What failed on the way to this very connection is no connection before it.
        return row.server().flatMap(source::connection).map(known -> new Reuse(Leg.SERVER, known.row().id(), Optional.empty(), -1,
                Optional.of(connections.earlierServerLeg(known.row(), Math.min(askedAt(row, known.row()), known.row().openedAt()))
                        .map(earlier -> why(earlier, known.row().openedAt(), row.id())).orElse(WhyNew.first()))));
    }

    /** When the exchange that this server leg was opened for began: of one that was there before its request, the CONNECT. */
    private long askedAt(ExchangeRow row, ConnectionRow server) {
        return server.openedAt() >= row.beganAt() ? row.beganAt()
                : exchanges.exchange(new ExchangeId(row.id().client(), 1)).map(ExchangeRow::beganAt).orElse(row.beganAt());
    }

    private static Reuse reused(Leg leg, ExchangeRow row, ConnectionId connection, ExchangeId before, long freeAt) {
        long idle = freeAt < 0 ? 0 : Math.max(0, ConnectionStory.firstAt(row, leg) - freeAt);
        return new Reuse(leg, connection, Optional.of(before), idle, Optional.empty());
    }

    /**
     * @param at when the new one was opened
     * @param before the exchanges on the earlier one came before that
     */
    private WhyNew why(ConnectionRow earlier, long at, ExchangeId before) {
        String failure = earlier.tls().stream().map(ConnectionRow.Tls::failure).filter(f -> !f.isEmpty()).findFirst().orElse("");
        if (earlier.close().equals(Optional.of(Close.NOT_CONNECTED)) || !failure.isEmpty()) {
            return new WhyNew(Cause.FAILED, Optional.of(earlier.id()), Closer.UNKNOWN, "unknown", -1, failure.isEmpty() ? earlier.reason() : failure);
        }
        Optional<ExchangeRow> last = exchanges.lastBegun(earlier, before, at);
        long freeAt = last.filter(row -> row.role() != Role.INTERCEPTED_CONNECT).map(row -> ConnectionStory.lastAt(row, earlier.leg())).orElse(-1L);
        if (earlier.closedAt() < 0 || earlier.closedAt() > at) {
            boolean isBusy = last.isPresent() && (freeAt < 0 || freeAt > at);
            return new WhyNew(isBusy ? Cause.BUSY : Cause.UNUSED, Optional.of(earlier.id()), Closer.UNKNOWN, "unknown", -1, "");
        }
        boolean wasIdle = freeAt >= 0 && last.filter(row -> wasCutOff(row, earlier.leg())).isEmpty();
        return new WhyNew(Cause.CLOSED, Optional.of(earlier.id()), closer(earlier), how(earlier), wasIdle ? Math.max(0, leftAt(earlier) - freeAt) : -1, earlier.reason());
    }

    /** Whether its connection ended under it. */
    private static boolean wasCutOff(ExchangeRow row, Leg leg) {
        return !row.failure().isEmpty() && row.message(leg, MessageKind.RESPONSE).flatMap(MessageRow::end).filter(end -> end == End.COMPLETE).isEmpty();
    }

    /** The packets know better than our socket, where they were seen. */
    private Closer closer(ConnectionRow row) {
        Closer peer = row.leg() == Leg.CLIENT ? Closer.CLIENT : Closer.ORIGIN;
        Closer other = source.isDirect() ? Closer.ORIGIN : Closer.PROXY;
        Optional<Heading> by = leftBy(row).or(row::endedBy);
        if (by.isPresent()) {
            boolean byInitiator = by.get() == Heading.TO_SERVER;
            return byInitiator == (row.leg() == Leg.CLIENT) ? peer : other;
        }
        return switch (row.close().orElse(Close.NOT_CONNECTED)) {
            case BY_PEER -> peer;
            case BY_US -> other;
            case SHUTDOWN -> source.isDirect() ? Closer.UNKNOWN : other;
            case RESET, NOT_CONNECTED -> Closer.UNKNOWN;
        };
    }

    /** Who ended a half of it first: a FIN answered with a RST closed it all the same. */
    private Optional<Heading> leftBy(ConnectionRow row) {
        return source.connection(row.id()).flatMap(KnownConnection::leftBy);
    }

    /** The other side may have followed long after. */
    private long leftAt(ConnectionRow row) {
        return source.connection(row.id()).map(KnownConnection::endAt).filter(at -> at >= 0).orElse(row.closedAt());
    }

    private String how(ConnectionRow row) {
        if (row.ending() == Ending.RST && leftBy(row).filter(by -> !row.endedBy().equals(Optional.of(by))).isPresent()) {
            return Ending.FIN.word();
        }
        if (row.ending() == Ending.FIN || row.ending() == Ending.RST) {
            return row.ending().word();
        }
        return row.close().equals(Optional.of(Close.RESET)) ? "rst" : "unknown";
    }
}
