package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingDirectoriesTest {
    private static final Instant AT = Instant.parse("2026-11-22T07:00:00.9Z");
    @TempDir
    private Path home;

    @Test
    void aDirectoryIsNamedForItsSecondAndNumberedWhereThatIsTaken() {
        RecordingDirectories directories = RecordingDirectories.below(home);

        assertThat(directories.create(AT)).isEqualTo(home.resolve(".plumbline/recordings/2026-11-22T07-00-00"));
        assertThat(directories.create(AT)).hasFileName("2026-11-22T07-00-00-2");
        assertThat(directories.create(AT)).hasFileName("2026-11-22T07-00-00-3");
    }

    @Test
    void allThatIsMadeIsItsOwnersAlone() throws IOException {
        Path made = RecordingDirectories.below(home).create(AT);

        for (Path directory : new Path[] {made, made.getParent(), made.getParent().getParent()}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory))).isEqualTo("rwx------");
        }
    }

    @Test
    void latestIsTheNewestThatIsARecording() throws IOException {
        RecordingDirectories directories = RecordingDirectories.below(home);
        Path newest = null;
        for (int i = 0; i < 11; i++) {
            newest = directories.create(AT);
            Files.createFile(newest.resolve("recording.db"));
        }
        directories.create(AT.plusSeconds(60));
        Files.createDirectories(home.resolve(".plumbline/recordings/zzz"));

        assertThat(newest).hasFileName("2026-11-22T07-00-00-11");
        assertThat(directories.resolve("latest")).isEqualTo(newest);
        assertThat(directories.resolve("/some/where")).isEqualTo(Path.of("/some/where"));
    }

    @Test
    void latestOfNothingIsAnErrorOfOneLine() {
        assertThatThrownBy(() -> RecordingDirectories.below(home).resolve("latest"))
                .isInstanceOf(RecordingException.class).hasMessageStartingWith("latest: no recording below ").hasMessageEndingWith("recordings");
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.createFile(home.resolve("file"));

        assertThatThrownBy(() -> new RecordingDirectories(file.resolve("recordings")).create(AT))
                .isInstanceOf(RecordingException.class).hasMessageStartingWith("recording directory: cannot write " + file);
    }
}
