package dev.plumbline.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plumbline.ca.CertificateAuthority;
import dev.plumbline.recording.InterfaceRow;
import dev.plumbline.recording.Recording;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loss, duplication and reordering between proxy and origin: bodies right, and every segment that carried octets again named. */
@Timeout(180)
class ImpairedNetnsIT {
    private static final int DOWN = 1_500_000;
    private static final int UP = 1_200_000;

    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0}, seed {1}: {2}/{3}/{4} per mille lost, doubled, late")
    @CsvSource({"http, 1, 20, 0, 0", "http, 2, 0, 30, 40", "http, 3, 15, 10, 20", "https, 4, 20, 0, 0", "https, 5, 0, 30, 40", "https, 6, 15, 10, 20"})
    void whatALossyLinkRepeatsIsTold(String scheme, int seed, int lost, int doubled, int late) throws Exception {
        Tshark.missing().ifPresent(why -> assumeTrue(false, why));
        CertificateAuthority authority = CertificateAuthority.open(directory.resolve("origin-ca"));
        byte[] upload = OriginPages.body(UP);
        Path file = Files.write(directory.resolve("upload"), upload);
        try (LossyLink link = LossyLink.up(directory, seed, lost, doubled, late);
                Child origin = Child.of(directory, link.far(Child.java(RunOrigin.class, LossyLink.FAR_ADDRESS, authority.directory().toString())));
                Child proxy = Child.of(directory, link.near(Child.java(RunPlumbline.class, directory.resolve("recording").toString(),
                        directory.resolve("ca").toString(), authority.certificateFile().toString(), "lo", "eth0")))) {
            String base = scheme + "://" + LossyLink.FAR_ADDRESS + ":" + origin.words.get(scheme.equals("http") ? 0 : 1);
            assertThat(curl(link, proxy, base + "/bytes/" + DOWN)).isEqualTo(OriginPages.body(DOWN));
            assertThat(curl(link, proxy, "-H", "Content-Type: application/octet-stream", "--data-binary", "@" + file, base + "/hash"))
                    .asString().isEqualTo(OriginPages.sha256(upload));
            assertThat(curl(link, proxy, base + "/chunked/100000")).isEqualTo(OriginPages.body(100_000));
        }
        Judge judge = JudgedRun.judged(directory.resolve("recording"), directory, true);
        assertThat(judge.repeats).as("frames that carried octets again").isPositive();
        assertThatWhatWasSaidLiveIsTsharksWord();
        assertThat(judge.messages).isEqualTo(scheme.equals("http") ? 3 * 4 + 2 : 3 * 6 + 2);
    }

    private void assertThatWhatWasSaidLiveIsTsharksWord() throws Exception {
        ClassTable table = new ClassTable();
        try (Recording recording = Recording.open(directory.resolve("recording"))) {
            for (InterfaceRow capture : recording.interfaces()) {
                Path dump = directory.resolve("recording").resolve("packets").resolve(capture.capture() + "-0.pcap");
                table.add(capture.name(), OurAnalysis.recorded(recording, capture.capture()), TheirAnalysis.of(dump));
            }
        }
        assertThat(table.frames).isGreaterThan(1_000);
        AnalysisIT.assertAgreement(table, 50);
    }

    private byte[] curl(LossyLink link, Child proxy, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "60", "-x", "http://127.0.0.1:" + proxy.words.get(0), "--cacert", proxy.words.get(1)));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(directory, "curl", ".out");
        Path err = Files.createTempFile(directory, "curl", ".err");
        Process process = new ProcessBuilder(link.near(command)).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        assertThat(process.waitFor(70, TimeUnit.SECONDS)).as("curl ended").isTrue();
        assertThat(process.exitValue()).as("curl: %s", Files.readString(err)).isZero();
        return Files.readAllBytes(out);
    }
}
