package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.correlate.Finding;
import dev.plumbline.fact.Fact;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.fact.RelayFact.ConnectionClosed;
import dev.plumbline.fact.RelayFact.ConnectionOpened;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A binding that is taken back while rows are lost, or after those it is about were let go. */
class UnbindingTest extends RecorderFixture {
    private static final long T0 = Traffic.T0;
    private Store store;
    private RecorderLoop loop;
    private boolean isFull;
    /** Whether the correlator says how connections ended. */
    private boolean settles = true;

    @BeforeEach
    void create() throws Exception {
        SizeLimit limit = new SizeLimit(temp, RecorderOptions.DEFAULT_MAX_OCTETS);
        store = new Store(temp, limit);
        loop = new RecorderLoop(store, limit, options(), System::nanoTime, findings -> TakenBackTest.doubting().apply(finding -> {
            if (settles || !(finding instanceof Finding.ConnectionSettled)) {
                findings.accept(finding);
            }
        }));
    }

    @Test
    void whatIsWrittenIsCorrectedThoughTheCorrectionWaitedWhileOthersWereGivenUp() {
        take(Traffic.connections(1, T0));
        take(Traffic.exchange(1, 1, T0));
        loop.take(closed());
        write(256);

        isFull = true;
        store.add(this::failing);
        loop.take(TakenBackTest.TAKE_BACK);
        write(Store.MAX_WAITING + 1_000);
        isFull = false;
        loop.finish(T0);

        TakenBackTest.assertUnbound(read(temp, Traffic.id(1, 1)));
        assertUnbound();
        assertThat(store.text()).contains(" rows and 0 packet records not written");
    }

    @Test
    void anExchangeIsCorrectedThoughTheRowOfItsConnectionWasGivenUp() {
        isFull = true;
        store.add(this::failing);
        take(Traffic.connections(1, T0));
        loop.take(closed());
        write(256);
        write(Store.MAX_WAITING);
        isFull = false;
        take(Traffic.exchange(1, 1, T0));
        write(256);
        loop.take(TakenBackTest.TAKE_BACK);
        loop.finish(T0);

        try (Recording recording = Recording.open(temp)) {
            assertThat(recording.connection(Traffic.c(2))).isEmpty();
        }
        TakenBackTest.assertUnbound(read(temp, Traffic.id(1, 1)));
    }

    @Test
    void aConnectionThatIsLetGoBeforeItIsWrittenIsWrittenWithoutTheFlow() {
        settles = false;
        take(Traffic.connections(1, T0));
        write(256);
        loop.take(closed());
        clock.addAndGet((ConnectionLedger.PATIENCE_SECONDS + 1) * ExchangeLedger.SECOND);
        loop.take(Traffic.connections(3, T0).get(0));
        loop.sweep();
        loop.take(TakenBackTest.TAKE_BACK);
        loop.finish(T0);

        assertUnbound();
        try (Recording recording = Recording.open(temp)) {
            assertThat(recording.connection(Traffic.c(2)).orElseThrow().closedAt()).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aConnectionThatLeftIsRememberedWithoutTheFlow(boolean hasFailed) {
        ConnectionLedger connections = new ConnectionLedger(row -> { });
        connections.opened((ConnectionOpened) Traffic.connections(1, T0).get(1));
        connections.bound(new Finding.FlowBound(new FlowId(2), Traffic.c(2), Leg.SERVER));
        connections.closed(hasFailed ? notConnected() : closed(), T0);
        connections.settled(new Finding.ConnectionSettled(Traffic.c(2), Optional.of(new FlowId(2)), List.of(), Finding.Ending.RST, Optional.empty(), List.of(new PacketId(3))));
        connections.flush(true);
        assertThat(remembered(connections, hasFailed).flow()).contains(new FlowId(2));

        Finding.FlowUnbound finding = new Finding.FlowUnbound(new FlowId(2), Traffic.c(2), Traffic.c(1), Leg.SERVER);
        connections.unbound(finding, new Unbinding(finding));
        assertThat(remembered(connections, hasFailed).flow()).isEmpty();
        assertThat(remembered(connections, hasFailed).closePackets()).isEmpty();
    }

    private static ConnectionRow remembered(ConnectionLedger connections, boolean hasFailed) {
        return hasFailed ? connections.failedOf(Traffic.c(1)).get(0) : connections.known(Traffic.c(2)).orElseThrow();
    }

    private static ConnectionClosed notConnected() {
        return new ConnectionClosed(Traffic.c(2), Traffic.c(1), 0, 0, Close.NOT_CONNECTED, "refused", Optional.empty(), T0);
    }

    private void assertUnbound() {
        try (Recording recording = Recording.open(temp)) {
            ConnectionRow connection = recording.connection(Traffic.c(2)).orElseThrow();
            assertThat(connection.flow()).isEmpty();
            assertThat(connection.handshake()).isEmpty();
            assertThat(connection.closePackets()).isEmpty();
            assertThat(connection.ending()).isEqualTo(Finding.Ending.UNKNOWN);
            assertThat(recording.flow(new FlowId(2)).orElseThrow().connections()).isEmpty();
        }
    }

    private void take(Iterable<Fact> facts) {
        facts.forEach(loop::take);
    }

    private static ConnectionClosed closed() {
        return Traffic.closed(2, 1, T0 + 50);
    }

    /** Has what waits written, with so many rows besides. */
    private void write(int rows) {
        for (int i = 0; i < rows; i++) {
            store.add(database -> { });
        }
        loop.writeIfDue(true);
    }

    private void failing(Database database) throws SQLException {
        if (isFull) {
            throw new SQLException("full");
        }
    }
}
