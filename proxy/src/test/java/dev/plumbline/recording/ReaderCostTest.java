package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.IpAddress;
import dev.plumbline.wire.Leg;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.ObjIntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.ProgressHandler;

/** What it costs to ask of every exchange: so much for each, however many there are. */
class ReaderCostTest extends RecorderFixture {
    private static final int FEW = 300;
    private static final long US = 1_000;
    /** Read once, from the beginning to the end. */
    private static final List<String> WALKS = List.of("FROM exchange ORDER BY began_at", "FROM connection ORDER BY id", "FROM meta");

    private int recordings;

    @Test
    void noStatementAskedOfEachExchangeReadsAWholeTable() throws SQLException {
        Path directory = recorded(sink -> {
            keptAliveTowardsAnOriginThatCloses(sink, 20);
            clientsOfManyAddresses(sink, 20);
            dialedInVain(sink);
        });
        try (StoredRecording recording = (StoredRecording) Recording.open(directory)) {
            analyseAll(recording);
            recording.uses(Traffic.c(2), use -> { });
            recording.exchangesOf(Traffic.c(1), row -> { });
            recording.annotations(new FlowId(1), annotation -> { });
            assertThat(recording.statistics(new FlowId(1))).isEmpty();
            List<String> plans = new ArrayList<>();
            for (String sql : recording.database().asked()) {
                if (WALKS.stream().noneMatch(sql::contains)) {
                    plans.add(plan(recording.database(), sql) + " <= " + sql);
                }
            }
            assertThat(plans).hasSizeGreaterThan(14).noneMatch(plan -> plan.contains("SCAN") || plan.contains("TEMP B-TREE"));
            assertThat(plans).anyMatch(plan -> plan.startsWith("SEARCH connection USING INDEX connection_by_client (client=? AND rowid>? AND rowid<?)") && plan.contains("host = ?"))
                    .anyMatch(plan -> plan.startsWith("SEARCH connection USING INDEX connection_by_ends (responder=? AND <expr>=? AND rowid<?)"));
        }
    }

    @Test
    void anOriginThatClosesEachTimeCostsTheSameForEachExchange() throws SQLException {
        long few = steps(recorded(sink -> keptAliveTowardsAnOriginThatCloses(sink, FEW)));
        long many = steps(recorded(sink -> keptAliveTowardsAnOriginThatCloses(sink, 4 * FEW)));
        assertThat(many).isBetween(2 * few, 5 * few);
    }

    @Test
    void manyAddressesCostTheSameForEachExchange() throws SQLException {
        long few = steps(recorded(sink -> clientsOfManyAddresses(sink, FEW)));
        long many = steps(recorded(sink -> clientsOfManyAddresses(sink, 4 * FEW)));
        assertThat(many).isBetween(2 * few, 5 * few);
    }

    /** As an earlier build wrote it. */
    @ParameterizedTest(name = "{0}")
    @EnumSource
    void withoutTheIndexesOnConnectionsTooAServerLegIsComparedToThoseOfItsClientOnly(Clients clients) throws SQLException {
        long few = stepsWithoutIndexes(recorded(sink -> clients.session.accept(sink, FEW)));
        long many = stepsWithoutIndexes(recorded(sink -> clients.session.accept(sink, 4 * FEW)));
        assertThat(many).isBetween(2 * few, 5 * few);
    }

    private enum Clients {
        ONE_WHOSE_ORIGIN_CLOSES(ReaderCostTest::keptAliveTowardsAnOriginThatCloses),
        MANY_OF_ONE_ADDRESS(ReaderCostTest::clientsOfOneAddress);

        private final ObjIntConsumer<FactSink> session;

        Clients(ObjIntConsumer<FactSink> session) {
            this.session = session;
        }
    }

    private static long stepsWithoutIndexes(Path directory) throws SQLException {
        changed(directory, "DROP INDEX connection_by_client");
        changed(directory, "DROP INDEX connection_by_ends");
        return steps(directory);
    }

    private Path recorded(Consumer<FactSink> session) {
        try (Recorder recorder = Recorder.create(temp.resolve("r" + ++recordings), options(), findings -> script(fact -> List.of()).apply(findings))) {
            session.accept(recorder.sink("relay-0"));
            return recorder.directory();
        }
    }

    private static void analyseAll(Recording recording) {
        recording.exchanges(recording::analysis);
    }

