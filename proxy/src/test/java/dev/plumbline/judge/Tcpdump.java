package dev.plumbline.judge;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A dump as people make them, but a whole one: closing it fails if tcpdump lost a packet. */
public final class Tcpdump implements AutoCloseable {
    /**
     * KiB. In immediate mode a packet of any length takes a slot as long as the longest, 128 KiB on loopback: tcpdump's own
     * 2 MiB are 16 packets, and a large response is lost in part whenever tcpdump has to wait for a processor.
     */
    private static final String BUFFER = "131072";

    private final Process process;
    private final Path file;
    private final Path log;

    private Tcpdump(Process process, Path file, Path log) {
        this.process = process;
        this.file = file;
        this.log = log;
    }

    /** @param prefix what to run it with: a namespace, or nothing */
    public static Tcpdump on(String device, String filter, Path file, String... prefix) throws Exception {
        return start("micro", device, filter, file, prefix);
    }

    public static Tcpdump withNanoseconds(String device, String filter, Path file) throws Exception {
        return start("nano", device, filter, file);
    }

    private static Tcpdump start(String precision, String device, String filter, Path file, String... prefix) throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "tcpdump needs root");
        assumeTrue(JudgedRun.has("tcpdump"), "tcpdump is not installed");
        Path log = file.resolveSibling(file.getFileName() + ".log");
        List<String> command = new ArrayList<>(List.of(prefix));
        command.addAll(List.of("tcpdump", "-i", device, "-w", file.toString(), "-U", "-B", BUFFER, "--immediate-mode",
                "--time-stamp-precision=" + precision, "-Z", "root", filter));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        for (int tries = 0; tries < 200 && !Files.readString(log).contains("listening on"); tries++) {
            if (!process.isAlive()) {
                throw new IOException("tcpdump: " + Files.readString(log));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return new Tcpdump(process, file, log);
    }

    /** Ends it once nothing more comes: told to stop, it does not read what is left in its ring. */
    @Override
    public void close() throws Exception {
        long size = -1;
        for (int still = 0; still < 5;) {
            TimeUnit.MILLISECONDS.sleep(100);
            long now = Files.size(file);
            still = now == size && isWaiting() ? still + 1 : 0;
            size = now;
        }
        process.destroy();
        process.waitFor(10, TimeUnit.SECONDS);
        String said = Files.readString(log);
        if (said.lines().noneMatch("0 packets dropped by kernel"::equals)) {
            throw new AssertionError("the dump is not whole: " + said);
        }
    }

    /** Asleep, as it is with an empty ring alone; a file may also stand still because the disk or the processor is busy. */
    private boolean isWaiting() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        return stat.startsWith("S", stat.lastIndexOf(')') + 2);
    }
}
