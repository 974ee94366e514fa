package dev.plumbline.analyze;

import static dev.plumbline.analyze.EvidenceScript.annotation;
import static dev.plumbline.analyze.EvidenceScript.at;
import static dev.plumbline.analyze.EvidenceScript.lost;
import static dev.plumbline.wire.Heading.TO_CLIENT;
import static dev.plumbline.wire.Heading.TO_SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.correlate.Coverage;
import dev.plumbline.correlate.Finding.Ending;
import dev.plumbline.fact.TcpInfo;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Evidence in, a sentence out. */
class DiagnosisTest {
    private EvidenceScript script;

    @BeforeEach
    void anExchangeThatWentWell() {
        script = EvidenceScript.get(1, 51);
        script.syn = -30;
        script.synAck = -18;
        script.acknowledged = 14;
    }

    private void answering(double at) {
        script.serverResponse = at(at, at);
        script.clientResponse = at(at, at);
    }

    @Test
    void ofWhatWentWellThereIsNothingToSay() {
        assertThat(script.diagnosis()).isEmpty();
    }

    @Test
    void aSlowOriginIsToldWithTheNetworkThatWasFine() {
        answering(1814);
        assertThat(script.diagnosis()).isEqualTo("the origin took 1.8 s to answer; the network was fine, RTT 12 ms");
        assertThat(script.found().severity()).isEqualTo(Severity.WARN);
        assertThat(script.found().code().word()).isEqualTo("slow-origin");
        assertThat(script.found().source()).isEqualTo(Source.PACKETS);
    }

    @Test
    void ofTheNetworkNothingIsSaidWhereSomethingWasLostOrNotSeenOrTheRoundTripIsNotKnown() {
        answering(2814);
        script.onServer.add(lost(AnnotationCode.RETRANSMISSION, TO_SERVER, 1, 6, 4));
        assertThat(script.diagnosis()).isEqualTo("the origin took 2.8 s to answer");
        script.onServer.clear();
        script.coverage = Coverage.PARTIAL;
        assertThat(script.diagnosis()).isEqualTo("the origin took 2.8 s to answer");
        script.coverage = Coverage.COMPLETE;
        script.synAck = -1;
        script.syn = -1;
        assertThat(script.diagnosis()).isEqualTo("the origin took 2.8 s to answer");
    }

    @Test
    void withoutPacketsItIsTheKernelsWordAndSaysSo() {
        answering(1801);
        script.isCaptured = false;
        assertThat(script.diagnosis()).isEqualTo("the origin took 1.8 s to answer");
        script.info = Optional.of(new TcpInfo(12_000, 1, 1, 0, 0, 10, 1448, 1, 1, 1, 1, 0));
        assertThat(script.diagnosis()).isEqualTo("the origin took 1.8 s to answer; the network was fine by TCP_INFO, RTT 12 ms");
        script.info = Optional.of(new TcpInfo(12_000, 1, 1, 2, 0, 10, 1448, 1, 1, 1, 1, 0));
        assertThat(script.diagnosis()).as("it sent again").isEqualTo("the origin took 1.8 s to answer");
        assertThat(script.found().source()).isEqualTo(Source.SOCKETS);
    }

    @ParameterizedTest(name = "origin''s time {0} ms: {1}")
    @CsvSource({"999.9, ''", "1000, the origin took 1.0 s to answer"})
    void itIsNewsFromASecondOn(double thought, String expected) {
        answering(14 + thought);
        assertThat(script.diagnosis()).startsWith(expected).matches(text -> text.isEmpty() == expected.isEmpty());
    }

    @ParameterizedTest(name = "stalled for {0} ms: {1}")
    @CsvSource({"99.9, ''", "100, '100 ms lost to one retransmission of the request on the server leg, p812'", "200, '200 ms lost to one retransmission of the request on the server leg, p812'"})
    void aStallIsNewsFromATenthOfASecondOn(double stall, String expected) {
        answering(300);
        script.acknowledged = 13 + stall;
        script.onServer.add(lost(AnnotationCode.RETRANSMISSION, TO_SERVER, 1, 1 + stall, 812));
        assertThat(script.diagnosis()).isEqualTo(expected);
    }

