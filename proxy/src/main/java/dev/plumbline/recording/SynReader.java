package dev.plumbline.recording;

import dev.plumbline.fact.TcpOptions;
import dev.plumbline.wire.FlowId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.LongFunction;

/**
 * Reads what SYNs offered.
 *
 * <p>Owned by: one thread at a time.
 */
final class SynReader {
    private static final String SYN = "SELECT mss, window_scale, sack_permitted, timestamps, whole FROM syn WHERE flow = ? AND packet = ?";
    private final ReadDatabase database;

    SynReader(ReadDatabase database) {
        this.database = database;
    }

    /** By the SYN's packet number. */
    LongFunction<TcpOptions> of(FlowId flow) {
        return packet -> database.one(SYN, SynReader::options, flow.number(), packet).orElse(TcpOptions.NONE);
    }

    private static TcpOptions options(ResultSet r) throws SQLException {
        return new TcpOptions(orMinusOne(r, 1), orMinusOne(r, 2), r.getInt(3) == 1, r.getInt(4) == 1, r.getInt(5) == 1);
    }

    private static int orMinusOne(ResultSet r, int column) throws SQLException {
        int value = r.getInt(column);
        return r.wasNull() ? -1 : value;
    }
}
