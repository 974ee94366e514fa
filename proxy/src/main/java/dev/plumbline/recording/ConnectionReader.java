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
    private static final String SERVER_LEGS = "SELECT * FROM connection WHERE id BETWEEN ? AND ? AND client = ? AND leg = 'server' AND opened_at BETWEEN ? AND ? ORDER BY id";
    private static final String OPENED_AT = "SELECT id, opened_at FROM connection WHERE id >= ? ORDER BY id LIMIT 1";
    /** A server leg is numbered after its client's: that bounds the walk in recordings that lack the index {@code connection_by_client}. */
    private static final String EARLIER_SERVER_LEG =
            "SELECT * FROM connection WHERE client = ? AND leg = 'server' AND id > ? AND id < ? AND host = ? AND responder LIKE ? AND opened_at < ? ORDER BY id DESC LIMIT 1";
    /** The initiator without its port, as {@code connection_by_ends} has it. */
    private static final String EARLIER_CLIENT = "SELECT * FROM connection"
            + " WHERE leg = 'client' AND responder = ? AND rtrim(initiator, '0123456789') = ? AND id < ? ORDER BY id DESC LIMIT 1";
    /** Connections are numbered a moment before they are opened, on several threads. */
    private static final long DISORDER_NANOS = 1_000_000_000L;
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

    /** Server legs that were opened for a client in that time. Found by their numbers, which are given in the order of opening. */
    List<ConnectionRow> serverLegs(ConnectionId client, long fromAt, long untilAt) {
        List<ConnectionRow> found = new ArrayList<>();
        long first = Math.max(client.number(), firstOpened(fromAt - DISORDER_NANOS));
        database.each(SERVER_LEGS, this::connection, found::add, first, firstOpened(untilAt + DISORDER_NANOS), client.number(), fromAt, untilAt);
        return found;
    }

    /** The server leg before this one, for the same client and to the same port of the same host, opened before that time. */
    Optional<ConnectionRow> earlierServerLeg(ConnectionRow leg, long openedBefore) {
        int client = leg.client().number();
        return database.one(EARLIER_SERVER_LEG, this::connection, client, client, leg.id().number(), leg.host(), "%:" + leg.tuple().responder().port(), openedBefore);
    }

    /** The client connection before this one from the same address, to the same end. */
    Optional<ConnectionRow> earlierClient(ConnectionRow leg) {
        String initiator = leg.tuple().initiator().toString();
        return database.one(EARLIER_CLIENT, this::connection, leg.tuple().responder().toString(), initiator.substring(0, initiator.lastIndexOf(':') + 1),
                leg.id().number());
    }

    /** About the least number of a connection opened at that time or later; one past the last where there is none. */
    private long firstOpened(long at) {
        long low = 1;
        long high = database.one("SELECT coalesce(max(id), 0) FROM connection", r -> r.getLong(1)).orElse(0L) + 1;
        while (low < high) {
            long middle = (low + high) >>> 1;
            long[] next = database.one(OPENED_AT, r -> new long[] {r.getLong(1), r.getLong(2)}, middle).orElse(new long[] {high, Long.MAX_VALUE});
            if (next[1] >= at) {
                high = middle;
            } else {
                low = next[0] + 1;
            }
        }
        return low;
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

    /** From a flow's first column. */
    static FlowId flowId(ResultSet r) throws SQLException {
        return new FlowId(number(r, 1));
    }

    private ConnectionRow connection(ResultSet r) throws SQLException {
        ConnectionId id = new ConnectionId(number(r, 1));
        List<ConnectionRow.Tls> tls = new ArrayList<>(1);
        database.each(TLS, ConnectionReader::tls, tls::add, id.number());
        int flow = number(r, 14);
        return new ConnectionRow(
                id, Words.leg(r.getString(2)), tuple(r.getString(3), r.getString(4)), new ConnectionId(number(r, 5)), text(r, 6),
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
        FlowId id = flowId(r);
        List<ConnectionId> bound = new ArrayList<>(1);
        database.each(BOUND, b -> new ConnectionId(number(b, 1)), bound::add, id.number());
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

    /** What is no number of ours may not be taken for one that is. */
    private static int number(ResultSet r, int column) throws SQLException {
        return Math.toIntExact(r.getLong(column));
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
