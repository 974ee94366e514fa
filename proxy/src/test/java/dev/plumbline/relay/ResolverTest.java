package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.wire.IpAddress;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ResolverTest {
    private static final Resolver.Answer ANSWER = new Resolver.Answer(List.of(IpAddress.v4(0x0a000001)), "");
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final BlockingQueue<Resolver.Answer> heard = new LinkedBlockingQueue<>();
    private final CountDownLatch comesBack = new CountDownLatch(1);

    /** Names that begin with "hung" are not answered before the latch falls. */
    private Resolver.Answer lookUp(String host) {
        asked.add(host);
        if (host.startsWith("hung")) {
            try {
                comesBack.await();
            } catch (InterruptedException e) {
                return Resolver.Answer.failed("interrupted");
            }
        }
        return ANSWER;
    }

    private Runnable ask(Resolver resolver, String host) {
        return resolver.resolve(host, ImmediateEventExecutor.INSTANCE, heard::add);
    }

    private Resolver.Answer next() throws InterruptedException {
        return heard.poll(10, TimeUnit.SECONDS);
    }

    @Test
    void oneThatHangsHoldsUpNobodyWhoAsksForAnother() throws Exception {
        try (Resolver resolver = new Resolver(this::lookUp)) {
            for (int i = 0; i < 3 * Resolver.THREADS; i++) {
                ask(resolver, "hung.test");
            }
            ask(resolver, "other.test");
            assertThat(next()).isSameAs(ANSWER);
            assertThat(heard).isEmpty();
            comesBack.countDown();
            for (int i = 0; i < 3 * Resolver.THREADS; i++) {
                assertThat(next()).isSameAs(ANSWER);
            }
            assertThat(asked).containsExactlyInAnyOrder("hung.test", "other.test");
        }
    }

    @Test
    void whoAsksWhenTooManyWaitIsToldSoAndRoomComesBack() throws Exception {
        try (Resolver resolver = new Resolver(this::lookUp)) {
            for (int i = 0; i < Resolver.WAITING; i++) {
                ask(resolver, "hung" + i);
            }
            ask(resolver, "hung0");
            assertThat(next().failure()).isEqualTo("too many name look-ups are waiting (limit: 1000)");
            comesBack.countDown();
            for (int i = 0; i < Resolver.WAITING; i++) {
                assertThat(next()).isSameAs(ANSWER);
            }
            ask(resolver, "other.test");
            assertThat(next()).isSameAs(ANSWER);
        }
    }

    /** Clients that give up and come again, while their name hangs. */
    @Test
    void whoIsGoneTakesNoPlaceAndHearsNothing() throws Exception {
        try (Resolver resolver = new Resolver(this::lookUp)) {
            for (int i = 0; i < 3 * Resolver.WAITING; i++) {
                Runnable gone = ask(resolver, "hung" + i % (2 * Resolver.THREADS));
                gone.run();
                gone.run();
            }
            ask(resolver, "hung0");
            comesBack.countDown();
            assertThat(next()).isSameAs(ANSWER);
            ask(resolver, "other.test").run();
            ask(resolver, "last.test");
            assertThat(next()).isSameAs(ANSWER);
        }
        assertThat(heard.size()).isLessThanOrEqualTo(1);
    }

    /** Nobody waits for it any more: no thread is to be spent on it. */
    @Test
    void aNameThatNobodyWaitsForIsNotLookedUp() throws Exception {
        try (Resolver resolver = new Resolver(this::lookUp)) {
            for (int i = 0; i < Resolver.THREADS; i++) {
                ask(resolver, "hung" + i);
            }
            ask(resolver, "gone.test").run();
            Runnable first = ask(resolver, "wanted.test");
            ask(resolver, "wanted.test");
            first.run();
            comesBack.countDown();
            for (int i = 0; i < Resolver.THREADS + 1; i++) {
                assertThat(next()).isSameAs(ANSWER);
            }
            assertThat(asked).contains("wanted.test").doesNotContain("gone.test").hasSize(Resolver.THREADS + 1);
        }
    }

    @Test
    void whoAsksAtTheEndIsAnswered() throws Exception {
        Resolver resolver = new Resolver(this::lookUp);
        resolver.close();
        ask(resolver, "late.test");
        assertThat(next().failure()).isEqualTo("the proxy is being stopped");
    }
}
