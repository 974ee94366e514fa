package dev.plumbline.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plumbline.analyze.AnnotationCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our analysis held against tshark's, on dumps that both read. */
class AnalysisIT {
    private static final double ENOUGH = 0.98;
    private static final long SEED = Long.getLong("seed", 20_261_123L);
    private static final int FLOWS = Integer.getInteger("judge.flows", 400);

    @TempDir
    Path directory;

    @BeforeEach
    void tshark() {
        assumeTrue(Tshark.missing().isEmpty(), () -> Tshark.missing().orElseThrow());
    }

    @Test
    void randomFlowsAreJudgedAsTsharkDoes() throws Exception {
        ClassTable table = new ClassTable();
        add(table, "random", randomFlows(FLOWS, false));
        report("random", table);
        assertAgreement(table, 20);
        assertSameMeasures(table);
    }

    @Test
    void evenNonsenseIsJudgedAsTsharkDoes() throws Exception {
        ClassTable table = new ClassTable();
        add(table, "nonsense", randomFlows(FLOWS / 2, true));
        report("nonsense", table);
        assertAgreement(table, 100);
    }

    /** {@code scripts/judge-analysis} fetches some of Wireshark's own. */
    @Test
    void realCapturesAreJudgedAsTsharkDoes() throws Exception {
        String captures = System.getProperty("judge.captures", "");
        assumeTrue(!captures.isEmpty(), "no directory of captures given (-Djudge.captures=DIR)");
        ClassTable table = new ClassTable();
        try (Stream<Path> files = Files.walk(Path.of(captures))) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                Optional<Path> plain = plain(file);
                if (plain.isPresent()) {
                    add(table, file.getFileName().toString(), plain.get());
                }
            }
        }
        report("captures", table);
        assertThat(table.frames).isPositive();
        assertAgreement(table, 50);
        assertSameMeasures(table);
    }

    /** As classic pcap with nanoseconds; empty for what is no capture, or one of several link types. */
    private Optional<Path> plain(Path file) throws IOException, InterruptedException {
        Path to = directory.resolve("plain.pcap");
        Files.deleteIfExists(to);
        Process editcap = new ProcessBuilder("editcap", "-F", "nsecpcap", file.toString(), to.toString())
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        return editcap.waitFor() == 0 && Files.exists(to) ? Optional.of(to) : Optional.empty();
    }

    private static void add(ClassTable table, String name, Path pcap) throws IOException, InterruptedException {
        table.add(name, OurAnalysis.of(pcap), TheirAnalysis.of(pcap));
    }

    private Path randomFlows(int flows, boolean nonsense) throws IOException {
        Path file = directory.resolve("random.pcap");
        Random random = new Random(SEED);
        long at = 1_795_000_000_000_000_000L;
        try (DumpWriter out = new DumpWriter(file)) {
            for (int i = 0; i < flows; i++) {
                boolean reuses = i > 0 && random.nextInt(10) == 0;
                int number = reuses ? i - 1 : i;
                at = 5_000_000_000L + new RandomFlow(random, out, number >> 14, 1_024 + (number & 0x3fff), at).walk(20 + random.nextInt(60), nonsense);
            }
        }
        return file;
    }

    static void report(String name, ClassTable table) throws IOException {
        Path target = Path.of("target", "analysis-" + name + ".md");
        Files.createDirectories(target.getParent());
        Files.writeString(target, "\n" + table.markdown() + "\n" + table.measuresText() + "\n\n" + table.examples());
    }

    /** Round-trip times and windows: octets in flight differ for a reason that {@code docs/analysis.md} gives. */
    static void assertSameMeasures(ClassTable table) {
        for (int which : new int[] {0, 2}) {
            assertThat((double) table.sameMeasures[which] / table.measures[which]).as(table.measuresText()).isGreaterThanOrEqualTo(ENOUGH);
        }
    }

    /** @param least verdicts of a class from which a share of them means something */
    static void assertAgreement(ClassTable table, int least) {
        for (AnnotationCode code : ClassTable.JUDGED) {
            ClassTable.Line line = table.lines.get(code);
            if (line.theirs() >= least) {
                assertThat(line.recall()).as("recall of %s, seed %d\n%s", code, SEED, line.examples).isGreaterThanOrEqualTo(ENOUGH);
                assertThat(line.precision()).as("precision of %s, seed %d\n%s", code, SEED, line.examples).isGreaterThanOrEqualTo(ENOUGH);
            }
        }
    }
}
