package dev.plumbline.analyze;

import static dev.plumbline.analyze.EvidenceScript.annotation;
import static dev.plumbline.analyze.EvidenceScript.at;
import static dev.plumbline.wire.Heading.TO_CLIENT;
import static dev.plumbline.wire.Heading.TO_SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.wire.PacketId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said where no connection to an origin came about. */
class FailedConnectDiagnosisTest {
    private EvidenceScript script;

    @BeforeEach
    void anExchangeThatWentWell() {
        script = EvidenceScript.get(1, 51);
        script.syn = -30;
        script.synAck = -18;
        script.acknowledged = 14;
    }

    @Test
    void connectsThatFailedAreToldByWhatTheWireShowed() {
        script.hasServer = false;
        script.serverRequest = null;
        script.serverResponse = null;
        script.clientResponse = at(7010, 7010);
        script.byProxy = true;
        script.faultCode = "connect-refused";
        script.failure = "10.0.0.1:443 refused the connection.";
        assertThat(script.diagnosis()).isEqualTo("10.0.0.1:443 refused the connection");
        script.attempts.add(script.attempt(1, 2, annotation(AnnotationCode.CONNECT_REFUSED, TO_CLIENT, 1, 2, 12)));
        assertThat(script.diagnosis()).isEqualTo("connect refused by 10.0.0.1:443 (p12)");
        script.attempts.clear();
        script.faultCode = "connect-timeout";
        script.attempts.add(script.attempt(1, 7001, annotation(AnnotationCode.RETRANSMISSION, TO_SERVER, 1, 1001, 3),
                annotation(AnnotationCode.RETRANSMISSION, TO_SERVER, 1, 3001, 4), annotation(AnnotationCode.CONNECT_UNANSWERED, TO_SERVER, 1, 3001, 2)));
        assertThat(script.diagnosis()).isEqualTo("no answer to 3 SYNs from 10.0.0.1:443 in 7.0 s (p2)");
        script.attempts.clear();
        script.attempts.add(script.attempt(1, 1, 7001, "example.com (10.0.0.1:443) did not answer within 7 s."));
        assertThat(script.diagnosis()).isEqualTo("no answer from 10.0.0.1:443 in 7.0 s");
    }

    private void failed(String faultCode, String failure) {
        script.hasServer = false;
        script.serverRequest = null;
        script.serverResponse = null;
        script.clientResponse = at(7300, 7300);
        script.byProxy = true;
        script.faultCode = faultCode;
        script.failure = failure;
    }

    private LegEvidence refused(int address, double from, boolean isSeen) {
        Annotation rst = annotation(AnnotationCode.CONNECT_REFUSED, TO_CLIENT, from, from + 1, 10 + address);
        return script.attempt(address, from, from + 1, "example.com (10.0.0." + address + ":443) refused the connection.", isSeen ? new Annotation[] {rst} : new Annotation[0]);
    }

    private LegEvidence silent(int address, double from, boolean isSeen) {
        Annotation again = annotation(AnnotationCode.RETRANSMISSION, TO_SERVER, from, from + 1000, 20 + address);
        Annotation syn = annotation(AnnotationCode.CONNECT_UNANSWERED, TO_SERVER, from, from + 1000, 20 + address);
        return script.attempt(address, from, from + 7000, "example.com (10.0.0." + address + ":443) did not answer within 7 s.",
                isSeen ? new Annotation[] {again, syn} : new Annotation[0]);
    }

    @ParameterizedTest(name = "captured: {0}")
    @ValueSource(booleans = {true, false})
    void ofSeveralAddressesEachIsSaidToHaveDoneWhatItDid(boolean isSeen) {
        String p11 = isSeen ? " (p11)" : "";
        String p12 = isSeen ? " (p12)" : "";
        String p21 = isSeen ? " (p21)" : "";
        String p22 = isSeen ? " (p22)" : "";
        String to = isSeen ? " to 2 SYNs" : "";

        failed("connect-timeout", "example.com (10.0.0.1:443) did not answer within 7 s.");
        script.attempts.addAll(List.of(silent(1, 1, isSeen), refused(2, 251, isSeen)));
        assertThat(script.diagnosis()).isEqualTo("no answer" + to + " from 10.0.0.1:443 in 7.0 s" + p21 + "; refused by 10.0.0.2:443" + p12);
        assertThat(script.found().code()).isEqualTo(Diagnosis.Code.CONNECT_UNANSWERED);
        assertThat(script.found().packets()).extracting(PacketId::number).isEqualTo(isSeen ? List.of(12L, 21L) : List.of());

        script.attempts.clear();
        script.attempts.addAll(List.of(refused(1, 1, isSeen), silent(2, 2, isSeen)));
        assertThat(script.diagnosis()).isEqualTo("no answer" + to + " from 10.0.0.2:443 in 7.0 s" + p22 + "; refused by 10.0.0.1:443" + p11);

        failed("connect-refused", "example.com (10.0.0.2:443) refused the connection.");
        script.attempts.clear();
        script.attempts.addAll(List.of(silent(1, 1, isSeen), refused(2, 7200, isSeen)));
        assertThat(script.diagnosis()).isEqualTo("connect refused by 10.0.0.2:443" + p12 + "; no answer" + to + " from 10.0.0.1:443 in 7.0 s" + p21);
        assertThat(script.found().code()).isEqualTo(Diagnosis.Code.CONNECT_REFUSED);

        script.attempts.clear();
        script.attempts.addAll(List.of(refused(1, 1, isSeen), refused(2, 2, isSeen)));
        assertThat(script.diagnosis()).isEqualTo("connect refused by 10.0.0.1:443, 10.0.0.2:443" + (isSeen ? " (p11, p12)" : ""));

        failed("connect-timeout", "example.com (10.0.0.2:443) did not answer within 7 s.");
        script.attempts.clear();
        script.attempts.addAll(List.of(silent(1, 1, isSeen), silent(2, 251, isSeen)));
        assertThat(script.diagnosis()).isEqualTo("no answer" + (isSeen ? " to 4 SYNs" : "") + " from 10.0.0.1:443, 10.0.0.2:443 in 7.0 s" + (isSeen ? " (p21, p22)" : ""));
    }

