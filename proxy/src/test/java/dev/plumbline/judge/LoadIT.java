package dev.plumbline.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plumbline.ca.CertificateAuthority;
import dev.plumbline.export.Export;
import dev.plumbline.export.har.HarCheck;
import dev.plumbline.judge.HarFile.Node;
import dev.plumbline.recording.InterfaceRow;
import dev.plumbline.recording.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/** A proxy in a process of its own, under load, and ended by signals. */
@Timeout(150)
class LoadIT {
    private static final int CONNECTIONS = 16;
    private static final int LEAST_ANSWERED = 2_000;
    /** Whole responses tshark must read, and whole exchanges, that make the judgement one: with fewer it was of next to nothing. */
    private static final int LEAST_READ = 200;
    private static final int LEAST_WHOLE = 100;

    /** Kept where a test failed: what it was about cannot be made again. */
    @TempDir(factory = BelowTarget.class, cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    /** Not the system's directory for such, which others clean up. */
    static final class BelowTarget implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test) throws IOException {
            return Files.createTempDirectory(Files.createDirectories(Path.of("target")), test.getRequiredTestMethod().getName() + "-").toAbsolutePath();
        }
    }

    @BeforeEach
    void tshark() {
        Tshark.missing().ifPresent(why -> assumeTrue(false, why));
    }

    private Child proxy(CertificateAuthority authority) throws Exception {
        return Child.of(directory, Child.java(RunPlumbline.class, directory.resolve("recording").toString(), directory.resolve("ca").toString(),
                authority.certificateFile().toString(), "lo"));
    }

    @Test
    void everyMessageOfFiveThousandExchangesIsWholeAfterSigterm() throws Exception {
        int requests = 5_000;
        CertificateAuthority authority = CertificateAuthority.open(directory.resolve("origin-ca"));
        try (JudgeOrigin origin = JudgeOrigin.tls(authority, "TLSv1.3"); Child proxy = proxy(authority)) {
            Load load = new Load(Integer.parseInt(proxy.words.get(0)), "https://localhost:" + origin.port(), Path.of(proxy.words.get(1)));
            load.run(requests, CONNECTIONS);
            assertThat(load.failures).isEmpty();
            assertThat(load.answeredAtNanos).hasSize(requests);
            proxy.terminate();
        }
        Judge judge = JudgedRun.judged(directory.resolve("recording"), directory, false);
        assertThat(judge.messages).as("messages on both legs, and the CONNECTs").isEqualTo(4 * requests + 2 * CONNECTIONS);
    }

    @Test
    void afterSigkillAllButTheLastSecondIsThere() throws Exception {
        CertificateAuthority authority = CertificateAuthority.open(directory.resolve("origin-ca"));
        Load load;
        long killedAt;
        try (JudgeOrigin origin = JudgeOrigin.tls(authority, "TLSv1.3"); Child proxy = proxy(authority)) {
            load = new Load(Integer.parseInt(proxy.words.get(0)), "https://localhost:" + origin.port(), Path.of(proxy.words.get(1)));
            ExecutorService threads = load.start(Integer.MAX_VALUE, CONNECTIONS);
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            TimeUnit.SECONDS.sleep(4);
            // On a machine that is busy with other things the first seconds may see a handful.
            while (load.answeredAtNanos.size() < LEAST_ANSWERED && System.nanoTime() < until) {
                TimeUnit.MILLISECONDS.sleep(200);
            }
            killedAt = System.nanoTime();
            proxy.kill();
            assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        }
        Path har = directory.resolve("killed.har");
        Path pcapng = directory.resolve("killed.pcapng");
        long packets;
        List<InterfaceRow> interfaces;
        try (Recording recording = Recording.open(directory.resolve("recording"))) {
            interfaces = recording.interfaces();
            packets = Export.of(recording).har(har).pcapng(pcapng).run().packets();
        }
        assertThat(HarCheck.check(har, Math.toIntExact(packets))).isEmpty();
        AtomicInteger frames = new AtomicInteger();
        Map<Integer, SeenAnswers> seen = new HashMap<>();
        new Tshark(pcapng).fields(SeenFrame.FIELDS, fields -> {
            frames.incrementAndGet();
            SeenFrame frame = SeenFrame.of(fields);
            seen.computeIfAbsent(frame.stream(), stream -> new SeenAnswers()).add(frame);
        });
        assertThat(frames.get()).isEqualTo((int) packets);
        Reading reading = Reading.of(har, seen);
        Set<Integer> whole = whole(har);
        assertThat(reading.unread).as("legs with whole responses that tshark does not read; the recording is in %s", directory).isEmpty();
        assertThat(reading.expected).as("whole responses that tshark had to read").isGreaterThanOrEqualTo(LEAST_READ);
        assertThat(whole).as("exchanges with all their frames").hasSizeGreaterThan(LEAST_WHOLE);
        // What was captured is judged above. How much that is, is the machine's affair where it dropped some. The last counts came before the end.
        assertThat(interfaces).as("interfaces with their counts").isNotEmpty().allSatisfy(row -> assertThat(row.dropped()).isNotNegative());
        long dropped = interfaces.stream().mapToLong(InterfaceRow::dropped).sum();
        assumeTrue(dropped == 0, "the kernel dropped " + dropped + " packets");
        List<Integer> lost = load.answeredAtNanos.entrySet().stream().filter(entry -> killedAt - entry.getValue() > TimeUnit.SECONDS.toNanos(1))
                .map(Map.Entry::getKey).filter(number -> !whole.contains(number)).sorted().toList();
        assertThat(lost).as("answered more than a second before the end, of %d", load.answeredAtNanos.size()).isEmpty();
    }

    /**
     * What tshark reads of the responses that the record calls complete, as far as nothing is missing in that heading before them:
     * behind a gap whoever decrypts has lost count of the records (RFC 8446 §5.3).
     *
     * @param expected those it must read
     * @param unread the streams of which it reads fewer
     */
    private record Reading(int expected, List<String> unread) {
        static Reading of(Path har, Map<Integer, SeenAnswers> seen) throws Exception {
            int all = 0;
            List<String> unread = new ArrayList<>();
            for (Map.Entry<Integer, List<Integer>> each : ends(har).entrySet()) {
                SeenAnswers answers = seen.get(each.getKey());
                int expected = (int) each.getValue().stream().filter(end -> end <= answers.contiguousEnd()).count();
                all += expected;
                if (answers.responses() < expected) {
                    unread.add("stream " + each.getKey() + ": tshark reads " + answers.responses() + " of " + expected + ", octets without a gap to "
                            + answers.contiguousEnd() + " of " + answers.lastEnd());
                }
            }
            return new Reading(all, unread);
        }
    }

    /** By stream, where the responses end that are called complete. */
    private static Map<Integer, List<Integer>> ends(Path har) throws Exception {
        Map<Integer, List<Integer>> ends = new TreeMap<>();
        for (Node entry : HarFile.entries(har)) {
            for (String leg : List.of("client", "server")) {
                boolean isWhole = entry.at("_tcp").has(leg) && entry.at("_tcp").at(leg).has("response")
                        && entry.at("_tcp").at(leg).at("response").text("coverage").equals("complete");
                if (isWhole) {
                    List<Node> ranges = entry.at("_tcp").at(leg).at("response").list("wireRanges");
                    int end = ranges.get(ranges.size() - 1).numbers().get(1);
                    ends.computeIfAbsent(entry.at("_tcp").at(leg).number("tcpStream"), stream -> new ArrayList<>()).add(end);
                }
            }
        }
        return ends;
    }

    /** The numbers of the exchanges all of whose messages are covered. */
    private static Set<Integer> whole(Path har) throws Exception {
        Set<Integer> numbers = new HashSet<>();
        for (Node entry : HarFile.entries(har)) {
            Node tcp = entry.at("_tcp");
            boolean isWhole = true;
            for (String leg : List.of("client", "server")) {
                for (String message : List.of("request", "response")) {
                    isWhole &= tcp.has(leg) && tcp.at(leg).has(message) && tcp.at(leg).at(message).text("coverage").equals("complete");
                }
            }
            String number = entry.at("request").fields().stream().filter(field -> field.startsWith(Load.FIELD + ": ")).findFirst().orElse("");
            if (isWhole && !number.isEmpty()) {
                numbers.add(Integer.parseInt(number.substring(Load.FIELD.length() + 2)));
            }
        }
        return numbers;
    }
}
