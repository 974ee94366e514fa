package dev.plumbline.recording;

import dev.plumbline.correlate.Finding.MessageCovered;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.ExchangeEnded;
import dev.plumbline.fact.Timing;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Writes exchanges and their messages. The four messages of an ordinary exchange are columns of its row: one row costs a
 * quarter of what five cost. Others, interim responses and tunnels, are rows of {@code message}.
 *
 * <p>Owned by: the recorder thread.
 */
final class ExchangeTable {
    // What is packed is bound as octets, which spares a string and its encoding; the cast copies nothing.
    private static final String TEXT = "CAST(? AS TEXT), ";
    private static final String EXCHANGE = "INSERT OR REPLACE INTO exchange VALUES ("
            + "?, ".repeat(15) + TEXT + "?, " + TEXT.repeat(4) + "?, ".repeat(3) + "?)";
    private static final String MESSAGE = "INSERT OR REPLACE INTO message VALUES (?, ?, ?, ?, " + TEXT + "?)";
    private static final int FIRST_MESSAGE = 18;
    private static final int FIRST_HEAD = 22;
    /** Of the four ordinary messages, in the order of {@link #columnOf}. */
    static final List<String> MESSAGE_COLUMNS = List.of("client_request", "server_request", "client_response", "server_response");
    private final PreparedStatement exchange;
    private final PreparedStatement message;
    private final Packed packed = new Packed();

    ExchangeTable(Database database) throws SQLException {
        exchange = database.prepared(EXCHANGE);
        message = database.prepared(MESSAGE);
    }

    /** The key of an exchange: its connection in the upper half, its index there in the lower. */
    static long key(ExchangeId id) {
        return (long) id.client().number() << 32 | id.index();
    }

    /** Less than the keys of all exchanges of a client connection, and more than those of the one before. */
    static long leastKey(ConnectionId client) {
        return (long) client.number() << 32;
    }

    /** Not less than any of them. */
    static long greatestKey(ConnectionId client) {
        return leastKey(client) + 0xffff_ffffL;
    }

    void write(OpenExchange open, ContentWriter content) throws SQLException {
        ExchangeEnded ended = open.ended;
        long base = open.began.at();
        exchange.setLong(1, open.row);
        exchange.setLong(2, key(open.id()));
        exchange.setLong(3, base);
        exchange.setObject(4, ended == null ? null : (Object) open.endedAt());
        exchange.setString(5, open.role.name());
        exchange.setString(6, open.began.method());
        exchange.setString(7, open.began.scheme());
        exchange.setString(8, open.began.authority());
        exchange.setString(9, open.began.target());
        exchange.setInt(10, open.status);
        exchange.setObject(11, open.server.isEmpty() ? null : (Object) open.server.get().number());
        exchange.setString(12, orNull(open.sni));
        exchange.setString(13, ended == null ? null : orNull(ended.failure()));
        exchange.setString(14, ended == null ? null : orNull(ended.faultCode()));
        exchange.setObject(15, ended != null && ended.answeredByProxy() ? (Object) 1 : null);
        exchange.setBytes(16, ended == null ? null : timing(ended.timing(), base));
        writeMessages(open, base, content);
        exchange.executeUpdate();
    }

    private void writeMessages(OpenExchange open, long base, ContentWriter content) throws SQLException {
        OpenMessage[] regular = new OpenMessage[4];
        int more = 0;
        for (OpenMessage m : open.messages) {
            int column = columnOf(m.key());
            if (column >= 0) {
                regular[column] = m;
            } else {
                more++;
                writeOther(open, m, base, content);
            }
        }
        exchange.setObject(17, more == 0 ? null : (Object) more);
        for (int i = 0; i < 4; i++) {
            OpenMessage m = regular[i];
            exchange.setBytes(FIRST_MESSAGE + i, m == null ? null : fields(m, base, content));
            boolean same = m != null && i % 2 == 1 && regular[i - 1] != null && Arrays.equals(m.began.head(), regular[i - 1].began.head());
            exchange.setBytes(FIRST_HEAD + i, m == null || same ? null : m.began.head());
        }
    }

    private void writeOther(OpenExchange open, OpenMessage m, long base, ContentWriter content) throws SQLException {
        message.setLong(1, key(open.id()));
        message.setString(2, m.key().leg().word());
        message.setString(3, m.key().kind().word());
        message.setInt(4, m.key().ordinal());
        message.setBytes(5, fields(m, base, content));
        message.setBytes(6, m.began.head());
        message.executeUpdate();
    }

    /** 0 client request, 1 server request, 2 client response, 3 server response; −1 for others. */
    static int columnOf(MessageKey key) {
        int kind = key.kind() == MessageKind.REQUEST ? 0 : key.kind() == MessageKind.RESPONSE ? 2 : -1;
        return kind < 0 || key.ordinal() != 0 ? -1 : kind + (key.leg() == Leg.CLIENT ? 0 : 1);
    }

    private byte[] fields(OpenMessage m, long base, ContentWriter content) {
        packed.begin().number(m.began.connection().number()).number(m.began.phase()).number(m.began.plainStart()).number(m.plainEnd())
                .number(m.began.status()).number(m.contentLength());
        if (m.ended == null) {
            packed.none().time(m.began.firstAt(), base).none();
        } else {
            packed.word(m.ended.end().name()).time(m.began.firstAt(), base).time(m.ended.lastAt(), base);
        }
        if (m.covered == null) {
            packed.none().word("pending").none().none().none().number(0).number(0).none().none().ranges(List.of()).ranges(List.of());
        } else {
            coverage(m.covered, base);
        }
        m.extents(content, packed);
        if (m.trailers().length > 0) {
            packed.latin1(m.trailers());
        }
        return packed.utf8();
    }

    private void coverage(MessageCovered covered, long base) {
        packed.number(covered.flow().isPresent() ? covered.flow().get().number() : 0, 0).word(covered.coverage().word());
        if (covered.reason().isPresent()) {
            packed.word(covered.reason().get().word());
        } else {
            packed.none();
        }
        packed.number(numberOf(covered.firstPacket()), 0).number(numberOf(covered.lastPacket()), 0)
                .number(covered.segments()).number(covered.repeats())
                .time(covered.firstAt(), base).time(covered.lastAt(), base).ranges(covered.ranges()).ranges(covered.gaps());
    }

    private static long numberOf(Optional<PacketId> packet) {
        return packet.isPresent() ? packet.get().number() : 0;
    }

    private byte[] timing(Timing t, long base) {
        packed.begin().time(t.requestFirstAt(), base).time(t.requestLastAt(), base).time(t.resolveStartAt(), base)
                .time(t.resolveEndAt(), base).time(t.connectStartAt(), base).time(t.connectEndAt(), base).time(t.tlsStartAt(), base)
                .time(t.tlsEndAt(), base).time(t.sendStartAt(), base).time(t.sendEndAt(), base).time(t.responseFirstAt(), base)
                .time(t.responseLastAt(), base).time(t.answerFirstAt(), base).time(t.answerLastAt(), base);
        if (t.contentFirstAt() != Timing.NEVER) {
            packed.time(t.contentFirstAt(), base);
        }
        return packed.utf8();
    }

    static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
