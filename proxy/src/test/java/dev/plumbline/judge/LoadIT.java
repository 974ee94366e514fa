package dev.plumbline.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plumbline.ca.CertificateAuthority;
import dev.plumbline.export.Export;
import dev.plumbline.export.har.HarCheck;
import dev.plumbline.judge.HarFile.Node;
import dev.plumbline.recording.Recording;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A proxy in a process of its own, under load, and ended by signals. */
@Timeout(150)
class LoadIT {
    private static final int CONNECTIONS = 16;

    @TempDir
    Path directory;

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
            TimeUnit.SECONDS.sleep(4);
            killedAt = System.nanoTime();
            proxy.kill();
            assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        }
        Path har = directory.resolve("killed.har");
        Path pcapng = directory.resolve("killed.pcapng");
        long packets;
        try (Recording recording = Recording.open(directory.resolve("recording"))) {
            packets = Export.of(recording).har(har).pcapng(pcapng).run().packets();
        }
        assertThat(HarCheck.check(har, Math.toIntExact(packets))).isEmpty();
        AtomicInteger frames = new AtomicInteger();
        AtomicInteger responses = new AtomicInteger();
        new Tshark(pcapng).fields(SeenFrame.FIELDS, fields -> {
            frames.incrementAndGet();
            responses.addAndGet(SeenFrame.of(fields).responses().size());
        });
        assertThat(frames.get()).isEqualTo((int) packets);
        Set<Integer> whole = whole(har);
        List<Integer> lost = load.answeredAtNanos.entrySet().stream().filter(entry -> killedAt - entry.getValue() > TimeUnit.SECONDS.toNanos(1))
                .map(Map.Entry::getKey).filter(number -> !whole.contains(number)).sorted().toList();
        assertThat(whole).as("exchanges with all their frames").hasSizeGreaterThan(100);
        assertThat(lost).as("answered more than a second before the end, of %d", load.answeredAtNanos.size()).isEmpty();
        assertThat(responses.get()).as("responses that tshark reads on both legs").isGreaterThanOrEqualTo(readable(har));
    }

    /** Responses on connections without a gap before them: behind one, whoever decrypts has lost count of the records (RFC 8446 §5.3). */
    private static int readable(Path har) throws Exception {
        Set<String> broken = new HashSet<>();
        int readable = 0;
        for (Node entry : HarFile.entries(har)) {
            for (String leg : List.of("client", "server")) {
                if (!entry.at("_tcp").has(leg)) {
                    continue;
                }
                Node side = entry.at("_tcp").at(leg);
                for (String message : List.of("request", "response")) {
                    if (!side.has(message) || !side.at(message).text("coverage").equals("complete")) {
                        broken.add(side.text("connection"));
                    }
                }
                readable += broken.contains(side.text("connection")) ? 0 : 1;
            }
        }
        assertThat(readable).as("responses with everything before them").isGreaterThan(200);
        return readable;
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
