package dev.plumbline.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.analyze.Part;
import dev.plumbline.dump.DumpScript.Outcome;
import dev.plumbline.dump.tls.TlsScript;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.Leg;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who left, in a dump, and what is said of the exchange under which they did. */
class ImportEndingsTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String BEGUN = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc";

    @TempDir
    Path scratch;
    private Path directory;
    private final DumpScript script = new DumpScript();

    @BeforeEach
    void nameTheRecording() {
        directory = scratch.resolve("recording");
    }

    private List<String> said() {
        List<String> said = new ArrayList<>();
        try (Recording recording = Recording.open(directory)) {
            recording.exchanges(row -> said.add(recording.analysis(row).diagnosis().map(Diagnosis::text).orElse("")));
        }
        return said;
    }

    @Test
    void aClientThatResetsAfterTheOriginsFinDidNotEndIt() {
        Outcome outcome = script.opens().asks(GET).answers(BEGUN).leaves(false).resets(true).opens().asks(GET).leaves(false).resets(true).imported(directory);
        assertThat(outcome.lines()).containsExactly(
                "c1.1 GET http://h/a 200 ! the response is cut after 3 octets of content: the origin closed its side, and the client reset the connection",
                "c2.1 GET http://h/a 0 ! no response: the origin closed its side, and the client reset the connection");
        assertThat(said()).containsExactly("the origin closed the connection after 3 of 10 octets (p6)", "the origin closed the connection without a response (p12)");
    }

    @Test
    void aFinThatMeetsAResetOnItsWayCameTooLate() {
        Outcome outcome = script.opens().asks(GET).resets(false).leaves(true).imported(directory);
        assertThat(outcome.lines()).containsExactly("c1.1 GET http://h/a 0 ! no response: the origin reset the connection");
        assertThat(said()).containsExactly("the origin reset the connection without a response (p5)");
    }

    @Test
    void aResponseThatEndsWithinItsHeadIsOneThatWasCut() {
        Outcome outcome = script.opens().asks(GET).answers("HTTP/1.1 200 OK\r\nConte").closes(false).imported(directory);
        assertThat(outcome.lines()).containsExactly("c1.1 GET http://h/a 0 ! the response is cut within its head: the connection was closed");
        MessageRow response = outcome.exchanges().get(0).message(Leg.CLIENT, MessageKind.RESPONSE).orElseThrow();
        assertThat(response.end()).contains(End.CUT);
        assertThat(response.head()).asString(StandardCharsets.US_ASCII).isEqualTo("HTTP/1.1 200 OK\r\nConte");
        assertThat(said()).containsExactly("the origin closed the connection inside the head of its response (p6)");
    }

    @Test
    void aClientThatResetsIsGone() {
        script.opens().asks(GET).silence(900).resets(true).opens().asks(GET).answers(BEGUN).silence(300).resets(true)
                .opens().asks("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc").silence(200).resets(true).imported(directory);
        assertThat(said()).containsExactly("the client went away after 901 ms (p5); the origin had not answered for 900 ms",
                "the client went away after 302 ms (p11)", "the client went away after 201 ms (p16)");
    }

    @Test
    void whoClosedAnIdleConnectionDidSoWhenTheyDidAndNotWhenTheOtherFollowed() {
        String whole = BEGUN + "defghij";
        Outcome outcome = script.opens().asks(GET).answers(whole).silence(499).leaves(true).silence(5000).leaves(false).opens().asks(GET).answers(whole).imported(directory);
        try (Recording recording = Recording.open(directory)) {
            assertThat(recording.analysis(outcome.exchanges().get(1)).clientReuse().orElseThrow().whyNew().orElseThrow().text()).isEqualTo("the client closed c1 after 500 ms idle (fin)");
        }
    }

    /** Its FIN ended its own half only: what its RST refused was none of the answer. */
    @Test
    void aClientThatAcknowledgedTheWholeAnswerWasThereForIt() {
        String whole = BEGUN + "defghij";
        script.opens().asks(GET).leaves(true).answers(whole).segment(true, GET.length() + 1, "").resets(true)
                .opens().asks(GET).leaves(true).answers(whole).resets(true).imported(directory);
        assertThat(said()).containsExactly("", "the client went away after 1.0 ms (p13, p15)");
    }

    /** The dump may just end there. */
    @Test
    void ofAClientThatClosedItsSideNothingIsSaid() {
        script.opens().asks(GET).leaves(true).silence(2000).opens().imported(directory);
        assertThat(said()).containsExactly("");
    }

    /** Whoever ends a connection whose messages could not be read to their end did not end those by it. */
    @Test
    void ofMessagesThatCouldNotBeReadNobodyIsBlamed() {
        String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        script.opens().asks(GET).answersUnseen(10).answers("ab").silence(1000).asks(GET).answers("cd").closes(false)
                .opens().asks(GET).answers(chunked + "3\r\nabc\r\n").answersUnseen(10).answers("0\r\n\r\n").silence(1000).closes(false)
                .opens().asks(GET).answers(chunked + "z").silence(1000).closes(false)
                .opens().asks(GET).answers("no HTTP\r\n\r\n").silence(1000).closes(false)
                .opens().asks("POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc").asksUnseen(2).asks("0\r\n\r\n").answers(BEGUN).silence(1000).resets(true)
                .imported(directory);
        assertThat(said()).hasSize(6).containsOnly("");
    }

    /** Where its octets belong nobody can tell: that is no proof that there were none. */
    @Test
    void norWhereTheOriginsSynIsNotInTheDump() {
        Outcome outcome = script.opensUnanswered().asks(GET).answers(BEGUN).answers("defghij").silence(1000).closes(true).imported(directory);
        assertThat(outcome.lines()).containsExactly("c1.1 GET http://h/a 0 ! no response: the origin's SYN is not in the dump, so what it sent has no place");
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER the origin's SYN is not in the dump, so what it sent has no place");
        assertThat(outcome.result().unread()).containsOnly(Map.entry("octets missing in the dump", 1L));
        assertThat(outcome.exchanges().get(0).faultCode()).isEqualTo("response-unread");
        assertThat(outcome.connections().get(0).toClient()).isEqualTo(BEGUN.length() + 7L);
        assertThat(said()).containsExactly("");
    }

    /** A flow is read from one interface: else what passes two would be there twice. */
    @Test
    void norWhereWhatTheOriginSentIsOnAnotherInterface() {
        byte[] file = script.seesEachSideElsewhere().opens().asks(GET).answers(BEGUN + "defghij").closes(true).pcapng("");
        Outcome outcome = DumpScript.imported(file, directory);
        assertThat(outcome.lines()).containsExactly("c1.1 GET http://h/a 0 ! no response: what the origin sent is on another interface of the dump than the client's SYN");
        assertThat(said()).containsExactly("");
    }

    /** It is found to be missing by what comes next, whenever that comes. */
    @Test
    void whenAMessageEndedThatLacksItsEndNobodySays() {
        script.opens().asks(GET).answers(BEGUN).answersUnseen(7).segment(true, GET.length(), "").silence(2_000).asks(GET).answers(BEGUN + "defghij").imported(directory);
        assertThat(said()).containsExactly("", "");
    }

    @Test
    void aSynThatWasSentAgainBelongsToTheConnect() {
        script.losesSyns(1_000).opens().asks(GET).answers(BEGUN + "defghij").imported(directory);
        assertThat(said()).containsExactly("connecting to the origin took 1.0 s, before the request");
    }

    @Test
    void aRequestInTheSynIsReadWithItsAnswer() {
        Outcome outcome = script.opensWith(GET).answers(BEGUN + "defghij").closes(true).imported(directory);
        assertThat(outcome.lines()).containsExactly("c1.1 GET http://h/a 200");
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER");
    }

    /** What came before the request is no part of the way to it. */
    @Test
    void whereTheClockWasSetBackNothingIsSaidOfTheTime() {
        Outcome outcome = script.opens().asks(GET).silence(-100_000).answers(BEGUN).answers("defghij").closes(true).imported(directory);
        assertThat(outcome.lines()).containsExactly("c1.1 GET http://h/a 200");
        assertThat(said()).containsExactly("");
        try (Recording recording = Recording.open(directory)) {
            assertThat(recording.analysis(outcome.exchanges().get(0)).split().orElseThrow().ahead()).extracting(slice -> slice.part()).containsExactly(Part.CONNECT);
        }
    }

    @Test
    void norOfTlsThatCouldNotBeReadToItsEnd() {
        TlsScript tls = new TlsScript(7);
        script.opens().asks(tls.clientHello(0)).answers(tls.serverFlight()).asks(tls.clientFinished()).asks(tls.asks(GET)).answers(tls.answers(BEGUN))
                .answersUnseen(30).answers("x").silence(1000).asks(tls.asks(GET)).closes(false).imported(directory, tls.keyLog());
        assertThat(said()).containsExactly("", "");
    }

    @Test
    void aResetInADumpOfOneDirectionSaysNothingOfAnswers() {
        Outcome outcome = script.showsOnly(true).opens().asks(GET).answers(BEGUN).asks(GET).answers(BEGUN).resets(true).imported(directory);
        assertThat(said()).containsExactly("", "");
        assertThat(outcome.reasons()).containsExactly("c1 RESET nothing that the origin sent is in the dump");
    }
}
