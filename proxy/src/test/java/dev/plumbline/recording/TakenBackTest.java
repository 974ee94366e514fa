package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.correlate.Coverage;
import dev.plumbline.correlate.Finding;
import dev.plumbline.fact.Fact;
import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What is found out about an exchange after it was written, or is found not to be so. */
class TakenBackTest extends RecorderFixture {
    private static final long T0 = Traffic.T0;
    /** A fact that makes the correlator below take back that flow 2 is connection 2. */
    static final Fact TAKE_BACK = new RelayFact.SocketSampled(Traffic.c(9), Traffic.c(9), Traffic.TCP_INFO, T0);

    static Function<Consumer<Finding>, CorrelatorPort> doubting() {
        return findings -> {
            Traffic.FakeCorrelator sure = new Traffic.FakeCorrelator(findings);
            return script(fact -> {
                sure.accept(fact);
                return fact == TAKE_BACK ? List.of(new Finding.FlowUnbound(new FlowId(2), Traffic.c(2), Traffic.c(1), Leg.SERVER)) : List.of();
            }).apply(findings);
        };
    }

    static void assertUnbound(ExchangeRow row) {
        assertThat(row.messages()).hasSizeGreaterThanOrEqualTo(4).allSatisfy(message -> {
            boolean isServers = message.key().leg() == Leg.SERVER;
            assertThat(message.coverage()).isEqualTo(isServers ? Coverage.NONE : Coverage.COMPLETE);
            assertThat(message.reason()).isEqualTo(isServers ? Optional.of(Coverage.Reason.UNBOUND) : Optional.empty());
            assertThat(message.flow().isPresent()).isEqualTo(!isServers);
            assertThat(message.firstPacket().isPresent()).isEqualTo(!isServers);
            assertThat(message.lastPacket().isPresent()).isEqualTo(!isServers);
            assertThat(message.segments()).isEqualTo(isServers ? 0 : 1);
            assertThat(message.ranges()).hasSize(1);
            assertThat(message.gaps()).isEqualTo(isServers ? message.ranges() : List.of());
        });
    }

    @Test
    void aBindingThatIsTakenBackIsUndoneInWhatIsWrittenAndTold() {
        List<ExchangeRow> live = new CopyOnWriteArrayList<>();
        try (Recorder recorder = Recorder.create(temp.resolve("r"), options(), doubting())) {
            recorder.subscribe(new ExchangeListener() {
                @Override
                public void ended(ExchangeRow row, Optional<Diagnosis> diagnosis) {
                    live.add(row);
                }

                @Override
                public void takenBack(ExchangeRow row) {
                    live.add(row);
                }
            });
            FactSink sink = recorder.sink("relay-0");
            Traffic.connections(1, T0).forEach(sink::accept);
            Traffic.connections(3, T0).forEach(sink::accept);
            Traffic.exchange(1, 1, T0).forEach(sink::accept);
            List<Fact> second = Traffic.exchange(1, 2, T0);
            sink.accept(second.get(0));
            message(sink, new MessageKey(Traffic.id(1, 2), Leg.SERVER, MessageKind.INTERIM, 1), 103);
            second.subList(1, second.size()).forEach(sink::accept);
            Traffic.exchange(3, 1, T0).forEach(sink::accept);
            sink.accept(Traffic.closed(2, 1, T0 + 50));
            await(() -> count(recorder.directory()) == 3);
            assertThat(live).hasSize(3).allMatch(row -> row.messages().stream().allMatch(m -> m.coverage() == Coverage.COMPLETE));
            sink.accept(TAKE_BACK);
            await(() -> live.size() == 5);
        }
        try (Recording recording = Recording.open(temp.resolve("r"))) {
            assertUnbound(recording.exchange(Traffic.id(1, 1)).orElseThrow());
            assertUnbound(recording.exchange(Traffic.id(1, 2)).orElseThrow());
            assertThat(live.subList(3, 5)).usingRecursiveComparison().isEqualTo(
                    List.of(recording.exchange(Traffic.id(1, 1)).orElseThrow(), recording.exchange(Traffic.id(1, 2)).orElseThrow()));
            assertThat(recording.exchange(Traffic.id(3, 1)).orElseThrow().messages()).allMatch(m -> m.coverage() == Coverage.COMPLETE);
            assertThat(recording.flow(new FlowId(2)).orElseThrow().connections()).isEmpty();
            assertThat(recording.flow(new FlowId(1)).orElseThrow().connections()).containsExactly(Traffic.c(1));
            ConnectionRow connection = recording.connection(Traffic.c(2)).orElseThrow();
            assertThat(connection.flow()).isEmpty();
            assertThat(connection.handshake()).isEmpty();
            assertThat(connection.ending()).isEqualTo(Finding.Ending.UNKNOWN);
            assertThat(connection.closePackets()).isEmpty();
        }
    }

