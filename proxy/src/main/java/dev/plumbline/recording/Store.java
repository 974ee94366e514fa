package dev.plumbline.recording;

import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.DiskBudget.Use;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Consumer;
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
    static final long MAX_WAITING_OCTETS = 8L << 20;
    /** In the summary, behind the number of them. */
    static final String RECORDS_NOT_WRITTEN = " packet records not written";
    /** Rows worth a transaction: few, so that what they are made of dies before the next young collection can meet it. */
    private static final int FEW = 256;
    /** Pages of the database that a row may make new or change, at worst. */
    private static final int PAGES_TOUCHED = 2;
    private static final long LOG_OCTETS = 8L << 20;
    private static final long LOG_LIMIT = 64L << 20;
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    private final Path directory;
    private final Database database;
    private final PacketIndexWriter index;
    private final ContentWriter content;
    private final SizeLimit limit;
    private final Deque<Database.Row> rows = new ArrayDeque<>();
    private final Map<String, Object> summary = new LinkedHashMap<>();
    private long waitingOctets;
    private long rowsLost;
    private String limitText = "";
    private long bugs;
    /** Empty while the disk takes what it is given. */
    private String diskError = "";
    private String lastDiskError = "";
    private String writtenText = "";

    Store(Path directory, SizeLimit limit) throws IOException, SQLException {
        this.directory = directory;
        this.limit = limit;
        PrivateFiles.createDirectories(directory.resolve(Layout.PACKETS));
        index = new PacketIndexWriter(directory.resolve(Layout.INDEX));
        content = new ContentWriter(directory.resolve(Layout.CONTENT));
        database = new Database(directory.resolve(Layout.DATABASE), limit.atMost(LOG_OCTETS));
        measure();
    }

    /** Hands over the exchanges that are written, of {@code ids}. */
    void read(List<ExchangeId> ids, Consumer<ExchangeRow> each) {
        try (ReadDatabase reading = new ReadDatabase(directory.resolve(Layout.DATABASE))) {
            ExchangeReader reader = new ExchangeReader(reading);
            ids.forEach(id -> reader.exchange(id).ifPresent(each));
        }
    }

    ContentWriter content() {
        return content;
    }

    void add(Database.Row row) {
        rows.add(row);
        waitingOctets += row.octets();
    }

    void packetPlaced(
            long packet, int capture, FlowId flow, Heading heading, long offset, long ackOffset, Sighting sighting, Segment segment) {
        try {
            index.put(packet, capture, flow, heading, offset, ackOffset, sighting, segment);
        } catch (IOException e) {
            failed("packets.idx", e);
        }
    }

    /** Whether so much waits that it should be written now. */
    boolean isFull() {
        return rows.size() >= FEW || waitingOctets >= 8L << 20;
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
            giveUp(0, 0);
        }
        while (!rows.isEmpty() && writeSome()) {
            measure();
        }
        trim();
        measure();
        noteText();
        writeSummary();
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
            text.add(rowsLost + " rows and " + index.lost() + RECORDS_NOT_WRITTEN);
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
            // Bulk fills the buffer between two flushes, and has gone the quick way by now.
            content.flush(true);
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

    /** One transaction: as many rows as leave room to look at the limit again. */
    private boolean writeSome() {
        long room = limit.room() / 4;
        int count = 0;
        try {
            database.begin();
            for (Database.Row row : rows) {
                room -= row.octets() + PAGES_TOUCHED * Database.PAGE_OCTETS;
                if (count > 0 && room < 0) {
                    break;
                }
                row.write(database);
                count++;
            }
            database.commit();
            written(count);
            if (limit.isNear() || database.logSize() > LOG_LIMIT) {
                database.foldLog();
            }
            recovered();
            return limit.take(Use.ACCOUNT, 0);
        } catch (SQLException e) {
            database.abandon();
            failed("recording.db", e);
            return false;
        }
    }

    private void written(int count) {
        for (int i = 0; i < count; i++) {
            takeOff().committed();
        }
        if (rows.isEmpty()) {
            waitingOctets = 0;
        }
    }

    private Database.Row takeOff() {
        Database.Row row = rows.remove();
        waitingOctets -= row.octets();
        return row;
    }

    private void trim() {
        giveUp(MAX_WAITING, MAX_WAITING_OCTETS);
        while (rows.size() > MAX_WAITING || waitingOctets > MAX_WAITING_OCTETS) {
            takeOff();
            rowsLost++;
        }
    }

    /** The oldest go first, until so much is left. Corrections stay: without them, what was written before would be wrong for good. */
    private void giveUp(int most, long mostOctets) {
        Deque<Database.Row> kept = new ArrayDeque<>();
        while (!rows.isEmpty() && (rows.size() + kept.size() > most || waitingOctets > mostOctets)) {
            if (rows.peek().isCorrection()) {
                kept.push(rows.remove());
            } else {
                takeOff();
                rowsLost++;
            }
        }
        kept.forEach(rows::addFirst);
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
        if (!text().equals(writtenText)) {
            writtenText = text();
            meta("limit_reached", writtenText);
        }
    }

    /** Written even when the limit is reached: there is room left for it. */
    private void writeSummary() {
        if (summary.isEmpty()) {
            return;
        }
        try {
            database.begin();
            for (Map.Entry<String, Object> value : summary.entrySet()) {
                database.meta(value.getKey(), value.getValue());
            }
            database.commit();
            summary.clear();
        } catch (SQLException e) {
            database.abandon();
            failed("recording.db", e);
        }
    }

    /** A value of the summary. */
    void meta(String name, Object value) {
        summary.put(name, value);
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