    /** Steps of SQLite's machine, in units of ten. */
    private static long steps(Path directory) throws SQLException {
        long[] steps = {0};
        try (StoredRecording recording = (StoredRecording) Recording.open(directory)) {
            ProgressHandler.setHandler(recording.database().connection(), 10, new ProgressHandler() {
                @Override
                protected int progress() {
                    steps[0]++;
                    return 0;
                }
            });
            analyseAll(recording);
            ProgressHandler.clearHandler(recording.database().connection());
        }
        return steps[0];
    }

    private static String plan(ReadDatabase database, String sql) throws SQLException {
        StringBuilder plan = new StringBuilder();
        try (Statement statement = database.connection().createStatement(); ResultSet rows = statement.executeQuery("EXPLAIN QUERY PLAN " + sql)) {
            while (rows.next()) {
                plan.append(plan.length() == 0 ? "" : "; ").append(rows.getString("detail"));
            }
        }
        return plan.toString();
    }

    private static long at(long micros) {
        return Traffic.T0 + micros * US;
    }

    private static void keptAliveTowardsAnOriginThatCloses(FactSink sink, int count) {
        sink.accept(new RelayFact.ConnectionOpened(Traffic.c(1), Leg.CLIENT, Traffic.CLIENT_TUPLE, Traffic.c(1), "", at(0)));
        for (int i = 1; i <= count; i++) {
            long began = i * 100L;
            sink.accept(new RelayFact.ConnectionOpened(Traffic.c(1 + i), Leg.SERVER, Traffic.SERVER_TUPLE, Traffic.c(1), "example.com", at(began + 5)));
            exchange(sink, new ExchangeId(Traffic.c(1), i), 1 + i, began);
            sink.accept(new RelayFact.ConnectionClosed(Traffic.c(1 + i), Traffic.c(1), 1, 1, Close.BY_PEER, "", Optional.empty(), at(began + 60)));
        }
    }

    private static void clientsOfManyAddresses(FactSink sink, int count) {
        clients(sink, count, i -> new Endpoint(IpAddress.v4(0x0a000000 + i), 40_000));
    }

    private static void clientsOfOneAddress(FactSink sink, int count) {
        clients(sink, count, i -> new Endpoint(IpAddress.v4(0x0a000001), 40_000 + i));
    }

    private static void clients(FactSink sink, int count, IntFunction<Endpoint> initiators) {
        for (int i = 1; i <= count; i++) {
            int client = 100_000 + 2 * i;
            long began = 1_000_000 + i * 100L;
            FourTuple tuple = new FourTuple(initiators.apply(i), Traffic.CLIENT_TUPLE.responder());
            sink.accept(new RelayFact.ConnectionOpened(Traffic.c(client), Leg.CLIENT, tuple, Traffic.c(client), "", at(began)));
            sink.accept(new RelayFact.ConnectionOpened(Traffic.c(client + 1), Leg.SERVER, Traffic.SERVER_TUPLE, Traffic.c(client), "example.com", at(began + 5)));
            exchange(sink, new ExchangeId(Traffic.c(client), 1), client + 1, began);
        }
    }

    private static void dialedInVain(FactSink sink) {
        ExchangeId id = new ExchangeId(Traffic.c(200_000), 1);
        sink.accept(new RelayFact.ConnectionOpened(id.client(), Leg.CLIENT, Traffic.CLIENT_TUPLE, id.client(), "", at(2_000_000)));
        sink.accept(new RelayFact.ExchangeBegan(id, "GET", "http", "example.com", "/", RelayFact.Role.MESSAGE, at(2_000_001)));
        sink.accept(new RelayFact.ExchangeEnded(id, "nobody listens", "connect-refused", true, Traffic.timing(at(2_000_001)), at(2_000_050)));
    }

    /** Of 50 µs. */
    private static void exchange(FactSink sink, ExchangeId id, int server, long began) {
        MessageKey request = new MessageKey(id, Leg.SERVER, MessageKind.REQUEST);
        sink.accept(new RelayFact.ExchangeBegan(id, "GET", "http", "example.com", "/", RelayFact.Role.MESSAGE, at(began)));
        sink.accept(new RelayFact.MessageBegan(request, Traffic.c(server), 0, 0, Traffic.octets("GET"), 0, at(began + 10), at(began + 10)));
        sink.accept(new RelayFact.MessageEnded(request, 10, 0, NONE, RelayFact.End.COMPLETE, at(began + 20)));
        sink.accept(new RelayFact.ExchangeEnded(id, "", "", false, Traffic.timing(at(began + 48)), at(began + 50)));
    }
}
