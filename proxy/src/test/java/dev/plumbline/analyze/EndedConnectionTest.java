package dev.plumbline.analyze;

import static dev.plumbline.analyze.EvidenceScript.annotation;
import static dev.plumbline.analyze.EvidenceScript.at;
import static dev.plumbline.wire.Heading.TO_CLIENT;
import static dev.plumbline.wire.Heading.TO_SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.correlate.Finding.Ending;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.wire.PacketId;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who ended a connection under an exchange, and how: the sentence, by who was the first to leave. */
class EndedConnectionTest {
    private EvidenceScript script;

    @BeforeEach
    void anExchangeThatWentWell() {
        script = EvidenceScript.get(1, 51);
        script.syn = -30;
        script.synAck = -18;
        script.acknowledged = 14;
    }

    private Diagnosis found() {
        ExchangeEvidence evidence = script.evidence();
        return evidence.diagnosis(evidence.split()).orElseThrow();
    }

    /** Our own socket, closed whole when the origin's FIN came, may answer with a RST. */
    @Test
    void aFinThatWeAnsweredWithARstIsTheOriginsStill() {
        script.faultCode = "origin-closed";
        script.failure = "10.0.0.1:443 closed the connection without a response.";
        script.serverResponse = null;
        script.clientResponse = at(20, 20);
        script.byProxy = true;
        script.acknowledged = -1;
        script.serverEnded = 5;
        script.serverEnding = Ending.RST;
        script.serverEndedBy = Optional.of(TO_SERVER);
        script.serverLeftBy = Optional.of(TO_CLIENT);
        script.onServer.add(annotation(AnnotationCode.RESET, TO_SERVER, 5, 6, 92));
        assertThat(script.diagnosis()).isEqualTo("the origin closed the connection without a response (p91)");
        script.firstOnServer = false;
        assertThat(script.diagnosis()).isEqualTo("idle-reuse race: the origin closed the idle connection as the request was sent (p91)");
    }

    /** A write that fails with the reset takes the error off the socket, and reading then finds an orderly end. */
    @Test
    void aResetThatThePacketsShowIsNoClose() {
        script.faultCode = "origin-closed";
        script.failure = "10.0.0.1:443 closed the connection without a response.";
        script.serverResponse = null;
        script.clientResponse = at(20, 20);
        script.byProxy = true;
        script.serverEnded = 15;
        script.serverEnding = Ending.RST;
        script.serverEndedBy = Optional.of(TO_CLIENT);
        assertThat(script.diagnosis()).isEqualTo("the origin reset the connection without a response (p91)");
        assertThat(found().code()).isEqualTo(Diagnosis.Code.ORIGIN_RESET);
    }

    @Test
    void anOriginThatEndedTheConnectionInTheHeadOfItsResponseHadBegunOne() {
        script.faultCode = "origin-closed";
        script.failure = "10.0.0.1:443 closed the connection inside the head of its response.";
        script.serverResponse = at(15, 15);
        script.clientResponse = at(20, 20);
        script.isResponseWhole = false;
        script.byProxy = true;
        script.serverEnded = 16;
        script.serverEnding = Ending.FIN;
        script.serverEndedBy = Optional.of(TO_CLIENT);
        assertThat(script.diagnosis()).isEqualTo("the origin closed the connection inside the head of its response (p91)");
    }

    @Test
    void tlsThatTheOriginEndedNamesThePacket() {
        script.hasServer = false;
        script.serverRequest = null;
        script.serverResponse = null;
        script.byProxy = true;
        script.faultCode = "tls-failed";
        script.failure = "TLS with example.com failed: the peer reset the connection during the handshake.";
        assertThat(script.diagnosis()).isEqualTo("TLS with example.com failed: the peer reset the connection during the handshake");
        script.attempts.add(script.refused(1, 2, 3));
        script.attempts.add(script.brokenTls(2, 3, TO_CLIENT, 12));
        assertThat(script.diagnosis()).isEqualTo("TLS with example.com failed: the peer reset the connection during the handshake (p12)");
        assertThat(found().packets()).extracting(PacketId::number).containsExactly(12L);
        script.attempts.set(1, script.brokenTls(2, 3, TO_SERVER, 12));
        assertThat(found().packets()).as("we left").isEmpty();
    }

