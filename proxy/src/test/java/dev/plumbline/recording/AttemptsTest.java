package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.analyze.Part;
import dev.plumbline.correlate.Finding;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.Fact;
import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.fact.RelayFact.ConnectionClosed;
import dev.plumbline.fact.RelayFact.ConnectionEstablished;
import dev.plumbline.fact.RelayFact.ConnectionOpened;
import dev.plumbline.fact.RelayFact.ExchangeBegan;
import dev.plumbline.fact.RelayFact.ExchangeEnded;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.RelayFact.TlsEstablished;
import dev.plumbline.fact.Segment;
import dev.plumbline.fact.Timing;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.IpAddress;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Which connections were tried for an exchange, and which only at the same time. Times in milliseconds from T0. */
class AttemptsTest extends RecorderFixture {
    private static final long NEVER = Timing.NEVER;
    private static final String REFUSED = "example.com (10.0.0.%d:443) refused the connection.";

    private static long at(long millis) {
        return Traffic.T0 + millis * 1_000_000;
    }

    private static FourTuple to(int address) {
        return new FourTuple(new Endpoint(IpAddress.v4(0x0a000063), 40_000 + address), new Endpoint(IpAddress.v4(0x0a000000 + address), 443));
    }

    private static void client(FactSink sink) {
        sink.accept(new ConnectionOpened(Traffic.c(1), Leg.CLIENT, Traffic.CLIENT_TUPLE, Traffic.c(1), "", at(0)));
    }

    /** To the address of the same number. */
    private static void opened(FactSink sink, int id, long opened) {
        sink.accept(new ConnectionOpened(Traffic.c(id), Leg.SERVER, to(id), Traffic.c(1), "example.com", at(opened)));
    }

    private static void refused(FactSink sink, int id, long opened) {
        opened(sink, id, opened);
        closed(sink, id, Close.NOT_CONNECTED, String.format(REFUSED, id), opened + 1);
    }

    private static void closed(FactSink sink, int id, Close how, String reason, long at) {
        sink.accept(new ConnectionClosed(Traffic.c(id), Traffic.c(1), 0, 0, how, reason, Optional.empty(), at(at)));
    }

    private static void connected(FactSink sink, int id, long opened) {
        opened(sink, id, opened);
        sink.accept(new ConnectionEstablished(Traffic.c(id), Traffic.c(1), at(opened + 1)));
    }

    private static void tlsFailed(FactSink sink, int id, long opened) {
        connected(sink, id, opened);
        sink.accept(new TlsEstablished(Traffic.c(id), Traffic.c(1), 1, "", "", "", "", Optional.empty(), "", "no", at(opened + 1), at(opened + 2)));
        closed(sink, id, Close.BY_US, "TLS failed", opened + 3);
    }

    private static void began(FactSink sink, int index, long began) {
        sink.accept(new ExchangeBegan(Traffic.id(1, index), "GET", "https", "example.com", "/", Role.MESSAGE, at(began)));
    }

    /** @param resolved −1 where the steps were not told */
    private static void ended(FactSink sink, int index, String code, String failure, long began, long resolved, long ended) {
        Timing timing = new Timing(at(began), at(began), resolved < 0 ? NEVER : at(resolved), resolved < 0 ? NEVER : at(resolved), NEVER, NEVER, NEVER, NEVER,
                NEVER, NEVER, NEVER, NEVER, at(ended), at(ended), NEVER);
        sink.accept(new ExchangeEnded(Traffic.id(1, index), failure, code, true, timing, at(ended)));
    }

    private ExchangeAnalysis analysis(int index, Consumer<FactSink> session) {
        return analysis(index, AttemptsTest::found, session);
    }

    private ExchangeAnalysis analysis(int index, Function<Fact, List<Finding>> findings, Consumer<FactSink> session) {
        try (Recording recording = Recording.open(record(script(findings), (recorder, sink) -> session.accept(sink)))) {
            return recording.analysis(recording.exchange(Traffic.id(1, index)).orElseThrow());
        }
    }

    /** Of each server leg the flow of its number: a SYN as it is opened, and a RST in answer as it is closed. */
    private static List<Finding> found(Fact fact) {
        if (fact instanceof ConnectionOpened opened && opened.leg() == Leg.SERVER) {
            FlowId flow = new FlowId(opened.id().number());
            return List.of(new Finding.FlowSeen(flow, opened.tuple(), 1, 0, true, new PacketId(flow.number() * 2L), opened.at()),
                    new Finding.FlowBound(flow, opened.id(), Leg.SERVER), placed(flow, Heading.TO_SERVER, opened.at()));
        }
        return fact instanceof ConnectionClosed closed && !closed.id().equals(closed.client())
                ? List.of(placed(new FlowId(closed.id().number()), Heading.TO_CLIENT, closed.at())) : List.of();
    }

    private static Finding placed(FlowId flow, Heading heading, long at) {
        boolean isSyn = heading == Heading.TO_SERVER;
        FourTuple path = isSyn ? to(flow.number()) : to(flow.number()).reversed();
        Segment segment = new Segment(at, path, isSyn ? 1_000 : 0, isSyn ? 0 : 1_001, isSyn ? Segment.SYN : Segment.RST | Segment.ACK, 500, 0, 0, 0, 24, 66, 66);
        return new Finding.PacketPlaced(new PacketId(flow.number() * 2L + heading.ordinal()), 0, flow, heading, -1, -1, Sighting.BARE, segment);
    }

