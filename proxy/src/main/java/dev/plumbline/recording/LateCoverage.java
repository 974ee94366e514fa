package dev.plumbline.recording;

import dev.plumbline.correlate.Coverage.Reason;
import dev.plumbline.correlate.Finding.MessageCovered;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.sql.SQLException;
import java.util.List;

/**
 * What the wire shows of a message whose exchange has left already: put into the row that is there, so that nothing has to
 * be kept for it. Where there is no such row, nothing is written.
 */
record LateCoverage(MessageCovered covered) implements Database.Row {
    private static final String SET = "json_set(%1$s, '$[9]', ?, '$[10]', ?, '$[11]', ?, '$[12]', ?, '$[13]', ?, '$[14]', ?, '$[15]', ?,"
            + " '$[16]', ? - %2$s, '$[17]', ? - %2$s, '$[18]', json(?), '$[19]', json(?))";
    private static final String[] REGULAR = ExchangeTable.MESSAGE_COLUMNS.stream()
            .map(column -> "UPDATE exchange SET " + column + " = " + SET.formatted(column, "began_at") + " WHERE id = ? AND " + column + " IS NOT NULL").toArray(String[]::new);
    private static final String OTHER = "UPDATE message SET fields = "
            + SET.formatted("fields", "(SELECT began_at FROM exchange WHERE id = exchange)") + " WHERE exchange = ? AND leg = ? AND kind = ? AND ordinal = ?";

    @Override
    public void write(Database database) throws SQLException {
        Object flow = covered.flow().map(FlowId::number).orElse(null);
        Object reason = covered.reason().map(Reason::word).orElse(null);
        Object first = covered.firstPacket().map(PacketId::number).orElse(null);
        Object last = covered.lastPacket().map(PacketId::number).orElse(null);
        long key = ExchangeTable.key(covered.message().exchange());
        int column = ExchangeTable.columnOf(covered.message());
        if (column >= 0) {
            database.run(REGULAR[column], flow, covered.coverage().word(), reason, first, last, covered.segments(), covered.repeats(),
                    time(covered.firstAt()), time(covered.lastAt()), json(covered.ranges()), json(covered.gaps()), key);
        } else {
            database.run(OTHER, flow, covered.coverage().word(), reason, first, last, covered.segments(), covered.repeats(),
                    time(covered.firstAt()), time(covered.lastAt()), json(covered.ranges()), json(covered.gaps()), key,
                    covered.message().leg().word(), covered.message().kind().word(), covered.message().ordinal());
        }
    }

    private static Object time(long at) {
        return at == -1 ? null : (Object) at;
    }

    private static String json(List<WireRange> ranges) {
        // An array in an array, of which the inner one is wanted.
        String packed = new Packed().begin().ranges(ranges).end();
        return packed.substring(1, packed.length() - 1);
    }

    @Override
    public long octets() {
        return 200 + 16L * covered.ranges().size();
    }
}
