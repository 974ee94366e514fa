package dev.plumbline.recording;

import dev.plumbline.correlate.Finding.PacketPlaced;
import dev.plumbline.fact.DiskBudget.Use;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.StringJoiner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a recording as the recorder writes them. Rows wait here until a transaction took them all; what fails is
 * tried again, and what had to be given up is counted and told in the summary.
 *
 * <p>Order on disk: content and index records first, then the rows that refer to them.
 *
 * <p>Owned by: the recorder thread.
 * <p>Limits: {@value #MAX_WAITING} rows and {@value #MAX_WAITING_OCTETS} octets of them wait when the disk takes none.
 */
final class Store implements AutoCloseable {
    static final int MAX_WAITING = 20_000;
    static final long MAX_WAITING_OCTETS = 32L << 20;
    private static final long LOG_OCTETS = 8L << 20;
    private static final long LOG_LIMIT = 64L << 20;
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    private final Database database;
    private final PacketIndexWriter index;
    private final ContentWriter content;
    private final SizeLimit limit;
    private final Deque<Database.Row> rows = new ArrayDeque<>();
    private long waitingOctets;
    private long rowsLost;
    private String limitText = "";
    private long bugs;
    /** Empty while the disk takes what it is given. */
    private String diskError = "";
    private String lastDiskError = "";
    private String writtenText = "";

    Store(Path directory, SizeLimit limit) throws IOException, SQLException {
        this.limit = limit;
        PrivateFiles.createDirectories(directory.resolve(Layout.PACKETS));
        index = new PacketIndexWriter(directory.resolve(Layout.INDEX));
        content = new ContentWriter(directory.resolve(Layout.CONTENT));
        database = new Database(directory.resolve(Layout.DATABASE), Math.min(LOG_OCTETS, limit.stride()));
        measure();
    }

    ContentWriter content() {
        return content;
    }

    void add(Database.Row row) {
        rows.add(row);
        waitingOctets += row.octets();
    }

    void add(PacketPlaced placed) {
        try {
            index.put(placed);
        } catch (IOException e) {
            failed("packets.idx", e);
        }
    }

    /** Whether so much waits that it should be written now. */
    boolean isFull() {
        return rows.size() >= 4000 || waitingOctets >= (limit.isNear() ? limit.stride() : 8L << 20);
    }

    /** Whether writing should wait a moment, if there is room to let it. */
    boolean isHolding() {
        return database.isHolding() && rows.size() < MAX_WAITING / 2 && waitingOctets < MAX_WAITING_OCTETS / 2;
    }

    boolean isFailing() {
        return !diskError.isEmpty();
    }

    /** Writes what waits, as far as the limit and the disk let it. Never throws. */
    void flush() {
        boolean allowed = limit.take(Use.ACCOUNT, waitingOctets);
        flushStreams(allowed);
        if (!allowed) {
            giveUp(rows.size());
        }
        while (!rows.isEmpty() && writeSome()) {
            measure();
        }
        trim();
        measure();
        noteText();
    }

    /** What could not be kept, for the summary; empty when all was. */
    String text() {
        StringJoiner text = new StringJoiner("; ");
        if (!limitText.isEmpty()) {
            text.add(limitText);
        }
        if (!lastDiskError.isEmpty()) {
            text.add(lastDiskError);
        }
        if (rowsLost + index.lost() > 0) {
            text.add(rowsLost + " rows and " + index.lost() + " packet records not written");
        }
        if (bugs > 0) {
            text.add("the recorder failed on " + bugs + " facts");
        }
        return text.toString();
    }

    /** @param count facts that could not be handled, by a fault of ours */
    void bugs(long count) {
        bugs = count;
    }

    /** A failure of the content file, which the ledger found. */
    void contentFailed(IOException e) {
        failed("content.dat", e);
    }

    @Override
    public void close() {
        closeQuietly("packets.idx", index);
        closeQuietly("content.dat", content);
        closeQuietly("recording.db", database);
    }

    private void flushStreams(boolean allowed) {
        try {
            content.flush();
        } catch (IOException e) {
            failed("content.dat", e);
        }
        if (!allowed) {
            index.discard();
            return;
        }
        try {
            index.flush();
        } catch (IOException e) {
            failed("packets.idx", e);
        }
    }

    /** One transaction: all rows, or near the limit only as many as leave room to look again. */
    private boolean writeSome() {
        long room = limit.isNear() ? limit.stride() : Long.MAX_VALUE;
        int most = limit.isNear() ? 64 : Integer.MAX_VALUE;
        int count = 0;
        long octets = 0;
        try {
            for (Database.Row row : rows) {
                octets += row.octets();
                if (count > 0 && (octets > room || count >= most)) {
                    break;
                }
                row.write(database);
                count++;
            }
            database.commit();
            takeOff(count);
            foldLogWhereNeeded();
            recovered();
            return limit.take(Use.ACCOUNT, 0) || !limit.isNear();
        } catch (SQLException e) {
            database.rollback();
            failed("recording.db", e);
            return false;
        }
    }

    private void foldLogWhereNeeded() throws SQLException {
        if (limit.isNear() || database.logSize() > LOG_LIMIT) {
            database.foldLog();
        }
    }

    private void takeOff(int count) {
        for (int i = 0; i < count; i++) {
            waitingOctets -= rows.remove().octets();
        }
        if (rows.isEmpty()) {
            waitingOctets = 0;
        }
    }

    private void trim() {
        while (rows.size() > MAX_WAITING || waitingOctets > MAX_WAITING_OCTETS) {
            giveUp(1);
        }
    }

    private void giveUp(int count) {
        takeOff(count);
        rowsLost += count;
    }

    private void measure() {
        limit.measured(database.size() + index.length());
    }

    private void noteText() {
        String now = limit.text();
        if (!now.isEmpty() && !now.equals(limitText)) {
            limitText = now;
            LOG.warn("recording.limit what=\"{}\"", now);
        }
        String text = text();
        if (!text.equals(writtenText) && !isFailing()) {
            try {
                database.meta("limit_reached", text);
                database.commit();
                writtenText = text;
            } catch (SQLException e) {
                database.rollback();
                failed("recording.db", e);
            }
        }
    }

    /** Values for the summary: written even when the limit is reached, which leaves room for them. */
    void meta(String name, Object value) {
        add(db -> db.meta(name, value));
    }

    private void failed(String what, Exception e) {
        String reason = e instanceof IOException io ? PrivateFiles.reason(io) : String.valueOf(e.getMessage());
        if (diskError.isEmpty()) {
            LOG.warn("recording.failed file={} reason=\"{}\"", what, reason);
        }
        diskError = what + ": " + reason;
        lastDiskError = diskError;
    }

    private void recovered() {
        if (!diskError.isEmpty()) {
            LOG.info("recording.recovered lost=\"{}\"", text());
            diskError = "";
        }
    }

    private static void closeQuietly(String what, AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            LOG.warn("recording.close file={} reason=\"{}\"", what, e.getMessage());
        }
    }
}
