package dev.plumbline.analyze;

import static dev.plumbline.analyze.EvidenceScript.annotation;
import static dev.plumbline.analyze.EvidenceScript.at;
import static dev.plumbline.analyze.EvidenceScript.lost;
import static dev.plumbline.wire.Heading.TO_CLIENT;
import static dev.plumbline.wire.Heading.TO_SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.correlate.Coverage;
import dev.plumbline.correlate.Finding.Ending;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.wire.Leg;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Evidence in, the split out. Times in milliseconds. */
class TimeSplitTest {
    @Test
    void anExchangeOnANewConnectionIsToldStepByStep() {
        EvidenceScript script = new EvidenceScript();
        script.clientRequest = at(0, 1);
        script.lookUp = at(2, 5);
        script.connect = at(5, 17);
        script.originTls = at(18, 40);
        script.serverRequest = at(41, 42);
        script.acknowledged = 54;
        script.serverResponse = at(154, 160);
        script.clientResponse = at(154, 163);
        assertThat(script.told()).isEqualTo("client-sends 1, proxy 1, name-lookup 3, connect 12, proxy 1, origin-tls 22, proxy 1, sending 13, "
                + "origin 100, receiving 6, client-receives 3");
        assertThat(script.split().shares()).extracting(TimeSplit.Share::part).containsExactly(
                Part.CLIENT_SENDS, Part.PROXY, Part.NAME_LOOKUP, Part.CONNECT, Part.ORIGIN_TLS, Part.SENDING, Part.ORIGIN, Part.RECEIVING, Part.CLIENT_RECEIVES);
        assertThat(script.split().doubts()).isEmpty();
    }

    @Test
    void whatTheKernelHeldIsShown() {
        EvidenceScript script = EvidenceScript.get(10, 110);
        script.lag = 0.5;
        script.acknowledged = 11;
        assertThat(script.told()).isEqualTo("kernel 0.5, proxy 9, kernel 0.5, sending 1, origin 99");
        script.clientRequest = at(0, 2);
        script.serverResponse = at(110, 120);
        script.clientResponse = at(112, 125);
        assertThat(script.told()).isEqualTo("client-sends 2, kernel 0.5, proxy 7, kernel 0.5, sending 1, origin 99, receiving 10, client-receives 5");
    }

    @Test
    void stepsBeforeTheFirstOctetStandAheadAndAreNoPartOfTheSum() {
        EvidenceScript script = EvidenceScript.get(1, 11);
        script.lookUp = at(-90, -80);
        script.connect = at(-80, -60);
        script.originTls = at(-60, -30);
        script.clientTls = at(-30, -5);
        assertThat(script.ahead()).isEqualTo("client-tls 25, name-lookup 10, connect 20, origin-tls 30");
        assertThat(script.split().nanos()).isEqualTo(11_000_000);
        script.firstOnClient = false;
        assertThat(script.ahead()).as("TLS with the client belongs to its first exchange").doesNotContain("client-tls");
    }

    @Test
    void theRestOfAResponseThatTheOriginCutWasAwaitedFromTheOrigin() {
        EvidenceScript script = EvidenceScript.get(1, 11);
        script.acknowledged = 2;
        script.isResponseWhole = false;
        script.endedAt = 511;
        script.faultCode = "origin-cut";
        script.serverEnded = 510;
        script.serverEnding = Ending.FIN;
        script.serverEndedBy = Optional.of(TO_CLIENT);
        assertThat(script.told()).isEqualTo("proxy 1, sending 1, origin 9, receiving 499, client-receives 1");
        script.isCaptured = false;
        assertThat(script.told()).as("by our sockets").isEqualTo("proxy 1, waiting 10, receiving 500");
    }

