package dev.plumbline.export.har;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.AnnotationCode;
import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.analyze.Part;
import dev.plumbline.analyze.Sentence;
import dev.plumbline.analyze.Severity;
import dev.plumbline.analyze.Source;
import dev.plumbline.analyze.TimeSplit;
import dev.plumbline.correlate.Coverage;
import dev.plumbline.export.Story;
import dev.plumbline.export.frames.FrameNumbers;
import dev.plumbline.export.frames.Progress;
import dev.plumbline.export.frames.Scope;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.recording.ExchangeAnalysis;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.PlainRange;
import dev.plumbline.wire.WireRange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HarWriterTest {
    private static final byte[] NOTHING = new byte[0];

    @TempDir
    private Path directory;

    @Test
    void oneExchangeReadsAsTheContractSays() throws IOException {
        String har = har(Story.oneGet(), Redaction.NONE);
        Path golden = Path.of("src/test/resources/dev/plumbline/export/one-get.har");
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(golden.getParent());
            Files.writeString(golden, har);
        }
        assertThat(har).isEqualTo(Files.readString(golden));
        assertThat(check(har)).isEmpty();
    }

    @Test
    void whatTouchesAnotherExchangeOrIsNotInTheExportIsNotSaid() throws IOException {
        Story story = Story.oneGet();
        Annotation own = story.recording.annotations.get(0);
        WireRange others = new WireRange(own.range().orElseThrow().end(), own.range().orElseThrow().end() + 10);
        story.recording.annotations.add(new Annotation(own.code(), own.flow(), own.heading(), Optional.of(others), own.packets(), own.from(), own.at()));
        story.recording.annotations.add(new Annotation(own.code(), own.flow(), own.heading(), own.range(), List.of(new PacketId(4711)), own.at(), own.at()));
        story.recording.annotations.add(new Annotation(own.code(), own.flow(), own.heading(), own.range(), List.of(own.packets().get(0), new PacketId(4711)), own.from(), own.at()));

        String har = har(story, Redaction.NONE);
        assertThat(har.split("\"code\":", -1)).as("parts between annotations").hasSize(3);
        assertThat(har).contains("\"frames\":[11,10],\"text\":\"retransmission of 12 octets 100 µs after frame 10\"");
        assertThat(har).contains("\"frames\":[11],\"text\":\"retransmission of 12 octets 100 µs after a packet that is not in the export\"");
        assertThat(check(har)).isEmpty();
    }

    @Test
    void ofADumpTheFarEndIsTheOrigin() throws IOException {
        Story story = Story.oneGet();
        story.recording.imported = "web.pcap";
        Annotation own = story.recording.annotations.get(0);
        story.recording.annotations.set(0, new Annotation(AnnotationCode.ZERO_WINDOW, own.flow(), Heading.TO_CLIENT, Optional.empty(), own.packets(), own.from(), own.from()));
        assertThat(har(story, Redaction.NONE)).contains("the origin does not read", "recording of web.pcap").doesNotContain("the proxy");
    }

    @Test
    void hostileTextMakesAValidFile() throws IOException {
        Story story = Story.oneGet();
        story.recording.exchanges.clear();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        for (int i = 1; i <= 300; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            String text = new String(noise, StandardCharsets.ISO_8859_1);
            String request = (i % 3 == 0 ? text : "GET /" + text.replace("\n", "").replace(" ", "")) + " HTTP/1.1\r\nCookie: " + text + "\r\n" + text + "\r\n\r\n";
            String response = "HTTP/1.1 200 " + text + "\r\nSet-Cookie: " + text + "\r\nContent-Type: text/plain; charset=" + text + "\r\nLocation: " + text + "\r\n\r\n";
            story.exchange(i, request, noise, response, noise);
        }
        assertThat(check(har(story, Redaction.NONE))).isEmpty();
        assertThat(check(har(story, Redaction.CREDENTIALS))).isEmpty();
    }

    @Test
    void ourOwnAnswerIsRedactedLikeTheErrorItSays() throws IOException {
        Story story = Story.oneGet();
        story.recording.exchanges.clear();
        String said = "expected a target without user name and password, got \"http://u:hunter2@h/?token=hunter3\" (octet 4, userinfo).";
        story.exchange(1, "GET /?a=1;token=hunter4 HTTP/1.1\r\nHost: h\r\n\r\n", new byte[0],
                "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n\r\n", said.getBytes(StandardCharsets.US_ASCII));
        ExchangeRow row = story.recording.exchanges.get(0);
        story.recording.exchanges.set(0, new ExchangeRow(row.id(), row.role(), row.method(), row.scheme(), row.authority(), row.target(), 400, row.server(), "", true, said,
                "userinfo", true, row.beganAt(), row.endedAt(), row.timing(), row.messages()));
        assertThat(har(story, Redaction.NONE)).contains("hunter2", "hunter3", "hunter4");
        String redacted = har(story, Redaction.CREDENTIALS);
        assertThat(redacted).contains("\"_error\":\"expected a target without", "\"text\":\"expected a target without").doesNotContain("hunter");
        assertThat(check(redacted)).isEmpty();
    }

    /** What is no name can be anything, a value too. */
    @Test
    void aFieldLineThatCouldNotBeReadIsRedactedWhole() throws IOException {
        Story story = Story.oneGet();
        story.recording.exchanges.clear();
        story.exchange(1, "GET / HTTP/1.1\r\nAuthorization Bearer hunter2\r\nX-Api Key=hunter3: 1\r\nX-Odd: one\r\n\r\n", NOTHING, "HTTP/1.1 400 Bad Request\r\n\r\n", NOTHING);
        assertThat(har(story, Redaction.NONE)).contains("{\"name\":\"Authorization Bearer hunter2\",\"value\":\"\"}", "hunter3");
        String redacted = har(story, Redaction.CREDENTIALS);
        assertThat(redacted).contains("{\"name\":\"[redacted]\",\"value\":\"[redacted]\"}", "{\"name\":\"X-Odd\",\"value\":\"one\"}").doesNotContain("hunter");
        assertThat(check(redacted)).isEmpty();
    }

    @Test
    void whatNobodyCountedYetIsNotZero() throws IOException {
        Story story = Story.oneGet();
        story.recording.exchanges.clear();
        ExchangeRow row = story.exchange(1, "GET / HTTP/1.1\r\nHost: h\r\n\r\n", new byte[0], "HTTP/1.1 200 OK\r\n\r\n", new byte[0]);
        List<MessageRow> messages = row.messages().stream().map(m -> m.key().kind() == MessageKind.REQUEST ? m : goingOn(m)).toList();
        story.recording.exchanges.set(0, new ExchangeRow(row.id(), row.role(), row.method(), row.scheme(), row.authority(), row.target(), 200, row.server(), "", false, "",
                "", false, row.beganAt(), -1, Optional.empty(), messages));
        String har = har(story, Redaction.NONE);
        assertThat(har).contains("\"headersSize\":19,\"bodySize\":-1}", "\"content\":{\"size\":0,\"mimeType\":\"x-unknown\",\"comment\":\"not counted yet\"}")
                .doesNotContain("\"_transferSize\":0");
        assertThat(check(har)).isEmpty();
    }

    @Test
    void whatNobodyCountedYetOfATunnelIsNotZero() throws IOException {
        Story story = Story.oneGet();
        story.recording.exchanges.clear();
        ExchangeRow row = story.exchange(1, "CONNECT h:443 HTTP/1.1\r\n\r\n", NOTHING, "HTTP/1.1 200 OK\r\n\r\n", NOTHING);
        List<MessageRow> messages = new ArrayList<>(row.messages());
        for (MessageKind kind : List.of(MessageKind.TUNNEL_TO_SERVER, MessageKind.TUNNEL_TO_CLIENT)) {
            messages.add(goingOn(story.message(new MessageKey(row.id(), Leg.CLIENT, kind), 1, "", NOTHING, new WireRange(0, 0), List.of(), List.of())));
        }
        story.recording.exchanges.set(0, new ExchangeRow(row.id(), Role.TUNNEL, "CONNECT", "http", "h:443", "h:443", 200, row.server(), "h", false, "",
                "", false, row.beganAt(), -1, Optional.empty(), messages));
        String har = har(story, Redaction.NONE);
        assertThat(har).contains("\"_tunnel\":{\"toServer\":null,\"toClient\":null,\"sni\":\"h\"}");
        assertThat(check(har)).isEmpty();
    }

    private static MessageRow goingOn(MessageRow m) {
        return new MessageRow(
                m.key(), m.connection(), m.phase(), new PlainRange(0, 0), m.head(), m.trailers(), m.status(), 0, 0, -1, Optional.empty(), m.firstAt(), -1,
                m.flow(), List.of(), List.of(), Coverage.PENDING, Optional.empty(), Optional.empty(), Optional.empty(), 0, 0, -1, -1);
    }

    @Test
    void theSplitAddsUpToTheNanosecondAndSaysWhatItRestsOn() throws IOException {
        Story story = Story.oneGet();
        ExchangeId id = story.recording.exchanges.get(0).id();
        TimeSplit split = new TimeSplit(100, 1_700_105, List.of(
                new TimeSplit.Slice(Part.PROXY, Optional.empty(), 100, 105, Source.SOCKETS, Optional.empty(), List.of()),
                new TimeSplit.Slice(Part.ORIGIN, Optional.of(Leg.SERVER), 105, 1_700_105, Source.PACKETS, Optional.empty(), List.of())),
                List.of(new TimeSplit.Slice(Part.NAME_LOOKUP, Optional.empty(), 20, 70, Source.SOCKETS, Optional.empty(), List.of())), List.of("client request: coverage none"));
        story.recording.analyses.put(id, new ExchangeAnalysis(id, Optional.of(split), Optional.empty(), List.of(), List.of(), Optional.empty(), Optional.empty(), List.of()));
        String har = har(story, Redaction.NONE);
        assertThat(har).contains("\"_split\":{\"time\":1.700005,\"parts\":[{\"part\":\"proxy\",\"leg\":null,\"time\":0.000005,\"source\":\"sockets\"},"
                + "{\"part\":\"origin\",\"leg\":\"server\",\"time\":1.7,\"source\":\"packets\"}],"
                + "\"ahead\":[{\"part\":\"name-lookup\",\"leg\":null,\"time\":0.00005,\"source\":\"sockets\"}],\"doubts\":[\"client request: coverage none\"]}");
        assertThat(check(har)).isEmpty();
        assertThat(check(har.replace("\"time\":1.7,", "\"time\":1.6,"))).singleElement().asString().contains("its parts add up to");
        assertThat(check(har.replace("\"part\":\"origin\"", "\"part\":\"else\""))).singleElement().asString().contains("part is else");
    }

    @Test
    void theDiagnosisNamesFramesWhereShowNamesPackets() throws IOException {
        Story story = Story.oneGet();
        PacketId again = story.recording.annotations.get(0).packets().get(0);
        assertThat(diagnosed(story, List.of(again))).contains("\"_diagnosis\":{\"code\":\"loss\",\"leg\":\"server\",\"severity\":\"warn\",\"source\":\"packets\",\"frames\":[11],"
                + "\"text\":\"200 ms lost, frame 11\"}");
        assertThat(diagnosed(story, List.of(new PacketId(1), new PacketId(2)))).contains("\"frames\":[1,2],\"text\":\"200 ms lost, frames 1, 2\"");
        assertThat(diagnosed(story, List.of(new PacketId(1), new PacketId(2), new PacketId(3), again, new PacketId(4711)))).contains("\"text\":\"200 ms lost, frames 1–11\"");
        assertThat(diagnosed(story, List.of(new PacketId(4711)))).contains("\"frames\":[],\"text\":\"200 ms lost, not in the export\"");
        assertThat(diagnosed(story, List.of())).contains("\"frames\":[],\"text\":\"200 ms lost, \"");
        assertThat(check(diagnosed(story, List.of(again)).replace("\"code\":\"loss\"", "\"code\":\"luck\""))).singleElement().asString().contains("code is luck");
    }

    private String diagnosed(Story story, List<PacketId> packets) throws IOException {
        ExchangeId id = story.recording.exchanges.get(0).id();
        Diagnosis diagnosis = new Diagnosis(
                Severity.WARN, Diagnosis.Code.LOSS, Optional.of(Leg.SERVER), Sentence.ending("200 ms lost, ", packets), packets, Source.PACKETS);
        story.recording.analyses.put(id, new ExchangeAnalysis(id, Optional.empty(), Optional.of(diagnosis), List.of(), List.of(), Optional.empty(), Optional.empty(), List.of()));
        String har = har(story, Redaction.NONE);
        assertThat(check(har)).isEmpty();
        return har;
    }

    /** In clear the target came in absolute form, inside a tunnel in origin form: the URL is the same, and that of the row. */
    @ParameterizedTest
    @CsvSource({"/stra\u00dfe?q=\u00fc, /stra%DFe?q=%FC", "/stra\u00c3\u009fe?q=\u00c3\u00bc, /stra%C3%9Fe?q=%C3%BC", "/\u00c3\u009f\u0085, /%C3%9F%85"})
    void octetsBeyondAsciiInATargetStandInTheUrlAsTheyWere(String sent, String path) throws IOException {
        for (String prefix : List.of("", "http://example.com")) {
            Story story = Story.oneGet();
            story.recording.exchanges.clear();
            ExchangeRow row = story.exchange(1, "GET " + prefix + sent + " HTTP/1.1\r\nHost: example.com\r\n\r\n", NOTHING, "HTTP/1.1 200 OK\r\n\r\n", NOTHING);
            story.recording.exchanges.set(0, new ExchangeRow(row.id(), row.role(), row.method(), row.scheme(), row.authority(), path, 200, row.server(), "", true, "",
                    "", false, row.beganAt(), row.endedAt(), row.timing(), row.messages()));
            String har = har(story, Redaction.NONE);
            assertThat(har).contains("\"url\":\"http://example.com" + path + "\"").doesNotContain("target as sent");
            assertThat(check(har)).isEmpty();
        }
    }

    @Test
    void anExchangeWithoutAResponseIsStillAnEntry() throws IOException {
        Story story = Story.oneGet();
        ExchangeRow whole = story.recording.exchanges.get(0);
        story.recording.exchanges.set(0, new ExchangeRow(whole.id(), Role.MESSAGE, "", "http", "", "", 0, Optional.empty(), "", true, "origin refused the connection",
                "origin-refused", false, whole.beganAt(), -1, Optional.empty(), List.of()));
        String har = har(story, Redaction.NONE);
        assertThat(har).contains("\"status\":0", "\"_error\":\"origin refused the connection\"", "\"url\":\"http://unknown.invalid\"", "\"method\":\"UNKNOWN\"")
                .doesNotContain("serverIPAddress", "\"connection\":\"c2\"");
        assertThat(check(har)).isEmpty();
    }

    @Test
    void whatWasSaidOfConnectsThatFailedIsSaidThoughThereIsNoServerLeg() throws IOException {
        Story story = Story.oneGet();
        ExchangeRow whole = story.recording.exchanges.get(0);
        FlowId flow = story.recording.connections.get(1).flow().orElseThrow();
        PacketId packet = story.recording.packets.stream().filter(p -> p.flow().equals(flow)).findFirst().orElseThrow().id();
        Annotation refused = new Annotation(AnnotationCode.CONNECT_REFUSED, flow, Heading.TO_CLIENT, Optional.empty(), List.of(packet), whole.beganAt(), whole.beganAt());
        story.recording.annotations.clear();
        story.recording.annotations.add(refused);
        story.recording.exchanges.set(0, new ExchangeRow(whole.id(), Role.MESSAGE, "GET", "http", "example.com", "/", 502, Optional.empty(), "", true, "refused",
                "connect-refused", true, whole.beganAt(), whole.endedAt(), whole.timing(), List.of()));
        assertThat(har(story, Redaction.NONE)).contains("\"_annotations\":[]");
        story.recording.analyses.put(whole.id(), analysis(whole.id(), List.of(refused)));
        String har = har(story, Redaction.NONE);
        assertThat(har).contains("\"_annotations\":[{\"code\":\"connect-refused\",\"leg\":\"server\",\"severity\":\"error\",\"frames\":[");
        assertThat(check(har)).isEmpty();
    }

    @Test
    void whatWasSaidOfTheServerLegIsSaidOnce() throws IOException {
        Story story = Story.oneGet();
        String har = har(story, Redaction.NONE);
        ExchangeId id = story.recording.exchanges.get(0).id();
        story.recording.analyses.put(id, analysis(id, story.recording.annotations));
        assertThat(har(story, Redaction.NONE)).isEqualTo(har);
    }

    private static ExchangeAnalysis analysis(ExchangeId id, List<Annotation> server) {
        return new ExchangeAnalysis(id, Optional.empty(), Optional.empty(), List.of(), server, Optional.empty(), Optional.empty(), List.of());
    }

    @Test
    void anInterceptedConnectIsLeftOutUnlessAskedForOrChosen() throws IOException {
        Story story = Story.oneGet();
        ExchangeRow whole = story.recording.exchanges.get(0);
        story.recording.exchanges.set(0, new ExchangeRow(whole.id(), Role.INTERCEPTED_CONNECT, "CONNECT", "http", "example.com:443", "example.com:443", 200, whole.server(), "",
                true, "", "", true, whole.beganAt(), whole.endedAt(), whole.timing(), whole.messages()));
        assertThat(har(story, Redaction.NONE)).doesNotContain("_exchange");
        assertThat(text(writer(story, Redaction.NONE).withInterceptedConnects())).contains("\"url\":\"http://example.com:443/\"");
        assertThat(text(writer(story, Redaction.NONE).only(java.util.Set.of(whole.id())))).contains("_exchange");
    }

    @Test
    void aTunnelsEvidenceCoversItsHeadAndWhatWentThrough() throws IOException {
        Story story = new Story().capture(0, "lo", 1, 100);
        Story.Conversation client = story.flow(1, 1, 0, "127.0.0.1:1", "127.0.0.1:2", 1);
        List<PacketId> handshake = client.handshake();
        PacketId connect = client.data(Heading.TO_SERVER, "CONNECT h:443 HTTP/1.1\r\n\r\n");
        PacketId hello = client.data(Heading.TO_SERVER, "\u0016\u0003");
        story.connection(1, Leg.CLIENT, 1, client, handshake, List.of());
        ExchangeId id = new ExchangeId(new ConnectionId(1), 1);
        List<MessageRow> messages = List.of(
                story.message(new MessageKey(id, Leg.CLIENT, MessageKind.REQUEST), 1, "CONNECT h:443 HTTP/1.1\r\n\r\n", NOTHING, new WireRange(0, 26), List.of(connect), List.of()),
                story.message(new MessageKey(id, Leg.CLIENT, MessageKind.TUNNEL_TO_SERVER), 1, "", new byte[2], new WireRange(26, 28), List.of(hello), List.of()));
        story.exchange(id, Role.TUNNEL, "CONNECT h:443 HTTP/1.1", 200, Optional.empty(), messages);
        ExchangeRow row = story.recording.exchanges.get(0);
        story.recording.exchanges.set(0, new ExchangeRow(id, Role.TUNNEL, "CONNECT", "http", "h:443", "h:443", 200, Optional.empty(), "h", true, "", "", false,
                row.beganAt(), row.endedAt(), Optional.empty(), messages));
        String har = har(story, Redaction.NONE);
        assertThat(har).contains("\"wireRanges\":[[0,28]],\"frames\":[4,5]", "\"_tunnel\":{\"toServer\":2,\"toClient\":0,\"sni\":\"h\"}", "\"url\":\"https://h:443/\"");
        assertThat(check(har)).isEmpty();
    }

    @Test
    void interimResponsesAreListedWithTheirEvidence() throws IOException {
        Story story = Story.oneGet();
        ExchangeRow whole = story.recording.exchanges.get(0);
        List<MessageRow> messages = new ArrayList<>(whole.messages());
        messages.add(story.message(new MessageKey(whole.id(), Leg.CLIENT, MessageKind.INTERIM), 1, "HTTP/1.1 103 Early Hints\r\n\r\n", NOTHING, new WireRange(0, 28), List.of(new PacketId(12)), List.of()));
        messages.add(story.message(new MessageKey(whole.id(), Leg.CLIENT, MessageKind.INTERIM, 1), 1, "HTTP/1.1 100 Continue\r\n\r\n", NOTHING, new WireRange(28, 53), List.of(new PacketId(12)), List.of()));
        replaceMessages(story, messages);
        String har = har(story, Redaction.NONE);
        assertThat(har).contains("\"interim\":[{\"status\":103,\"coverage\":\"complete\"", "{\"status\":100,\"coverage\":\"complete\"");
        assertThat(check(har)).isEmpty();
    }

    @Test
    void withoutACaptureNoAbsenceLooksLikeAZero() throws IOException {
        Story story = new Story();
        Story.Conversation client = new Story().capture(0, "lo", 1, 1).flow(1, 1, 0, "127.0.0.1:1", "127.0.0.1:2", 1);
        story.connection(1, Leg.CLIENT, 1, client, List.of(), List.of());
        story.connection(2, Leg.SERVER, 1, client, List.of(), List.of());
        story.exchange(1, "GET / HTTP/1.1\r\n\r\n", NOTHING, "HTTP/1.1 200 OK\r\n\r\n", NOTHING);
        String har = har(story, Redaction.NONE);
        assertThat(har).contains("\"tcpStream\":null", "\"coverage\":\"none\",\"reason\":\"capture-off\",\"wireRanges\":[],\"frames\":[],\"repeats\":[],\"firstAt\":null,\"lastAt\":null");
        assertThat(check(har)).isEmpty();
    }

    @Test
    void formsAreParamsOtherTextIsTextAndBinaryIsMarked() throws IOException {
        Story story = Story.oneGet();
        story.recording.exchanges.clear();
        story.exchange(1, post("application/x-www-form-urlencoded"), "a=b+c&d=%C3%A9".getBytes(StandardCharsets.US_ASCII), "HTTP/1.1 204 No Content\r\n\r\n", NOTHING);
        story.exchange(2, post("application/json"), "{}".getBytes(StandardCharsets.US_ASCII), "HTTP/1.1 204 No Content\r\n\r\n", NOTHING);
        story.exchange(3, post("application/octet-stream"), new byte[] {0, 1}, "HTTP/1.1 204 No Content\r\n\r\n", NOTHING);
        String har = har(story, Redaction.NONE);
        assertThat(har).contains(
                "\"postData\":{\"mimeType\":\"application/x-www-form-urlencoded\",\"params\":[{\"name\":\"a\",\"value\":\"b c\"},{\"name\":\"d\",\"value\":\"\u00e9\"}]}",
                "\"postData\":{\"mimeType\":\"application/json\",\"text\":\"{}\"}",
                "\"postData\":{\"mimeType\":\"application/octet-stream\",\"text\":\"AAE=\",\"_encoding\":\"base64\"}");
        assertThat(check(har)).isEmpty();
    }

    @Test
    void aRedactedFileHoldsNoneOfTheSecrets() throws IOException {
        Story story = Story.oneGet();
        story.recording.exchanges.clear();
        String request = "POST /login?token=SECRET1&bad=\u00e9 HTTP/1.1\r\nCookie: a=SECRET2\r\nAuthorization: Bearer SECRET3\r\nReferer: http://h/?session=SECRET4\r\n"
                + "Content-Type: application/json\r\n\r\n";
        String response = "HTTP/1.1 302 Found\r\nSet-Cookie: a=SECRET5\r\nLocation: /cb?code=SECRET6\r\nContent-Encoding: br\r\nContent-Type: application/json\r\n\r\n";
        story.exchange(1, request, "{\"password\":\"SECRET7\"}".getBytes(StandardCharsets.US_ASCII), response, "SECRET8".getBytes(StandardCharsets.US_ASCII));
        story.exchange(2, post("application/x-www-form-urlencoded"), "user=me&password=SECRET9".getBytes(StandardCharsets.US_ASCII),
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n", "{\"access_token\":\"SECRET10\"}".getBytes(StandardCharsets.US_ASCII));
        story.exchange(3, post("multipart/form-data; boundary=x"), "SECRET11".getBytes(StandardCharsets.US_ASCII), "HTTP/1.1 204 No\r\n\r\n", NOTHING);
        String har = har(story, Redaction.CREDENTIALS);
        assertThat(har).doesNotContain("SECRET").doesNotContain("U0VDUkVU").contains("\"me\"", "[redacted]");
        assertThat(check(har)).isEmpty();
        assertThat(har(story, Redaction.NONE)).contains("SECRET1", "SECRET7", "U0VDUkVU");
    }

    @Test
    void messagesTakenAsOneAreCompleteOnlyTogether() {
        Story story = Story.oneGet();
        MessageRow complete = story.recording.exchanges.get(0).messages().get(0);
        MessageRow none = story.message(new MessageKey(complete.key().exchange(), Leg.CLIENT, MessageKind.TUNNEL_TO_SERVER), 1, "", NOTHING, new WireRange(500, 600), List.of(), List.of());
        assertThat(TcpWriter.coverage(List.of(complete, complete))).isEqualTo(Coverage.COMPLETE);
        assertThat(TcpWriter.coverage(List.of(complete, none))).isEqualTo(Coverage.PARTIAL);
        assertThat(TcpWriter.coverage(List.of(none))).isEqualTo(Coverage.NONE);
        assertThat(TcpWriter.ranges(List.of(none, complete))).containsExactly(complete.ranges().get(0), new WireRange(500, 600));
    }

    private static String post(String type) {
        return "POST /p HTTP/1.1\r\nContent-Type: " + type + "\r\n\r\n";
    }

    private static void replaceMessages(Story story, List<MessageRow> messages) {
        ExchangeRow r = story.recording.exchanges.get(0);
        story.recording.exchanges.set(0, new ExchangeRow(r.id(), r.role(), r.method(), r.scheme(), r.authority(), r.target(), r.status(), r.server(), r.sni(), r.ended(),
                r.failure(), r.faultCode(), r.answeredByProxy(), r.beganAt(), r.endedAt(), r.timing(), messages));
    }

    private static HarWriter writer(Story story, Redaction redaction) {
        return new HarWriter(story.recording, FrameNumbers.of(story.recording, Scope.ours(story.recording), Progress.NONE), redaction);
    }

    private static String text(HarWriter writer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.write(out, "Plumbline", "0", "a note", Progress.NONE);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String har(Story story, Redaction redaction) throws IOException {
        return text(writer(story, redaction));
    }

    private List<String> check(String har) throws IOException {
        return HarCheck.check(Files.writeString(directory.resolve("x.har"), har), 16);
    }
}