    @ParameterizedTest(name = "captured: {0}")
    @ValueSource(booleans = {true, false})
    void soItIsWhereTheLastOneFailedInAnotherWay(boolean isSeen) {
        String refused = "; refused by 10.0.0.1:443" + (isSeen ? " (p11)" : "");
        String silent = "; no answer" + (isSeen ? " to 2 SYNs" : "") + " from 10.0.0.2:443 in 7.0 s" + (isSeen ? " (p22)" : "");
        String noRoute = "There is no route to example.com (10.0.0.3:443).";

        failed("unreachable", noRoute);
        script.attempts.addAll(List.of(refused(1, 1, isSeen), silent(2, 2, isSeen), script.attempt(3, 7100, 7101, noRoute)));
        assertThat(script.diagnosis()).isEqualTo("there is no route to example.com (10.0.0.3:443)" + refused + silent);
        assertThat(script.found().code()).isEqualTo(Diagnosis.Code.CONNECT_FAILED);
        assertThat(script.found().packets()).extracting(PacketId::number).isEqualTo(isSeen ? List.of(11L, 22L) : List.of());
        assertThat(script.found().source()).isEqualTo(isSeen ? Source.PACKETS : Source.SOCKETS);

        script.attempts.remove(1);
        assertThat(script.diagnosis()).isEqualTo("there is no route to example.com (10.0.0.3:443)" + refused);

        failed("connect-failed", "Connecting to example.com (10.0.0.3:443) failed: Network is down.");
        script.attempts.set(0, silent(2, 2, isSeen));
        assertThat(script.diagnosis()).isEqualTo("connecting to example.com (10.0.0.3:443) failed: Network is down" + silent);

        script.attempts.remove(0);
        assertThat(script.diagnosis()).isEqualTo("connecting to example.com (10.0.0.3:443) failed: Network is down");
        assertThat(script.found().packets()).isEmpty();
        script.attempts.set(0, script.attempt(3, 1, 3001, "Connecting to example.com (10.0.0.3:443) failed: Network is down."));
        assertThat(script.diagnosis()).isEqualTo("connecting to example.com (10.0.0.3:443) failed: Network is down, after 3.0 s");

        failed("connect-refused", "example.com (10.0.0.3:443) refused the connection.");
        script.attempts.set(0, silent(2, 2, isSeen));
        assertThat(script.diagnosis()).as("of the one that refused there is only the word").isEqualTo("example.com (10.0.0.3:443) refused the connection" + silent);
    }

    @Test
    void anAddressThatRefusedBeforeAnotherAnsweredIsNotToBlame() {
        script.attempts.add(refused(1, 1, true));
        assertThat(script.diagnosis()).isEmpty();
        script.faultCode = "connect-refused";
        script.failure = "example.com (10.0.0.2:443) refused the connection.";
        script.attempts.clear();
        script.attempts.add(script.attempt(3, 1, 7001, "another address answered first"));
        assertThat(script.diagnosis()).as("nothing says that it was this one").isEqualTo("example.com (10.0.0.2:443) refused the connection");
    }

    @Test
    void aNameThatSaysRefusedIsNoRefusal() {
        failed("connect-timeout", "refused the connection. (10.0.0.1:443) did not answer within 7 s.");
        script.attempts.add(script.attempt(1, 1, 7001, "refused the connection. (10.0.0.1:443) did not answer within 7 s."));
        assertThat(script.diagnosis()).isEqualTo("no answer from 10.0.0.1:443 in 7.0 s");
    }
}
