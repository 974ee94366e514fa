package dev.plumbline.recording;

import dev.plumbline.correlate.FindingSink;
import dev.plumbline.fact.DiskBudget;
import dev.plumbline.fact.FactSink;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.function.Function;

/**
 * Writes one recording: takes the facts of all sources, has them correlated, and keeps the result on disk. It has one
 * thread of its own, {@code plumbline-recorder}; all slow work is there.
 *
 * <p>Owned by: whoever made it; its methods may be called by any thread.
 * <p>Limits: see {@link RecorderOptions}, {@link SizeLimit} and {@link FactQueue}; {@value #COPY_OCTETS} octets of content wait
 * in memory at most.
 */
public final class Recorder implements AutoCloseable {
    static final long COPY_OCTETS = 8L << 20;
    private static final long CLOSE_MILLIS = 10_000;
    private final Path directory;
    private final SizeLimit limit;
    private final CopyBudget copies = new CopyBudget(COPY_OCTETS);
    private final RecorderLoop loop;
    private final Thread thread;

    private Recorder(Path directory, SizeLimit limit, RecorderLoop loop) {
        this.directory = directory;
        this.limit = limit;
        this.loop = loop;
        this.thread = new Thread(loop, "plumbline-recorder");
        thread.setDaemon(true);
    }

    /**
     * Makes the recording and starts to record.
     *
     * @param directory new, or empty; it becomes its owner's alone
     * @throws RecordingException when it cannot be made, with one line that says why
     */
    public static Recorder create(Path directory, RecorderOptions options) {
        return create(directory, options, CorrelatorPort::over);
    }

    static Recorder create(Path directory, RecorderOptions options, Function<? super FindingSink, CorrelatorPort> correlators) {
        PrivateFiles.claimDirectory(directory);
        SizeLimit limit = new SizeLimit(directory, options.maxOctets());
        try {
            Store store = new Store(directory, limit);
            store.meta("schema", Schema.VERSION);
            store.meta("creator", options.creator());
            store.meta("started_at", options.clock().getAsLong());
            store.flush();
            Recorder recorder = new Recorder(directory, limit, new RecorderLoop(store, limit, options, System::nanoTime, correlators));
            recorder.thread.start();
            return recorder;
        } catch (IOException e) {
            throw new RecordingException("recording directory: cannot write " + directory + ": " + PrivateFiles.reason(e), e);
        } catch (SQLException e) {
            throw new RecordingException("recording directory: cannot make a database in " + directory + ": " + e.getMessage(), e);
        }
    }

    /**
     * Where one source puts its facts; one per source and thread, for that thread alone.
     *
     * @param source its name in {@link dev.plumbline.fact.FactsLost}: {@code relay-0}, {@code capture-lo}
     */
    public FactSink sink(String source) {
        FactQueue queue = new FactQueue(source, copies, limit::hasRoomForContent);
        loop.queues.add(queue);
        return queue;
    }

    /** What may still be written to the recording; for all who write there. */
    public DiskBudget budget() {
        return limit;
    }

    public Path directory() {
        return directory;
    }

    /** Where the captures put their dumps, named {@code CAPTURE-FILE.pcap}, both decimal from 0. */
    public Path packetsDirectory() {
        return directory.resolve(Layout.PACKETS);
    }

    /**
     * Tells of each exchange once, when it ended and its coverage is known, or about a second after its end with what is
     * known then.
     *
     * @param each called on the recorder thread: it must be quick
     * @return ends the subscription
     */
    public Runnable subscribe(ExchangeListener each) {
        return loop.subscribers.add(each);
    }

    /** Notes where the proxy listens. */
    public void listening(String address) {
        loop.tasks.add(() -> loop.meta("listen", address));
    }

    /** Notes that there is no capture and why: nothing will be covered. */
    public void captureOff(String reason) {
        loop.tasks.add(() -> {
            loop.meta("capture_off", reason);
            loop.captureOff();
        });
    }

    /** Takes what the queues hold, writes everything and ends. What is offered from then on is not recorded; what could not be handled in time is told as lost. */
    @Override
    public void close() {
        loop.close();
        boolean interrupted = false;
        long until = System.nanoTime() + CLOSE_MILLIS * 1_000_000;
        while (thread.isAlive() && System.nanoTime() - until < 0) {
            try {
                thread.join(CLOSE_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
