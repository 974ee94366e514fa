package dev.plumbline.recording;

import dev.plumbline.correlate.Finding.FlowUnbound;
import dev.plumbline.wire.ExchangeId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A binding that is taken back, in the rows that were written on the strength of it: the connection has no flow any more, no
 * handshake and no end, and no packet carried its messages.
 *
 * <p>Owned by: the recorder thread.
 * <p>Limits: one transaction, however many exchanges there are of the client; the room it takes is not known before, and it is written past the limit.
 */
final class Unbinding implements Database.Row {
    private static final String BINDING = "DELETE FROM binding WHERE flow = ? AND connection = ?";
    private static final String CONNECTION = "UPDATE connection SET flow = NULL, handshake = '[]', ending = 'unknown', ended_by = NULL,"
            + " close_packets = '[]' WHERE id = ? AND flow = ?";
    /** Exchanges of the client connection that this one belongs to; whether there is a row of either does not matter. */
    private static final String OF_CLIENT = " BETWEEN ?3 AND ?4";
    private static final String IS_ITS = "%1$s ->> '$[0]' = ?1 AND %1$s ->> '$[9]' = ?2";
    /** A message of no octets needs no packet. */
    private static final String SET = "json_set(%1$s, '$[9]', NULL, '$[10]', iif(%1$s ->> '$[18]' = '[]', %1$s ->> '$[10]', 'none'),"
            + " '$[11]', iif(%1$s ->> '$[18]' = '[]', %1$s ->> '$[11]', 'unbound'), '$[12]', NULL, '$[13]', NULL, '$[14]', 0, '$[15]', 0,"
            + " '$[16]', NULL, '$[17]', NULL, '$[19]', json(%1$s -> '$[18]'))";
    private static final String[] REGULAR = ExchangeTable.MESSAGE_COLUMNS.stream()
            .map(c -> "UPDATE exchange SET " + c + " = " + SET.formatted(c) + " WHERE id" + OF_CLIENT + " AND " + IS_ITS.formatted(c)).toArray(String[]::new);
    private static final String OTHER = "UPDATE message SET fields = " + SET.formatted("fields") + " WHERE exchange" + OF_CLIENT + " AND " + IS_ITS.formatted("fields");
    private static final String CHANGING = "SELECT id FROM exchange WHERE id" + OF_CLIENT + " AND ("
            + String.join(" OR ", ExchangeTable.MESSAGE_COLUMNS.stream().map(c -> IS_ITS.formatted(c)).toList()) + ") UNION SELECT exchange FROM message WHERE exchange"
            + OF_CLIENT + " AND " + IS_ITS.formatted("fields") + " ORDER BY 1";

    private final FlowUnbound finding;
    private final List<ExchangeId> changed = new ArrayList<>();
    private boolean isWritten;

    Unbinding(FlowUnbound finding) {
        this.finding = finding;
    }

    /** Whether the rows are as they should be, for good. */
    boolean isWritten() {
        return isWritten;
    }

    /** The exchanges whose rows said something else before. */
    List<ExchangeId> changed() {
        return changed;
    }

    @Override
    public void write(Database database) throws SQLException {
        int flow = finding.flow().number();
        int connection = finding.connection().number();
        long least = ExchangeTable.leastKey(finding.client());
        long greatest = ExchangeTable.greatestKey(finding.client());
        changed.clear();
        PreparedStatement changing = database.prepared(CHANGING);
        changing.setInt(1, connection);
        changing.setInt(2, flow);
        changing.setLong(3, least);
        changing.setLong(4, greatest);
        try (ResultSet rows = changing.executeQuery()) {
            while (rows.next()) {
                long key = rows.getLong(1);
                changed.add(new ExchangeId(finding.client(), (int) key));
            }
        }
        for (String sql : REGULAR) {
            database.run(sql, connection, flow, least, greatest);
        }
        database.run(OTHER, connection, flow, least, greatest);
        database.run(BINDING, flow, connection);
        database.run(CONNECTION, connection, flow);
    }

    @Override
    public void committed() {
        isWritten = true;
    }

    @Override
    public boolean isCorrection() {
        return true;
    }
}
