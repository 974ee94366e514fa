package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.DiskBudget;
import dev.plumbline.fact.DiskBudget.Use;
import dev.plumbline.fact.Fact;
import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact;
import dev.plumbline.wire.Leg;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecorderLimitTest {
    private static final long MAX = RecorderOptions.MIN_MAX_OCTETS;
    @TempDir
    private Path temp;

    @Test
    void packetsAreRefusedFirstThenContentThenTheAccount() {
        SizeLimit limit = new SizeLimit(temp, MAX);
        long r = MAX / 16;
        limit.measured(MAX - 3 * r - 10);

        assertThat(limit.take(Use.PACKETS, 10)).isTrue();
        assertThat(limit.take(Use.PACKETS, 1)).isFalse();
        assertThat(limit.take(Use.CONTENT, r)).isTrue();
        assertThat(limit.take(Use.CONTENT, 1)).isFalse();
        assertThat(limit.hasRoomForContent()).isFalse();
        assertThat(limit.take(Use.ACCOUNT, r)).isTrue();
        assertThat(limit.take(Use.ACCOUNT, r + 1)).isFalse();
        assertThat(limit.text()).isEqualTo("packets, content, exchanges not kept: limit of 16 MiB");
    }

    @Test
    void whatIsRefusedIsNotTaken() {
        SizeLimit limit = new SizeLimit(temp, MAX);

        assertThat(limit.take(Use.PACKETS, MAX)).isFalse();
        assertThat(limit.take(Use.PACKETS, 1 << 20)).isTrue();
    }

    @Test
    void whatWasRefusedOnceIsSaidThoughRoomCameAgain() {
        SizeLimit limit = new SizeLimit(temp, MAX);
        assertThat(limit.text()).isEmpty();

        limit.measured(MAX);
        assertThat(limit.take(Use.ACCOUNT, 1)).isFalse();
        limit.measured(0);
        assertThat(limit.take(Use.ACCOUNT, 1)).isTrue();

        assertThat(limit.isRefusing(Use.ACCOUNT)).isFalse();
        assertThat(limit.text()).isEqualTo("exchanges not kept: limit of 16 MiB");
    }

    @Test
    void theReasonIsThatOfTheRefusalThoughRoomCameAgain() {
        SizeLimit limit = new SizeLimit(temp, MAX);
        limit.looked(0, 1000);
        assertThat(limit.take(Use.ACCOUNT, 1)).isFalse();
        limit.looked(1000, 1000);
        assertThat(limit.take(Use.ACCOUNT, 1)).isTrue();
        assertThat(limit.text()).isEqualTo("exchanges not kept: disk nearly full");

        assertThat(limit.take(Use.PACKETS, MAX)).isFalse();
        assertThat(limit.text()).isEqualTo("packets, exchanges not kept: disk nearly full, limit of 16 MiB");
    }

    @Test
    void theDirectoryNeverGrowsBeyondItsLimitAndSaysWhatItLeftOut() throws IOException {
        RecorderOptions options = RecorderOptions.of("plumbline test").withMaxOctets(MAX);
        Path directory = temp.resolve("r");
        long largest = 0;
        try (Recorder recorder = Recorder.create(directory, options, Traffic.FakeCorrelator::new)) {
            FactSink sink = recorder.sink("relay-0");
            for (int i = 1; i <= 30_000; i++) {
                // Connections by the hundred: the worst for the size of the write-ahead log.
                Traffic.exchange(1 + i % 500 * 2, 1 + i / 500, Traffic.T0 + i).forEach(sink::accept);
                if (i % 10 == 0) {
                    content(sink, i);
                    packets(recorder.budget(), directory);
                }
                if (i % 250 == 0) {
                    LockSupport.parkNanos(15_000_000);
                    largest = Math.max(largest, size(directory));
                }
            }
        }

        assertThat(largest).isBetween(MAX / 2, MAX);
        assertThat(size(directory)).isLessThanOrEqualTo(MAX);
        try (Recording recording = Recording.open(directory)) {
            assertThat(recording.summary().limitReached()).startsWith("packets, content, exchanges not kept: limit of 16 MiB; ")
                    .contains(" rows and 0 packet records not written");
            assertThat(recording.summary().endedAt()).isPositive();
            assertThat(recording.exchangeCount()).isBetween(1_000L, 29_999L);
        }
    }

    private static void content(FactSink sink, int number) {
        MessageKey key = new MessageKey(Traffic.id(1_000_000 + number, 1), Leg.SERVER, MessageKind.RESPONSE);
        Fact began = new RelayFact.ExchangeBegan(key.exchange(), "GET", "http", "a", "/", RelayFact.Role.MESSAGE, Traffic.T0);
        sink.accept(began);
        sink.accept(new RelayFact.MessageBegan(key, Traffic.c(2), 0, 0, new byte[0], 200, Traffic.T0, Traffic.T0));
        int granted = sink.reserveContent(4_000);
        if (granted > 0) {
            sink.accept(new RelayFact.ContentSeen(key, new byte[granted], Traffic.T0));
        }
        sink.accept(new RelayFact.MessageEnded(key, 400, 4_000, new byte[0], RelayFact.End.COMPLETE, Traffic.T0));
        sink.accept(new RelayFact.ExchangeEnded(key.exchange(), "", "", false, Traffic.timing(Traffic.T0), Traffic.T0));
    }

    /** As a capture thread does: asks, then writes. */
    private static void packets(DiskBudget budget, Path directory) throws IOException {
        if (budget.take(Use.PACKETS, 3_000)) {
            Files.write(directory.resolve("packets/0-0.pcap"), new byte[3_000], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private static long size(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).mapToLong(RecorderLimitTest::length).sum();
        }
    }

    private static long length(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