    @Test
    void aBindingThatIsTakenBackWhileItsExchangeIsOpenIsNeverWritten() {
        List<Fact> facts = new ArrayList<>(Traffic.exchange(1, 1, T0));
        Fact end = facts.remove(facts.size() - 1);
        record(doubting(), (recorder, sink) -> {
            Traffic.connections(1, T0).forEach(sink::accept);
            facts.forEach(sink::accept);
            sink.accept(TAKE_BACK);
            sink.accept(end);
        });
        assertUnbound(read(temp.resolve("r"), Traffic.id(1, 1)));
    }

    @Test
    void coverageThatIsKnownLongAfterTheEndIsPutIntoTheRow() {
        MessageKey request = new MessageKey(Traffic.id(1, 1), Leg.SERVER, MessageKind.REQUEST);
        MessageKey interim = new MessageKey(Traffic.id(1, 1), Leg.CLIENT, MessageKind.INTERIM, 1);
        Function<MessageKey, Finding> late = key -> new Finding.MessageCovered(key, Traffic.c(2), Optional.of(new FlowId(9)),
                List.of(new WireRange(0, 400), new WireRange(500, 501)), List.of(new WireRange(0, 1)), Coverage.PARTIAL,
                Optional.of(Coverage.Reason.DROPPED), Optional.of(new PacketId(12)), Optional.of(new PacketId(13)), 5, 6, T0 + 7, T0 + 8);
        Finding unknown = late.apply(new MessageKey(Traffic.id(77, 1), Leg.SERVER, MessageKind.REQUEST));
        List<ExchangeRow> live = new CopyOnWriteArrayList<>();
        try (Recorder recorder = Recorder.create(temp.resolve("r"), options(),
                script(f -> f == TAKE_BACK ? List.of(late.apply(request), late.apply(interim), unknown) : List.of()))) {
            recorder.subscribe((row, diagnosis) -> live.add(row));
            FactSink sink = recorder.sink("relay-0");
            List<Fact> facts = Traffic.exchange(1, 1, T0);
            sink.accept(facts.get(0));
            message(sink, interim, 103);
            facts.subList(1, facts.size()).forEach(sink::accept);
            await(() -> !live.isEmpty());
            clock.addAndGet((ExchangeLedger.PATIENCE_SECONDS + 10) * ExchangeLedger.SECOND);
            await(() -> count(recorder.directory()) == 1);
            sink.accept(TAKE_BACK);
        }
        ExchangeRow row = read(temp.resolve("r"), Traffic.id(1, 1));
        assertThat(count(temp.resolve("r"))).isEqualTo(1);
        for (MessageRow message : row.messages()) {
            if (message.key().equals(request) || message.key().equals(interim)) {
                assertThat(message.coverage()).isEqualTo(Coverage.PARTIAL);
                assertThat(message.reason()).contains(Coverage.Reason.DROPPED);
                assertThat(message.flow()).contains(new FlowId(9));
                assertThat(message.ranges()).containsExactly(new WireRange(0, 400), new WireRange(500, 501));
                assertThat(message.gaps()).containsExactly(new WireRange(0, 1));
                assertThat(message.firstPacket()).contains(new PacketId(12));
                assertThat(message.lastPacket()).contains(new PacketId(13));
                assertThat(List.of(message.segments(), message.repeats())).containsExactly(5, 6);
                assertThat(List.of(message.packetsFirstAt(), message.packetsLastAt())).containsExactly(T0 + 7, T0 + 8);
            } else {
                assertThat(message.coverage()).isEqualTo(Coverage.PENDING);
            }
        }
    }
}
