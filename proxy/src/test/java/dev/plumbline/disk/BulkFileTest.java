package dev.plumbline.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BulkFileTest {
    private static final int CAPACITY = 256 << 10;
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void afterEachFlushTheFileHoldsWhatWasPut(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        Path path = directory.resolve("bulk");
        try (BulkFile file = new BulkFile(CAPACITY)) {
            file.begin(create(path), path);
            for (int i = 0; i < 60; i++) {
                // Often a few octets, sometimes far more than is worth a way of its own, now and then whole blocks exactly.
                int length = i % 7 == 0 ? BulkFile.BLOCK * random.nextInt(1, 40) : random.nextInt(1, i % 3 == 0 ? CAPACITY - BulkFile.BLOCK : 3000);
                put(file, expected, random, length);
                assertThat(file.isWaiting()).isTrue();
                file.flush(i % 5 > 0);
                assertThat(file.isWaiting()).isFalse();
                assertThat(file.written()).isEqualTo(expected.size()).isEqualTo(file.end());
                assertThat(Files.readAllBytes(path)).as("seed %d, flush %d", seed, i).isEqualTo(expected.toByteArray());
            }
        }
        assertThat(Files.readAllBytes(path)).isEqualTo(expected.toByteArray());
    }

    @Test
    void whereWholeBlocksCannotBeWrittenOnTheirOwnAllGoesTheOtherWay() throws IOException {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        SplittableRandom random = new SplittableRandom(4);
        Path path = directory.resolve("bulk");
        try (BulkFile file = new BulkFile(CAPACITY)) {
            file.begin(create(path), directory.resolve("not there"));
            for (int i = 0; i < 5; i++) {
                put(file, expected, random, 100_001);
                file.flush(i % 5 > 0);
            }
        }
        assertThat(Files.readAllBytes(path)).isEqualTo(expected.toByteArray());
    }

    @Test
    void theNextFileBeginsWithWhatIsPutThen() throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        Path first = directory.resolve("first");
        Path second = directory.resolve("second");
        try (BulkFile file = new BulkFile(CAPACITY)) {
            file.begin(create(first), first);
            put(file, new ByteArrayOutputStream(), random, 200_000);
            file.flush(true);
            put(file, new ByteArrayOutputStream(), random, 10);
            file.close();
            file.begin(create(second), second);
            assertThat(file.end()).isZero();
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            put(file, expected, random, 150_000);
            file.flush(true);
            assertThat(Files.readAllBytes(second)).isEqualTo(expected.toByteArray());
            assertThat(Files.size(first)).isEqualTo(200_000);
        }
    }

    @Test
    void theBufferIsAtLeastTwoBlocks() {
        assertThatThrownBy(() -> new BulkFile(BulkFile.BLOCK)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("4096");
        assertThatThrownBy(() -> new BulkFile(3 * BulkFile.BLOCK + 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void put(BulkFile file, ByteArrayOutputStream expected, SplittableRandom random, int length) {
        byte[] octets = new byte[length];
        random.nextBytes(octets);
        file.buffer().put(octets);
        expected.writeBytes(octets);
    }

    private static FileChannel create(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
}
