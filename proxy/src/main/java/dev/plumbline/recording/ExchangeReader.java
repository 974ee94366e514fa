package dev.plumbline.recording;

import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.Timing;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.PlainRange;
import dev.plumbline.wire.WireRange;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads what {@link ExchangeTable} wrote.
 *
 * <p>Owned by: one thread at a time.
 */
final class ExchangeReader {
    private static final String BY_TIME = "SELECT id FROM exchange ORDER BY began_at, id";
    private static final String EXCHANGE = "SELECT * FROM exchange WHERE id = ?";
    private static final String MORE = "SELECT message.*, began_at FROM message JOIN exchange ON id = exchange WHERE exchange = ?";
    private static final String OF_CLIENT = "SELECT id FROM exchange WHERE id > ? AND id < ? ORDER BY id LIMIT " + ExchangeReader.PAGE;
    private static final String OF_SERVER = "SELECT id FROM exchange WHERE id > ? AND id < ? AND server = ? ORDER BY id LIMIT " + ExchangeReader.PAGE;
    private static final String BEFORE_ON_CLIENT =
            "SELECT id FROM exchange WHERE id < ? AND id > ? AND role <> 'INTERCEPTED_CONNECT' ORDER BY id DESC LIMIT 1";
    /**
     * One client's exchanges end in order, so before one that ended before a server leg was opened there is none on that leg. Unless the clock was set back
     * meanwhile: that is plain of one on a leg numbered later, and where the exchange asked of ended before that, too.
     */
    private static final String ENDED_BEFORE_IT = "coalesce(server, 0) < ?3 AND ended_at < iif((SELECT ended_at FROM exchange WHERE id = ?1) < ?4, 0, ?4)";
    private static final String BEFORE_ON_SERVER =
            "SELECT id, server FROM exchange WHERE id < ?1 AND id > ?2 AND (server = ?3 OR " + ENDED_BEFORE_IT + ") ORDER BY id DESC LIMIT 1";
    private static final String LAST_BEGUN = "SELECT id FROM exchange WHERE id > ? AND id < ? AND began_at <= ? ORDER BY id DESC LIMIT 1";
    private static final String LAST_BEGUN_ON_SERVER =
            "SELECT id, server FROM exchange WHERE id < ?1 AND id > ?2 AND (server = ?3 AND began_at <= ?5 OR " + ENDED_BEFORE_IT + ") ORDER BY id DESC LIMIT 1";
    private static final int PAGE = 256;
    private static final int FIRST_MESSAGE = 18;
    private static final int FIRST_HEAD = 22;
    private static final byte[] NONE = {};
    private final ReadDatabase database;

    ExchangeReader(ReadDatabase database) {
        this.database = database;
    }

    void each(Consumer<ExchangeRow> each) {
        database.each(BY_TIME, row -> row.getLong(1), id -> byKey(id).ifPresent(each));
    }

    /**
     * The exchanges of one connection, in order. Page by page, so that {@code each} may ask for those of another.
     *
     * @param client the client connection; of a server leg the one it serves
     */
    void each(ConnectionId connection, ConnectionId client, Consumer<ExchangeRow> each) {
        long last = ExchangeTable.leastKey(client);
        long end = (client.number() + 1L) << 32;
        List<Long> page = new ArrayList<>();
        do {
            page.clear();
            if (connection.equals(client)) {
                database.each(OF_CLIENT, row -> row.getLong(1), page::add, last, end);
            } else {
                database.each(OF_SERVER, row -> row.getLong(1), page::add, last, end, connection.number());
            }
            for (long id : page) {
                byKey(id).ifPresent(each);
                last = id;
            }
        } while (page.size() == PAGE);
    }

    /** The exchange before on the same client connection; intercepted CONNECTs left out. */
    Optional<ExchangeId> before(ExchangeId exchange) {
        return database.one(BEFORE_ON_CLIENT, row -> row.getLong(1), ExchangeTable.key(exchange), ExchangeTable.leastKey(exchange.client())).map(ExchangeReader::id);
    }

    /** The exchange before on a server leg of the same client connection, which was opened at that time. */
    Optional<ExchangeId> before(ExchangeId exchange, ConnectionId server, long openedAt) {
        int number = server.number();
        return database.one(BEFORE_ON_SERVER, row -> row.getInt(2) == number ? row.getLong(1) : 0L,
                        ExchangeTable.key(exchange), ExchangeTable.leastKey(exchange.client()), number, openedAt)
                .filter(key -> key > 0).map(ExchangeReader::id);
    }

    /** The last exchange on a connection that had begun at that time, of those before {@code before} on the client connection. */
    Optional<ExchangeRow> lastBegun(ConnectionRow connection, ExchangeId before, long at) {
        long end = ExchangeTable.key(before);
        long least = ExchangeTable.leastKey(before.client());
        int number = connection.id().number();
        Optional<Long> found = connection.id().equals(connection.client())
                ? database.one(LAST_BEGUN, row -> row.getLong(1), least, end, at)
                : database.one(LAST_BEGUN_ON_SERVER, row -> row.getInt(2) == number ? row.getLong(1) : 0L, end, least, number, connection.openedAt(), at);
        return found.filter(key -> key > 0).flatMap(this::byKey);
    }

    private static ExchangeId id(long key) {
        return new ExchangeId(new ConnectionId((int) (key >> 32)), (int) key);
    }

    Optional<ExchangeRow> exchange(ExchangeId id) {
        return byKey(ExchangeTable.key(id));
    }

