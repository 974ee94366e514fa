package dev.plumbline.recording;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * {@code recording.db} as the recorder writes it: one connection, one transaction at a time, a write-ahead log, so that
 * readers never wait for it nor it for them.
 *
 * <p>Owned by: the recorder thread.
 * <p>Limits: the write-ahead log is folded in while it is written; only a reader that stays lets it grow.
 */
final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    static final int PAGE_OCTETS = 4096;
    private final Path file;
    private final Path log;
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private final LogFolder folder;
    /** Null after a failure, until the next transaction. */
    private Connection connection;
    private ExchangeTable exchanges;

    /** Something that writes itself. It may be asked again when the transaction failed. */
    interface Row {
        void write(Database database) throws SQLException;

        /** What it wrote is there for good. */
        default void committed() {
        }

        /** Whether it sets right what other rows say: such rows are few, and given up after all others. */
        default boolean isCorrection() {
            return false;
        }

        /** A rough size, for the limits. */
        default long octets() {
            return 200;
        }
    }

    /**
     * @param file must not exist
     * @param logOctets size of the write-ahead log from which it is folded in
     */
    Database(Path file, long logOctets) throws IOException, SQLException {
        this.file = file;
        this.log = file.resolveSibling(file.getFileName() + "-wal");
        // SQLite gives its other files the mode of this one.
        PrivateFiles.createFile(file).close();
        connect();
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA user_version = " + Schema.VERSION);
            statement.execute("BEGIN");
            for (String sql : Schema.statements()) {
                statement.execute(sql);
            }
            statement.execute("COMMIT");
            folder = new LogFolder(file, log, logOctets);
        } catch (SQLException e) {
            abandon();
            throw e;
        }
    }

    /** Begins a transaction; after a failure over a new connection. */
    void begin() throws SQLException {
        if (connection == null) {
            connect();
        }
        execute("BEGIN");
    }

    void commit() throws SQLException {
        execute("COMMIT");
    }

    /**
     * Undoes what was not committed, by giving up the connection: after a full disk SQLite may or may not have rolled back,
     * and its statements may or may not be in their middle.
     */
    void abandon() {
        Connection failed = connection;
        connection = null;
        statements.clear();
        try {
            if (failed != null) {
                failed.close();
            }
        } catch (SQLException e) {
            LOG.debug("recording.db reason=\"{}\"", e.getMessage());
        }
    }

    ExchangeTable exchanges() throws SQLException {
        if (exchanges == null) {
            exchanges = new ExchangeTable(this);
        }
        return exchanges;
    }

    /** @param sql always the same instance for the same statement: it is prepared once */
    PreparedStatement prepared(String sql) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        return statement;
    }

    /** Runs a statement with these values, null for NULL. */
    void run(String sql, Object... values) throws SQLException {
        PreparedStatement statement = prepared(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        statement.executeUpdate();
    }

    void meta(String name, Object value) throws SQLException {
        run("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, value);
    }

    /** Octets of the database on disk, and those its log may add when it is folded in, and the log's own. */
    long size() {
        return lengthOf(file) + 2 * lengthOf(log);
    }

    /** Whether the next commit should be left for a little later. */
    boolean isHolding() {
        return folder.isHolding();
    }

    /** Octets of the write-ahead log on disk. */
    long logSize() {
        return lengthOf(log);
    }

    /** Folds the log in and cuts it to nothing, unless a reader still needs it. Outside of a transaction. */
    void foldLog() throws SQLException {
        execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /** Leaves one plain file behind where no reader is at it: such a file opens from read-only media too. */
    @Override
    public void close() throws SQLException {
        folder.close();
        if (connection == null) {
            connect();
        }
        for (PreparedStatement prepared : statements.values()) {
            prepared.close();
        }
        try (Connection closing = connection) {
            execute("PRAGMA wal_checkpoint(PASSIVE)");
            makePlain();
        }
    }

    private void makePlain() {
        try {
            execute("PRAGMA journal_mode = DELETE");
        } catch (SQLException e) {
            // A reader is at it: the log stays beside the file, and both are as good together.
            LOG.debug("recording.db reason=\"{}\"", e.getMessage());
        }
    }

    private void connect() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setPageSize(PAGE_OCTETS);
        config.setApplicationId(Schema.APPLICATION_ID);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        // The log folder waits for the disk, before and after it touches the database; this thread never does.
        config.setSynchronous(SQLiteConfig.SynchronousMode.OFF);
        config.setWalAutocheckpoint(0);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setCacheSize(-8192);
        config.setBusyTimeout(200);
        config.setGetGeneratedKeys(false);
        // One thread uses it: a lock for each value that is bound is for nothing.
        config.setOpenMode(SQLiteOpenMode.NOMUTEX);
        connection = config.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
        exchanges = null;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static long lengthOf(Path path) {
        try {
            return Files.size(path);
        } catch (IOException e) {
            return 0;
        }
    }
}
