package dev.plumbline.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.correlate.Coverage;
import dev.plumbline.dump.DumpScript.Outcome;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.Leg;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a dump does not show is said, and nothing is guessed from what it does. */
class ImportHolesTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    @TempDir
    Path scratch;
    private Path directory;
    private final DumpScript script = new DumpScript();

    @BeforeEach
    void nameTheRecording() {
        directory = scratch.resolve("recording");
    }

    @Test
    void aDumpOfOneDirectionSaysWhichOneIsMissing() {
        Outcome asked = script.showsOnly(true).opens().asks(GET).answers(OK).asks(GET).answers(OK).closes(true).imported(directory);
        assertThat(asked.lines()).containsExactly("c1.1 GET http://h/a 0 ! no response: nothing that the origin sent is in the dump",
                "c1.2 GET http://h/a 0 ! no response: nothing that the origin sent is in the dump");
        assertThat(asked.reasons()).containsExactly("c1 SHUTDOWN nothing that the origin sent is in the dump; still open when the dump ends");
        assertThat(asked.result().unread()).containsOnly(Map.entry("octets missing in the dump", 1L));
    }

    @Test
    void soDoesOneOfTheOther() {
        Outcome answered = script.showsOnly(false).opens().asks(GET).answers(OK).closes(true).imported(directory);
        assertThat(answered.lines()).isEmpty();
        assertThat(answered.reasons()).containsExactly("c1 SHUTDOWN nothing that the client sent is in the dump; still open when the dump ends");
        assertThat(answered.result().unread()).containsOnly(Map.entry("octets missing in the dump", 1L));
    }

    @Test
    void aHoleInsideOfContentIsGoneOver() {
        Outcome outcome = script.opens().asks(GET).answers("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nab").answersUnseen(2).answers("ef").asks(GET).answers(OK)
                .silence(1000).asks(GET).answers(OK).closes(true).imported(directory);
        assertThat(outcome.lines()).containsExactly("c1.1 GET http://h/a 200", "c1.2 GET http://h/a 200", "c1.3 GET http://h/a 200");
        MessageRow response = outcome.exchanges().get(0).message(Leg.CLIENT, MessageKind.RESPONSE).orElseThrow();
        assertThat(response.coverage()).isEqualTo(Coverage.PARTIAL);
        assertThat(response.contentLength()).isEqualTo(6);
        assertThat(response.storedContent()).isEqualTo(2);
    }

    @Test
    void whenAClientWentOnIsNotSaidWhereTheBeginningOfItsContentIsMissing() {
        String head = "POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n";
        Outcome outcome = script.opens().asks(head).asksUnseen(4).silence(1500).asks("567890").answers(OK).closes(true).imported(directory);
        try (Recording recording = Recording.open(directory)) {
            assertThat(recording.analysis(outcome.exchanges().get(0)).diagnosis().map(Diagnosis::text)).contains("the request took 1.5 s to come from the client");
        }
    }

    @Test
    void aHoleAnywhereElseEndsWhatCanBeRead() {
        Outcome outcome = script.opens().asks(GET).answersUnseen(10).answers("Content-Length: 2\r\n\r\nhi").asks(GET).silence(1000).answers(OK).closes(true).imported(directory);
        assertThat(outcome.lines()).containsExactly(
                "c1.1 GET http://h/a 0 ! no response: 10 octets of the responses are not in the dump, from offset 0 on",
                "c1.2 GET http://h/a 0 ! no response: 10 octets of the responses are not in the dump, from offset 0 on");
        assertThat(outcome.result().unread()).isEqualTo(Map.of("octets missing in the dump", 1L));
    }

    /** Nobody can tell which response is whose, so none of them waits for one. */
    @Test
    void requestsBehindAHoleInTheResponsesEndWithoutOneAsTheyCome() {
        String large = "POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nX: " + "x".repeat(60_000) + "\r\n\r\nabc";
        script.opens().asks(GET).answersUnseen(10).answers("Content-Length: 2\r\n\r\nhi").asks(GET).silence(1000).answers(OK);
        for (int i = 0; i < 200; i++) {
            script.asks(large).answers(OK);
        }
        Outcome outcome = script.asks("GET /cut HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc").resets(true).imported(directory);
        String why = " 0 ! no response: 10 octets of the responses are not in the dump, from offset 0 on";
        assertThat(outcome.lines()).hasSize(203).startsWith("c1.1 GET http://h/a" + why, "c1.2 GET http://h/a" + why, "c1.3 POST http://h/large" + why)
                .endsWith("c1.202 POST http://h/large" + why, "c1.203 GET http://h/cut 0 ! the request is cut: the client reset the connection");
        assertThat(outcome.reasons()).containsExactly("c1 RESET 10 octets of the responses are not in the dump, from offset 0 on");
        assertThat(outcome.exchanges().subList(2, 202)).as("end with their requests").allMatch(e -> e.endedAt() <= outcome.exchanges().get(202).beganAt());
    }

    @Test
    void aResponseIsNotCutByAHoleInTheRequests() {
        Outcome outcome = script.opens().asks(GET).asksUnseen(10).asks("Host: h\r\n\r\n").answers("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nab").resets(false).imported(directory);
        assertThat(outcome.lines()).containsExactly("c1.1 GET http://h/a 200 ! the response is cut after 2 octets of content: the origin reset the connection");
        assertThat(outcome.reasons()).containsExactly("c1 RESET 10 octets of the requests are not in the dump, from offset 28 on");
    }

    /** A response that was cut by the hole said that nothing else follows. */
    @Test
    void whatFollowsARequestToUpgradeDependsOnAnAnswerThatWasSeen() {
        String upgrade = "GET /u HTTP/1.1\r\nHost: h\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n";
        Outcome outcome = script.opens().asks(upgrade).answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").asks(GET).answersUnseen(5).answers("hi").asks("").silence(1000).asks(GET)
                .opens().asks(upgrade).answersUnseen(5).answers("hi").asks("").silence(1000).asks(GET).silence(1000).asks(GET).imported(directory);
        assertThat(outcome.lines()).containsExactly(
                "c1.1 GET http://h/u 200 ! the response is cut after 0 octets of content: 5 octets of the responses are not in the dump, from offset 47 on",
                "c1.2 GET http://h/a 0 ! no response: 5 octets of the responses are not in the dump, from offset 47 on",
                "c1.3 GET http://h/a 0 ! no response: 5 octets of the responses are not in the dump, from offset 47 on",
                "c2.1 GET http://h/u 0 ! no response: 5 octets of the responses are not in the dump, from offset 0 on");
    }
}