    @Test
    void soItWasWhereTheClientHadAllOfItThatThereWasAndLeft() {
        EvidenceScript script = EvidenceScript.get(1, 11);
        script.acknowledged = 2;
        script.isResponseWhole = false;
        script.endedAt = 511;
        script.faultCode = "client-gone";
        assertThat(script.told()).isEqualTo("proxy 1, sending 1, origin 9, receiving 500");
        script.coverage = Coverage.PARTIAL;
        assertThat(script.told()).as("some of it may have waited for the client").endsWith("client-receives 500");
        script.serverEnded = 511;
        script.serverEnding = Ending.RST;
        script.serverEndedBy = Optional.of(TO_CLIENT);
        script.serverLeftBy = Optional.of(TO_SERVER);
        assertThat(script.told()).as("the origin's RST was its answer to our FIN").endsWith("client-receives 500");
    }

    @Test
    void ofAnOriginWhoseAnswerIsNotInTheDumpOrCouldNotBeReadNoTimeIsTold() {
        EvidenceScript script = EvidenceScript.get(0, 0);
        script.isDirect = true;
        script.serverResponse = null;
        script.clientResponse = null;
        script.endedAt = 500;
        script.syn = -30;
        script.faultCode = "response-unread";
        assertThat(script.told()).isEqualTo("unknown 500");
        script.faultCode = "no-response";
        script.synAck = -10;
        assertThat(script.told()).as("it was there").isEqualTo("sending 20, origin 480");
    }

    @Test
    void whenTheAcknowledgementRidesOnTheAnswerTheHandshakesRoundTripSaysWhenTheOriginHadTheRequest() {
        EvidenceScript script = EvidenceScript.get(1, 41);
        script.syn = -100;
        script.synAck = -90;
        script.acknowledged = 41;
        assertThat(script.told()).isEqualTo("proxy 1, sending 10, origin 30");
        assertThat(script.split().slices().get(2).source()).isEqualTo(Source.PACKETS_AND_ROUND_TRIP);
        script.synAck = -1;
        script.syn = -1;
        assertThat(script.told()).as("without a handshake nobody can tell").isEqualTo("proxy 1, waiting 40");
    }

    @Test
    void anAcknowledgementThatWasHeldBackDoesNotShortenTheOriginsTime() {
        EvidenceScript script = EvidenceScript.get(1, 201);
        script.syn = -100;
        script.synAck = -90;
        script.acknowledged = 51;
        assertThat(script.told()).isEqualTo("proxy 1, sending 10, origin 190");
        script.acknowledged = 15;
        assertThat(script.told()).isEqualTo("proxy 1, sending 14, origin 186");
    }

    @Test
    void aRequestThatWasSentAgainWasThereAfterTheLastTime() {
        EvidenceScript script = EvidenceScript.get(1, 301);
        script.syn = -100;
        script.synAck = -90;
        script.requestRepeats = 1;
        assertThat(script.told()).as("nobody says why it was repeated").isEqualTo("proxy 1, waiting 300");
        script.onServer.add(lost(AnnotationCode.RETRANSMISSION, TO_SERVER, 1, 201, 812));
        assertThat(script.told()).isEqualTo("proxy 1, loss 200, sending 10, origin 90");
    }

    @Test
    void withoutPacketsWhatSocketsCannotTellApartIsOnePart() {
        EvidenceScript script = EvidenceScript.get(1, 41);
        script.isCaptured = false;
        script.serverRequest = at(1, 3);
        script.acknowledged = 5;
        script.clientResponse = at(41, 44);
        assertThat(script.told()).isEqualTo("proxy 1, sending 2, waiting 38, client-receives 3");
        assertThat(script.split().slices()).extracting(TimeSplit.Slice::source).containsOnly(Source.SOCKETS);
        assertThat(script.split().doubts()).containsExactly("client request: coverage none (capture-off)", "server request: coverage none (capture-off)",
                "server response: coverage none (capture-off)", "client response: coverage none (capture-off)");
    }

    @Test
    void partialCoverageIsSaid() {
        EvidenceScript script = EvidenceScript.get(1, 41);
        script.coverage = Coverage.PARTIAL;
        assertThat(script.split().doubts()).hasSize(4).contains("server request: coverage partial (dropped)");
    }

