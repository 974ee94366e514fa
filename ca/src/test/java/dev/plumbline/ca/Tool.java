package dev.plumbline.ca;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs another program to its end: what it said, and its exit code. */
record Tool(int exit, String output) {

    static Tool run(String... command) throws IOException, InterruptedException {
        return finish(start(List.of(command)));
    }

    static Process start(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        return process;
    }

    static Tool finish(Process process) throws IOException, InterruptedException {
        try (InputStream out = process.getInputStream()) {
            String said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            return new Tool(process.waitFor(), said);
        } finally {
            process.destroyForcibly();
        }
    }
}
