package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.correlate.Finding;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.Fact;
import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.RelayFact;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of a recorder share: a directory, a clock under the test's hand, scripted correlators. */
abstract class RecorderFixture {
    static final byte[] NONE = {};
    @TempDir
    Path temp;
    final AtomicLong clock = new AtomicLong(Traffic.T0);

    Path record(Function<Consumer<Finding>, CorrelatorPort> correlator, BiConsumer<Recorder, FactSink> session) {
        return record(correlator, options(), session);
    }

    Path record(Function<Consumer<Finding>, CorrelatorPort> correlator, RecorderOptions options, BiConsumer<Recorder, FactSink> session) {
        try (Recorder recorder = Recorder.create(temp.resolve("r"), options, correlator)) {
            session.accept(recorder, recorder.sink("relay-0"));
            return recorder.directory();
        }
    }

    RecorderOptions options() {
        return new RecorderOptions("plumbline test", RecorderOptions.DEFAULT_MAX_OCTETS, RecorderOptions.DEFAULT_CONTENT_CAP, clock::get);
    }

    /** Lets the recorder's time pass until it is so. */
    void await(BooleanSupplier condition) {
        long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited long enough").isLessThan(until);
            clock.addAndGet(300_000_000);
            Thread.yield();
        }
    }

    static long count(Path directory) {
        try (Recording recording = Recording.open(directory)) {
            return recording.exchangeCount();
        }
    }

    static ExchangeRow read(Path directory, ExchangeId id) {
        try (Recording recording = Recording.open(directory)) {
            return recording.exchange(id).orElseThrow();
        }
    }

    static void began(FactSink sink, RelayFact.Role role) {
        sink.accept(new RelayFact.ExchangeBegan(Traffic.id(1, 1), "GET", "https", "example.com", "/", role, Traffic.T0));
    }

    static void message(FactSink sink, MessageKey key, int status) {
        sink.accept(new RelayFact.MessageBegan(key, Traffic.c(key.leg() == Leg.CLIENT ? 1 : 2), 0, 0, Traffic.octets("head of " + key), status, Traffic.T0, Traffic.T0));
        sink.accept(new RelayFact.MessageEnded(key, 400, 0, NONE, RelayFact.End.COMPLETE, Traffic.T0 + 5));
    }

    static Finding placed(long packet, int flow, Heading heading, long offset, int length, Sighting sighting) {
        return new Finding.PacketPlaced(new PacketId(packet), 0, new FlowId(flow), heading, offset, 0, sighting,
                Traffic.segment(flow, heading, offset, length, Traffic.T0 + packet));
    }

    static Function<Consumer<Finding>, CorrelatorPort> script(Function<Fact, List<Finding>> answers) {
        return findings -> new CorrelatorPort() {
            @Override
            public void accept(Fact fact) {
                answers.apply(fact).forEach(findings);
            }

            @Override
            public void captureOff() {
            }

            @Override
            public void finish(long at) {
            }
        };
    }

    /** Its rows, behind the recorder's back. */
    static void changed(Path directory, String sql) {
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(Layout.DATABASE));
                Statement statement = database.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
