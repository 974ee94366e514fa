package dev.plumbline.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.relay.Leaks;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.IpAddress;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start that fails late, when nearly all is running, leaves neither threads nor native memory nor files. */
class RefusedStartIT {
    private static final long LIMIT_NANOS = Duration.ofSeconds(10).toNanos();

    static {
        Leaks.listen();
    }

    @TempDir
    Path directory;

    @Test
    void aPortInUseLeavesNothingRunning() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Leaks.foundWithTls();
            Set<String> before = threads();
            for (CaptureChoice capture : List.of(CaptureChoice.OFF, CaptureChoice.AUTO)) {
                assertThatThrownBy(() -> builder(taken.getLocalPort()).capture(capture).start()).isInstanceOf(PlumblineException.class)
                        .hasMessageContaining("another program listens there");
            }
            assertThat(directory.resolve("recording")).doesNotExist();
            awaitOnly(before);
            assertThat(leaksSoon()).isEmpty();
        }
    }

    private Plumbline.Builder builder(int port) {
        return Plumbline.builder().listen(new Endpoint(IpAddress.v4(0x7f000001), port)).recording(directory.resolve("recording"))
                .caDirectory(directory.resolve("ca"));
    }

    /** What is collected when is the JVM's affair: asked a few times, a leak shows. */
    private static List<String> leaksSoon() {
        Set<String> found = new TreeSet<>();
        for (int i = 0; i < 5; i++) {
            found.addAll(Leaks.foundWithTls());
        }
        return List.copyOf(found);
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).filter(name -> name.startsWith("plumbline"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void awaitOnly(Set<String> expected) {
        long until = System.nanoTime() + LIMIT_NANOS;
        Set<String> left = threads();
        while (!expected.containsAll(left) && System.nanoTime() - until < 0) {
            Thread.onSpinWait();
            left = threads();
        }
        assertThat(left).isSubsetOf(expected);
    }
}
