package dev.plumbline.judge;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs tshark on a file alone: an empty home, so that nobody's preferences and key files take part.
 *
 * <p>Out-of-order reassembly is off by default, and bodies are wanted as they were sent. Without heuristics first, a client whose
 * ephemeral port is another protocol's registered one, 34980 for EtherCAT, is not read as HTTP at all.
 */
final class Tshark {
    private static final List<String> SETTINGS = List.of(
            "tcp.reassemble_out_of_order:TRUE", "tcp.try_heuristic_first:TRUE", "tcp.desegment_tcp_streams:TRUE",
            "tls.desegment_ssl_records:TRUE", "tls.desegment_ssl_application_data:TRUE", "http.desegment_headers:TRUE", "http.desegment_body:TRUE",
            "http.dechunk_body:TRUE", "http.decompress_body:FALSE", "tls.keylog_file:");

    private final Path pcapng;

    Tshark(Path pcapng) {
        this.pcapng = pcapng;
    }

    /** Why nothing can be judged here; empty when it can. */
    static Optional<String> missing() {
        for (String place : System.getenv().getOrDefault("PATH", "").split(":")) {
            if (Files.isExecutable(Path.of(place, "tshark"))) {
                return Optional.empty();
            }
        }
        return Optional.of("tshark is not installed");
    }

    /** A line per frame with the fields, separated by tabs; several values of one field by commas. */
    void fields(List<String> fields, Consumer<String[]> each) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("-T", "fields"));
        fields.forEach(field -> arguments.addAll(List.of("-e", field)));
        run(arguments, line -> each.accept(line.split("\t", -1)));
    }

    /** What {@code follow} prints of the decrypted streams: one line of hex for each record, those of one side after a tab. */
    void follow(List<Integer> streams, Consumer<String> each) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("-q"));
        streams.forEach(stream -> arguments.addAll(List.of("-z", "follow,tls,raw," + stream)));
        run(arguments, each);
    }

    private void run(List<String> arguments, Consumer<String> each) throws IOException, InterruptedException {
        Path home = Files.createTempDirectory("judge-home");
        Path errors = Files.createTempFile(home, "errors", ".txt");
        List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", pcapng.toString()));
        SETTINGS.forEach(setting -> command.addAll(List.of("-o", setting)));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().put("HOME", home.toString());
        builder.environment().remove("SSLKEYLOGFILE");
        Process process = builder.start();
        process.getOutputStream().close();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1), 1 << 16)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                each.accept(line);
            }
        } finally {
            process.destroy();
        }
        if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("tshark failed: " + Files.readString(errors));
        }
        Files.delete(errors);
        Files.delete(home);
    }
}
