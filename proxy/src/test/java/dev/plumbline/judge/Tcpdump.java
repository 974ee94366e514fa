package dev.plumbline.judge;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A dump as people make them. */
final class Tcpdump implements AutoCloseable {
    private final Process process;
    private final Path file;

    private Tcpdump(Process process, Path file) {
        this.process = process;
        this.file = file;
    }

    /** @param prefix what to run it with: a namespace, or nothing */
    static Tcpdump on(String device, String filter, Path file, String... prefix) throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "tcpdump needs root");
        assumeTrue(JudgedRun.has("tcpdump"), "tcpdump is not installed");
        Path log = file.resolveSibling(file.getFileName() + ".log");
        List<String> command = new ArrayList<>(List.of(prefix));
        command.addAll(List.of("tcpdump", "-i", device, "-w", file.toString(), "-U", "-B", "65536", "--immediate-mode", "-Z", "root", filter));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        for (int tries = 0; tries < 200 && !Files.readString(log).contains("listening on"); tries++) {
            if (!process.isAlive()) {
                throw new IOException("tcpdump: " + Files.readString(log));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return new Tcpdump(process, file);
    }

    /** Ends it once nothing more comes. */
    @Override
    public void close() throws Exception {
        long size = -1;
        for (int still = 0; still < 5;) {
            TimeUnit.MILLISECONDS.sleep(100);
            long now = Files.size(file);
            still = now == size ? still + 1 : 0;
            size = now;
        }
        process.destroy();
        process.waitFor(10, TimeUnit.SECONDS);
    }
}