    @Test
    void severalRetransmissionsAreCounted() {
        script.serverResponse = at(51, 900);
        script.clientResponse = at(51, 900);
        for (int i = 0; i < 5; i++) {
            script.onServer.add(lost(AnnotationCode.FAST_RETRANSMISSION, TO_CLIENT, 100 * i + 60, 100 * i + 100, 70 + i));
        }
        assertThat(script.diagnosis()).isEqualTo("200 ms lost to 5 retransmissions of the response on the server leg, p70–p74");
        script.onServer.replaceAll(a -> lost(AnnotationCode.OUT_OF_ORDER, TO_CLIENT, (a.from() - EvidenceScript.T0) / 1e6, (a.at() - EvidenceScript.T0) / 1e6, 70));
        assertThat(script.diagnosis()).startsWith("200 ms lost to 5 late segments of the response");
    }

    @Test
    void whoDidNotReadIsNamed() {
        script.serverResponse = at(51, 4000);
        script.clientResponse = at(51, 4100);
        script.onClient.add(annotation(AnnotationCode.ZERO_WINDOW, TO_SERVER, 100, 1000, 40));
        script.onClient.add(annotation(AnnotationCode.WINDOW_UPDATE, TO_SERVER, 100, 3200, 77));
        assertThat(script.diagnosis()).isEqualTo("the client did not read for 3.1 s: zero window (p40, p77)");
        assertThat(script.split().nanos(Part.ZERO_WINDOW)).isEqualTo(3_100_000_000L);
        script.onServer.addAll(script.onClient);
        script.onClient.clear();
        assertThat(script.diagnosis()).isEqualTo("the proxy did not read for 3.1 s: zero window (p40, p77)");
        script.onClient.add(annotation(AnnotationCode.WINDOW_FULL, TO_CLIENT, 50, 50, 41));
        assertThat(script.diagnosis()).as("not then").isEqualTo("the proxy did not read for 3.1 s: zero window (p40, p77)");
        script.onClient.add(annotation(AnnotationCode.WINDOW_FULL, TO_CLIENT, 2000, 2000, 42));
        assertThat(script.diagnosis()).isEqualTo("the proxy did not read for 3.1 s, for the client was slow to take what it had read: zero window (p40, p77)");
    }

    @Test
    void anOriginThatDoesNotReadHoldsTheClientUp() {
        answering(4000);
        script.clientRequest = at(0, 3500);
        script.serverRequest = at(1, 3510);
        script.acknowledged = 3522;
        script.onServer.add(annotation(AnnotationCode.WINDOW_UPDATE, TO_CLIENT, 100, 3200, 77));
        assertThat(script.diagnosis()).isEqualTo("the origin did not read for 3.1 s: zero window (p77)");
        assertThat(script.found().leg()).contains(Leg.SERVER);
    }

    @Test
    void stepsThatTookLongAreNamed() {
        script.lookUp = at(0, 5000);
        script.serverRequest = at(5001, 5001);
        script.acknowledged = 5014;
        answering(5051);
        assertThat(script.diagnosis()).isEqualTo("the name look-up took 5.0 s");
        script.lookUp = null;
        assertThat(script.diagnosis()).isEqualTo("the proxy held it up for 5.0 s");
        script.connect = at(1, 5000);
        script.syn = -1;
        assertThat(script.diagnosis()).isEqualTo("connecting to the origin took 5.0 s");
        script.connect = null;
        script.originTls = at(-1300, -100);
        script.serverRequest = at(1, 1);
        script.acknowledged = 2;
        answering(51);
        assertThat(script.diagnosis()).isEqualTo("TLS with the origin took 1.2 s, before the request");
    }