    /** What the origin sends as it hears of that is not why. */
    @ParameterizedTest
    @ValueSource(strings = {"tls-untrusted", "tls-timeout"})
    void tlsThatWeGaveUpNamesNoPacketOfTheOrigin(String faultCode) {
        script.hasServer = false;
        script.serverRequest = null;
        script.serverResponse = null;
        script.byProxy = true;
        script.faultCode = faultCode;
        script.failure = "TLS with example.com failed: the certificate is self-signed.";
        script.attempts.add(script.brokenTls(2, 3, TO_CLIENT, 12));
        assertThat(script.diagnosis()).isEqualTo("TLS with example.com failed: the certificate is self-signed");
    }

    @Test
    void tlsThatBrokeAfterItsHandshakeDidNotTakeTheTimeOfThat() {
        script.originTls = at(-2000, 0);
        script.clientRequest = at(-2001, -2001);
        script.isResponseWhole = false;
        script.faultCode = "tls-failed";
        script.failure = "TLS with example.com failed after 3 octets of content, before the response was complete: a record is damaged.";
        assertThat(script.diagnosis()).isEqualTo("TLS with example.com failed after 3 octets of content, before the response was complete: a record is damaged");
    }

    @Test
    void aResponseCutByAFinThatWeAnsweredWithARstWasNotReset() {
        script.faultCode = "origin-cut";
        script.failure = "The origin closed the connection after 4096 octets of content, before the response was complete.";
        script.isResponseWhole = false;
        script.contentLength = 4096;
        script.declaredLength = 10_000;
        script.serverEnded = 51;
        script.serverEnding = Ending.RST;
        script.serverEndedBy = Optional.of(TO_SERVER);
        script.serverLeftBy = Optional.of(TO_CLIENT);
        assertThat(script.diagnosis()).isEqualTo("the origin closed the connection after 4,096 of 10,000 octets (p91)");
    }

    /** Its FIN alone may be a half-close: it is the RST that says that nobody was there to read. */
    @Test
    void aClientThatLeftBeforeTheWholeAnswerIsToldThoughAllOfItWasSent() {
        script.acknowledged = 14;
        script.serverResponse = at(5000, 5001);
        script.clientResponse = at(5000, 5001);
        script.clientLeft = 1500;
        assertThat(script.diagnosis()).startsWith("the origin took 5.0 s to answer");
        script.clientRefusal = Optional.of(new PacketId(99));
        assertThat(script.diagnosis()).isEqualTo("the client went away after 1.5 s (p88, p99); the origin had not answered for 1.5 s");
        assertThat(found().code()).isEqualTo(Diagnosis.Code.CLIENT_GONE);
        script.clientLeft = 5001.5;
        assertThat(script.diagnosis()).as("it had all of it").startsWith("the origin took 5.0 s to answer");
    }

    @Test
    void aClientThatResetIsToldByItsPacketAlsoBeforeItsConnectionIsSettled() {
        script.faultCode = "client-gone";
        script.failure = "The client closed the connection before the exchange was complete.";
        script.clientResponse = null;
        script.serverResponse = null;
        script.endedAt = 120;
        script.onClient.add(annotation(AnnotationCode.RESET, TO_SERVER, 100, 100, 36));
        assertThat(script.diagnosis()).isEqualTo("the client went away after 100 ms (p36)");
    }

    @Test
    void aTunnelThatItsClientLeftUnusedWasOpenUntilThen() {
        script = EvidenceScript.get(0, 0);
        script.role = Role.TUNNEL;
        script.hasServer = false;
        script.faultCode = "client-gone";
        script.clientResponse = at(1, 2);
        script.endedAt = 200;
        script.onClient.add(annotation(AnnotationCode.RESET, TO_SERVER, 199, 199, 36));
        assertThat(script.told()).isEqualTo("proxy 1, client-receives 1, tunnel 198");
        assertThat(script.diagnosis()).isEqualTo("the client went away after 199 ms (p36)");
    }

    @Test
    void aClientThatWentAwayIsToldWithWhatItHadWaitedFor() {
        script.faultCode = "client-gone";
        script.failure = "The client closed the connection before the exchange was complete.";
        script.clientResponse = null;
        script.serverResponse = null;
        script.endedAt = 2114;
        script.byProxy = false;
        assertThat(script.diagnosis()).isEqualTo("the client was found gone after 2.1 s; the origin had not answered for 2.1 s");
        script.endedAt = 100;
        assertThat(script.diagnosis()).isEqualTo("the client was found gone after 100 ms");
    }
}
