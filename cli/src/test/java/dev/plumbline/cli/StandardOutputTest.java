package dev.plumbline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandardOutputTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    @TempDir
    private Path directory;

    private int run(OutputStream out, boolean hasReader, String... arguments) throws IOException {
        Harness harness = new Harness(directory);
        harness.recording("run").with(Rows.get("c1.2").row());
        harness.run("ca", "init", "--ca-dir", directory.toString());
        PrintStream console = harness.console(new ByteArrayOutputStream(), err).err();
        return new Cli(new Console(new StandardOutput(out, hasReader), console, false, false, false, 0, harness.environment, ZoneOffset.UTC), harness.core()).run(arguments);
    }

    private String said() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatDoesNotFitOnTheDiskIsAFailure() throws IOException {
        assertThat(run(new FullDisk(), false, "ca", "path", "--ca-dir", directory.toString())).isEqualTo(1);
        assertThat(said()).endsWith("plumbline: cannot write standard output: no space\n");
        assertThat(run(new FullDisk(), false, "--help")).isEqualTo(1);
    }

    @Test
    void aReaderThatIsGoneIsNone() throws IOException {
        assertThat(run(new FullDisk(), true, "ca", "path", "--ca-dir", directory.toString())).isZero();
        assertThat(said()).doesNotContain("cannot write");
    }

    @Test
    void aPipeHasAReaderByWhateverNameItIsOpened() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        assertThat(Console.hasReader(pipe)).isTrue();
        assertThat(Console.hasReader(Files.createFile(directory.resolve("file")))).isFalse();
        assertThat(Console.hasReader(Path.of("/dev/full"))).isFalse();
        assertThat(Console.hasReader(directory.resolve("none"))).isFalse();
    }

    @Test
    void theExitCodeOfExecStaysItsCommands() throws IOException {
        assertThat(run(new FullDisk(), false, "exec", "--", "sh", "-c", "exit 7")).isEqualTo(7);
    }

    @Test
    void whatCanBeWrittenIsThere() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(run(out, false, "--version")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("plumbline ");
        assertThat(said()).isEmpty();
    }

    private static final class FullDisk extends OutputStream {
        @Override
        public void write(int octet) throws IOException {
            throw new IOException("no space");
        }
    }
}
