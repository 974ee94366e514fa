package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plumbline.fact.FactSink;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full, has room again, and is read-only at last: a small tmpfs, which takes root. */
class RecorderFullDiskIT {
    @TempDir
    private Path temp;
    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(temp.resolve("disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=24m", "none", disk.toString()) == 0, "mounting a tmpfs takes root");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", disk.toString());
    }

    @Test
    void aFullDiskCostsTheRecordOnlyAndIsRecoveredFrom() throws Exception {
        Path directory = disk.resolve("r");
        try (Recorder recorder = Recorder.create(directory, RecorderOptions.of("plumbline test"), Traffic.FakeCorrelator::new)) {
            FactSink sink = recorder.sink("relay-0");
            offer(sink, 1, 100);
            await("the first are there", () -> count(directory) == 100);
            Path filler = disk.resolve("filler");
            fill(filler);
            offer(sink, 101, 3_000);
            await("content is refused", () -> sink.reserveContent(1) == 0);
            Files.delete(filler);
            await("content is taken again", () -> sink.reserveContent(1) == 1);
            offer(sink, 3_001, 3_100);
            await("later ones are there", () -> has(directory, 3_100));
        }

        assertThat(run("mount", "-o", "remount,ro", disk.toString())).isZero();
        try (Recording recording = Recording.open(directory)) {
            assertThat(recording.summary().limitReached()).as("though there is room again").contains("not kept: disk nearly full").doesNotContain("MiB");
            assertThat(recording.summary().endedAt()).isPositive();
            assertThat(recording.exchange(Traffic.id(1, 50))).isPresent();
            recording.exchanges(e -> assertThat(e.messages()).hasSize(4).allSatisfy(m -> {
                try (InputStream stream = recording.content(m)) {
                    byte[] content = stream.readAllBytes();
                    assertThat(content).hasSize((int) m.storedContent());
                    assertThat(content).as("never what was not written").doesNotContain(0);
                }
            }));
        }
    }

    private static void offer(FactSink sink, int from, int to) {
        for (int i = from; i <= to; i++) {
            Traffic.exchange(1, i, Traffic.T0 + i).forEach(sink::accept);
        }
    }

    private static void fill(Path filler) throws IOException {
        try (var out = Files.newOutputStream(filler)) {
            byte[] block = new byte[4096];
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(Files.getFileStore(filler).getUsableSpace()).isLessThan(8192);
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(until);
            Thread.sleep(50);
        }
    }

    private static long count(Path directory) {
        try (Recording recording = Recording.open(directory)) {
            return recording.exchangeCount();
        }
    }

    private static boolean has(Path directory, int index) {
        try (Recording recording = Recording.open(directory)) {
            return recording.exchange(Traffic.id(1, index)).isPresent();
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
    }
}
