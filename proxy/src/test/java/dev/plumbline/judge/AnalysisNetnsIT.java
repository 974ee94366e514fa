package dev.plumbline.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plumbline.analyze.AnnotationCode;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our analysis held against tshark's on Linux' own TCP over links that lose, double and reorder, captured at both ends: bulk
 * both ways, readers that stop, keep-alives, ports used again, resets, a refused connect.
 */
@Timeout(400)
class AnalysisNetnsIT {
    /** Lost, doubled, late: per mille of the segments. */
    private static final int[][] LINKS = {{0, 0, 0}, {20, 0, 0}, {0, 30, 40}, {30, 10, 20}};

    @TempDir
    Path directory;

    @Test
    void linksThatHarmAreJudgedAsTsharkDoes() throws Exception {
        Tshark.missing().ifPresent(why -> assumeTrue(false, why));
        ClassTable table = new ClassTable();
        for (int i = 0; i < LINKS.length; i++) {
            Path run = Files.createDirectory(directory.resolve("link" + i));
            play(run, i, LINKS[i]);
            for (String side : List.of("near", "far")) {
                Path pcap = run.resolve(side + ".pcap");
                table.add("link " + i + " " + side, OurAnalysis.of(pcap), TheirAnalysis.of(pcap));
            }
        }
        AnalysisIT.report("links", table);
        AnalysisIT.assertAgreement(table, 50);
        AnalysisIT.assertSameMeasures(table);
        for (AnnotationCode code : List.of(AnnotationCode.RETRANSMISSION, AnnotationCode.DUPLICATE_ACK, AnnotationCode.ZERO_WINDOW, AnnotationCode.KEEP_ALIVE)) {
            assertThat(table.lines.get(code).theirs()).as("there is %s to be judged", code).isGreaterThanOrEqualTo(20);
        }
    }

    private void play(Path run, int seed, int... link) throws Exception {
        Path capture = script(run, "capture.py");
        Path scenes = script(run, "scenes.py");
        try (LossyLink cable = LossyLink.up(run, seed, link);
                Child near = Child.of(run, cable.near(List.of("python3", capture.toString(), "eth0", run.resolve("near.pcap").toString())));
                Child far = Child.of(run, cable.far(List.of("python3", capture.toString(), "eth0", run.resolve("far.pcap").toString())));
                Child server = Child.of(run, cable.far(List.of("python3", scenes.toString(), "serve", LossyLink.FAR_ADDRESS)))) {
            Process player = new ProcessBuilder(cable.near(List.of("python3", scenes.toString(), "play", LossyLink.FAR_ADDRESS))).inheritIO().start();
            assertThat(player.waitFor(90, TimeUnit.SECONDS)).as("the scenes ended").isTrue();
        }
    }

    private static Path script(Path run, String name) throws Exception {
        Path to = run.resolve(name);
        try (InputStream in = AnalysisNetnsIT.class.getResourceAsStream(name)) {
            Files.copy(in, to);
        }
        return to;
    }
}
