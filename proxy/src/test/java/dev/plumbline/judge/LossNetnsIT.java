package dev.plumbline.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.analyze.Part;
import dev.plumbline.analyze.TimeSplit;
import dev.plumbline.ca.CertificateAuthority;
import dev.plumbline.recording.ExchangeAnalysis;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.Recording;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A link that loses what it is told to: the stall appears in the split, of the size that the sender's timer makes it. */
@Timeout(120)
class LossNetnsIT {
    private static final long MS = 1_000_000L;

    @TempDir
    Path directory;

    /** Linux sends again after 200 ms and a round trip or two, whether by its timer (TCP_RTO_MIN) or as a tail loss probe (RFC 8985 §7). */
    @Test
    void aLostRequestIsAStallOfTheRetransmissionTimer() throws Exception {
        ExchangeAnalysis once = get("lose-me-once", 1);
        long stall = split(once).nanos(Part.LOSS);
        assertThat(stall).isBetween(195 * MS, 600 * MS);
        assertThat(split(once).slices()).filteredOn(s -> s.part() == Part.LOSS)
                .allSatisfy(s -> assertThat(s.within().orElseThrow()).isIn(Part.SENDING, Part.WAITING));
        assertThat(said(once)).matches("[1-6][0-9][0-9] ms lost to one retransmission of the request on the server leg, p[0-9]+");
    }

    /** The probe comes first, and then the timer. */
    @Test
    void aRequestLostTwiceIsAStallOfBoth() throws Exception {
        ExchangeAnalysis twice = get("lose-me-twice", 2);
        assertThat(split(twice).nanos(Part.LOSS)).isBetween(390 * MS, 1500 * MS);
        assertThat(said(twice)).matches("[0-9.]+ m?s lost to 2 retransmissions of the request on the server leg, p[0-9]+, p[0-9]+");
    }

    private ExchangeAnalysis get(String mark, int times) throws Exception {
        CertificateAuthority authority = CertificateAuthority.open(directory.resolve("origin-ca"));
        try (LossyLink link = LossyLink.losing(directory, mark, times);
                Child origin = Child.of(directory, link.far(Child.java(RunOrigin.class, LossyLink.FAR_ADDRESS, authority.directory().toString())));
                Child proxy = Child.of(directory, link.near(Child.java(RunPlumbline.class, directory.resolve("recording").toString(),
                        directory.resolve("ca").toString(), authority.certificateFile().toString(), "lo", "eth0")))) {
            String base = "http://" + LossyLink.FAR_ADDRESS + ":" + origin.words.get(0) + "/bytes/";
            // The first opens the connection and gives both sides their round-trip time.
            curl(link, proxy, base + "10", base + "20?" + mark);
        }
        List<ExchangeRow> rows = new ArrayList<>();
        try (Recording recording = Recording.open(directory.resolve("recording"))) {
            recording.exchanges(rows::add);
            assertThat(rows).hasSize(2);
            assertThat(said(recording.analysis(rows.get(0)))).as("nothing was lost of the first").doesNotContain("lost");
            return recording.analysis(rows.get(1));
        }
    }

    private void curl(LossyLink link, Child proxy, String first, String second) throws Exception {
        List<String> command = List.of("curl", "-sS", "--max-time", "30", "-x", "http://127.0.0.1:" + proxy.words.get(0), first, second);
        Path err = Files.createTempFile(directory, "curl", ".err");
        Process process = new ProcessBuilder(link.near(command)).redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(err.toFile()).start();
        assertThat(process.waitFor(40, TimeUnit.SECONDS)).as("curl ended").isTrue();
        assertThat(process.exitValue()).as("curl: %s", Files.readString(err)).isZero();
    }

    private static TimeSplit split(ExchangeAnalysis analysis) {
        return analysis.split().orElseThrow();
    }

    private static String said(ExchangeAnalysis analysis) {
        return analysis.diagnosis().map(Diagnosis::text).orElse("");
    }
}
