package dev.plumbline.relay;

import dev.plumbline.wire.IpAddress;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Looks names up as every other program of this machine does (hosts file, name service switch, DNS), on threads of its
 * own because the system's call waits. Answers are kept for {@value #KEPT_SECONDS} s. Who asks for a name that is being looked
 * up gets the same answer: however many ask for one that no server answers for, it holds up no more than one thread.
 *
 * <p>Safe for use by several event loops; the answer comes on the asker's.
 * <p>Limits: {@value #THREADS} names looked up at once, {@value #WAITING} askers in all, {@value #KEPT_NAMES} names kept.
 */
final class Resolver implements AutoCloseable {
    static final int KEPT_SECONDS = 30;
    static final int THREADS = 16;
    static final int WAITING = 1_000;
    static final int KEPT_NAMES = 1_000;

    private static final Runnable NOTHING = () -> { };

    private final ConcurrentHashMap<String, Kept> kept = new ConcurrentHashMap<>();
    /** Who waits for a name, while it is being looked up. */
    private final ConcurrentHashMap<String, LookUp> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger askers = new AtomicInteger();
    private final ThreadPoolExecutor threads;
    private final Function<String, Answer> lookUp;

    Resolver() {
        this(Resolver::ofSystem);
    }

    /** @param lookUp may wait; called on a thread of ours */
    Resolver(Function<String, Answer> lookUp) {
        this.lookUp = lookUp;
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "plumbline-resolver-" + number.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Addresses in the order to try them; or none, and why. */
    record Answer(List<IpAddress> addresses, String failure) {
        static Answer failed(String why) {
            return new Answer(List.of(), why);
        }
    }

    interface Asker {
        void resolved(Answer answer);
    }

    /**
     * Called on {@code loop}; answers there, at once where the answer is known.
     *
     * @return for who asked and is gone: a look-up that takes a minute would keep all that belongs to it until then, and the place
     *         of somebody else. An answer on its way still comes
     */
    Runnable resolve(String host, EventExecutor loop, Asker asker) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal != null) {
            asker.resolved(new Answer(List.of(IpAddress.of(literal)), ""));
            return NOTHING;
        }
        Kept known = kept.get(host);
        if (known != null && System.nanoTime() - known.until < 0) {
            asker.resolved(known.answer);
            return NOTHING;
        }
        if (askers.incrementAndGet() > WAITING) {
            askers.decrementAndGet();
            asker.resolved(Answer.failed("too many name look-ups are waiting (limit: " + WAITING + ")"));
            return NOTHING;
        }
        Consumer<Answer> waiter = answer -> tell(loop, asker, answer);
        try {
            waiting.compute(host, (name, others) -> {
                LookUp lookUp = others == null ? new LookUp(host) : others;
                lookUp.waiters.add(waiter);
                if (others == null) {
                    threads.execute(lookUp);
                }
                return lookUp;
            });
        } catch (RejectedExecutionException e) {
            askers.decrementAndGet();
            asker.resolved(Answer.failed("the proxy is being stopped"));
            return NOTHING;
        }
        return () -> withdraw(host, waiter);
    }

    private void withdraw(String host, Consumer<Answer> waiter) {
        waiting.computeIfPresent(host, (name, lookUp) -> {
            if (lookUp.waiters.remove(waiter)) {
                askers.decrementAndGet();
            }
            // What has begun goes on: the system's call cannot be ended, and who asks next has use for the answer.
            return lookUp.waiters.isEmpty() && threads.remove(lookUp) ? null : lookUp;
        });
    }

    private static void tell(EventExecutor loop, Asker asker, Answer answer) {
        if (!loop.isShuttingDown()) {
            loop.execute(() -> asker.resolved(answer));
        }
    }

    private Answer lookUp(String host) {
        Answer answer;
        try {
            answer = lookUp.apply(host);
        } catch (RuntimeException | Error e) {
            // The root of this thread's work: whatever it was, the one who waits must hear of it.
            return Answer.failed("the look-up failed (" + e + ")");
        }
        if (!answer.addresses().isEmpty()) {
            if (kept.size() >= KEPT_NAMES) {
                kept.clear();
            }
            kept.put(host, new Kept(answer, System.nanoTime() + TimeUnit.SECONDS.toNanos(KEPT_SECONDS)));
        }
        return answer;
    }

    private static Answer ofSystem(String host) {
        try {
            return new Answer(Arrays.stream(InetAddress.getAllByName(host)).map(IpAddress::of).distinct().toList(), "");
        } catch (UnknownHostException | SecurityException e) {
            return Answer.failed("no address is known for " + host);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** A name that is being looked up, or is to be. Its waiters are touched only where the map is, for that name. */
    private final class LookUp implements Runnable {
        private final String host;
        private final List<Consumer<Answer>> waiters = new ArrayList<>();

        LookUp(String host) {
            this.host = host;
        }

        @Override
        public void run() {
            Answer answer = lookUp(host);
            waiting.remove(host);
            askers.addAndGet(-waiters.size());
            waiters.forEach(waiter -> waiter.accept(answer));
        }
    }

    private record Kept(Answer answer, long until) {
    }
}