    @Test
    void aClientThatAskedToGoOnAndWasNotAnsweredIsSaidToHaveWaited() {
        script.clientRequest = at(0, 1010);
        script.serverRequest = at(1, 1011);
        script.acknowledged = 1012;
        script.expectsContinue = true;
        script.contentFirst = 1004;
        answering(1020);
        assertThat(script.diagnosis()).isEqualTo("the client waited 1.0 s for a 100 (Continue) that the origin did not send");
        assertThat(script.found().code().word()).isEqualTo("slow-continue");
        assertThat(script.found().severity()).isEqualTo(Severity.WARN);
        answering(4012);
        assertThat(script.diagnosis()).as("what took longer still").startsWith("the origin took 3.0 s to answer");
        answering(1020);
        script.continued = 1003;
        assertThat(script.diagnosis()).isEqualTo("the origin took 1.0 s to send a 100 (Continue)");
        script.continued = 900;
        assertThat(script.diagnosis()).as("no second, and the client did wait").isEmpty();
    }

    @Test
    void anOriginThatAnsweredAtOnceInsteadOfA100IsNotSaidToHaveSentNothing() {
        script.clientRequest = at(0, 2010);
        script.serverRequest = at(1, 2011);
        script.acknowledged = 2012;
        answering(2001);
        script.expectsContinue = true;
        script.contentFirst = 2005;
        assertThat(script.diagnosis()).as("content that came behind the answer").startsWith("the origin took 2.0 s to answer");
        assertThat(script.found().code().word()).isEqualTo("slow-origin");
    }

    @Test
    void a100ThatNobodyWaitedForIsNotWhatTheOriginTookItsTimeFor() {
        script.continued = 1814;
        answering(1815);
        assertThat(script.diagnosis()).isEqualTo("the origin took 1.8 s to answer; the network was fine, RTT 12 ms");
    }

    @Test
    void theWaitForA100IsToldFromTheOriginsThinkingThoughNothingLiesBetween() {
        script.clientRequest = at(0, 1004);
        script.serverRequest = at(1, 1004);
        script.expectsContinue = true;
        script.contentFirst = 1004;
        script.acknowledged = 1004;
        script.isDirect = true;
        answering(1504);
        assertThat(script.diagnosis()).isEqualTo("the client waited 1.0 s for a 100 (Continue) that the origin did not send");
    }

    @Test
    void ofSeveralTheLongestIsSaidAndBadNewsBeforeNotes() {
        script.lookUp = at(0, 1500);
        script.serverRequest = at(1501, 1501);
        script.acknowledged = 1514;
        script.serverResponse = at(3514, 9514);
        script.clientResponse = at(3514, 9514);
        assertThat(script.diagnosis()).startsWith("the origin took 2.0 s to answer");
        script.serverResponse = at(1600, 9600);
        script.clientResponse = at(1600, 9600);
        assertThat(script.diagnosis()).isEqualTo("the name look-up took 1.5 s");
        script.lookUp = at(0, 900);
        script.serverRequest = at(901, 901);
        script.acknowledged = 914;
        assertThat(script.diagnosis()).isEqualTo("the response took 8.0 s to come from the origin");
        assertThat(script.found().isBadNews()).isFalse();
    }

    /** We read on when the other side has taken what we read. */
    @Test
    void ofWhatWasPassedOnSocketsCannotTellWhoWasSlow() {
        script.isCaptured = false;
        script.clientRequest = at(0, 1600);
        script.serverRequest = at(1, 1601);
        script.serverResponse = at(1610, 1611);
        script.clientResponse = at(1610, 1611);
        script.contentLength = 16 << 10;
        assertThat(script.diagnosis()).isEqualTo("the request took 1.6 s to come from the client");
        script.contentLength++;
        assertThat(script.diagnosis()).isEqualTo("the request took 1.6 s to pass from the client to the origin");
        script.clientRequest = at(0, 0);
        script.serverRequest = at(1, 1);
        script.serverResponse = at(10, 3010);
        script.clientResponse = at(10, 3010);
        assertThat(script.diagnosis()).isEqualTo("the response took 3.0 s to pass from the origin to the client");
        script.contentLength--;
        assertThat(script.diagnosis()).isEqualTo("the response took 3.0 s to come from the origin");
    }

