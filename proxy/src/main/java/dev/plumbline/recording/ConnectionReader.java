package dev.plumbline.recording;

import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.fact.TcpInfo;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.IpAddress;
import dev.plumbline.wire.PacketId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Reads connections, flows and what belongs to them.
 *
 * <p>Owned by: one thread at a time.
 */
final class ConnectionReader {
    private static final String CONNECTIONS = "SELECT * FROM connection ORDER BY id";
    private static final String CONNECTION = "SELECT * FROM connection WHERE id = ?";
    private static final String TLS = "SELECT * FROM tls WHERE connection = ? ORDER BY phase";
    private static final String FLOWS = "SELECT * FROM flow ORDER BY id";
    private static final String FLOW = "SELECT * FROM flow WHERE id = ?";
    private static final String BOUND = "SELECT connection FROM binding WHERE flow = ? ORDER BY connection";
    private final ReadDatabase database;

    ConnectionReader(ReadDatabase database) {
        this.database = database;
    }

    void connections(Consumer<ConnectionRow> each) {
        database.each(CONNECTIONS, this::connection, each);
    }

    Optional<ConnectionRow> connection(ConnectionId id) {
        return database.one(CONNECTION, this::connection, id.number());
    }

    void flows(Consumer<FlowRow> each) {
        database.each(FLOWS, this::flow, each);
    }

    Optional<FlowRow> flow(FlowId id) {
        return database.one(FLOW, this::flow, id.number());
    }

    /** The last packet of a flow that has ended; empty while more may come. */
    OptionalLong lastPacket(FlowId id) {
        long last = database.one("SELECT last_packet FROM flow WHERE id = ?", r -> r.getLong(1), id.number()).orElse(0L);
        return last == 0 ? OptionalLong.empty() : OptionalLong.of(last);
    }

    private ConnectionRow connection(ResultSet r) throws SQLException {
        ConnectionId id = new ConnectionId(r.getInt(1));
        List<ConnectionRow.Tls> tls = new ArrayList<>(1);
        database.each(TLS, ConnectionReader::tls, tls::add, id.number());
        int flow = r.getInt(14);
        return new ConnectionRow(
                id, Words.leg(r.getString(2)), tuple(r.getString(3), r.getString(4)), new ConnectionId(r.getInt(5)), text(r, 6),
                r.getLong(7), orMinusOne(r, 8), orMinusOne(r, 9), Optional.ofNullable(r.getString(10)).map(Close::valueOf), text(r, 11),
                orMinusOne(r, 12), orMinusOne(r, 13), List.copyOf(tls), flow == 0 ? Optional.empty() : Optional.of(new FlowId(flow)),
                packets(r.getString(15)), Words.ending(r.getString(16)), Optional.ofNullable(r.getString(17)).map(Words::heading),
                packets(r.getString(18)), Optional.ofNullable(r.getString(19)).map(ConnectionReader::tcpInfo));
    }

    private static ConnectionRow.Tls tls(ResultSet r) throws SQLException {
        int resumed = r.getInt(7);
        Optional<Boolean> known = r.wasNull() ? Optional.empty() : Optional.of(resumed == 1);
        return new ConnectionRow.Tls(
                r.getInt(2), r.getString(3), r.getString(4), r.getString(5), r.getString(6), known, r.getString(8), r.getString(9),
                r.getLong(10), r.getLong(11));
    }

    private FlowRow flow(ResultSet r) throws SQLException {
        FlowId id = new FlowId(r.getInt(1));
        List<ConnectionId> bound = new ArrayList<>(1);
        database.each(BOUND, b -> new ConnectionId(b.getInt(1)), bound::add, id.number());
        return new FlowRow(id, tuple(r.getString(2), r.getString(3)), r.getInt(4), r.getInt(5), r.getInt(6) == 1,
                new PacketId(r.getLong(7)), r.getLong(8), bound);
    }

    private static TcpInfo tcpInfo(String text) {
        long[] n = Packed.read(text).stream().mapToLong(v -> (Long) v).toArray();
        return new TcpInfo(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10], n[11]);
    }

    private static List<PacketId> packets(String text) {
        return Packed.read(text).stream().map(n -> new PacketId((Long) n)).toList();
    }

    private static FourTuple tuple(String initiator, String responder) {
        return new FourTuple(endpoint(initiator), endpoint(responder));
    }

    /** Reads {@code 127.0.0.1:80} or {@code [::1]:80}; nothing that a resolver would have to be asked for. */
    private static Endpoint endpoint(String text) {
        int colon = text.lastIndexOf(':');
        String address = text.substring(0, colon);
        if (!address.matches("[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+|\\[[0-9a-f:.]*:[0-9a-f:.]*]")) {
            throw new IllegalArgumentException("address: " + address + " (expected: an IP address)");
        }
        try {
            return new Endpoint(IpAddress.of(InetAddress.getByName(address)), Integer.parseInt(text, colon + 1, text.length(), 10));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("address: " + address + " (expected: an IP address)", e);
        }
    }

    private static long orMinusOne(ResultSet r, int column) throws SQLException {
        long value = r.getLong(column);
        return r.wasNull() ? -1 : value;
    }

    private static String text(ResultSet r, int column) throws SQLException {
        String text = r.getString(column);
        return text == null ? "" : text;
    }
}
