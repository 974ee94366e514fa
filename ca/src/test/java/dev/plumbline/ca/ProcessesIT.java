package dev.plumbline.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only other processes show: the umask, and starts at the same moment. */
@Timeout(120)
class ProcessesIT {

    @TempDir Path temp;

    @Test
    void underAnOpenUmaskRacingProcessesMakeOneAuthorityEachAndShowItsKeysToNobody() throws Exception {
        List<String> homes = IntStream.range(0, 25).mapToObj(i -> temp.resolve("ca" + i).toString()).toList();
        Process one = Tool.start(command("000", homes));
        Process two = Tool.start(command("000", homes));
        Set<String> shown = new TreeSet<>();
        int looks = 0;
        while (one.isAlive() || two.isAlive()) {
            shown.addAll(shownToOthers());
            looks++;
        }
        Tool first = Tool.finish(one);
        Tool second = Tool.finish(two);
        assertThat(first.exit()).as(first.output()).isZero();
        assertThat(second).isEqualTo(first);
        assertThat(first.output().lines()).hasSize(25).doesNotHaveDuplicates();
        shown.addAll(shownToOthers());
        assertThat(shown).as("of %d looks", looks).isEmpty();
        for (String home : homes) {
            assertThat(CertificateAuthorityTest.mode(Path.of(home))).isEqualTo("rwx------");
            assertThat(CertificateAuthorityTest.names(Path.of(home))).hasSize(4);
        }
    }

    @Test
    void aNarrowUmaskDoesNoHarm() throws Exception {
        Tool made = Tool.finish(Tool.start(command("077", List.of(temp.resolve("ca").toString()))));
        assertThat(made.exit()).as(made.output()).isZero();
        assertThat(shownToOthers()).isEmpty();
    }

    private static List<String> command(String umask, List<String> homes) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "umask " + umask + "; exec \"$@\"", "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"), OpenAuthorities.class.getName()));
        command.addAll(homes);
        return command;
    }

    /** Everything but the certificate, drafts included, that has a bit for group or others right now. */
    private Set<String> shownToOthers() throws IOException {
        Set<String> shown = new TreeSet<>();
        Files.walkFileTree(temp, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                try {
                    boolean open = Files.getPosixFilePermissions(file).stream().anyMatch(p -> !OWNER.contains(p));
                    if (open && file.getFileName().toString().contains("key")) {
                        shown.add(file.toString());
                    }
                } catch (IOException e) {
                    return FileVisitResult.CONTINUE; // A draft that is gone again.
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        return shown;
    }

    private static final Set<PosixFilePermission> OWNER = Set.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);
}
