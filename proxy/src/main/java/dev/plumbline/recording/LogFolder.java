package dev.plumbline.recording;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;

/**
 * Folds the write-ahead log into the database, on a thread of its own: it waits for the disk (fsync), which on a busy one
 * takes longer than the recorder's queues last.
 *
 * <p>The first pass takes the bulk while the recorder goes on committing. Only when all is folded in can the log begin anew, so
 * for what came meanwhile the recorder is asked to hold back its commits, for at most {@value #HOLD_MILLIS} ms. A log that begins
 * anew is written over itself: its pages are in memory, where a log that grows wants new ones, which cost more than the writing.
 *
 * <p>Owned by: its own thread; {@link #isHolding} any thread.
 */
final class LogFolder implements AutoCloseable {
    static final int HOLD_MILLIS = 400;
    private static final int LOOK_MILLIS = 500;
    private static final int BUSY_MILLIS = 50;
    private static final Logger LOG = LoggerFactory.getLogger(LogFolder.class);
    private final Connection connection;
    private final Path log;
    private final long threshold;
    private final Thread thread = new Thread(this::run, "plumbline-recorder-log");
    private volatile long holdUntil;
    private volatile boolean closing;

    /** @param threshold octets of log from which it is folded in */
    LogFolder(Path database, Path log, long threshold) throws SQLException {
        this.log = log;
        this.threshold = threshold;
        SQLiteConfig config = new SQLiteConfig();
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.setBusyTimeout(BUSY_MILLIS);
        connection = config.createConnection("jdbc:sqlite:" + database.toAbsolutePath());
        holdUntil = System.nanoTime();
        thread.setDaemon(true);
        thread.start();
    }

    /** Whether the recorder should leave its next commit for a little later. */
    boolean isHolding() {
        return holdUntil - System.nanoTime() > 0;
    }

    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (connection) {
            while (!closing) {
                pause();
                if (!closing && Database.lengthOf(log) >= threshold) {
                    fold();
                }
            }
        } catch (SQLException e) {
            LOG.warn("recording.log reason=\"{}\"", e.getMessage());
        }
    }

    private void fold() {
        try {
            int folded = pass();
            holdUntil = System.nanoTime() + HOLD_MILLIS * 1_000_000L;
            // A pass knows only of what was committed when it began, and one commit may have been under way.
            for (int before = -1; before != folded && isHolding();) {
                before = folded;
                folded = pass();
            }
        } catch (SQLException e) {
            LOG.debug("recording.log reason=\"{}\"", e.getMessage());
        } finally {
            holdUntil = System.nanoTime();
        }
    }

    /** @return up to where the log is folded in, in pages of it */
    private int pass() throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(PASSIVE)")) {
            return row.next() ? row.getInt(3) : -1;
        }
    }

    private void pause() {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            closing = true;
        }
    }
}