    @Test
    void whileTheClientStillSendsItIsTheClientThatIsWaitedFor() {
        EvidenceScript script = EvidenceScript.get(0, 0);
        script.clientRequest = at(0, 100);
        script.lookUp = at(1, 31);
        script.serverRequest = at(32, 110);
        script.acknowledged = 112;
        script.serverResponse = at(150, 170);
        script.clientResponse = at(150, 180);
        assertThat(script.told()).isEqualTo("client-sends 1, name-lookup 30, client-sends 69, sending 12, origin 38, receiving 20, client-receives 10");
    }

    @Test
    void anAnswerBeforeTheRequestHasEndedIsReceivedFromItsFirstOctetOn() {
        EvidenceScript script = EvidenceScript.get(0, 0);
        script.clientRequest = at(0, 100);
        script.serverRequest = at(1, 101);
        script.serverResponse = at(50, 140);
        script.clientResponse = at(51, 141);
        script.acknowledged = 102;
        assertThat(script.told()).isEqualTo("client-sends 50, receiving 90, client-receives 1");
    }

    @Test
    void waitingFor100ContinueIsTheOriginsTime() {
        EvidenceScript script = EvidenceScript.get(0, 0);
        script.clientRequest = at(0, 90);
        script.serverRequest = at(2, 91);
        script.expectsContinue = true;
        script.continued = 62;
        script.acknowledged = 92;
        script.serverResponse = at(100, 100);
        script.clientResponse = at(100, 100);
        assertThat(script.told()).isEqualTo("client-sends 2, origin 60, client-sends 28, sending 2, origin 8");
    }

    @Test
    void aClientThatGoesOnWithoutA100WaitedForTheOriginUntilThen() {
        EvidenceScript script = EvidenceScript.get(0, 0);
        script.clientRequest = at(0, 1090);
        script.serverRequest = at(2, 1091);
        script.expectsContinue = true;
        script.contentFirst = 1002;
        script.acknowledged = 1092;
        script.serverResponse = at(1100, 1100);
        script.clientResponse = at(1100, 1100);
        assertThat(script.told()).isEqualTo("client-sends 2, origin 1000, client-sends 88, sending 2, origin 8");
        script.continued = 1050;
        assertThat(script.told()).as("a 100 that came too late").isEqualTo("client-sends 2, origin 1000, client-sends 88, sending 2, origin 8");
        script.continued = 62;
        assertThat(script.told()).as("one that came in time").startsWith("client-sends 2, origin 60, client-sends 1028, ");
    }

    @Test
    void aClientThatWasAnsweredBeforeItSentItsContentWaitedForTheOrigin() {
        EvidenceScript script = EvidenceScript.get(1, 1201);
        script.expectsContinue = true;
        script.isRequestWhole = false;
        assertThat(script.told()).isEqualTo("proxy 1, origin 1200");
        script.isCaptured = false;
        script.clientRequest = at(0, 1202);
        assertThat(script.told()).as("all that the socket knows of a request that was cut is when").isEqualTo("client-sends 1, origin 1200");
    }

    @Test
    void a100ThatNobodyWaitedForMakesNoDifference() {
        EvidenceScript script = EvidenceScript.get(1, 41);
        script.acknowledged = 21;
        String without = script.told();
        script.continued = 31;
        assertThat(script.told()).isEqualTo(without).isEqualTo("proxy 1, sending 20, origin 20");
    }

    @Test
    void whereTheOriginHadAllThatCameOfARequestTheRestWasWaitedFor() {
        EvidenceScript script = EvidenceScript.get(1, 1501);
        script.isRequestWhole = false;
        assertThat(script.told()).isEqualTo("proxy 1, sending 1500");
        script.acknowledged = 4;
        assertThat(script.told()).isEqualTo("proxy 1, sending 3, client-sends 1497");
        assertThat(script.diagnosis()).isEqualTo("the request took 1.5 s to come from the client");
    }

