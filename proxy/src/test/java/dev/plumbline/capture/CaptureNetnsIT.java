package dev.plumbline.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What needs another machine's conditions: interfaces that come and go, a user without rights, a disk that is full. Each runs
 * {@link CaptureProbe} in a process and a network namespace of its own.
 */
class CaptureNetnsIT {
    private static final String NAMESPACE = "plcap" + ProcessHandle.current().pid();

    @TempDir
    Path directory;

    @BeforeEach
    void makeNamespace() throws Exception {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root for namespaces and users");
        assertThat(run("ip", "netns", "add", NAMESPACE)).isEmpty();
        assertThat(run("ip", "-n", NAMESPACE, "link", "set", "lo", "up")).isEmpty();
    }

    @AfterEach
    void removeNamespace() throws Exception {
        if ("root".equals(System.getProperty("user.name"))) {
            run("ip", "netns", "del", NAMESPACE);
        }
    }

    @Test
    void anInterfaceThatGoesAwayAndComesBackIsCapturedAgainUnderANewNumber() throws Exception {
        String out = inNamespace("interfaces");
        assertThat(out.lines().filter(line -> line.startsWith("opened plv0")).count()).as(out).isEqualTo(2);
        assertThat(out).containsPattern("closed \\d gone").contains("fine");
        assertThat(out.lines().filter(line -> line.startsWith("opened plv0")).distinct().count()).as(out).isEqualTo(2);
    }

    @Test
    void aUserWithoutTheRightIsToldTheCommandThatGrantsIt() throws Exception {
        String out = inNamespace("rights", "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all");
        assertThat(out).contains("unavailable no right to capture; start with: sudo setpriv --reuid=$(id -u)", "scripts/plumbline start\n").contains("segments 0").contains("fine");
    }

    @Test
    void theCommandThatGrantsTheRightDoes() throws Exception {
        String out = inNamespace(
                "rights", "setpriv", "--reuid=65534", "--regid=65534", "--init-groups", "--inh-caps=+net_raw", "--ambient-caps=+net_raw", "--");
        assertThat(out).contains("captured lo").containsPattern("segments [1-9]").contains("fine");
    }

    @Test
    void aMachineWithoutLibpcapIsToldSo() throws Exception {
        String out = inNamespace("rights", "env", "JDK_JAVA_OPTIONS=-Dorg.pcap4j.core.pcapLibName=nosuchlibrary");
        assertThat(out).contains("unavailable libpcap is not installed").contains("segments 0").contains("fine");
    }

    @Test
    void onAFullDiskSeeingGoesOnAndKeepingComesBackWhenThereIsRoom() throws Exception {
        Path tiny = Files.createDirectory(directory.resolve("tiny"));
        assertThat(run("mount", "-t", "tmpfs", "-o", "size=1m,mode=0777", "plumbline-test", tiny.toString())).isEmpty();
        try {
            String out = inNamespace("full-disk");
            assertThat(out).contains("keeping 'disk full'").contains("keeping ''").contains("whole records").contains("fine");
        } finally {
            run("umount", tiny.toString());
        }
    }

    /** The launcher gives the JVM no more than this for buffers outside its heap. */
    @Test
    void allInterfacesGoOnWhenTheFilterBecomesWide() throws Exception {
        String out = inNamespace("wide", "env", "JDK_JAVA_OPTIONS=-XX:MaxDirectMemorySize=64m");
        assertThat(out).contains("closed 0").containsPattern("widened (\\d+) of \\1\n").contains("fine");
    }

    @Test
    void aNamedInterfaceThatCannotBeCapturedIsSaidBesideOneThatCan() throws Exception {
        assertThat(inNamespace("named")).contains("captured [lo]").containsPattern("unavailable plv0: .*\\S").contains("fine");
    }

    /** Runs a scenario of the probe, with {@code prefix} before java. */
    private String inNamespace(String scenario, String... prefix) throws Exception {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", NAMESPACE));
        command.addAll(List.of(prefix));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        command.addAll(List.of(java, "-XX:+UseSerialGC", "-Xmx128m", "-cp", readableClassPath(), CaptureProbe.class.getName(), scenario, directory.toString()));
        return run(command.toArray(String[]::new));
    }

    /** The class path, copied to where another user may read it. */
    private String readableClassPath() throws Exception {
        List<String> out = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path from = Path.of(entry);
            boolean isNeeded = Files.isDirectory(from) || entry.matches(".*/(plumbline-|pcap4j|jna|slf4j-api)[^/]*\\.jar");
            if (!isNeeded) {
                continue;
            }
            Path to = directory.resolve("cp" + out.size() + "-" + from.getFileName());
            if (Files.isDirectory(from)) {
                assertThat(run("cp", "-r", entry, to.toString())).isEmpty();
            } else {
                Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
            }
            assertThat(run("chmod", "-R", "a+rX", to.toString())).isEmpty();
            out.add(to.toString());
        }
        return String.join(File.pathSeparator, out);
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return out;
    }
}