    @Test
    void tlsThatFailedIsAnAttemptThoughNothingIsSaidOfItsPackets() {
        ExchangeAnalysis only = analysis(1, fact -> found(fact).stream().filter(f -> !(f instanceof Finding.PacketPlaced placed) || placed.heading() == Heading.TO_SERVER).toList(), sink -> {
            client(sink);
            began(sink, 1, 10);
            tlsFailed(sink, 2, 11);
            ended(sink, 1, "tls-untrusted", "TLS with example.com failed: it is self-signed.", 10, -1, 15);
        });
        assertThat(onServerLegs(only)).isEmpty();
        assertThat(only.attempts()).containsExactly(Traffic.c(2));
    }

    @Test
    void tlsThatFailedDuringTheConnectIsAnAttemptOfTheFirstRequestWithin() {
        ExchangeAnalysis first = analysis(2, AttemptsTest::tlsFailsDuringTheConnect);
        assertThat(first.attempts()).containsExactly(Traffic.c(2));
        assertThat(first.split().orElseThrow().nanos(Part.ORIGIN_TLS)).as("it was done ahead").isZero();
        assertThat(first.split().orElseThrow().nanos(Part.CONNECT)).isZero();
        assertThat(first.split().orElseThrow().nanos(Part.UNKNOWN)).isZero();
    }

    @Test
    void butNotOfTheSecond() {
        assertThat(analysis(3, AttemptsTest::tlsFailsDuringTheConnect).attempts()).isEmpty();
    }

    private static void tlsFailsDuringTheConnect(FactSink sink) {
        client(sink);
        sink.accept(new ExchangeBegan(Traffic.id(1, 1), "CONNECT", "http", "example.com:443", "example.com:443", Role.INTERCEPTED_CONNECT, at(10)));
        tlsFailed(sink, 2, 11);
        ended(sink, 1, "", "", 10, -1, 12);
        began(sink, 2, 30);
        ended(sink, 2, "tls-untrusted", "TLS with example.com failed: it is self-signed.", 30, -1, 35);
        began(sink, 3, 40);
        ended(sink, 3, "tls-untrusted", "TLS with example.com failed: it is self-signed.", 40, -1, 45);
    }

    private static List<String> onServerLegs(ExchangeAnalysis analysis) {
        return analysis.server().stream().map(a -> a.flow() + " " + a.code().word()).toList();
    }

    @Test
    void whatWasTriedForTheRequestBeforeIsNotTakenForThisOne() {
        ExchangeAnalysis second = analysis(2, sink -> {
            client(sink);
            began(sink, 1, 10);
            refused(sink, 2, 11);
            ended(sink, 1, "connect-refused", String.format(REFUSED, 2), 10, 11, 13);
            // It had come with the first, and had to wait for it.
            began(sink, 2, 10);
            refused(sink, 3, 21);
            ended(sink, 2, "connect-refused", String.format(REFUSED, 3), 10, 20, 23);
        });
        assertThat(second.diagnosis().orElseThrow().text()).isEqualTo("connect refused by 10.0.0.3:443 (p6, p7)");
        assertThat(onServerLegs(second)).containsExactly("f3 connect-refused");
        assertThat(second.attempts()).containsExactly(Traffic.c(3));
    }

    @Test
    void norIsItWhenTheStepsOfTheDialWereNotTold() {
        ExchangeAnalysis second = analysis(2, sink -> {
            client(sink);
            began(sink, 1, 10);
            tlsFailed(sink, 2, 11);
            ended(sink, 1, "tls-failed", "TLS with example.com failed: no.", 10, -1, 15);
            began(sink, 2, 10);
            tlsFailed(sink, 3, 21);
            ended(sink, 2, "tls-failed", "TLS with example.com failed: no.", 10, -1, 25);
        });
        assertThat(onServerLegs(second)).containsExactly("f3 connect-refused");
        assertThat(second.attempts()).containsExactly(Traffic.c(3));
    }

    @Test
    void whatWasOpenedAtTheSameTimeAndServedIsNoAttempt() {
        ExchangeAnalysis only = analysis(1, sink -> {
            client(sink);
            began(sink, 1, 10);
            refused(sink, 2, 12);
            connected(sink, 3, 14);
            closed(sink, 3, Close.BY_PEER, "", 15);
            ended(sink, 1, "connect-refused", String.format(REFUSED, 2), 10, 11, 30);
        });
        assertThat(only.diagnosis().orElseThrow().text()).isEqualTo("connect refused by 10.0.0.2:443 (p4, p5)");
        assertThat(onServerLegs(only)).containsExactly("f2 connect-refused");
        assertThat(only.attempts()).containsExactly(Traffic.c(2));
    }

    @Test
    void theLegThatAConnectOpenedIsItsOwnButNotWhatCameLaterThere() {
        ExchangeAnalysis connect = analysis(1, sink -> {
            client(sink);
            sink.accept(new ExchangeBegan(Traffic.id(1, 1), "CONNECT", "http", "example.com:443", "example.com:443", Role.INTERCEPTED_CONNECT, at(10)));
            refused(sink, 2, 12);
            connected(sink, 3, 2_000);
            ended(sink, 1, "", "", 10, -1, 2_040);
            closed(sink, 3, Close.BY_PEER, "", 2_100);
        });
        assertThat(onServerLegs(connect)).containsExactly("f2 connect-refused");
        assertThat(connect.attempts()).containsExactly(Traffic.c(2), Traffic.c(3));
        assertThat(connect.split().orElseThrow().nanos(Part.CONNECT)).as("1 ms for each").isEqualTo(2_000_000);
    }
}
