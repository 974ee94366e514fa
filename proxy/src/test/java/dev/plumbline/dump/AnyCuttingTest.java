package dev.plumbline.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.correlate.Coverage;
import dev.plumbline.dump.DumpScript.Outcome;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.WireRange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pipelined messages, cut into segments anyhow: overlapping, repeated with other borders, late, or not in the dump at all. */
class AnyCuttingTest {
    private static final int CONVERSATIONS = 60;

    @TempDir
    Path scratch;
    private RandomGenerator random;
    private final List<String> requestContents = new ArrayList<>();
    private final List<String> responseContents = new ArrayList<>();
    private final StringBuilder toServer = new StringBuilder();
    private final StringBuilder toClient = new StringBuilder();

    private record Cut(double when, boolean toServer, int from, int to) {
    }

    @ParameterizedTest(name = "one segment in {0} is missing; none with 0")
    @ValueSource(ints = {0, 12})
    void noCuttingChangesWhatWasSaid(int missing) throws IOException {
        for (long seed = 20261123; seed < 20261123 + CONVERSATIONS; seed++) {
            random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            converse(1 + random.nextInt(6));
            Path directory = scratch.resolve(missing + "-" + seed);
            Outcome outcome = captured(missing).imported(directory);
            if (missing == 0) {
                assertThat(outcome.lines()).as("seed %d", seed).hasSameSizeAs(requestContents).noneMatch(line -> line.contains("!"));
            }
            try (Recording recording = Recording.open(directory)) {
                for (ExchangeRow exchange : outcome.exchanges()) {
                    for (MessageRow message : exchange.messages()) {
                        judge(recording, exchange, message, "seed " + seed + " " + message.key());
                    }
                }
            }
        }
    }

    private void judge(Recording recording, ExchangeRow exchange, MessageRow message, String what) throws IOException {
        int n = Integer.parseInt(exchange.target().substring(1));
        boolean isResponse = message.key().kind() == MessageKind.RESPONSE;
        if (message.key().kind() != MessageKind.INTERIM && message.status() > 0 == isResponse) {
            byte[] said = (isResponse ? responseContents : requestContents).get(n).getBytes(StandardCharsets.ISO_8859_1);
            byte[] kept = recording.content(message).readAllBytes();
            assertThat(kept).as(what).isEqualTo(Arrays.copyOf(said, kept.length));
            assertThat(new String(message.head(), StandardCharsets.ISO_8859_1)).as(what).contains(isResponse ? "\r\nN: " + n : " /" + n + " ");
            assertThat(message.contentLength()).as(what).isLessThanOrEqualTo(said.length);
            if (message.end().filter(end -> end == End.COMPLETE).isPresent()) {
                assertThat(message.contentLength()).as(what).isEqualTo(said.length);
            }
        }
        Set<Long> carried = new HashSet<>();
        recording.carriers(message, carrier -> {
            for (long octet = carrier.range().start(); octet < carrier.range().end() && !carrier.repeat(); octet++) {
                assertThat(carried.add(octet)).as(what + ": first twice").isTrue();
            }
        });
        long gaps = octets(message.gaps());
        assertThat(carried.size() + gaps).as(what).isEqualTo(octets(message.ranges()));
        assertThat(message.coverage()).as(what).isEqualTo(gaps == 0 ? Coverage.COMPLETE : carried.isEmpty() ? Coverage.NONE : Coverage.PARTIAL);
        assertThat(message.lastAt()).as(what).isGreaterThanOrEqualTo(message.firstAt());
    }

    private static long octets(List<WireRange> ranges) {
        return ranges.stream().mapToLong(WireRange::length).sum();
    }

    private void converse(int exchanges) {
        requestContents.clear();
        responseContents.clear();
        toServer.setLength(0);
        toClient.setLength(0);
        for (int n = 0; n < exchanges; n++) {
            String method = List.of("POST", "HEAD", "GET").get(random.nextInt(3));
            requestContents.add(method.equals("POST") ? content(1 + random.nextInt(120)) : "");
            responseContents.add(method.equals("HEAD") ? "" : content(random.nextInt(150)));
            toServer.append(method).append(" /").append(n).append(" HTTP/1.1\r\nHost: h\r\n").append(method.equals("POST") ? framed(requestContents.get(n)) : "\r\n");
            toClient.append(random.nextInt(3) == 0 ? "HTTP/1.1 103 Early\r\nA: b\r\n\r\n" : "").append("HTTP/1.1 200 OK\r\nN: ").append(n).append("\r\n")
                    .append(method.equals("HEAD") ? "Content-Length: 77\r\n\r\n" : framed(responseContents.get(n)));
        }
    }

    private String content(int octets) {
        StringBuilder out = new StringBuilder();
        random.ints(octets, 0, 256).forEach(octet -> out.append((char) octet));
        return out.toString();
    }

    private String framed(String content) {
        if (random.nextBoolean()) {
            return "Content-Length: " + content.length() + "\r\n\r\n" + content;
        }
        StringBuilder out = new StringBuilder("Transfer-Encoding: chunked\r\n\r\n");
        for (int at = 0; at < content.length();) {
            int size = Math.min(content.length() - at, 1 + random.nextInt(40));
            out.append(Integer.toHexString(size)).append(random.nextBoolean() ? ";a=b" : "").append("\r\n").append(content, at, at + size).append("\r\n");
            at += size;
        }
        return out.append(random.nextBoolean() ? "0\r\nT: x\r\n\r\n" : "0\r\n\r\n").toString();
    }

    private DumpScript captured(int missing) {
        List<Cut> cuts = new ArrayList<>();
        cut(true, toServer.length(), cuts);
        cut(false, toClient.length(), cuts);
        cuts.sort(Comparator.comparingDouble(Cut::when));
        DumpScript script = new DumpScript().opens();
        for (Cut cut : cuts) {
            if (missing == 0 || random.nextInt(missing) > 0) {
                script.segment(cut.toServer, cut.from, (cut.toServer ? toServer : toClient).substring(cut.from, cut.to));
            }
        }
        return script.asksUnseen(toServer.length()).answersUnseen(toClient.length()).closes(true);
    }

    /** Each octet at least once; a fourth reaches beyond either border, a sixth comes again. */
    private void cut(boolean isToServer, int length, List<Cut> into) {
        for (int at = 0; at < length;) {
            int size = Math.min(length - at, 1 + random.nextInt(60));
            int from = Math.max(0, at - (random.nextInt(4) == 0 ? random.nextInt(30) : 0));
            int to = Math.min(length, at + size + (random.nextInt(4) == 0 ? random.nextInt(30) : 0));
            double when = (double) at / length + (isToServer ? 0 : 0.02);
            into.add(new Cut(when + random.nextDouble() * 0.15 * random.nextInt(2), isToServer, from, to));
            if (random.nextInt(6) == 0) {
                into.add(new Cut(when + random.nextDouble() * 0.4, isToServer, from, to));
            }
            at += size;
        }
    }
}
