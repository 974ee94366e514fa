package dev.plumbline.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class LeafCacheTest {

    private final HandClock clock = new HandClock();
    private CertificateAuthority ca;

    @TempDir Path temp;

    @BeforeEach
    void open() throws CaException {
        ca = CertificateAuthority.open(temp, clock);
    }

    @Test
    void aLeafIsMadeOnceOnTheKeyMakerAndThenComesFromMemory() throws Exception {
        try (LeafCache cache = new LeafCache(ca)) {
            assertThat(cache.cached("a.test")).isEmpty();
            clock.stopKeyMaker();
            CompletableFuture<Leaf> future = cache.leaf("A.test.");
            AtomicReference<Thread> maker = new AtomicReference<>();
            CompletableFuture<Void> seen = future.thenAccept(leaf -> maker.set(Thread.currentThread()));
            clock.goOn();
            seen.get();
            assertThat(maker.get().getName()).isEqualTo("plumbline-key-maker");
            assertThat(maker.get().isDaemon()).isTrue();
            assertThat(cache.cached("a.TEST")).hasValue(future.get());
            assertThat(cache.leaf("a.test").getNow(null)).isSameAs(future.get());
            assertThat(cache.counts()).isEqualTo(new LeafCache.Counts(1, 0, 0, 0));
        }
    }

    @Test
    void requestsForOneHostShareOneMintAndCancellingOneHurtsNoOther() throws Exception {
        try (LeafCache cache = new LeafCache(ca)) {
            clock.stopKeyMaker();
            List<CompletableFuture<Leaf>> futures = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                futures.add(cache.leaf("a.test"));
            }
            futures.get(0).cancel(true);
            futures.get(1).complete(null);
            clock.goOn();
            Leaf leaf = futures.get(2).get();
            for (CompletableFuture<Leaf> future : futures.subList(2, 20)) {
                assertThat(future.get()).isSameAs(leaf);
            }
            assertThat(cache.counts().minted()).isOne();
        }
    }

    @Test
    void aUnicodeNameSharesTheLeafOfItsALabels() throws Exception {
        try (LeafCache cache = new LeafCache(ca)) {
            Leaf leaf = cache.leaf("bücher.example").get();
            assertThat(cache.cached("bücher.example")).as("its tables are no work for an event loop").isEmpty();
            assertThat(cache.cached("xn--bcher-kva.example")).hasValue(leaf);
            assertThat(cache.leaf("BÜCHER.example").get()).isSameAs(leaf);
            assertThat(cache.counts().minted()).isOne();
        }
    }

    @Test
    void aNameThatCannotBeIssuedFailsTheFutureWithItsReason() {
        try (LeafCache cache = new LeafCache(ca)) {
            for (String bad : List.of("a b", "", "ü\0.test")) {
                assertThat(cache.cached(bad)).isEmpty();
                assertThat(failure(cache.leaf(bad)).fault()).isEqualTo(CaException.Fault.HOST);
            }
        }
    }

    @Test
    void memoryHoldsExactlyTheMostRecentlyUsed() throws Exception {
        try (LeafCache cache = new LeafCache(ca, 3, 100, 100)) {
            for (String host : List.of("a.test", "b.test", "c.test")) {
                cache.leaf(host).get();
            }
            assertThat(cache.cached("a.test")).as("used again").isPresent();
            cache.leaf("d.test").get();
            assertThat(cache.cached("b.test")).as("the oldest use").isEmpty();
            assertThat(cache.cached("a.test")).isPresent();
            assertThat(cache.cached("c.test")).isPresent();
            assertThat(cache.cached("d.test")).isPresent();
        }
    }

    @Test
    void aRestartFindsItsLeavesOnDisk() throws Exception {
        Leaf before;
        try (LeafCache cache = new LeafCache(ca)) {
            before = cache.leaf("a.test").get();
            for (String host : List.of("[::1]", "127.0.0.1", "[::ffff:1.2.3.4]", LeafTest.name(253))) {
                cache.leaf(host).get();
            }
            await(cache);
        }
        try (LeafCache cache = new LeafCache(CertificateAuthority.open(temp, clock))) {
            assertThat(cache.leaf("a.test").get().certificate()).isEqualTo(before.certificate());
            for (String host : List.of("::1", "127.0.0.1", "::ffff:1.2.3.4", LeafTest.name(253))) {
                cache.leaf(host).get();
            }
            assertThat(cache.counts()).isEqualTo(new LeafCache.Counts(0, 5, 0, 0));
        }
    }

    @Test
    void filesOfLeavesAreTheOwnersAndShowNoName() throws Exception {
        try (LeafCache cache = new LeafCache(ca)) {
            cache.leaf("secret-host.test").get();
            await(cache);
        }
        Path leaves = temp.resolve("leaves");
        assertThat(CertificateAuthorityTest.mode(leaves)).isEqualTo("rwx------");
        assertThat(CertificateAuthorityTest.names(leaves)).singleElement().asString().matches("[0-9a-f]{64}");
        assertThat(CertificateAuthorityTest.mode(onlyFile())).isEqualTo("rw-------");
    }

    @Test
    void aStoredLeafThatDoesNotFitIsMadeAnew() throws Exception {
        Leaf other = CertificateAuthority.open(Files.createDirectory(temp.resolve("other")), clock).issue("a.test");
        byte[] right = mintAndReadBack("a.test");
        byte[] flipped = right.clone();
        flipped[right.length / 2] ^= 1;
        for (byte[] bad : List.of(new byte[0], new byte[] {1, 2, 3}, new byte[OwnerFiles.MAX_OCTETS + 1], flipped,
                other.certificate().getEncoded(), ca.issue("b.test").certificate().getEncoded(),
                ca.issue("127.0.0.1").certificate().getEncoded(), ca.der())) {
            Files.write(onlyFile(), bad);
            assertThat(mintAndReadBack("a.test")).isNotEqualTo(bad);
        }
        try (LeafCache cache = new LeafCache(ca)) {
            cache.leaf("a.test").get();
            assertThat(cache.counts().loaded()).as("the repaired file serves").isOne();
        }
    }

    @Test
    void aNewLeafKeyMakesOldLeavesWorthless() throws Exception {
        mintAndReadBack("a.test");
        Files.delete(temp.resolve("plumbline-leaf-key.pem"));
        CertificateAuthority after = CertificateAuthority.open(temp, clock);
        try (LeafCache cache = new LeafCache(after)) {
            assertThat(cache.leaf("a.test").get().certificate().getPublicKey())
                    .isEqualTo(after.issue("b.test").certificate().getPublicKey());
            assertThat(cache.counts().minted()).isOne();
        }
    }

    @Test
    void aLeafIsRenewedInMemoryAndOnDiskWhenItsLastDayBegins() throws Exception {
        try (LeafCache cache = new LeafCache(ca)) {
            Leaf first = cache.leaf("a.test").get();
            clock.now = first.notAfter().minus(Duration.ofDays(1)).minusSeconds(1);
            assertThat(cache.cached("a.test")).hasValue(first);
            clock.now = first.notAfter().minus(Duration.ofDays(1));
            assertThat(cache.cached("a.test")).isEmpty();
            Leaf second = cache.leaf("a.test").get();
            assertThat(second.notAfter()).isAfter(first.notAfter());
            assertThat(cache.cached("a.test")).hasValue(second);
            await(cache);
            byte[] der = second.certificate().getEncoded();
            assertThat(Files.readAllBytes(onlyFile())).startsWith(der).endsWith(ca.seal(der)).hasSize(der.length + 32);
        }
    }

    @Test
    void theDiskKeepsTheNewestWithinItsBound() throws Exception {
        try (LeafCache cache = new LeafCache(ca, 100, 10, 100)) {
            for (int i = 0; i < 10; i++) {
                cache.leaf("h" + i + ".test").get();
            }
            await(cache);
            Path leaves = temp.resolve("leaves");
            assertThat(CertificateAuthorityTest.names(leaves)).hasSize(10);
            long age = 0;
            for (String name : CertificateAuthorityTest.names(leaves)) {
                Files.setLastModifiedTime(leaves.resolve(name), FileTime.from(Instant.EPOCH.plusSeconds(age++)));
            }
            List<String> byAge = CertificateAuthorityTest.names(leaves);
            cache.leaf("one-more.test").get();
            await(cache);
            assertThat(CertificateAuthorityTest.names(leaves)).hasSize(9)
                    .doesNotContain(byAge.get(0), byAge.get(1)).containsAll(byAge.subList(2, 10));
        }
    }

    @Test
    void aDiskThatFailsHoldsUpNoLeaf() throws Exception {
        Files.writeString(temp.resolve("leaves"), "in the way");
        try (LeafCache cache = new LeafCache(ca)) {
            assertThat(cache.leaf("a.test").get().host()).isEqualTo("a.test");
            await(cache);
            assertThat(cache.counts()).isEqualTo(new LeafCache.Counts(1, 0, 0, 1));
        }
    }

    @Test
    void beyondTheQueueRequestsFailAndSayWhy() throws Exception {
        try (LeafCache cache = new LeafCache(ca, 10, 10, 2)) {
            clock.stopKeyMaker();
            CompletableFuture<Leaf> working = cache.leaf("a.test");
            clock.awaitKeyMaker();
            CompletableFuture<Leaf> second = cache.leaf("b.test");
            CompletableFuture<Leaf> third = cache.leaf("c.test");
            assertThat(cache.leaf("c.test").isDone()).as("shares a place").isFalse();
            CaException refusal = failure(cache.leaf("d.test"));
            assertThat(refusal.fault()).isEqualTo(CaException.Fault.OVERLOAD);
            assertThat(refusal).hasMessage("no certificate for \"d.test\": 2 other hosts wait for theirs");
            clock.goOn();
            CompletableFuture.allOf(working, second, third).get();
            assertThat(cache.leaf("d.test").get()).as("a later try is welcome").isNotNull();
            assertThat(cache.counts().refused()).isOne();
        }
    }

    @Test
    void closingFailsWhatWaitsAndWhatComesLater() throws Exception {
        LeafCache cache = new LeafCache(ca);
        clock.stopKeyMaker();
        CompletableFuture<Leaf> working = cache.leaf("a.test");
        CompletableFuture<Leaf> queued = cache.leaf("b.test");
        clock.awaitKeyMaker();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(cache::close);
        for (CompletableFuture<Leaf> future : List.of(working, queued)) {
            assertThat(failure(future)).hasMessageContaining("the key maker has stopped");
        }
        clock.goOn();
        closing.get();
        assertThat(failure(cache.leaf("c.test"))).hasMessage("no certificate for \"c.test\": the key maker has stopped");
    }

    @Test
    void anExpiredRootFailsTheFutureNotTheThread() throws Exception {
        try (LeafCache cache = new LeafCache(ca)) {
            clock.now = ca.describe().notAfter().plusSeconds(1);
            assertThat(failure(cache.leaf("a.test")).fault()).isEqualTo(CaException.Fault.FILES);
            clock.now = CertificateAuthorityTest.NOW;
            assertThat(cache.leaf("a.test").get()).isNotNull();
        }
    }

    private byte[] mintAndReadBack(String host) throws Exception {
        try (LeafCache cache = new LeafCache(ca)) {
            cache.leaf(host).get();
            await(cache);
            assertThat(cache.counts().minted()).isOne();
        }
        return Files.readAllBytes(onlyFile());
    }

    private Path onlyFile() throws Exception {
        List<String> names = CertificateAuthorityTest.names(temp.resolve("leaves"));
        assertThat(names).hasSize(1);
        return temp.resolve("leaves").resolve(names.get(0));
    }

    /** Leaves are made one after the other: when a later request has failed or not, the earlier ones are on disk. */
    private static void await(LeafCache cache) {
        cache.leaf("\u00fc\0").handle((leaf, failure) -> null).join();
    }

    private static CaException failure(CompletableFuture<Leaf> future) {
        try {
            throw new AssertionError("no failure but " + future.get(10, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(CaException.class);
            return (CaException) e.getCause();
        } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Time under the test's hand; it can also hold the key maker, which asks it before every mint. */
    private static final class HandClock extends Clock {
        volatile Instant now = CertificateAuthorityTest.NOW;
        private volatile CountDownLatch gate = new CountDownLatch(0);
        private volatile CountDownLatch arrived = new CountDownLatch(0);

        void stopKeyMaker() {
            gate = new CountDownLatch(1);
            arrived = new CountDownLatch(1);
        }

        void awaitKeyMaker() throws InterruptedException {
            assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
        }

        void goOn() {
            gate.countDown();
        }

        @Override
        public Instant instant() {
            if (Thread.currentThread().getName().equals("plumbline-key-maker")) {
                arrived.countDown();
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    throw new AssertionError("nobody interrupts the key maker", e);
                }
            }
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("the authority asks for instants only");
        }
    }
}
