package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.analyze.Reuse;
import dev.plumbline.analyze.Reuse.Cause;
import dev.plumbline.analyze.Reuse.Closer;
import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Leg;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Whether a connection was there, why not, and what it carried: from a recording of made-up facts. Times in microseconds from T0. */
class ReuseTest extends RecorderFixture {
    private static final long US = 1_000;

    private static long at(long micros) {
        return Traffic.T0 + micros * US;
    }

    private static void client(FactSink sink, int id, long opened) {
        sink.accept(new RelayFact.ConnectionOpened(Traffic.c(id), Leg.CLIENT, Traffic.CLIENT_TUPLE, Traffic.c(id), "", at(opened)));
    }

    private static void server(FactSink sink, int id, int client, long opened) {
        sink.accept(new RelayFact.ConnectionOpened(Traffic.c(id), Leg.SERVER, Traffic.SERVER_TUPLE, Traffic.c(client), "example.com", at(opened)));
    }

    private static void closed(FactSink sink, int id, int client, Close how, long at) {
        sink.accept(new RelayFact.ConnectionClosed(Traffic.c(id), Traffic.c(client), 1, 1, how, "because", Optional.empty(), at(at)));
    }

    /** An exchange of 1.3 µs on {@code client}; {@link Traffic} puts it on the server leg {@code client + 1}. */
    private static void exchange(FactSink sink, int client, int index, long at) {
        Traffic.exchange(client, index, at(at)).forEach(sink::accept);
    }

    private Reuse reuse(Path directory, int client, int index, Leg leg) {
        try (Recording recording = Recording.open(directory)) {
            ExchangeAnalysis analysis = recording.analysis(recording.exchange(Traffic.id(client, index)).orElseThrow());
            return (leg == Leg.CLIENT ? analysis.clientReuse() : analysis.serverReuse()).orElseThrow();
        }
    }

    private Path recorded(Consumer<FactSink> session) {
        return record(findings -> script(fact -> List.of()).apply(findings), (recorder, sink) -> session.accept(sink));
    }

    @Test
    void theFirstIsNewAndTheNextIsNot() {
        Path directory = recorded(sink -> {
            client(sink, 1, 0);
            server(sink, 2, 1, 1);
            exchange(sink, 1, 1, 10);
            exchange(sink, 1, 2, 500);
        });
        assertThat(reuse(directory, 1, 1, Leg.SERVER).whyNew().orElseThrow().cause()).isEqualTo(Cause.FIRST);
        assertThat(reuse(directory, 1, 1, Leg.CLIENT).whyNew().orElseThrow().text()).isEqualTo("first");
        Reuse second = reuse(directory, 1, 2, Leg.SERVER);
        assertThat(second.isNew()).isFalse();
        assertThat(second.before()).contains(Traffic.id(1, 1));
        assertThat(second.idleNanos()).as("from the response's last octet on this leg, at 1,050 ns, to the request's first, at 100 ns").isEqualTo(490 * US - 950);
    }

    @Test
    void aClientsConnectionBeforeWasClosedBusyOrUnused() {
        Path directory = recorded(sink -> {
            client(sink, 1, 0);
            exchange(sink, 1, 1, 10);
            closed(sink, 1, 1, Close.BY_PEER, 100);
            client(sink, 11, 200);
            exchange(sink, 11, 1, 210);
            client(sink, 21, 300);
            exchange(sink, 21, 1, 390);
            client(sink, 31, 390);
            exchange(sink, 31, 1, 500);
        });
        Reuse.WhyNew closed = reuse(directory, 11, 1, Leg.CLIENT).whyNew().orElseThrow();
        assertThat(closed.cause()).isEqualTo(Cause.CLOSED);
        assertThat(closed.by()).isEqualTo(Closer.CLIENT);
        assertThat(closed.previous()).contains(Traffic.c(1));
        assertThat(closed.idleNanos()).isEqualTo(90 * US - 1250);
        assertThat(reuse(directory, 21, 1, Leg.CLIENT).whyNew().orElseThrow().cause()).isEqualTo(Cause.UNUSED);
        Reuse.WhyNew busy = reuse(directory, 31, 1, Leg.CLIENT).whyNew().orElseThrow();
        assertThat(busy.cause()).isEqualTo(Cause.BUSY);
        assertThat(busy.text()).isEqualTo("c21 was busy");
    }

    @Test
    void aServerLegBeforeThatFailedOrWasClosedIsTheReason() {
        Path directory = recorded(sink -> {
            client(sink, 1, 0);
            server(sink, 2, 1, 1);
            closed(sink, 2, 1, Close.NOT_CONNECTED, 5);
            server(sink, 3, 1, 30);
            over(sink, 1, 1, 3, 20);
            closed(sink, 3, 1, Close.BY_PEER, 100);
            server(sink, 4, 1, 130);
            over(sink, 1, 2, 4, 120);
        });
        Reuse.WhyNew failed = reuse(directory, 1, 1, Leg.SERVER).whyNew().orElseThrow();
        assertThat(failed.cause()).isEqualTo(Cause.FAILED);
        assertThat(failed.text()).isEqualTo("c2 failed: because");
        Reuse.WhyNew closed = reuse(directory, 1, 2, Leg.SERVER).whyNew().orElseThrow();
        assertThat(closed.cause()).isEqualTo(Cause.CLOSED);
        assertThat(closed.previous()).contains(Traffic.c(3));
        assertThat(closed.by()).isEqualTo(Closer.ORIGIN);
        assertThat(closed.text()).isEqualTo("the origin closed c3 after 75 µs idle");
    }