    @Test
    void aResponseThatWasCutIsToldWithHowMuchOfItCame() {
        script.faultCode = "origin-cut";
        script.failure = "The origin reset the connection after 4096 octets of content, before the response was complete.";
        script.isResponseWhole = false;
        script.contentLength = 4096;
        script.declaredLength = 10_000;
        script.serverEnded = 51;
        script.serverEnding = Ending.RST;
        script.serverEndedBy = Optional.of(TO_CLIENT);
        assertThat(script.diagnosis()).isEqualTo("the origin reset the connection after 4,096 of 10,000 octets (p91)");
        script.declaredLength = -1;
        script.serverEnding = Ending.FIN;
        script.failure = "The origin closed the connection after 4096 octets of content, before the response was complete.";
        assertThat(script.diagnosis()).isEqualTo("the origin closed the connection after 4,096 octets of a response without a declared length (p91)");
        script.isCaptured = false;
        assertThat(script.diagnosis()).isEqualTo("the origin closed the connection after 4,096 octets of a response without a declared length");
        assertThat(script.found().source()).isEqualTo(Source.SOCKETS);
    }

    @ParameterizedTest(name = "FIN of the origin at {0} ms, request at 1 ms, round trip 12 ms, reused: {1}")
    @CsvSource({"0.5, true, IDLE_RACE", "12.9, true, IDLE_RACE", "13.1, true, ORIGIN_CLOSED", "0.5, false, ORIGIN_CLOSED"})
    void anOriginThatClosesBeforeItCanKnowOfTheRequestLostARace(double fin, boolean isReused, Diagnosis.Code expected) {
        script.faultCode = "origin-closed";
        script.failure = "The origin closed the connection without a response.";
        script.serverResponse = null;
        script.clientResponse = at(20, 20);
        script.byProxy = true;
        script.acknowledged = -1;
        script.firstOnServer = !isReused;
        script.serverEnded = fin;
        script.serverEnding = Ending.FIN;
        script.serverEndedBy = Optional.of(Heading.TO_CLIENT);
        assertThat(script.found().code()).isEqualTo(expected);
        assertThat(script.diagnosis()).isEqualTo(expected == Diagnosis.Code.IDLE_RACE
                ? "idle-reuse race: the origin closed the idle connection as the request was sent (p91)" : "the origin closed the connection without a response (p91)");
        script.isCaptured = false;
        assertThat(script.diagnosis()).as("sockets cannot tell a race").isEqualTo("the origin closed the connection without a response");
    }

    @Test
    void anOriginThatEndsInsideItsHeadIsNotSaidToHaveAnsweredNothing() {
        script.faultCode = "origin-closed";
        script.failure = "The origin closed the connection inside the head of its response, after 25 octets.";
        script.clientResponse = at(20, 20);
        script.byProxy = true;
        script.serverEnding = Ending.FIN;
        script.serverEndedBy = Optional.of(Heading.TO_CLIENT);
        assertThat(script.diagnosis()).startsWith("the origin closed the connection inside the head of its response");
    }

    @Test
    void otherFailuresAreSaidAsTheRelaySaidThem() {
        script.faultCode = "tls-untrusted";
        script.failure = "TLS with example.com failed: it is self-signed. To go on all the same, trust its authority with --upstream-ca FILE.";
        assertThat(script.diagnosis()).isEqualTo("TLS with example.com failed: it is self-signed");
        script.faultCode = "name-not-resolved";
        script.failure = "The name could not be resolved: no address is known for nosuch.invalid.";
        script.lookUp = at(0, 51);
        assertThat(script.diagnosis()).isEqualTo("the name could not be resolved: no address is known for nosuch.invalid");
        script.faultCode = "bare-lf";
        assertThat(script.diagnosis()).as("what is wrong with octets is said where it is found").isEmpty();
        script.faultCode = "proxy-stopped";
        assertThat(script.diagnosis()).isEmpty();
    }
}
