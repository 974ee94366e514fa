package dev.plumbline.export;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs that judge from outside. */
final class Tool {
    private Tool() {
    }

    static boolean isThere(String name) {
        return Arrays.stream(System.getenv("PATH").split(":")).anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
    }

    /** What it printed, line by line; an exit code that is not 0 is a failure. */
    static List<String> run(String... command) throws IOException, InterruptedException {
        Process process = start(command);
        try (InputStream out = process.getInputStream()) {
            String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + " failed: " + text);
            }
            return text.lines().filter(line -> !line.startsWith("Running as user")).toList();
        } finally {
            process.destroyForcibly();
        }
    }

    static Process start(String... command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
