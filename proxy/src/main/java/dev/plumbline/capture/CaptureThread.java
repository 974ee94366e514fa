package dev.plumbline.capture;

import dev.plumbline.fact.CaptureFact;
import dev.plumbline.fact.FactSink;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of one interface: opens the handle, visits the ring until it is told to stop or the handle dies, closes it.
 *
 * <p>Never interrupted: that would close the dump's channel.
 *
 * <p>Owned by: {@link Captures}; the public methods are safe for all threads.
 */
final class CaptureThread {
    /** Between visits that found something; half of what the kernel holds a packet back anyway. */
    private static final long PARK_NANOS = 5_000_000;
    private static final long IDLE_PARK_NANOS = 10_000_000;
    /** Visits in vain until the longer pause is taken. */
    private static final int IDLE_VISITS = 100;
    /** At the end the kernel is given this long to hand over its last block. */
    private static final long LAST_BLOCK_NANOS = 50_000_000;
    private static final long LONGEST_DRAIN_NANOS = 250_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(CaptureThread.class);

    private record Wanted(CaptureFilter filter, CompletableFuture<Void> done) {
    }

    private final NetInterface device;
    private final CaptureOptions options;
    private final MemoryBudget rings;
    private final MemoryBudget lookBacks;
    private final Claims claims;
    private final AtomicInteger numbers;
    private final FactSink sink;
    private final Thread thread;
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final AtomicReference<Wanted> wanted = new AtomicReference<>();
    private final CaptureFilter firstFilter;
    /** What this thread took of {@link #lookBacks}. */
    private int lookBack;
    private volatile String stopReason = "";
    private volatile boolean hasEnded;

    CaptureThread(
            NetInterface device, CaptureOptions options, CaptureFilter filter, MemoryBudget rings, MemoryBudget lookBacks, Claims claims,
            AtomicInteger numbers, FactSink sink) {
        this.device = device;
        this.options = options;
        this.firstFilter = filter;
        this.rings = rings;
        this.lookBacks = lookBacks;
        this.claims = claims;
        this.numbers = numbers;
        this.sink = sink;
        thread = new Thread(this::run, "plumbline-capture-" + device.name());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    NetInterface device() {
        return device;
    }

    /** Done when packets are seen; fails with {@link CaptureFailure}. */
    CompletableFuture<Void> opened() {
        return opened;
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    /** Done when the handle has the filter, which takes about a millisecond; also when it died before. */
    CompletableFuture<Void> filter(CaptureFilter filter) {
        Wanted next = new Wanted(filter, new CompletableFuture<>());
        Wanted overtaken = wanted.getAndSet(next);
        if (overtaken != null) {
            next.done().thenRun(() -> overtaken.done().complete(null));
        }
        LockSupport.unpark(thread);
        if (hasEnded) {
            completeWanted();
        }
        return next.done();
    }

    void stop(String reason) {
        stopReason = reason;
        LockSupport.unpark(thread);
    }

    void join(long millis) throws InterruptedException {
        thread.join(millis);
    }

    private void run() {
        int ring = rings.take(device.isLoopback() ? options.loopbackRingOctets() : options.otherRingOctets());
        try {
            if (ring == 0) {
                throw new CaptureFailure(CaptureFailure.Kind.OTHER, device.name() + ": no ring memory left for more interfaces");
            }
            capture(open(ring));
        } catch (CaptureFailure e) {
            opened.completeExceptionally(e);
        } catch (RuntimeException | Error e) {
            LOG.error("capture.broken interface={}", device.name(), e);
            opened.completeExceptionally(new CaptureFailure(CaptureFailure.Kind.OTHER, device.name() + ": " + e));
        } finally {
            rings.giveBack(ring);
            lookBacks.giveBack(lookBack);
            hasEnded = true;
            completeWanted();
        }
    }

    private Capture open(int ring) throws CaptureFailure {
        PcapSource source = PcapSource.open(device.name(), device.isLoopback(), ring, options.snapLength(), firstFilter.text());
        int number = numbers.getAndIncrement();
        RawDump dump = new RawDump(options.packetsDirectory(), number, source.linkType(), options.snapLength(), options.budget());
        sink.accept(new CaptureFact.InterfaceOpened(
                number, device.name(), source.linkType(), options.snapLength(), firstFilter.text(), device.addresses(), now()));
        LOG.info("capture.open interface={} capture={} ringOctets={} filter=\"{}\"", device.name(), number, ring, firstFilter.text());
        Capture capture = new Capture(number, source, sink, dump, claims, firstFilter, CaptureThread::now, this::takeLookBack);
        opened.complete(null);
        return capture;
    }

    /** The least there is goes to who comes too late for more: without a look-back there would be no capture. */
    private int takeLookBack() {
        lookBack = lookBacks.take(LookBack.OCTETS);
        return Math.max(MemoryBudget.LEAST, lookBack);
    }

    private void capture(Capture capture) {
        String reason = "error: our own";
        try {
            int inVain = 0;
            while (stopReason.isEmpty()) {
                applyFilter(capture);
                inVain = capture.visit() ? 0 : inVain + 1;
                if (inVain > 0) {
                    LockSupport.parkNanos(this, inVain < IDLE_VISITS ? PARK_NANOS : IDLE_PARK_NANOS);
                }
            }
            drain(capture);
            reason = stopReason;
        } catch (CaptureFailure e) {
            reason = e.kind() == CaptureFailure.Kind.GONE ? "gone" : "error: " + e.getMessage();
        } finally {
            capture.close(reason);
            LOG.info(
                    "capture.close interface={} reason=\"{}\" undecodable={} late={}", device.name(), reason, capture.undecodable(), capture.late());
        }
    }

    /** Takes what is still in the ring, and the block the kernel is still filling. */
    private void drain(Capture capture) throws CaptureFailure {
        long began = System.nanoTime();
        boolean found = true;
        for (long past = 0; past < LONGEST_DRAIN_NANOS && (found || past < LAST_BLOCK_NANOS); past = System.nanoTime() - began) {
            found = capture.visit();
            if (!found) {
                LockSupport.parkNanos(this, PARK_NANOS);
            }
        }
    }

    private void applyFilter(Capture capture) throws CaptureFailure {
        Wanted next = wanted.getAndSet(null);
        if (next != null) {
            try {
                capture.filter(next.filter());
            } finally {
                next.done().complete(null);
            }
        }
    }

    private void completeWanted() {
        Wanted last = wanted.getAndSet(null);
        if (last != null) {
            last.done().complete(null);
        }
    }

    /** The wall clock at its full resolution: the one the kernel stamps packets with. */
    private static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }
}
