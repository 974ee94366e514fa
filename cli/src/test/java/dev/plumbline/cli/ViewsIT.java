package dev.plumbline.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpServer;
import dev.plumbline.proxy.CaptureChoice;
import dev.plumbline.proxy.Plumbline;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.IpAddress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The views over a recording that the whole program made: their answers are held against what the recording says the other way round. */
class ViewsIT {
    private static final int SMALL = 12;

    @TempDir
    static Path directory;

    private static Path recording;
    private static HttpServer origin;

    @BeforeAll
    static void record() throws Exception {
        origin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        origin.createContext("/", exchange -> {
            byte[] body = new byte[exchange.getRequestURI().getPath().equals("/big") ? 1 << 20 : 18];
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        origin.start();
        CountDownLatch told = new CountDownLatch(SMALL + 1);
        try (Plumbline proxy = Plumbline.builder().listen(new Endpoint(IpAddress.v4(0x7f000001), 0)).recording(directory.resolve("recording"))
                .caDirectory(directory.resolve("ca")).capture(CaptureChoice.AUTO)
                .onExchange((row, diagnosis) -> told.countDown()).start()) {
            recording = proxy.recording();
            HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                    .proxy(ProxySelector.of(new InetSocketAddress("127.0.0.1", proxy.address().port()))).build();
            for (int i = 0; i < SMALL; i++) {
                get(client, "/small?" + i);
            }
            get(client, "/big");
            // Closed at once, the last exchange would count as cut by the proxy's own end.
            assertThat(told.await(60, TimeUnit.SECONDS)).as("all exchanges were told of").isTrue();
            assumeThat(proxy.captureOff()).as("the right to capture").isEmpty();
        }
    }

    private static void get(HttpClient client, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + origin.getAddress().getPort() + path);
        assertThat(client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray()).statusCode()).isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        origin.stop(0);
    }

    private static List<String> run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(new PrintStream(out, false, StandardCharsets.UTF_8), new PrintStream(err, false, StandardCharsets.UTF_8), false, false, false, 0,
                Map.of("LANG", "C.UTF-8"), ZoneOffset.UTC);
        assertThat(new Cli(console, Core.real()).run(arguments)).as(err.toString(StandardCharsets.UTF_8)).isZero();
        console.out().flush();
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static List<ExchangeRow> exchanges() {
        List<ExchangeRow> rows = new ArrayList<>();
        try (Recording read = Recording.open(recording)) {
            read.exchanges(rows::add);
        }
        assertThat(rows).hasSize(SMALL + 1);
        return rows;
    }

    @Test
    void packetsNamesForEachMessageAsManySegmentsAsTheMessageCounts() {
        List<String> lines = run("packets", recording.toString());
        for (ExchangeRow row : exchanges()) {
            for (MessageRow message : row.messages()) {
                String words = row.id() + " " + message.key().kind().word() + " " + message.key().leg().word();
                assertThat(lines.stream().filter(line -> line.endsWith("  " + words) || line.contains("  " + words + ",") || line.contains(", " + words + ",") || line.endsWith(", " + words)))
                        .as(words).hasSize(message.segments());
            }
        }
    }

    @Test
    void theLadderDrawsEverySegmentOfTheExchangeHeavy() {
        ExchangeRow big = exchanges().get(SMALL);
        int segments = big.messages().stream().mapToInt(MessageRow::segments).sum();
        assertThat(segments).isGreaterThan(10);
        List<String> all = run("show", recording.toString(), big.id().toString(), "--ladder", "--all");
        assertThat(all.stream().filter(line -> line.contains("━") && !line.contains("↻"))).hasSize(segments);
        List<String> folded = run("show", recording.toString(), big.id().toString(), "--ladder");
        assertThat(folded).allMatch(line -> Columns.of(line) <= 100 || line.contains("http")).hasSizeLessThan(all.size());
    }

    @Test
    void connectionsCountWhatTheyCarriedAndHowTheyEnded() {
        List<String> lines = run("connections", recording.toString());
        String client = lines.stream().filter(line -> line.startsWith("c1 ")).findFirst().orElseThrow();
        assertThat(client).matches("c1 +client +[0-9.]+ .?s .* " + (SMALL + 1) + " .*(fin|closed|rst) by .*");
        String full = String.join("\n", run("connections", recording.toString(), "c1"));
        assertThat(full).contains("─[S] 0 mss ", "round trip ", (SMALL + 1) + " exchanges\n  1   c1.1 ");
    }

    @Test
    void statsSumUpEveryExchangeAndSplitEachOne() {
        assertThat(run("stats", "--json", recording.toString())).singleElement().asString()
                .contains("\"overall\":{\"exchanges\":" + (SMALL + 1) + ",\"failures\":0,", "\"durationMicros\":{\"count\":" + (SMALL + 1) + ",", "\"proxy\":{\"count\":");
    }

    @Test
    void showSaysWhereTheTimeWent() {
        assertThat(String.join("\n", run("show", recording.toString(), exchanges().get(0).id().toString()))).contains("where the time went", "new: first", " % │");
    }
}
