package dev.plumbline.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.AnnotationCode;
import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.correlate.Coverage;
import dev.plumbline.dump.DumpScript.Outcome;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.recording.ExchangeAnalysis;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.Leg;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportTest {
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
    void anExchangeIsFoundWithAllThatCarriedIt() throws IOException {
        Outcome outcome = script.opens().asks(GET).answers("HTTP/1.1 200 OK\r\nContent-Le").answers("ngth: 4\r\n\r\nab").answers("cd").closes(true).imported(directory);
        assertThat(outcome.lines()).containsExactly("c1.1 GET http://h/a 200");
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER");
        assertThat(outcome.result().exchanges()).isEqualTo(1);
        try (Recording recording = Recording.open(directory)) {
            MessageRow response = outcome.exchanges().get(0).message(Leg.CLIENT, MessageKind.RESPONSE).orElseThrow();
            assertThat(response.coverage()).isEqualTo(Coverage.COMPLETE);
            List<String> carriers = new ArrayList<>();
            recording.carriers(response, carrier -> carriers.add(carrier.packet().id().toString()));
            assertThat(carriers).containsExactly("p5", "p6", "p7");
            assertThat(recording.content(response).readAllBytes()).isEqualTo("abcd".getBytes(StandardCharsets.US_ASCII));
            assertThat(outcome.connections().get(0).handshake()).extracting(Object::toString).containsExactly("p1", "p2", "p3");
            assertThat(outcome.connections().get(0).closePackets()).extracting(Object::toString).containsExactly("p8", "p9", "p10");
            assertThat(recording.summary().imported()).isEqualTo("test");
            assertThat(recording.summary().startedAt()).isEqualTo(1_000_001_000_000L);
            assertThat(recording.summary().endedAt()).isEqualTo(1_000_010_000_000L);
        }
    }

    @Test
    void whatIsSaidOfItsPacketsIsSaidOnceThoughBothLegsAreOne() {
        Outcome outcome = script.opens().asks(GET).segment(true, 0, GET).answers(OK).closes(true).imported(directory);
        try (Recording recording = Recording.open(directory)) {
            ExchangeAnalysis analysis = recording.analysis(outcome.exchanges().get(0));
            assertThat(analysis.client()).extracting(Annotation::code).containsExactly(AnnotationCode.RETRANSMISSION);
            assertThat(analysis.server()).isEmpty();
        }
    }

    @Test
    void everyKindOfBodyIsReadToItsEnd() {
        Outcome outcome = script.opens()
                .asks(GET).answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n").answers("0\r\nA: b\r\n\r\n")
                .asks("HEAD /b HTTP/1.1\r\nHost: h\r\n\r\n").answers("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n")
                .asks("GET /c HTTP/1.1\r\nHost: h\r\n\r\n").answers("HTTP/1.1 204 No Content\r\n\r\n")
                .asks("GET /d HTTP/1.1\r\nHost: h\r\n\r\n").answers("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n")
                .asks("POST /e HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n").answers("HTTP/1.1 100 Continue\r\n\r\n")
                .asks("xyz").answers("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
                .asks("GET /f HTTP/1.1\r\nHost: h\r\n\r\n").answers("HTTP/1.1 200 OK\r\n\r\nuntil ").answers("close").closes(false).imported(directory);
        assertThat(outcome.lines()).containsExactly(
                "c1.1 GET http://h/a 200", "c1.2 HEAD http://h/b 200", "c1.3 GET http://h/c 204", "c1.4 GET http://h/d 304", "c1.5 POST http://h/e 201",
                "c1.6 GET http://h/f 200");
        assertThat(outcome.exchanges()).extracting(e -> e.message(Leg.CLIENT, MessageKind.RESPONSE).orElseThrow().contentLength())
                .containsExactly(3L, 0L, 0L, 0L, 0L, 11L);
        assertThat(outcome.exchanges().get(4).messages()).anyMatch(m -> m.key().kind() == MessageKind.INTERIM && m.status() == 100);
        assertThat(outcome.reasons()).containsExactly("c1 BY_US");
    }

    @Test
    void severalMessagesInOneSegmentAreToldApart() {
        Outcome outcome = script.opens().asks(GET + GET + GET).answers(OK + OK).answers(OK).closes(true).imported(directory);
        assertThat(outcome.lines()).containsExactly("c1.1 GET http://h/a 200", "c1.2 GET http://h/a 200", "c1.3 GET http://h/a 200");
        assertThat(outcome.exchanges()).allMatch(e -> e.messages().stream().allMatch(m -> m.coverage() == Coverage.COMPLETE));
    }

    @Test
    void whatComesOutOfOrderOrTwiceChangesNothing() {
        Outcome outcome = script.opens().asks(GET).segment(false, 20, OK.substring(20)).segment(false, 5, OK.substring(5, 22))
                .segment(false, 0, OK.substring(0, 10)).segment(false, 0, OK).imported(directory);
        assertThat(outcome.lines()).containsExactly("c1.1 GET http://h/a 200");
    }

    @Test
    void aResponseThatWasCapturedBeforeItsRequestWaitsForIt() {
        Outcome outcome = script.opens().segment(false, 0, OK).segment(true, 0, GET).imported(directory);
        assertThat(outcome.lines()).containsExactly("c1.1 GET http://h/a 200");
    }

    @Test
    void sloppyMessagesAreReadAsMostWould() {
        Outcome outcome = script.opens().asks("\r\nGET  /x y HTTP/1.0\nHost:h\nno colon here\n\n").answers("HTTP/1.0 200\nContent-Length: 1\nContent-Length: 5\n\nz").closes(false).imported(directory);
        assertThat(outcome.lines()).containsExactly("c1.1 GET http://h/x y 200".replace("http://h/x y", outcome.exchanges().get(0).url()));
        assertThat(outcome.exchanges().get(0).message(Leg.CLIENT, MessageKind.RESPONSE).orElseThrow().contentLength()).isEqualTo(1);
    }

    @Test
    void interimResponsesBeyondTheLimitAreGoneOverAndSaid() {
        for (int count : new int[] {100, 101, 4000}) {
            Outcome outcome = new DumpScript().opens().asks(GET).answers("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(count / 2)).answers("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(count - count / 2))
                    .answers(OK).asks("GET /b HTTP/1.1\r\nHost: h\r\n\r\n").answers(OK).closes(true).imported(scratch.resolve("interims" + count));
            assertThat(outcome.lines()).containsExactly("c1.1 GET http://h/a 200", "c1.2 GET http://h/b 200");
            assertThat(outcome.exchanges().get(0).messages()).filteredOn(m -> m.key().kind() == MessageKind.INTERIM).hasSize(100);
            assertThat(outcome.reasons()).containsExactly(count == 100 ? "c1 BY_PEER" : "c1 BY_PEER more than 100 interim responses to c1.1: those beyond are not told");
            assertThat(outcome.result().unread().values().stream().mapToLong(n -> n).sum()).isEqualTo(count == 100 ? 0 : 1);
        }
    }

    @Test
    void whatEndsTheReadingIsSaidRatherThanWhatWasOnlyGoneOver() {
        String many = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(101);
        Outcome outcome = script.opens().asks(GET).answers(many).answersUnseen(5).answers("hi").silence(1000).asks(GET)
                .opens().asks(GET).answers(many + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz").closes(true)
                .opens().asks(GET).answers(many + OK).asks(GET).answers(many + OK).closes(true).imported(directory);
        assertThat(outcome.reasons()).containsExactly(
                "c1 SHUTDOWN 5 octets of the responses are not in the dump, from offset " + many.length() + " on; still open when the dump ends",
                "c2 BY_PEER the response's framing breaks: a chunk without a size", "c3 BY_PEER more than 100 interim responses to c3.1: those beyond are not told");
        assertThat(outcome.result().unread()).containsOnlyKeys("octets missing in the dump", "HTTP that cannot be followed", "too many interim responses");
    }

    /** They would drive out all other connections, and then the heap. */
    @Test
    void requestsThatNobodyAnswersAreKeptUpToALimit() {
        script.opens().asks(GET);
        String large = "GET /large HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(60_000) + "\r\n\r\n";
        script.opens();
        for (int i = 0; i < 500; i++) {
            script.asks(large);
        }
        Outcome outcome = script.imported(directory);
        assertThat(outcome.lines()).hasSizeBetween(20, 60).contains("c1.1 GET http://h/a 0 ! no response: the dump ends");
        int open = outcome.lines().size() - 1;
        assertThat(outcome.reasons()).containsExactly("c1 SHUTDOWN still open when the dump ends",
                "c2 SHUTDOWN " + open + " requests without a response; still open when the dump ends");
        assertThat(outcome.lines().get(open)).isEqualTo("c2." + open + " GET http://h/large 0 ! no response: " + open + " requests without a response");
    }

    @Test
    void aProtocolMayBeSwitchedBeforeTheRequestHasEnded() {
        String upgrade = "POST /a HTTP/1.1\r\nHost: h\r\nUpgrade: x\r\nContent-Length: 4\r\n\r\n";
        Outcome outcome = script.opens().asks(upgrade + "ab").answers("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\nhello").asks("cdxyz").closes(true).imported(directory);
        List<MessageRow> messages = outcome.exchanges().get(0).messages();
        assertThat(messages).extracting(m -> m.key().kind() + " " + m.contentLength() + " " + m.ranges() + " " + m.end().orElseThrow()).containsExactly(
                "REQUEST 4 [[0,64)] COMPLETE", "RESPONSE 0 [[0,38)] COMPLETE", "TUNNEL_TO_SERVER 3 [[64,67)] COMPLETE", "TUNNEL_TO_CLIENT 5 [[38,43)] COMPLETE");
    }

    @Test
    void aClientThatWasToldNotToSendItsContentDidNotCutIt() {
        String head = "POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
        String no = "HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n";
        assertThat(script.opens().asks(head).answers(no).closes(true).opens().asks(head).asks("a").answers(no).closes(true).imported(directory).lines())
                .containsExactly("c1.1 POST http://h/a 417", "c2.1 POST http://h/a 417 ! the request is cut: the connection was closed");
    }

    @Test
    void aConnectionThatBeganBeforeTheDumpIsARowAndNoGuess() {
        Outcome outcome = script.wasOpen().asks(GET).answers(OK).imported(directory);
        assertThat(outcome.lines()).isEmpty();
        assertThat(outcome.reasons()).containsExactly("c1 SHUTDOWN began before the dump: no SYN, so its messages have no place; still open when the dump ends");
        assertThat(outcome.result().unread()).isEqualTo(Map.of("began before the dump", 1L));
    }

    @Test
    void aDumpThatEndsInTheMiddleLeavesWhatItHasCut() {
        Outcome outcome = script.opens().asks(GET).answers("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
                .opens().asks(GET).opens().asks("GET /a HT").imported(directory);
        assertThat(outcome.lines()).containsExactly(
                "c1.1 GET http://h/a 200 ! the response is cut after 3 octets of content: the dump ends", "c2.1 GET http://h/a 0 ! no response: the dump ends");
        assertThat(outcome.reasons()).containsExactly("c1 SHUTDOWN still open when the dump ends", "c2 SHUTDOWN still open when the dump ends",
                "c3 SHUTDOWN too little was sent to tell what it is: the dump ends; still open when the dump ends");
    }

    @Test
    void whoBrokeItOffIsSaid() {
        Outcome outcome = script.opens().asks(GET).answers("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc").resets(false)
                .opens().asks("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc").resets(true).isRefused().imported(directory);
        assertThat(outcome.lines()).containsExactly(
                "c1.1 GET http://h/a 200 ! the response is cut after 3 octets of content: the origin reset the connection",
                "c2.1 POST http://h/p 0 ! the request is cut: the client reset the connection");
        assertThat(outcome.reasons()).containsExactly("c1 RESET", "c2 RESET", "c3 NOT_CONNECTED refused by the origin");
        assertThat(outcome.connections().get(2).flow()).isPresent();
    }

    @Test
    void whatIsSaidOfAPacketIsSaidOnceThoughBothLegsAreTheOneConnection() {
        script.opens().asks(GET).answers("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc").resets(false).imported(directory);
        try (Recording recording = Recording.open(directory)) {
            recording.exchanges(row -> {
                ExchangeAnalysis analysis = recording.analysis(row);
                assertThat(analysis.client()).extracting(Annotation::code).containsExactly(AnnotationCode.RESET);
                assertThat(analysis.server()).isEmpty();
                Diagnosis diagnosis = analysis.diagnosis().orElseThrow();
                assertThat(diagnosis.text()).isEqualTo("the origin reset the connection after 3 of 10 octets (p6)");
                assertThat(diagnosis.leg()).as("the only leg there is").contains(Leg.CLIENT);
            });
            assertThat(recording.exchangeCount()).isEqualTo(1);
        }
    }

    @Test
    void whyAConnectionIsNewBlamesNoProxy() {
        script.opens().asks(GET).answers(OK).closes(false).opens().asks(GET).answers(OK).closes(true).opens().asks(GET).answers(OK).imported(directory);
        try (Recording recording = Recording.open(directory)) {
            List<String> why = new ArrayList<>();
            recording.exchanges(row -> why.add(recording.analysis(row).clientReuse().orElseThrow().whyNew().orElseThrow().text()));
            assertThat(why.get(0)).isEqualTo("first");
            assertThat(why.get(1)).startsWith("the origin closed c1 ");
            assertThat(why.get(2)).startsWith("the client closed c2 ");
        }
    }

    @Test
    void otherProtocolsAreRowsWithTheirFirstWords() {
        Outcome outcome = script.opens().answers("SSH-2.0-x\r\n").asks("SSH-2.0-y\r\n").closes(true)
                .opens().asks("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").closes(true).opens().answers("220 mail\r\n").asks("EHLO me\r\n").closes(true)
                .opens().answers("hello").closes(false).opens().closes(true).imported(directory);
        assertThat(outcome.lines()).isEmpty();
        assertThat(outcome.reasons()).containsExactly(
                "c1 BY_PEER not HTTP/1 nor TLS: it begins with \"SSH-2.0-y\\x0d\\x0a\"", "c2 BY_PEER HTTP/2, which is not read yet",
                "c3 BY_PEER not HTTP/1 nor TLS: it begins with \"EHLO me\\x0d\\x0a\"", "c4 BY_US not HTTP/1 nor TLS: the origin spoke first", "c5 BY_PEER carried nothing");
    }

    /** The dump has no more of it, and what there is could have become a request. */
    @Test
    void aFirstLineThatIsCutIsNoOtherProtocol() {
        String connect = "CONNECT o:443 HTTP/1.1\r\nHost: o:443\r\n\r\n";
        Outcome outcome = script.opens().asks("GET /lo").asksUnseen(100).answers(OK)
                .opens().asks("\26\3\1").answers("\26\3\3").closes(false)
                .opens().asks(connect).answers("HTTP/1.1 200 OK\r\n\r\n").asks("GET /lo").answers(OK).resets(false)
                .opens().asks("GET\t/lo").answers(OK).closes(true).imported(directory);
        assertThat(outcome.reasons()).containsExactly(
                "c1 SHUTDOWN too little was sent to tell what it is: it begins with \"GET /lo\"; still open when the dump ends",
                "c2 BY_US too little was sent to tell what it is: it begins with \"\\x16\\x03\\x01\"",
                "c3 RESET too little was sent to tell what it is: it begins with \"GET /lo\"",
                "c4 BY_PEER not HTTP/1 nor TLS: it begins with \"GET\\x09/lo\"");
        assertThat(outcome.lines()).containsExactly("c3.1 CONNECT o:443 200 TUNNEL");
        assertThat(outcome.result().unread()).isEqualTo(Map.of("cut short", 3L, "not HTTP/1", 1L));
    }

    @Test
    void whatGoesThroughATunnelIsReadOrCounted() {
        String connect = "CONNECT o:443 HTTP/1.1\r\nHost: o:443\r\n\r\n";
        String established = "HTTP/1.1 200 OK\r\n\r\n";
        Outcome outcome = script.opens().asks(connect).answers(established).asks("opaque").answers("octets").closes(true)
                .opens().asks(connect).answers(established).asks(GET).answers(OK).closes(true)
                .opens().asks(connect).answers("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n").asks(GET).answers(OK).closes(true)
                .opens().asks("GET /w HTTP/1.1\r\nHost: h\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n").answers("HTTP/1.1 101 Switching\r\n\r\n\1\2").asks("\3").closes(true)
                .imported(directory);
        assertThat(outcome.lines()).containsExactly(
                "c1.1 CONNECT o:443 200 TUNNEL", "c2.1 CONNECT o:443 200 INTERCEPTED_CONNECT", "c2.2 GET http://h/a 200",
                "c3.1 CONNECT o:443 407", "c3.2 GET http://h/a 200", "c4.1 GET http://h/w 101 TUNNEL");
        assertThat(outcome.result().exchanges()).as("as list has them, without the CONNECT of what was read").isEqualTo(5);
        assertThat(outcome.exchanges().get(0).message(Leg.CLIENT, MessageKind.TUNNEL_TO_CLIENT).orElseThrow().plain().length()).isEqualTo(6);
        assertThat(outcome.exchanges()).allMatch(e -> e.endedAt() > 0);
    }

    @Test
    void whatEachSectionOfAFileCountedIsCountedTogether() {
        byte[] first = script.opens().asks(GET).answers(OK).closes(true).pcapng("");
        byte[] second = new DumpScript().silence(60_000).opens().asks(GET).answers(OK).closes(true).pcapng("");
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(first);
        file.writeBytes(counts(12, 5));
        file.writeBytes(second);
        file.writeBytes(counts(30, 0));
        DumpScript.imported(file.toByteArray(), directory);
        try (Recording recording = Recording.open(directory)) {
            assertThat(recording.interfaces()).singleElement().satisfies(each -> {
                assertThat(each.received()).isEqualTo(42);
                assertThat(each.dropped()).isEqualTo(5);
                assertThat(each.droppedByInterface()).as("nobody said").isEqualTo(-1);
            });
        }
    }

    /** Interface statistics: isb_filteraccept and isb_osdrop. */
    private static byte[] counts(long received, long dropped) {
        return ByteBuffer.allocate(52).putInt(5).putInt(52).putInt(0).putLong(0).putShort((short) 6).putShort((short) 8).putLong(received)
                .putShort((short) 7).putShort((short) 8).putLong(dropped).putInt(0).putInt(52).array();
    }

    @Test
    void aPortThatIsUsedAgainIsAnotherConnection() {
        DumpScript again = script.opens().asks(GET).answers(OK).closes(true);
        byte[] once = again.octets();
        byte[] twice = Arrays.copyOf(once, once.length * 2 - 24);
        System.arraycopy(once, 24, twice, once.length, once.length - 24);
        // The same numbers again would be the same connection: the second has others.
        for (int at = once.length; at < twice.length;) {
            int length = twice[at + 10] << 8 & 0xff00 | twice[at + 11] & 0xff;
            boolean toServer = twice[at + 16 + 15] == 1;
            twice[at + 16 + 24] ^= (byte) (toServer ? 0x11 : 0x22);
            twice[at + 16 + 28] ^= (byte) ((twice[at + 16 + 33] & 0x10) == 0 ? 0 : toServer ? 0x22 : 0x11);
            twice[at + 2] += 1;
            at += 16 + length;
        }
        assertThat(DumpScript.imported(twice, directory).lines()).containsExactly("c1.1 GET http://h/a 200", "c2.1 GET http://h/a 200");
    }

    @Test
    void timeThatStandsStillChangesNoMessage() {
        for (int i = 0; i < 3000; i++) {
            script.opens().asks(GET).answers(OK).closes(true);
        }
        byte[] file = script.octets();
        for (int at = 24; at < file.length;) {
            int length = (file[at + 10] & 0xff) << 8 | file[at + 11] & 0xff;
            Arrays.fill(file, at, at + 8, (byte) 0);
            at += 16 + length;
        }
        Outcome outcome = DumpScript.imported(file, directory);
        assertThat(outcome.exchanges()).hasSize(3000).allMatch(e -> e.status() == 200 && e.messages().stream().allMatch(m -> m.coverage() == Coverage.COMPLETE));
    }

    /** Whatever the packets say, there is a recording in the end, and the recorder had no fault of ours to count. */
    @Test
    void mutationsOfRealTrafficNeitherFailNorHang() {
        long seed = 4711;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        byte[] whole = script.opens().asks(GET + GET).answers(OK).answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n").closes(true)
                .opens().asks("CONNECT o:443 HTTP/1.1\r\n\r\n").answers("HTTP/1.1 200 OK\r\n\r\n")
                .asks("\26\3\1\0\60\1\0\0\54\3\3" + "r".repeat(32) + "\0\0\2\23\1\1\0\0\0").answers("\26\3\3\0\60\2\0\0\54\3\3" + "s".repeat(32) + "\0\23\1\0\0\0\0\0")
                .asks("\27\3\3\0\1x").closes(false).octets();
        for (int run = 0; run < 100; run++) {
            byte[] file = whole.clone();
            for (int n = random.nextInt(1, 9); n > 0; n--) {
                int at = random.nextInt(24, file.length);
                file[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) (file[at] ^ 1 << random.nextInt(8));
            }
            Outcome outcome = DumpScript.imported(file, scratch.resolve("run" + run));
            try (Recording recording = Recording.open(outcome.result().directory())) {
                assertThat(recording.summary().limitReached()).as("seed %d, run %d", seed, run).isEmpty();
                assertThat(outcome.exchanges()).as("seed %d, run %d", seed, run).allMatch(e -> e.endedAt() >= 0);
            }
        }
    }
}
