package dev.plumbline.recording;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.sqlite.SQLiteConfig;

/**
 * {@code recording.db} for reading: one read transaction from opening to closing, so that all answers are of one moment.
 * While it is open the writer's log cannot be folded in beyond that moment.
 *
 * <p>The file may come from anybody: it is taken for data, and what makes no sense is a {@link RecordingException}.
 *
 * <p>Owned by: one thread at a time.
 */
final class ReadDatabase implements AutoCloseable {
    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    /** Makes an object of the current row. */
    @FunctionalInterface
    interface Mapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    ReadDatabase(Path file) {
        Connection opened = null;
        try {
            opened = open(file);
            connection = opened;
            check(file);
        } catch (SQLException e) {
            closeAfter(opened);
            throw new RecordingException("not a recording: cannot read " + file + ": " + reason(e), e);
        } catch (RecordingException e) {
            closeAfter(opened);
            throw e;
        }
    }

    <T> Optional<T> one(String sql, Mapper<T> mapper, Object... values) {
        try (ResultSet rows = query(sql, values)) {
            return rows.next() ? Optional.of(mapped(rows, mapper)) : Optional.empty();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Hands rows over one by one; no two such walks of the same statement at a time. */
    <T> void each(String sql, Mapper<T> mapper, Consumer<T> each, Object... values) {
        try (ResultSet rows = query(sql, values)) {
            while (rows.next()) {
                each.accept(mapped(rows, mapper));
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** What was asked so far, for tests of what it costs. */
    Set<String> asked() {
        return Set.copyOf(statements.keySet());
    }

    /** For tests of what statements cost. */
    Connection connection() {
        return connection;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static Connection open(Path file) throws SQLException {
        try {
            return begin("jdbc:sqlite:" + file.toAbsolutePath());
        } catch (SQLException e) {
            if (!isWholeWithoutLog(file)) {
                throw e;
            }
            // On read-only media the log's companion files cannot be made; without a log they are not needed.
            return begin("jdbc:sqlite:file:" + file.toAbsolutePath().toUri().getRawPath() + "?immutable=1");
        }
    }

    private static Connection begin(String url) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(2_000);
        Connection connection = config.createConnection(url);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA trusted_schema = OFF");
            connection.setAutoCommit(false);
            // The first read fixes the moment that all others see.
            statement.executeQuery("SELECT count(*) FROM sqlite_master").close();
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private void check(Path file) throws SQLException {
        if (number("PRAGMA application_id") != Schema.APPLICATION_ID) {
            throw new RecordingException("not a recording: " + file + (number("SELECT count(*) FROM sqlite_master") > 0 ? " is another program's database"
                    : " holds nothing (what had not been folded into it when a recording was cut off is in " + file.getFileName() + "-wal, which belongs beside it)"));
        }
        long version = number("PRAGMA user_version");
        if (version != Schema.VERSION) {
            throw new RecordingException("recording: schema " + version + " (expected: " + Schema.VERSION + "); it was written by "
                    + (version > Schema.VERSION ? "a newer" : "an older") + " version of Plumbline");
        }
    }

    private long number(String pragma) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(pragma)) {
            return row.getLong(1);
        }
    }

    private ResultSet query(String sql, Object... values) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement.executeQuery();
    }

    private static <T> T mapped(ResultSet rows, Mapper<T> mapper) throws SQLException {
        try {
            return mapper.map(rows);
        } catch (IllegalArgumentException | ArithmeticException | ClassCastException | NullPointerException | IndexOutOfBoundsException e) {
            throw new RecordingException("recording.db: damaged: " + e.getMessage(), e);
        }
    }

    private static boolean isWholeWithoutLog(Path file) {
        Path log = file.resolveSibling(file.getFileName() + "-wal");
        try {
            return !Files.exists(log) || Files.size(log) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static void closeAfter(Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static RecordingException failed(SQLException e) {
        return new RecordingException("recording.db: " + reason(e), e);
    }

    private static String reason(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
