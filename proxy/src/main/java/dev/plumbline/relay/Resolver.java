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

    private final ConcurrentHashMap<String, Kept> kept = new ConcurrentHashMap<>();
    /** Who waits for a name, while it is being looked up. */
    private final ConcurrentHashMap<String, List<Consumer<Answer>>> waiting = new ConcurrentHashMap<>();
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

    /** Called on {@code loop}; answers there, at once where the answer is known. */
    void resolve(String host, EventExecutor loop, Asker asker) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal != null) {
            asker.resolved(new Answer(List.of(IpAddress.of(literal)), ""));
            return;
        }
        Kept known = kept.get(host);
        if (known != null && System.nanoTime() - known.until < 0) {
            asker.resolved(known.answer);
            return;
        }
        if (askers.incrementAndGet() > WAITING) {
            askers.decrementAndGet();
            asker.resolved(Answer.failed("too many name look-ups are waiting (limit: " + WAITING + ")"));
            return;
        }
        try {
            waiting.compute(host, (name, others) -> {
                List<Consumer<Answer>> all = others == null ? new ArrayList<>() : others;
                all.add(answer -> tell(loop, asker, answer));
                if (others == null) {
                    threads.execute(() -> answerAll(host));
                }
                return all;
            });
        } catch (RejectedExecutionException e) {
            askers.decrementAndGet();
            asker.resolved(Answer.failed("the proxy is being stopped"));
        }
    }

    private static void tell(EventExecutor loop, Asker asker, Answer answer) {
        if (!loop.isShuttingDown()) {
            loop.execute(() -> asker.resolved(answer));
        }
    }

    private void answerAll(String host) {
        Answer answer = lookUp(host);
        List<Consumer<Answer>> all = waiting.remove(host);
        askers.addAndGet(-all.size());
        all.forEach(asker -> asker.accept(answer));
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

    private record Kept(Answer answer, long until) {
    }
}