    @Test
    void aPipelinedRequestWaitsItsTurn() {
        EvidenceScript script = EvidenceScript.get(51, 61);
        script.preceding = 50;
        script.acknowledged = 52;
        assertThat(script.told()).isEqualTo("queued 50, proxy 1, sending 1, origin 9");
    }

    @Test
    void aClosedWindowIsCarvedOutOfWhatItHeldUp() {
        EvidenceScript script = EvidenceScript.get(1, 11);
        script.serverResponse = at(11, 4000);
        script.clientResponse = at(11, 5000);
        script.acknowledged = 2;
        script.onClient.add(annotation(AnnotationCode.WINDOW_UPDATE, TO_SERVER, 100, 3200, 77));
        script.onServer.add(annotation(AnnotationCode.WINDOW_UPDATE, TO_SERVER, 120, 3300, 78));
        // The proxy closed its own window because the client's was closed: only what is left of it after that is its.
        assertThat(script.told()).isEqualTo("proxy 1, sending 1, origin 9, receiving 89, zero-window 3100, zero-window 100, receiving 700, client-receives 1000");
        assertThat(script.split().slices()).filteredOn(s -> s.part() == Part.ZERO_WINDOW).allSatisfy(s -> assertThat(s.within()).contains(Part.RECEIVING));
    }

    @Test
    void lossDoesNotCrossTheProxy() {
        EvidenceScript script = EvidenceScript.get(1, 11);
        script.serverResponse = at(11, 400);
        script.clientResponse = at(11, 500);
        script.acknowledged = 2;
        script.onClient.add(lost(AnnotationCode.RETRANSMISSION, TO_CLIENT, 300, 450, 77));
        script.onServer.add(lost(AnnotationCode.FAST_RETRANSMISSION, TO_SERVER, 100, 200, 78));
        assertThat(script.told()).as("only while the client leg was waited for, and only what was sent to the client")
                .isEqualTo("proxy 1, sending 1, origin 9, receiving 389, loss 50, client-receives 50");
    }

    @Test
    void whatIsSentAgainToTheClientAfterTheEndBelongsToTheExchange() {
        EvidenceScript script = EvidenceScript.get(1, 11);
        script.acknowledged = 2;
        script.onClient.add(lost(AnnotationCode.RETRANSMISSION, TO_CLIENT, 11, 211, 77));
        assertThat(script.told()).isEqualTo("proxy 1, sending 1, origin 9, loss 200");
    }

    @Test
    void aDelayedAcknowledgementHoldsUpWhatIsOnItsWay() {
        EvidenceScript script = EvidenceScript.get(1, 61);
        script.serverRequest = at(1, 45);
        script.acknowledged = 46;
        script.onServer.add(annotation(AnnotationCode.DELAYED_ACK, TO_CLIENT, 2, 43, 5));
        assertThat(script.told()).isEqualTo("proxy 1, sending 1, delayed-ack 41, sending 3, origin 15");
    }

    @Test
    void aConnectThatFailedTookItsTime() {
        EvidenceScript script = EvidenceScript.get(0, 0);
        script.hasServer = false;
        script.serverRequest = null;
        script.serverResponse = null;
        script.clientResponse = at(7003, 7003);
        script.byProxy = true;
        script.lookUp = at(1, 2);
        script.faultCode = "connect-timeout";
        script.attempts.add(script.attempt(3, 7002, annotation(AnnotationCode.RETRANSMISSION, TO_SERVER, 3, 1003, 2)));
        assertThat(script.told()).isEqualTo("proxy 1, name-lookup 1, proxy 1, loss 1000, connect 5999, proxy 1");
        script.attempts.clear();
        assertThat(script.told()).as("nobody told of attempts").isEqualTo("proxy 1, name-lookup 1, connect 7001");
    }

    @Test
    void wherePartOfTheWayWasNotToldNobodyKnows() {
        EvidenceScript script = EvidenceScript.get(0, 0);
        script.hasServer = false;
        script.serverRequest = null;
        script.serverResponse = null;
        script.clientResponse = at(50, 50);
        script.byProxy = true;
        script.faultCode = "tls-untrusted";
        script.attempts.add(script.attempt(10, 40));
        assertThat(script.told()).isEqualTo("unknown 10, connect 30, proxy 10");
    }

