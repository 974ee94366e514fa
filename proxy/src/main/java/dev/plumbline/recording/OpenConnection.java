package dev.plumbline.recording;

import dev.plumbline.correlate.Finding.ConnectionSettled;
import dev.plumbline.correlate.Finding.Ending;
import dev.plumbline.fact.RelayFact.ConnectionClosed;
import dev.plumbline.fact.RelayFact.ConnectionOpened;
import dev.plumbline.fact.TcpInfo;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A connection while facts and findings on it still come; writes itself as a row at any time.
 *
 * <p>Owned by: the recorder thread.
 */
final class OpenConnection implements Database.Row {
    /** What does not change is not written again: a row is written two or three times, and what the indexes hold stays as it is. */
    private static final String INSERT = "INSERT INTO connection VALUES (" + "?, ".repeat(18) + "?) ON CONFLICT(id) DO UPDATE SET "
            + Stream.of("established_at", "closed_at", "close", "reason", "to_server", "to_client", "flow", "handshake", "ending", "ended_by", "close_packets", "tcp_info")
                    .map(column -> column + " = excluded." + column).collect(Collectors.joining(", "));
    final ConnectionOpened opened;
    long establishedAt;
    ConnectionClosed closed;
    ConnectionSettled settled;
    Optional<FlowId> flow = Optional.empty();
    Optional<TcpInfo> tcpInfo = Optional.empty();
    /** Key log lines that are not given to be written yet, and when the first came. */
    String secrets = "";
    long secretsAt;
    /** When the recorder heard of its close; −1 before. */
    long closeHeardAt = -1;
    /** It waits to be written. */
    boolean isDirty;
    /** It was given to be written before. */
    boolean wasGiven;

    OpenConnection(ConnectionOpened opened) {
        this.opened = opened;
        this.establishedAt = opened.leg() == Leg.CLIENT ? opened.at() : -1;
    }

    boolean isComplete() {
        return closed != null && settled != null;
    }

    /** It has no flow any more, and what was seen of that is not its own. */
    void unbound() {
        flow = Optional.empty();
        if (settled != null) {
            settled = new ConnectionSettled(opened.id(), Optional.empty(), List.of(), Ending.UNKNOWN, Optional.empty(), List.of());
        }
    }

    /** As it would be read back now, but for its TLS handshakes: those are rows of their own. */
    ConnectionRow toRow() {
        return new ConnectionRow(
                opened.id(), opened.leg(), opened.tuple(), opened.client(), opened.host(), opened.at(), establishedAt, closed == null ? -1 : closed.at(),
                Optional.ofNullable(closed).map(ConnectionClosed::how), closed == null ? "" : closed.reason(), closed == null ? -1 : closed.toServer(),
                closed == null ? -1 : closed.toClient(), List.of(), flow, settled == null ? List.of() : settled.handshake(), ending(),
                settled == null ? Optional.empty() : settled.by(), settled == null ? List.of() : settled.close(), tcpInfo);
    }

    private Ending ending() {
        return settled != null ? settled.how() : closed == null ? Ending.OPEN : Ending.UNKNOWN;
    }

    @Override
    public void write(Database database) throws SQLException {
        database.run(INSERT, opened.id().number(), opened.leg().word(), opened.tuple().initiator().toString(),
                opened.tuple().responder().toString(), opened.client().number(), ExchangeTable.orNull(opened.host()), opened.at(),
                orNull(establishedAt), closed == null ? null : (Object) closed.at(), closed == null ? null : closed.how().name(),
                closed == null ? null : ExchangeTable.orNull(closed.reason()), closed == null ? null : (Object) closed.toServer(),
                closed == null ? null : (Object) closed.toClient(), flow.map(FlowId::number).orElse(null),
                packets(settled == null ? List.of() : settled.handshake()), ending().word(),
                settled == null ? null : settled.by().map(Heading::word).orElse(null),
                packets(settled == null ? List.of() : settled.close()), tcpInfo.map(OpenConnection::packed).orElse(null));
    }

    private static Object orNull(long at) {
        return at == -1 ? null : (Object) at;
    }

    private static String packets(List<PacketId> packets) {
        if (packets.isEmpty()) {
            return "[]";
        }
        Packed packed = new Packed().begin();
        packets.forEach(p -> packed.number(p.number()));
        return packed.end();
    }

    private static String packed(TcpInfo info) {
        return new Packed().begin().number(info.rttMicros()).number(info.rttVarMicros()).number(info.minRttMicros())
                .number(info.retransmissions()).number(info.lost()).number(info.congestionWindow()).number(info.mss())
                .number(info.octetsAcked()).number(info.octetsReceived()).number(info.segmentsOut()).number(info.segmentsIn())
                .number(info.outOfOrder()).end();
    }
}
