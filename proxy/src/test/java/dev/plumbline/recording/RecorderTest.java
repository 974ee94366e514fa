package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.correlate.Coverage;
import dev.plumbline.correlate.Finding;
import dev.plumbline.fact.CaptureFact;
import dev.plumbline.fact.Fact;
import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.FactsLost;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.IpAddress;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.PlainRange;
import dev.plumbline.wire.WireRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecorderTest extends RecorderFixture {
    private static final long T0 = Traffic.T0;

    @Test
    void anExchangeIsReadAsItWasTold() {
        List<ExchangeRow> live = new CopyOnWriteArrayList<>();
        Path directory = record(Traffic.FakeCorrelator::new, (recorder, sink) -> {
            recorder.subscribe((row, diagnosis) -> live.add(row));
            Traffic.connections(1, T0).forEach(sink::accept);
            Traffic.exchange(1, 1, T0).forEach(sink::accept);
            Traffic.exchange(1, 2, T0 + 5_000).forEach(sink::accept);
        });

        try (Recording recording = Recording.open(directory)) {
            List<ExchangeRow> read = new ArrayList<>();
            recording.exchanges(read::add);
            assertThat(read).usingRecursiveComparison().isEqualTo(live);
            assertThat(read).hasSize(2);
            ExchangeRow first = read.get(0);
            assertThat(first.id()).isEqualTo(Traffic.id(1, 1));
            assertThat(first.url()).isEqualTo("https://example.com/things/1?q=1");
            assertThat(first.status()).isEqualTo(200);
            assertThat(first.server()).contains(Traffic.c(2));
            assertThat(first.endedAt()).isEqualTo(T0 + 1_250);
            assertThat(first.timing()).contains(Traffic.timing(T0));
            assertThat(first.messages()).extracting(m -> m.key().toString()).containsExactly(
                    "c1.1 client request", "c1.1 client response", "c1.1 server request", "c1.1 server response");
            assertThat(recording.exchange(Traffic.id(1, 2))).usingRecursiveComparison().isEqualTo(Optional.of(live.get(1)));
            assertThat(recording.exchange(Traffic.id(1, 3))).isEmpty();
            assertThat(recording.exchangeCount()).isEqualTo(2);
        }
    }

    @Test
    void aClockThatIsSetBackKeepsNothingWaiting() {
        record(Traffic.FakeCorrelator::new, (recorder, sink) -> {
            began(sink, RelayFact.Role.MESSAGE);
            await(() -> count(recorder.directory()) == 1);
            clock.addAndGet(-Duration.ofDays(30).toNanos());
            sink.accept(new RelayFact.ExchangeBegan(Traffic.id(1, 2), "GET", "https", "example.com", "/", RelayFact.Role.MESSAGE, clock.get()));
            await(() -> count(recorder.directory()) == 2);
        });
    }

    @Test
    void everyFieldOfAMessageIsKept() {
        MessageKey key = new MessageKey(Traffic.id(1, 1), Leg.SERVER, MessageKind.RESPONSE);
        byte[] odd = {0, (byte) 0xff, '"', '\\', '\n', 0x7f, 'x'};
        Finding.MessageCovered covered = new Finding.MessageCovered(key, Traffic.c(2), Optional.of(new FlowId(9)),
                List.of(new WireRange(217, 803), new WireRange(900, 1L << 40)), List.of(new WireRange(300, 301)), Coverage.PARTIAL,
                Optional.of(Coverage.Reason.NO_SYN), Optional.of(new PacketId(12)), Optional.of(new PacketId(1L << 33)), 5, 6, T0 - 7, T0 + 8);
        Path directory = record(script(f -> f instanceof RelayFact.MessageEnded ? List.of(covered) : List.of()), (recorder, sink) -> {
            began(sink, RelayFact.Role.MESSAGE);
            sink.accept(new RelayFact.MessageBegan(key, Traffic.c(2), 3, 11, odd, 599, T0 + 1, T0 + 2));
            sink.accept(new RelayFact.ContentSeen(key, new byte[] {1, 2, 3}, T0));
            sink.accept(new RelayFact.MessageEnded(key, 1L << 35, 1L << 36, odd, RelayFact.End.CUT, T0 + 9));
            sink.accept(new RelayFact.ExchangeEnded(Traffic.id(1, 1), "origin refused", "origin-refused", true, Traffic.timing(T0), T0 + 10));
        });

        MessageRow expected = new MessageRow(key, Traffic.c(2), 3, new PlainRange(11, 1L << 35), odd, odd, 599, 1L << 36, 3, 0,
                Optional.of(RelayFact.End.CUT), T0 + 1, T0 + 9, covered.flow(), covered.ranges(), covered.gaps(), Coverage.PARTIAL,
                covered.reason(), covered.firstPacket(), covered.lastPacket(), 5, 6, T0 - 7, T0 + 8);
        try (Recording recording = Recording.open(directory)) {
            ExchangeRow row = recording.exchange(Traffic.id(1, 1)).orElseThrow();
            assertThat(row.messages()).usingRecursiveComparison().isEqualTo(List.of(expected));
            assertThat(row.failure()).isEqualTo("origin refused");
            assertThat(row.faultCode()).isEqualTo("origin-refused");
            assertThat(row.answeredByProxy()).isTrue();
            assertThat(row.ended()).isTrue();
        }
    }

    @Test
    void interimResponsesAndTunnelsAreMessagesToo() {
        MessageKey hints = new MessageKey(Traffic.id(1, 1), Leg.CLIENT, MessageKind.INTERIM, 1);
        List<ExchangeRow> live = new CopyOnWriteArrayList<>();
        Path directory = record(Traffic.FakeCorrelator::new, (recorder, sink) -> {
            recorder.subscribe((row, diagnosis) -> live.add(row));
            began(sink, RelayFact.Role.MESSAGE);
            sink.accept(new RelayFact.RoleChanged(Traffic.id(1, 1), RelayFact.Role.TUNNEL, "example.com", T0));
            message(sink, new MessageKey(Traffic.id(1, 1), Leg.CLIENT, MessageKind.INTERIM, 0), 100);
            message(sink, hints, 103);
            message(sink, new MessageKey(Traffic.id(1, 1), Leg.SERVER, MessageKind.TUNNEL_TO_CLIENT), 0);
            message(sink, new MessageKey(Traffic.id(1, 1), Leg.CLIENT, MessageKind.TUNNEL_TO_SERVER), 0);
            message(sink, new MessageKey(Traffic.id(1, 1), Leg.CLIENT, MessageKind.RESPONSE), 101);
            sink.accept(new RelayFact.ExchangeEnded(Traffic.id(1, 1), "", "", false, Traffic.timing(T0), T0 + 10));
        });

        try (Recording recording = Recording.open(directory)) {
            ExchangeRow row = recording.exchange(Traffic.id(1, 1)).orElseThrow();
            assertThat(row).usingRecursiveComparison().isEqualTo(live.get(0));
            assertThat(row.role()).isEqualTo(RelayFact.Role.TUNNEL);
            assertThat(row.sni()).isEqualTo("example.com");
            assertThat(row.status()).isEqualTo(101);
            assertThat(row.messages()).extracting(m -> m.key().toString()).containsExactly("c1.1 client interim", "c1.1 client interim#1",
                    "c1.1 client response", "c1.1 client tunnel-to-server", "c1.1 server tunnel-to-client");
        }
    }

    @Test
    void aTunnelLastsUntilNothingGoesThroughItAnyMore() {
        MessageKey up = new MessageKey(Traffic.id(1, 1), Leg.CLIENT, MessageKind.TUNNEL_TO_SERVER);
        Path directory = record(Traffic.FakeCorrelator::new, (recorder, sink) -> {
            began(sink, RelayFact.Role.TUNNEL);
            message(sink, new MessageKey(Traffic.id(1, 1), Leg.CLIENT, MessageKind.RESPONSE), 200);
            sink.accept(new RelayFact.MessageBegan(up, Traffic.c(1), 0, 0, new byte[0], 0, T0 + 1_300, T0 + 1_300));
            sink.accept(new RelayFact.MessageEnded(up, 400, 400, new byte[0], RelayFact.End.COMPLETE, T0 + 9_000));
            sink.accept(new RelayFact.ExchangeEnded(Traffic.id(1, 1), "", "", false, Traffic.timing(T0), T0 + 9_500));
        });

        try (Recording recording = Recording.open(directory)) {
            assertThat(recording.exchange(Traffic.id(1, 1)).orElseThrow().endedAt()).isEqualTo(T0 + 9_000);
        }
    }

    @ParameterizedTest
    @CsvSource({"200, 9500", "502, 1250"})
    void aTunnelThatCarriedNothingLastsUntilItIsOver(int status, long end) {
        Path directory = record(Traffic.FakeCorrelator::new, (recorder, sink) -> {
            began(sink, RelayFact.Role.TUNNEL);
            message(sink, new MessageKey(Traffic.id(1, 1), Leg.CLIENT, MessageKind.RESPONSE), status);
            sink.accept(new RelayFact.ExchangeEnded(Traffic.id(1, 1), "The client closed the connection.", "client-gone", true, Traffic.timing(T0), T0 + 9_500));
        });

        try (Recording recording = Recording.open(directory)) {
            assertThat(recording.exchange(Traffic.id(1, 1)).orElseThrow().endedAt()).isEqualTo(T0 + end);
        }
    }

    @Test
    void connectionsAreReadAsTheyWereTold() {
        RelayFact.TlsEstablished tls = new RelayFact.TlsEstablished(Traffic.c(2), Traffic.c(1), 1, "TLSv1.3", "TLS_AES_128_GCM_SHA256", "http/1.1",
                "example.com", Optional.of(false), "CN=example.com", "", T0 + 30, T0 + 40);
        Path directory = record(Traffic.FakeCorrelator::new, (recorder, sink) -> {
            Traffic.connections(1, T0).forEach(sink::accept);
            sink.accept(tls);
            sink.accept(new RelayFact.TlsSecret(Traffic.c(2), Traffic.c(1), "CLIENT_RANDOM 00 11", T0 + 41));
            sink.accept(new RelayFact.TlsSecret(Traffic.c(1), Traffic.c(1), "CLIENT_RANDOM 22 33", T0 + 42));
            sink.accept(new RelayFact.SocketSampled(Traffic.c(1), Traffic.c(1), Traffic.TCP_INFO, T0 + 43));
            sink.accept(Traffic.closed(2, 1, T0 + 50));
        });

        ConnectionRow open = new ConnectionRow(Traffic.c(1), Leg.CLIENT, Traffic.CLIENT_TUPLE, Traffic.c(1), "", T0, T0, -1, Optional.empty(), "",
                -1, -1, List.of(), Optional.of(new FlowId(1)), List.of(), Finding.Ending.OPEN, Optional.empty(), List.of(), Optional.of(Traffic.TCP_INFO));
        ConnectionRow.Tls handshake = new ConnectionRow.Tls(1, tls.version(), tls.cipher(), tls.alpn(), tls.sni(), tls.resumed(),
                tls.peerCertificate(), "", T0 + 30, T0 + 40);
        ConnectionRow closed = new ConnectionRow(Traffic.c(2), Leg.SERVER, Traffic.SERVER_TUPLE, Traffic.c(1), "example.com", T0 + 10, T0 + 20, T0 + 50,
                Optional.of(RelayFact.Close.BY_PEER), "", 300, 500, List.of(handshake), Optional.of(new FlowId(2)), List.of(new PacketId(1)),
                Finding.Ending.FIN, Optional.of(Heading.TO_SERVER), List.of(new PacketId(2), new PacketId(3)), Optional.of(Traffic.TCP_INFO));
        try (Recording recording = Recording.open(directory)) {
            List<ConnectionRow> read = new ArrayList<>();
            recording.connections(read::add);
            assertThat(read).containsExactly(open, closed);
            assertThat(recording.connection(Traffic.c(2))).contains(closed);
            assertThat(recording.connection(Traffic.c(3))).isEmpty();
            List<SecretRow> secrets = new ArrayList<>();
            recording.secrets(secrets::add);
            assertThat(secrets).containsExactly(new SecretRow(Traffic.c(2), "CLIENT_RANDOM 00 11", T0 + 41),
                    new SecretRow(Traffic.c(1), "CLIENT_RANDOM 22 33", T0 + 42));
            assertThat(recording.flow(new FlowId(2))).contains(
                    new FlowRow(new FlowId(2), Traffic.SERVER_TUPLE, 1, 0, true, new PacketId(1), T0 + 10, List.of(Traffic.c(2))));
            List<FlowRow> flows = new ArrayList<>();
            recording.flows(flows::add);
            assertThat(flows).hasSize(2);
        }
    }

    @Test
    void theSecretsOfAHandshakeAreOneRowAndComeBackAsLines() throws SQLException {
        Path directory = record(Traffic.FakeCorrelator::new, (recorder, sink) -> {
            Traffic.connections(1, T0).forEach(sink::accept);
            for (int i = 1; i <= 5; i++) {
                sink.accept(new RelayFact.TlsSecret(Traffic.c(2), Traffic.c(1), "LABEL_" + i + " 00 11", T0 + i));
            }
            sink.accept(new RelayFact.TlsSecret(Traffic.c(77), Traffic.c(1), "OF_AN_UNKNOWN_CONNECTION 00 11", T0 + 9));
        });

        try (Recording recording = Recording.open(directory)) {
            List<SecretRow> secrets = new ArrayList<>();
            recording.secrets(secrets::add);
            assertThat(secrets).extracting(SecretRow::line).containsExactly("LABEL_1 00 11", "LABEL_2 00 11", "LABEL_3 00 11", "LABEL_4 00 11",
                    "LABEL_5 00 11", "OF_AN_UNKNOWN_CONNECTION 00 11");
        }
        assertThat(number(directory, "SELECT count(*) FROM secret")).isEqualTo(2);
    }

    @Test
    void aRecordingOfAnotherSchemaIsRefusedInOneLine() throws SQLException {
        Path directory = record(Traffic.FakeCorrelator::new, (recorder, sink) -> { });
        for (String version : List.of("1", "99")) {
            try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(Layout.DATABASE));
                    Statement statement = database.createStatement()) {
                statement.execute("PRAGMA user_version = " + version);
            }
            assertThatThrownBy(() -> Recording.open(directory)).isInstanceOf(RecordingException.class).hasMessage("recording: schema " + version
                    + " (expected: " + Schema.VERSION + "); it was written by " + (version.equals("1") ? "an older" : "a newer") + " version of Plumbline");
        }
    }

    private static long number(Path directory, String sql) throws SQLException {
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(Layout.DATABASE));
                Statement statement = database.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            return row.getLong(1);
        }
    }

    @Test
    void theSummaryAndTheInterfacesAreReadAsTheyWereTold() {
        Path directory = record(Traffic.FakeCorrelator::new, (recorder, sink) -> {
            recorder.listening("127.0.0.1:8080");
            recorder.captureOff("no right to capture");
            sink.accept(new CaptureFact.InterfaceOpened(0, "lo", 1, 262144, "tcp", List.of(IpAddress.v4(0x7f000001)), T0));
            sink.accept(new CaptureFact.InterfaceOpened(1, "eth0", 1, 96, "tcp", List.of(), T0));
            sink.accept(new CaptureFact.FilterChanged(0, "tcp and port 8080", T0));
            sink.accept(new CaptureFact.Counted(0, 10, 1, 2, T0));
            sink.accept(new CaptureFact.Counted(0, 20, 3, 4, T0 + 1));
            sink.accept(new CaptureFact.InterfaceClosed(0, "gone", T0 + 2));
            sink.accept(new FactsLost("relay-7", 3, T0));
            clock.set(T0 + 9);
        });

        try (Recording recording = Recording.open(directory)) {
            assertThat(recording.summary()).isEqualTo(new Summary(Schema.VERSION, "plumbline test", "127.0.0.1:8080", T0, T0 + 9, "no right to capture", 0, 3, "", ""));
            assertThat(recording.interfaces()).containsExactly(
                    new InterfaceRow(0, "lo", 1, 262144, "tcp and port 8080", T0, T0 + 2, "gone", 20, 3, 4),
                    new InterfaceRow(1, "eth0", 1, 96, "tcp", T0, -1, "", -1, -1, -1));
        }
    }

    @Test
    void aReaderSeesASnapshotWhileTheRecorderGoesOn() {
        try (Recorder recorder = Recorder.create(temp.resolve("r"), options(), Traffic.FakeCorrelator::new)) {
            FactSink sink = recorder.sink("relay-0");
            Traffic.exchange(1, 1, T0).forEach(sink::accept);
            await(() -> count(recorder.directory()) == 1);
            try (Recording early = Recording.open(recorder.directory())) {
                Traffic.exchange(1, 2, T0).forEach(sink::accept);
                await(() -> count(recorder.directory()) == 2);
                assertThat(early.exchangeCount()).isEqualTo(1);
                assertThat(early.summary().endedAt()).isEqualTo(-1);
            }
        }
        assertThat(count(temp.resolve("r"))).isEqualTo(2);
    }

    @Test
    void aReaderThatStaysKeepsItsMomentThoughTheRecorderEnds() {
        Recorder recorder = Recorder.create(temp.resolve("r"), options(), Traffic.FakeCorrelator::new);
        FactSink sink = recorder.sink("relay-0");
        Traffic.exchange(1, 1, T0).forEach(sink::accept);
        await(() -> count(recorder.directory()) == 1);
        try (Recording early = Recording.open(recorder.directory())) {
            Traffic.exchange(1, 2, T0).forEach(sink::accept);
            recorder.close();
            assertThat(early.exchangeCount()).isEqualTo(1);
            assertThat(early.exchange(Traffic.id(1, 1))).isPresent();
            assertThat(count(recorder.directory())).isEqualTo(2);
        }
    }

    @Test
    void anExchangeThatStaysOpenIsSeenAfterASecondAndReplacedWhenItEnds() {
        List<Fact> facts = Traffic.exchange(1, 1, T0);
        try (Recorder recorder = Recorder.create(temp.resolve("r"), options(), Traffic.FakeCorrelator::new)) {
            FactSink sink = recorder.sink("relay-0");
            facts.subList(0, 3).forEach(sink::accept);
            await(() -> count(recorder.directory()) == 1);
            ExchangeRow open = read(recorder.directory(), Traffic.id(1, 1));
            assertThat(open.ended()).isFalse();
            assertThat(open.endedAt()).isEqualTo(-1);
            assertThat(open.timing()).isEmpty();
            assertThat(open.messages()).hasSize(1);
            facts.subList(3, facts.size()).forEach(sink::accept);
        }
        assertThat(read(temp.resolve("r"), Traffic.id(1, 1)).ended()).isTrue();
        assertThat(count(temp.resolve("r"))).isEqualTo(1);
    }

    @Test
    void anExchangeIsToldAboutASecondAfterItsEndThoughItsCoverageIsUnknown() {
        List<ExchangeRow> live = new CopyOnWriteArrayList<>();
        try (Recorder recorder = Recorder.create(temp.resolve("r"), options(), script(f -> List.of()))) {
            recorder.subscribe((row, diagnosis) -> {
                throw new IllegalStateException("a subscriber's bug");
            });
            Runnable end = recorder.subscribe((row, diagnosis) -> live.add(row));
            FactSink sink = recorder.sink("relay-0");
            Traffic.exchange(1, 1, T0).forEach(sink::accept);
            await(() -> !live.isEmpty());
            end.run();
            Traffic.exchange(1, 2, T0).forEach(sink::accept);
        }
        assertThat(live).hasSize(1);
        assertThat(live.get(0).messages()).hasSize(4).allMatch(m -> m.coverage() == Coverage.PENDING);
        assertThat(count(temp.resolve("r"))).isEqualTo(2);
    }

    @Test
    void aBugInTheCorrelatorCostsOneFactAndIsTold() {
        Path directory = record(script(f -> {
            if (f instanceof RelayFact.ConnectionEstablished) {
                throw new IllegalStateException("bug");
            }
            return List.of();
        }), (recorder, sink) -> {
            sink.accept(new RelayFact.ConnectionEstablished(Traffic.c(2), Traffic.c(1), T0));
            Traffic.exchange(1, 1, T0).forEach(sink::accept);
        });

        try (Recording recording = Recording.open(directory)) {
            assertThat(recording.exchangeCount()).isEqualTo(1);
            assertThat(recording.summary().limitReached()).isEqualTo("the recorder failed on 1 facts");
        }
    }

    @Test
    void allFilesAreTheirOwnersAlone() throws IOException {
        try (Recorder recorder = Recorder.create(temp.resolve("a/b"), options(), Traffic.FakeCorrelator::new)) {
            Traffic.exchange(1, 1, T0).forEach(recorder.sink("relay-0")::accept);
            await(() -> count(recorder.directory()) == 1);
            try (Stream<Path> all = Files.walk(temp.resolve("a"))) {
                assertThat(all).hasSizeGreaterThan(6).allSatisfy(path -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .as(path.toString()).isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
            }
        }
    }

    @Test
    void aDirectoryThatIsNotEmptyIsRefused() throws IOException {
        Files.createFile(temp.resolve("x"));

        assertThatThrownBy(() -> Recorder.create(temp, options())).isInstanceOf(RecordingException.class)
                .hasMessage("recording directory: " + temp + " is not empty (expected: a new or an empty one)");
        assertThatThrownBy(() -> Recorder.create(temp.resolve("x"), options())).isInstanceOf(RecordingException.class)
                .hasMessage("recording directory: " + temp.resolve("x") + " is not a directory (expected: a new or an empty one)");
        assertThatThrownBy(() -> Recorder.create(Path.of("/proc/nothing/here"), options())).isInstanceOf(RecordingException.class)
                .hasMessageStartingWith("recording directory: cannot write /proc/nothing/here: ").hasMessageNotContaining("\n");
    }

    @Test
    void whatIsNoRecordingIsRefusedInOneLine() throws IOException {
        assertThatThrownBy(() -> Recording.open(temp.resolve("no"))).isInstanceOf(RecordingException.class)
                .hasMessage("not a recording: " + temp.resolve("no") + " does not exist");
        assertThatThrownBy(() -> Recording.open(temp)).isInstanceOf(RecordingException.class).hasMessage("not a recording: no recording.db in " + temp);
        Path loop = Files.createSymbolicLink(Files.createDirectory(temp.resolve("loop")).resolve("recording.db"), Path.of("recording.db"));
        assertThatThrownBy(() -> Recording.open(loop.getParent())).as("there is one").isInstanceOf(RecordingException.class)
                .hasMessageStartingWith("recording: cannot read " + loop + ": ");
        Files.write(temp.resolve("recording.db"), new byte[0]);
        assertThatThrownBy(() -> Recording.open(temp)).as("as a copy without its log").isInstanceOf(RecordingException.class)
                .hasMessageContaining("recording.db holds nothing (").hasMessageContaining("recording.db-wal");
        Files.writeString(temp.resolve("recording.db"), "this is certainly not a database, whatever its name may say".repeat(100));
        assertThatThrownBy(() -> Recording.open(temp)).isInstanceOf(RecordingException.class)
                .hasMessageStartingWith("not a recording: cannot read " + temp).hasMessageNotContaining("\n");
    }
}