    @Test
    void anOriginThatNeverAnsweredIsWaitedForUntilWeAnswer() {
        EvidenceScript script = EvidenceScript.get(1, 0);
        script.serverResponse = null;
        script.clientResponse = at(501, 502);
        script.byProxy = true;
        script.acknowledged = 2;
        assertThat(script.told()).isEqualTo("proxy 1, sending 1, origin 499, client-receives 1");
    }

    @Test
    void aTunnelsTimeIsItsOwn() {
        EvidenceScript script = EvidenceScript.get(0, 0);
        script.role = Role.TUNNEL;
        script.serverRequest = null;
        script.serverResponse = null;
        script.connect = at(1, 11);
        script.clientResponse = at(12, 13);
        script.endedAt = 5000;
        assertThat(script.told()).isEqualTo("proxy 1, connect 10, proxy 1, client-receives 1, tunnel 4987");
    }

    @Test
    void inADumpMadeElsewhereThereIsNoProxyToBlame() {
        EvidenceScript script = new EvidenceScript();
        script.isDirect = true;
        script.clientRequest = at(0, 2);
        script.clientResponse = at(1800, 1900);
        script.syn = -30;
        script.synAck = -18;
        script.acknowledged = 15;
        assertThat(script.told()).isEqualTo("client-sends 2, sending 13, origin 1785, receiving 100");
        assertThat(script.ahead()).isEqualTo("connect 12");
        assertThat(script.split().slices()).allSatisfy(s -> assertThat(s.leg()).contains(Leg.CLIENT));
        assertThat(script.diagnosis()).isEqualTo("the origin took 1.8 s to answer; the network was fine, RTT 12 ms");
        script.clientResponse = at(500, 1900);
        script.onClient.add(annotation(AnnotationCode.WINDOW_UPDATE, TO_SERVER, 600, 1600, 77));
        assertThat(script.diagnosis()).isEqualTo("the client did not read for 1.0 s: zero window (p77)");
        script.onClient.clear();
        script.onClient.add(lost(AnnotationCode.RETRANSMISSION, TO_CLIENT, 600, 900, 80));
        assertThat(script.told()).isEqualTo("client-sends 2, sending 13, origin 485, receiving 100, loss 300, receiving 1000");
        assertThat(script.diagnosis()).isEqualTo("300 ms lost to one retransmission of the response, p80");
    }

    @Test
    void aSplitWithAHoleIsRefused() {
        TimeSplit.Slice slice = EvidenceScript.get(1, 2).split().slices().get(0);
        assertThatThrownBy(() -> new TimeSplit(slice.from(), slice.to() + 1, List.of(slice), List.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("slices end at");
    }

    /** Whatever the evidence, however it contradicts itself: a partition, whose parts add up. */
    @Test
    void itAlwaysAddsUp() {
        long seed = Long.getLong("plumbline.seed", 20261123L);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 20_000; i++) {
            ExchangeEvidence evidence = RandomEvidence.some(random);
            TimeSplit split = evidence.split();
            assertThat(split.slices().stream().mapToLong(TimeSplit.Slice::nanos).sum()).as("seed %d, case %d: %s", seed, i, evidence).isEqualTo(split.nanos());
            assertThat(split.shares().stream().mapToLong(TimeSplit.Share::nanos).sum()).isEqualTo(split.nanos());
            assertThat(split.byPart().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(split.nanos());
            assertThat(split.ahead()).allSatisfy(s -> assertThat(s.to()).isLessThanOrEqualTo(split.start()));
            evidence.diagnosis(split).ifPresent(d -> {
                assertThat(d.text()).as("seed %d", seed).isNotBlank().doesNotContain("\n");
                assertThat(evidence.isDirect() && d.text().contains("proxy")).as("seed %d, of a dump: %s", seed, d.text()).isFalse();
            });
        }
    }
}