    /** Where a message's content lies, position and length by turns. */
    List<long[]> extents(MessageKey key) {
        List<long[]> found = new ArrayList<>();
        boolean regular = key.kind() == MessageKind.REQUEST || key.kind() == MessageKind.RESPONSE;
        long id = ExchangeTable.key(key.exchange());
        Optional<String> fields = regular
                ? database.one("SELECT " + key.leg().word() + "_" + key.kind().word() + " FROM exchange WHERE id = ?", r -> r.getString(1), id)
                : database.one("SELECT fields FROM message WHERE exchange = ? AND leg = ? AND kind = ? AND ordinal = ?", r -> r.getString(1),
                        id, key.leg().word(), key.kind().word(), key.ordinal());
        fields.ifPresent(text -> {
            for (Object pair : list(Packed.read(text).get(20))) {
                found.add(new long[] {(Long) list(pair).get(0), (Long) list(pair).get(1)});
            }
        });
        return found;
    }

    private Optional<ExchangeRow> byKey(long key) {
        return database.one(EXCHANGE, this::exchange, key);
    }

    private ExchangeRow exchange(ResultSet r) throws SQLException {
        long key = r.getLong(2);
        long base = r.getLong(3);
        ExchangeId id = id(key);
        long endedAt = r.getLong(4);
        boolean ended = !r.wasNull();
        int server = r.getInt(11);
        List<MessageRow> more = new ArrayList<>();
        if (r.getInt(17) > 0) {
            database.each(MORE, m -> other(id, m), more::add, key);
        }
        return new ExchangeRow(
                id, Role.valueOf(r.getString(5)), r.getString(6), r.getString(7), r.getString(8), r.getString(9), r.getInt(10),
                server == 0 ? Optional.empty() : Optional.of(new ConnectionId(server)), text(r, 12), ended, text(r, 13), text(r, 14),
                r.getInt(15) == 1, base, ended ? endedAt : -1, Optional.ofNullable(r.getString(16)).map(t -> timing(t, base)),
                messages(r, id, base, more));
    }

    private static List<MessageRow> messages(ResultSet r, ExchangeId id, long base, List<MessageRow> more) throws SQLException {
        List<MessageRow> all = new ArrayList<>(more);
        for (int i = 0; i < 4; i++) {
            String fields = r.getString(FIRST_MESSAGE + i);
            if (fields != null) {
                byte[] head = r.getBytes(FIRST_HEAD + i);
                if (head == null && i % 2 == 1) {
                    head = r.getBytes(FIRST_HEAD + i - 1);
                }
                MessageKey key = new MessageKey(id, i % 2 == 0 ? Leg.CLIENT : Leg.SERVER, i < 2 ? MessageKind.REQUEST : MessageKind.RESPONSE);
                all.add(message(key, fields, head == null ? NONE : head, base));
            }
        }
        all.sort(Comparator.comparing((MessageRow m) -> m.key().leg()).thenComparing(m -> m.key().kind()).thenComparing(m -> m.key().ordinal()));
        return all;
    }

    private static MessageRow other(ExchangeId id, ResultSet r) throws SQLException {
        Leg leg = Words.leg(r.getString(2));
        byte[] head = r.getBytes(6);
        MessageKey key = new MessageKey(id, leg, Words.kind(r.getString(3)), r.getInt(4));
        return message(key, r.getString(5), head == null ? NONE : head, r.getLong(7));
    }

    private static MessageRow message(MessageKey key, String fields, byte[] head, long base) {
        List<Object> f = Packed.read(fields);
        List<Object> extents = list(f.get(20));
        long stored = extents.stream().mapToLong(e -> (Long) list(e).get(1)).sum();
        byte[] trailers = f.size() > 21 ? ((String) f.get(21)).getBytes(StandardCharsets.ISO_8859_1) : NONE;
        return new MessageRow(
                key, new ConnectionId(number(f, 0)), number(f, 1), new PlainRange((Long) f.get(2), (Long) f.get(3)), head, trailers,
                number(f, 4), (Long) f.get(5), stored, extents.isEmpty() ? -1 : (Long) list(extents.get(0)).get(0),
                Optional.ofNullable((String) f.get(6)).map(End::valueOf), time(f.get(7), base), time(f.get(8), base),
                Optional.ofNullable((Long) f.get(9)).map(n -> new FlowId(n.intValue())), ranges(f.get(18)), ranges(f.get(19)),
                Words.coverage((String) f.get(10)), Optional.ofNullable((String) f.get(11)).map(Words::reason),
                Optional.ofNullable((Long) f.get(12)).map(PacketId::new), Optional.ofNullable((Long) f.get(13)).map(PacketId::new),
                number(f, 14), number(f, 15), time(f.get(16), base), time(f.get(17), base));
    }

    private static Timing timing(String text, long base) {
        List<Object> t = Packed.read(text);
        long[] at = new long[15];
        Arrays.fill(at, Timing.NEVER);
        for (int i = 0; i < t.size(); i++) {
            at[i] = time(t.get(i), base);
        }
        return new Timing(at[0], at[1], at[2], at[3], at[4], at[5], at[6], at[7], at[8], at[9], at[10], at[11], at[12], at[13], at[14]);
    }

    private static List<WireRange> ranges(Object pairs) {
        List<WireRange> ranges = new ArrayList<>();
        for (Object pair : list(pairs)) {
            ranges.add(new WireRange((Long) list(pair).get(0), (Long) list(pair).get(1)));
        }
        return ranges;
    }

    private static long time(Object relative, long base) {
        return relative == null ? -1 : (Long) relative + base;
    }

    private static int number(List<Object> fields, int at) {
        return Math.toIntExact((Long) fields.get(at));
    }

    @SuppressWarnings("unchecked") // a JSON array or, in a damaged file, a ClassCastException
    private static List<Object> list(Object value) {
        return (List<Object>) value;
    }

    private static String text(ResultSet r, int column) throws SQLException {
        String text = r.getString(column);
        return text == null ? "" : text;
    }
}
