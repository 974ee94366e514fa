package dev.plumbline.capture;

import dev.plumbline.fact.FactSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All captures of a run: opens the interfaces, opens those that come later or come back, and closes them.
 *
 * <p>A run without the right to capture, or without libpcap, is a run without packets: {@link #unavailable} says why, and
 * everything else may be called all the same.
 *
 * <p>Owned by: who opened it; all methods are safe for all threads. One thread per interface, and one that looks for
 * interfaces every two seconds.
 */
public final class Captures implements AutoCloseable {
    /**
     * What to tell an operator who may not capture. A capability on the java binary itself would keep it from starting.
     * Home and path are handed over because sudo sets its own.
     */
    static final String HOW_TO_GET_THE_RIGHT = "no right to capture; start with: sudo setpriv --reuid=$(id -u) --regid=$(id -g) --init-groups"
            + " --inh-caps=+net_raw --ambient-caps=+net_raw -- env HOME=\"$HOME\" PATH=\"$PATH\" JAVA_HOME=\"$JAVA_HOME\" scripts/plumbline start";

    private static final long WATCH_MILLIS = 2_000;
    private static final long CLOSE_MILLIS = 2_000;
    private static final Logger LOG = LoggerFactory.getLogger(Captures.class);

    private final CaptureOptions options;
    private final Claims claims = new Claims(System::nanoTime);
    private final MemoryBudget rings = new MemoryBudget(CaptureOptions.RING_BUDGET);
    private final MemoryBudget lookBacks = new MemoryBudget(CaptureOptions.LOOK_BACK_BUDGET);
    private final AtomicInteger numbers = new AtomicInteger();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread watcher = new Thread(this::watch, "plumbline-capture-watch");

    /** Guarded by this, as are all below. By interface name. */
    private final Map<String, CaptureThread> threads = new LinkedHashMap<>();
    private final Map<String, FactSink> sinks = new HashMap<>();
    /** Why an interface would not open, so that it is said once. */
    private final Map<String, String> problems = new LinkedHashMap<>();
    private CaptureFilter filter;
    private String unavailable = "";

    private Captures(CaptureOptions options) {
        this.options = options;
        this.filter = CaptureFilter.of(options);
        watcher.setDaemon(true);
    }

    /**
     * Opens the interfaces, all at the same time, and returns when each is open or is known not to be.
     *
     * @throws CaptureException when an interface was named that is not there
     */
    public static Captures open(CaptureOptions options) throws CaptureException {
        List<NetInterface> there = NetInterface.all();
        refuseUnknown(options.interfaces(), there);
        Captures captures = new Captures(options);
        captures.makeDirectory();
        captures.reconcile(there);
        if (captures.unavailable().isEmpty()) {
            captures.watcher.start();
        }
        return captures;
    }

    /** The interfaces that are being captured now. */
    public synchronized List<String> names() {
        return threads.values().stream().filter(CaptureThread::isAlive).map(thread -> thread.device().name()).collect(Collectors.toUnmodifiableList());
    }

    /**
     * Why nothing at all can be captured in this process, or not all of the interfaces that were named; one line for the operator.
     * Empty when something is, or may yet be.
     */
    public synchronized Optional<String> unavailable() {
        if (!unavailable.isEmpty()) {
            return Optional.of(unavailable);
        }
        boolean isEnough = options.interfaces().isEmpty() && threads.values().stream().anyMatch(CaptureThread::isAlive);
        return isEnough || problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems.values()));
    }

    /** Where the assembly says which connections are ours. Needed at all times: a filter may become wide. */
    public Claims claims() {
        return claims;
    }

    /**
     * Lets all of TCP through from now on, because the ports of our server legs can no longer be foretold. For the few
     * microseconds of the change packets may be missed.
     *
     * @return done when all captures have it
     */
    public synchronized CompletableFuture<Void> widen() {
        return refilter(filter.widened());
    }

    /** Another port our clients connect to; {@link #widen} says the rest. */
    public synchronized CompletableFuture<Void> listenOn(int port) {
        return refilter(filter.listeningOn(port));
    }

    /** Stops all captures, after they took what was still in their rings. Takes about 60 ms. */
    @Override
    public void close() {
        closing.countDown();
        List<CaptureThread> all;
        synchronized (this) {
            all = new ArrayList<>(threads.values());
        }
        all.forEach(thread -> thread.stop("stopped"));
        try {
            for (CaptureThread thread : all) {
                thread.join(CLOSE_MILLIS);
            }
            watcher.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void refuseUnknown(List<String> names, List<NetInterface> there) throws CaptureException {
        Set<String> known = there.stream().map(NetInterface::name).collect(Collectors.toCollection(TreeSet::new));
        for (String name : names) {
            if (!known.contains(name)) {
                throw new CaptureException("interface: " + name + " (expected one of: " + String.join(", ", known) + ")");
            }
        }
    }

    private void makeDirectory() {
        Path directory = options.packetsDirectory();
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            // Each capture finds out for itself and says so in the record; seeing goes on without keeping.
            LOG.warn("capture.directory path={} reason=\"{}\"", directory, e.toString());
        }
    }

    private void watch() {
        try {
            while (!closing.await(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
                reconcile(NetInterface.all());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("capture.watch interfaces that come later will not be captured", e);
        }
    }

    /** Opens what should be captured and is not; tells what is gone to stop. */
    private void reconcile(List<NetInterface> there) {
        List<CaptureThread> started = new ArrayList<>();
        synchronized (this) {
            Map<String, NetInterface> present = new HashMap<>();
            there.forEach(device -> present.put(device.name(), device));
            for (CaptureThread thread : threads.values()) {
                NetInterface now = present.get(thread.device().name());
                if (now == null || now.index() != thread.device().index()) {
                    thread.stop("gone");
                }
            }
            threads.values().removeIf(thread -> !thread.isAlive());
            for (NetInterface device : there) {
                if (closing.getCount() > 0 && isWanted(device) && !threads.containsKey(device.name())) {
                    started.add(start(device));
                }
            }
            problems.keySet().retainAll(present.keySet());
        }
        started.forEach(this::await);
    }

    private boolean isWanted(NetInterface device) {
        return options.interfaces().isEmpty() ? device.isUp() && !device.addresses().isEmpty() : options.interfaces().contains(device.name());
    }

    private CaptureThread start(NetInterface device) {
        FactSink sink = sinks.computeIfAbsent(device.name(), name -> options.sinks().apply("capture-" + name));
        CaptureThread thread = new CaptureThread(device, options, filter, rings, lookBacks, claims, numbers, sink);
        threads.put(device.name(), thread);
        thread.start();
        return thread;
    }

    private void await(CaptureThread thread) {
        String name = thread.device().name();
        try {
            thread.opened().join();
            synchronized (this) {
                problems.remove(name);
            }
        } catch (CompletionException e) {
            failed(name, (CaptureFailure) e.getCause());
        }
    }

    private synchronized void failed(String name, CaptureFailure failure) {
        threads.remove(name);
        if (failure.isForAll()) {
            unavailable = failure.getMessage();
        }
        if (!failure.getMessage().equals(problems.put(name, failure.getMessage())) && !failure.isForAll()) {
            LOG.warn("capture.refused interface={} reason=\"{}\"", name, failure.getMessage());
        }
    }

    private CompletableFuture<Void> refilter(CaptureFilter wanted) {
        if (wanted.equals(filter)) {
            return CompletableFuture.completedFuture(null);
        }
        filter = wanted;
        Set<CompletableFuture<Void>> each = new LinkedHashSet<>();
        threads.values().forEach(thread -> each.add(thread.filter(wanted)));
        return CompletableFuture.allOf(each.toArray(CompletableFuture[]::new));
    }
}
