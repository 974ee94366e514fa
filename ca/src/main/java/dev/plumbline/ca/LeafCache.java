package dev.plumbline.ca;

import java.io.IOException;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Leaves by host: from memory at once, else from disk or newly made on the key maker's thread.
 *
 * <p>Owned by: any thread may call it. {@link #cached} and {@link #leaf} neither wait nor touch the disk. Futures complete on the
 * thread {@code plumbline-key-maker}, which a callback must not hold up: an event loop continues on itself.
 *
 * <p>Limits: {@value #MAX_LEAVES} leaves in memory, the least recently used goes first; {@value #MAX_FILES} on disk, the oldest go
 * first; {@value #MAX_WAITING} hosts wait for the key maker, further ones fail. A leaf with less than a day left is made anew.
 */
public final class LeafCache implements AutoCloseable {

    static final int MAX_LEAVES = 1_000;
    static final int MAX_FILES = 5_000;
    static final int MAX_WAITING = 1_000;

    /**
     * What the cache has done since it was opened.
     *
     * @param minted leaves newly made
     * @param loaded leaves found on disk
     * @param refused requests that failed because too many hosts were waiting
     * @param unstored leaves that could not be written to disk, and were served all the same
     */
    public record Counts(long minted, long loaded, long refused, long unstored) {}

    private final CertificateAuthority authority;
    private final LeafStore store;
    private final int maxLeaves;
    private final Map<String, Entry> memory = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Leaf>> waiting = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor keyMaker;
    private final AtomicLong uses = new AtomicLong();
    private final AtomicLong minted = new AtomicLong();
    private final AtomicLong loaded = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong unstored = new AtomicLong();

    /** Opens a cache over this authority; its disk part lies in the authority's directory. */
    public LeafCache(CertificateAuthority authority) {
        this(authority, MAX_LEAVES, MAX_FILES, MAX_WAITING);
    }

    LeafCache(CertificateAuthority authority, int maxLeaves, int maxFiles, int maxWaiting) {
        this.authority = authority;
        this.store = new LeafStore(authority, maxFiles);
        this.maxLeaves = maxLeaves;
        this.keyMaker = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(maxWaiting), work -> {
            Thread thread = new Thread(work, "plumbline-key-maker");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * The leaf of this host if memory has a good one; empty for anything else, a name that cannot be issued included. Unicode names
     * are answered by {@link #leaf} only.
     */
    public Optional<Leaf> cached(String host) {
        if (!ServerName.isAscii(host)) {
            return Optional.empty();
        }
        try {
            return remembered(ServerName.of(host).text());
        } catch (CaException e) {
            return Optional.empty();
        }
    }

    /**
     * The leaf of this host. Requests for one host share one piece of work.
     *
     * <p>The future fails with a {@link CaException}: its {@link CaException#fault()} tells a host that cannot be named from
     * overload and from a broken authority. Cancelling it does not disturb others that wait for the same host.
     */
    public CompletableFuture<Leaf> leaf(String host) {
        String key;
        try {
            key = ServerName.isAscii(host) ? ServerName.of(host).text() : host;
        } catch (CaException e) {
            return CompletableFuture.failedFuture(e);
        }
        Optional<Leaf> known = remembered(key);
        if (known.isPresent()) {
            return CompletableFuture.completedFuture(known.get());
        }
        CompletableFuture<Leaf> mine = new CompletableFuture<>();
        CompletableFuture<Leaf> first = waiting.putIfAbsent(key, mine);
        if (first != null) {
            return share(first);
        }
        CompletableFuture<Leaf> answer = share(mine);
        submit(key, mine);
        return answer;
    }

    /** What the cache has done so far. */
    public Counts counts() {
        return new Counts(minted.get(), loaded.get(), refused.get(), unstored.get());
    }

    /** Stops the key maker; requests that still wait fail. Waits up to a second for the leaf in hand to reach the disk. */
    @Override
    public void close() {
        keyMaker.shutdown();
        keyMaker.getQueue().clear();
        waiting.forEach((key, future) -> future.completeExceptionally(stopped(key)));
        waiting.clear();
        try {
            keyMaker.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void submit(String key, CompletableFuture<Leaf> future) {
        try {
            keyMaker.execute(() -> make(key, future));
        } catch (RejectedExecutionException e) {
            waiting.remove(key, future);
            refused.incrementAndGet();
            future.completeExceptionally(keyMaker.isShutdown() ? stopped(key) : CaException.overload(key,
                    keyMaker.getQueue().size() + " other hosts wait for theirs"));
        }
    }

    private void make(String key, CompletableFuture<Leaf> future) {
        try {
            ServerName host = ServerName.of(key);
            Optional<Leaf> known = known(host);
            Leaf leaf = known.isPresent() ? known.get() : mint(host);
            // Memory has it before the door closes, so no second request can slip between.
            waiting.remove(key, future);
            future.complete(leaf);
            if (known.isEmpty()) {
                keep(leaf);
            }
        } catch (Throwable e) {
            // The root of this thread's work: whatever it was, the one who waits must hear of it.
            waiting.remove(key, future);
            future.completeExceptionally(e);
        }
    }

    private Optional<Leaf> known(ServerName host) {
        Optional<Leaf> inMemory = remembered(host.text());
        if (inMemory.isPresent()) {
            return inMemory;
        }
        Optional<Leaf> stored = store.load(host);
        stored.ifPresent(leaf -> {
            loaded.incrementAndGet();
            remember(leaf);
        });
        return stored;
    }

    private Leaf mint(ServerName host) throws CaException {
        Leaf leaf = authority.issue(host);
        minted.incrementAndGet();
        remember(leaf);
        return leaf;
    }

    /** After the answer: a slow disk delays no handshake, a full one none at all. */
    private void keep(Leaf leaf) {
        boolean stored = false;
        try {
            store.store(leaf);
            stored = true;
        } catch (IOException | CaException e) {
            // Counted below. The leaf serves from memory, and is minted again after a restart.
        } finally {
            if (!stored) {
                unstored.incrementAndGet();
            }
        }
    }

    private Optional<Leaf> remembered(String key) {
        Entry entry = memory.get(key);
        if (entry == null || !entry.leaf.isFresh(authority.clock().instant())) {
            return Optional.empty();
        }
        entry.lastUse = uses.incrementAndGet();
        return Optional.of(entry.leaf);
    }

    /** Only the key maker adds, so the bound is exact; the search costs microseconds beside a mint. */
    private void remember(Leaf leaf) {
        memory.put(leaf.host(), new Entry(leaf, uses.incrementAndGet()));
        while (memory.size() > maxLeaves) {
            memory.entrySet().stream().min(Comparator.comparingLong(e -> e.getValue().lastUse))
                    .ifPresent(oldest -> memory.remove(oldest.getKey()));
        }
    }

    /** A future of the caller's own. {@link CompletableFuture#copy()} would wrap the failure once more for some callers only. */
    private static CompletableFuture<Leaf> share(CompletableFuture<Leaf> work) {
        CompletableFuture<Leaf> own = new CompletableFuture<>();
        work.whenComplete((leaf, failure) -> {
            if (failure == null) {
                own.complete(leaf);
            } else {
                own.completeExceptionally(failure);
            }
        });
        return own;
    }

    private static CaException stopped(String key) {
        return CaException.overload(key, "the key maker has stopped");
    }

    private static final class Entry {
        private final Leaf leaf;
        /** Position in the sequence of all uses; larger is later. */
        private volatile long lastUse;

        Entry(Leaf leaf, long lastUse) {
            this.leaf = leaf;
            this.lastUse = lastUse;
        }
    }
}
