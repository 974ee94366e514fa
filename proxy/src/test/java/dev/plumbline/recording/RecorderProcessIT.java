package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.wire.FlowId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recorder in a process of its own, which is killed, watched, and read with the database's own shell. */
class RecorderProcessIT {
    @TempDir
    private Path temp;

    @Test
    void afterAKillUnderLoadAllButTheLastSecondIsThere() throws Exception {
        Process process = start(1_000_000, 3_000, "umask 000;", "-Xmx128m");
        long aSecondBefore;
        List<long[]> handed = new ArrayList<>();
        try (BufferedReader out = process.inputReader()) {
            for (String line = out.readLine(); line != null && handed.size() < 120; line = out.readLine()) {
                handed.add(new long[] {Long.parseLong(line), System.nanoTime()});
            }
            aSecondBefore = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(1_000);
            process.destroyForcibly().waitFor();
        }
        long mustBeThere = handed.stream().filter(h -> h[1] < aSecondBefore).mapToLong(h -> h[0]).max().orElseThrow();

        assertThat(temp.resolve("r/recording.db-wal")).as("killed, not closed").exists();
        try (Recording recording = Recording.open(temp.resolve("r"))) {
            long[] listed = {0};
            recording.exchanges(e -> listed[0] += e.ended() && e.messages().size() == 4 ? 1 : 0);
            assertThat(mustBeThere).isGreaterThan(1_000);
            assertThat(listed[0]).isGreaterThanOrEqualTo(mustBeThere).isEqualTo(recording.exchangeCount());
            assertThat(recording.summary().endedAt()).isEqualTo(-1);
            assertThat(recording.summary().factsLost()).isZero();
            assertThat(recording.summary().packets()).isGreaterThanOrEqualTo(mustBeThere * 4);
            long[] packets = {0};
            recording.packetsOf(new FlowId(1), packet -> packets[0]++);
            assertThat(packets[0]).isPositive();
        }
        assertOwnersAlone();
    }

    @Test
    void theDatabasesOwnShellReadsIt() throws Exception {
        Process process = start(200, 10_000, "", "-Xmx64m");
        assertThat(process.inputReader().lines().toList()).endsWith("closed");

        assertThat(sqlite("SELECT id, method, status, url, began FROM exchanges_view LIMIT 1"))
                .isEqualTo("c1.1|GET|200|https://example.com/things/1?q=1|2026-11-22T07:00:00.000000000Z");
        assertThat(sqlite("SELECT leg, kind, connection, whole, flow, coverage, segments, wire_ranges, first_at FROM messages_view WHERE exchange = 'c1.2' ORDER BY leg, kind"))
                .startsWith("client|request|c1|COMPLETE|f1|complete|1|[[1000,1420]]|2026-11-22T07:00:00.00").hasLineCount(4);
        assertThat(sqlite("SELECT DISTINCT head LIKE 'GET /things/%' FROM messages_view WHERE kind = 'request'")).isEqualTo("1");
        assertThat(sqlite("SELECT count(*), sum(flow = 'f' || substr(id, 2)) FROM connections_view")).isEqualTo("32|32");
        assertThat(sqlite("PRAGMA integrity_check")).isEqualTo("ok");
    }

    @Test
    @Tag("slow")
    void memoryDoesNotGrowWithTheRecording() throws Exception {
        Process process = start(200_000, 8_000, "", "-Xmx48m");
        assertThat(process.inputReader().lines().reduce("", (a, b) -> b)).isEqualTo("closed");
        Process reader = java("", "-Xmx24m", "-cp", System.getProperty("java.class.path"), RecordingReader.class.getName(), temp.resolve("r").toString());

        assertThat(reader.inputReader().lines().toList()).containsExactly("200000 exchanges, 800000 messages, 0 lost");
    }

    /** Lists a recording. */
    static final class RecordingReader {
        private RecordingReader() {
        }

        public static void main(String[] args) {
            long[] seen = {0, 0};
            try (Recording recording = Recording.open(Path.of(args[0]))) {
                recording.exchanges(e -> {
                    seen[0]++;
                    seen[1] += e.messages().size();
                });
                System.out.println(seen[0] + " exchanges, " + seen[1] + " messages, " + recording.summary().factsLost() + " lost");
            }
        }
    }

    private Process start(int total, int perSecond, String before, String heap) throws IOException {
        return java(before, heap, "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), RecorderUnderLoad.class.getName(),
                temp.resolve("r").toString(), Integer.toString(total), Integer.toString(perSecond));
    }

    /** The shell gives way to the JVM, so that a kill hits it. */
    private static Process java(String before, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", before + " exec \"$@\"", "sh", Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private String sqlite(String sql) throws Exception {
        Process process = new ProcessBuilder("sqlite3", "-readonly", temp.resolve("r/recording.db").toString(), sql).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(out).isZero();
        return out;
    }

    private void assertOwnersAlone() throws IOException {
        try (Stream<Path> all = Files.walk(temp.resolve("r"))) {
            assertThat(all).allSatisfy(path -> assertThat(permissions(path)).as(path.toString()).isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
        }
    }

    private static String permissions(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