    @Test
    void anAttemptForTheSameRequestIsNoConnectionBefore() {
        Path directory = recorded(sink -> {
            client(sink, 1, 0);
            server(sink, 2, 1, 21);
            closed(sink, 2, 1, Close.NOT_CONNECTED, 25);
            server(sink, 3, 1, 30);
            over(sink, 1, 1, 3, 20);
        });
        assertThat(reuse(directory, 1, 1, Leg.SERVER).whyNew().orElseThrow().cause()).isEqualTo(Cause.FIRST);
    }

    @Test
    void norIsOneOfTheConnectThatOpenedTheTunnel() {
        Path directory = recorded(sink -> {
            client(sink, 1, 0);
            sink.accept(new RelayFact.ExchangeBegan(Traffic.id(1, 1), "CONNECT", "http", "example.com:443", "example.com:443", RelayFact.Role.INTERCEPTED_CONNECT, at(10)));
            server(sink, 2, 1, 21);
            closed(sink, 2, 1, Close.NOT_CONNECTED, 25);
            server(sink, 3, 1, 30);
            sink.accept(new RelayFact.ExchangeEnded(Traffic.id(1, 1), "", "", true, Traffic.timing(at(10)), at(40)));
            over(sink, 1, 2, 3, 50);
        });
        assertThat(reuse(directory, 1, 2, Leg.SERVER).whyNew().orElseThrow().cause()).isEqualTo(Cause.FIRST);
    }

    /** An exchange on that server leg, of 5 µs on it. */
    private static void over(FactSink sink, int client, int index, int server, long at) {
        ExchangeId id = Traffic.id(client, index);
        MessageKey request = new MessageKey(id, Leg.SERVER, MessageKind.REQUEST);
        sink.accept(new RelayFact.ExchangeBegan(id, "GET", "https", "example.com", "/", RelayFact.Role.MESSAGE, at(at)));
        sink.accept(new RelayFact.MessageBegan(request, Traffic.c(server), 0, 0, Traffic.octets("GET"), 0, at(at), at(at)));
        sink.accept(new RelayFact.MessageEnded(request, 10, 0, NONE, RelayFact.End.COMPLETE, at(at + 5)));
        sink.accept(new RelayFact.ExchangeEnded(id, "", "", false, Traffic.timing(at(at)), at(at + 6)));
    }

    @Test
    void aClockThatWasSetBackHidesNoExchangeOnTheSameLeg() {
        Path directory = recorded(sink -> {
            client(sink, 1, 1000);
            server(sink, 2, 1, 1005);
            server(sink, 3, 1, 1010);
            over(sink, 1, 1, 3, 1015);
            // Here.
            over(sink, 1, 2, 2, 500);
            over(sink, 1, 3, 3, 510);
        });
        assertThat(reuse(directory, 1, 3, Leg.SERVER).before()).contains(Traffic.id(1, 1));
    }

    @Test
    void norWhenItHasCaughtUpIfWhatCameBetweenWasOnALaterLeg() {
        Path directory = recorded(sink -> {
            client(sink, 1, 1000);
            server(sink, 2, 1, 1005);
            over(sink, 1, 1, 2, 1010);
            // Here.
            server(sink, 3, 1, 500);
            over(sink, 1, 2, 3, 510);
            over(sink, 1, 3, 2, 1100);
        });
        assertThat(reuse(directory, 1, 3, Leg.SERVER).before()).contains(Traffic.id(1, 1));
    }

    @Test
    void aConnectionTellsItsExchangesWithTheirGaps() {
        Path directory = recorded(sink -> {
            client(sink, 1, 0);
            server(sink, 2, 1, 5);
            sink.accept(new RelayFact.ConnectionEstablished(Traffic.c(2), Traffic.c(1), at(8)));
            for (int i = 1; i <= 600; i++) {
                exchange(sink, 1, i, 10L * i);
            }
            client(sink, 3, 2);
            exchange(sink, 3, 1, 77);
        });
        List<ConnectionUse> uses = new ArrayList<>();
        try (Recording recording = Recording.open(directory)) {
            recording.uses(Traffic.c(2), uses::add);
            assertThat(uses).hasSize(600).extracting(ConnectionUse::exchange).startsWith(Traffic.id(1, 1)).endsWith(Traffic.id(1, 600));
            assertThat(uses).extracting(ConnectionUse::nth).startsWith(1, 2).endsWith(600);
            assertThat(uses.get(0).idleNanos()).as("since it was connected").isEqualTo(2 * US + 100);
            assertThat(uses.get(1).idleNanos()).isEqualTo(10 * US - 950);
            List<ExchangeId> ofOther = new ArrayList<>();
            recording.exchangesOf(Traffic.c(3), row -> ofOther.add(row.id()));
            assertThat(ofOther).containsExactly(Traffic.id(3, 1));
            recording.exchangesOf(Traffic.c(99), row -> ofOther.add(row.id()));
            assertThat(ofOther).as("there is no such connection").hasSize(1);
        }
    }
}
