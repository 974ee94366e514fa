package dev.plumbline.recording;

import dev.plumbline.correlate.CorrelatorLimits;
import dev.plumbline.correlate.Finding;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.correlate.FindingSink;
import dev.plumbline.fact.DiskBudget;
import dev.plumbline.fact.Fact;
import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.RelayFact;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * Writes a recording of packets that were captured elsewhere, on its caller's own thread: a fact is handled when
 * {@link #accept} returns. So nothing is queued, and nothing is lost for want of room in a queue. Time is that of the packets.
 *
 * <p>What the correlator finds is told to the importer too, which knows from it where each packet's payload belongs.
 *
 * <p>Owned by: the importing thread.
 * <p>Limits: the disk's; memory as {@link Recorder}'s.
 */
public final class ImportRecorder implements FactSink, AutoCloseable {
    /** Facts after which those who waited long enough are let go. */
    private static final int FACTS_PER_SWEEP = 1 << 14;
    private static final int FACTS_PER_LOOK = 64;
    /** A connection changes many times, and nobody waits to see each. */
    private static final int LOOKS_PER_CONNECTION = 16;

    private final Path directory;
    private final SizeLimit limit;
    private final RecorderLoop loop;
    private long now;
    private long facts;
    private long startedAt = -1;
    private long endedAt;

    private ImportRecorder(Path directory, String creator, String file, FindingSink importer) throws IOException, SQLException {
        this.directory = directory;
        // The recording can become no larger than the file it is made from allows, but for the floor of free space.
        this.limit = new SizeLimit(directory, Long.MAX_VALUE / 4);
        limit.look();
        Store store = new Store(directory, limit);
        store.meta("schema", Schema.VERSION);
        store.meta("creator", creator);
        store.meta("imported", file);
        store.flush();
        RecorderOptions options = new RecorderOptions(creator, Long.MAX_VALUE / 4, RecorderOptions.DEFAULT_CONTENT_CAP, () -> now);
        this.loop = new RecorderLoop(store, limit, options, System::nanoTime, findings -> CorrelatorPort.over(new Both(findings, importer), CorrelatorLimits.ofDumps()));
    }

    /**
     * Makes the recording.
     *
     * @param directory new, or empty; it becomes its owner's alone
     * @param creator name and version of the program, for the record
     * @param file where the packets come from
     * @param importer hears each finding after the recording has; must not call back
     * @throws RecordingException when it cannot be made, with one line that says why
     */
    public static ImportRecorder create(Path directory, String creator, String file, FindingSink importer) {
        PrivateFiles.claimDirectory(directory);
        try {
            return new ImportRecorder(directory, creator, file, importer);
        } catch (IOException e) {
            throw new RecordingException("recording directory: cannot write " + directory + ": " + PrivateFiles.reason(e), e);
        } catch (SQLException e) {
            throw new RecordingException("recording directory: cannot make a database in " + directory + ": " + e.getMessage(), e);
        }
    }

    /** The time is {@code at} from here on: the packets' own. It may go back. */
    public void at(long time) {
        now = time;
        if (startedAt < 0 || time < startedAt) {
            startedAt = time;
            loop.meta("started_at", time);
        }
        endedAt = Math.max(endedAt, time);
    }

    @Override
    public void accept(Fact fact) {
        loop.take(fact);
        if (++facts % FACTS_PER_LOOK == 0) {
            loop.writeIfDue(facts / FACTS_PER_LOOK % LOOKS_PER_CONNECTION == 0);
            if (facts % FACTS_PER_SWEEP == 0) {
                loop.sweep();
            }
        }
    }

    /** A connection that is this flow and nothing else. */
    public void claim(FlowId flow, RelayFact.ConnectionOpened fact) {
        loop.claim(flow, fact);
    }

    /** Nothing more comes of this connection, its end included: what is to be said of it is said now. */
    public void settle(ConnectionId connection) {
        loop.settle(connection);
    }

    /** What may still be written to the recording; for all who write there. */
    public DiskBudget budget() {
        return limit;
    }

    public Path directory() {
        return directory;
    }

    /** Where raw dumps go. */
    public Path packetsDirectory() {
        return directory.resolve(Layout.PACKETS);
    }

    /** Notes that the file they came from could not be read to its end. */
    public void damaged(String how) {
        loop.meta("import_damage", how);
    }

    /** Writes everything and ends. */
    @Override
    public void close() {
        loop.finish(endedAt);
    }

    /** Findings to the recording, then to the importer. */
    private record Both(FindingSink recording, FindingSink importer) implements FindingSink {
        @Override
        public void accept(Finding finding) {
            recording.accept(finding);
            importer.accept(finding);
        }

        @Override
        public void packetPlaced(
                long packet, int capture, FlowId flow, Heading heading, long offset, long ackOffset, Sighting sighting, Segment segment) {
            recording.packetPlaced(packet, capture, flow, heading, offset, ackOffset, sighting, segment);
            importer.packetPlaced(packet, capture, flow, heading, offset, ackOffset, sighting, segment);
        }
    }
}
