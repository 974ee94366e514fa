package dev.plumbline.cli;

import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.proxy.PlumblineException;
import dev.plumbline.recording.ExchangeListener;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.recording.RecordingException;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.ExchangeId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs commands in this JVM, on a core of fakes, and keeps what they print. */
final class Harness {
    final Map<String, String> environment = new HashMap<>(Map.of("LANG", "C.UTF-8", "PATH", System.getenv("PATH")));
    final Map<Path, Recording> recordings = new HashMap<>();
    final List<ProxySettings> started = new ArrayList<>();
    final List<Exporter.Request> exported = new ArrayList<>();
    final List<ExchangeRow> exchangesWhileRunning = new ArrayList<>();
    final Map<ExchangeId, Diagnosis> diagnoses = new HashMap<>();
    List<DeviceLister.Device> devices = List.of();
    Exporter.Result result = new Exporter.Result(3, 20, 8, List.of("holds credentials and TLS keys"));
    Optional<String> captureOff = Optional.empty();
    Optional<String> refusal = Optional.empty();
    boolean terminal;
    int width = 100;
    boolean closed;
    Path home;

    private final Path directory;

    /** @param directory a test's own: recording, CA file */
    Harness(Path directory) {
        this.directory = directory;
        this.home = directory.resolve("recordings");
    }

    /** What a command did. */
    record Outcome(int code, String out, String err) {
    }

    Outcome run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = console(out, err);
        int code = new Cli(console, core()).run(arguments);
        console.out().flush();
        return new Outcome(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    Console console(ByteArrayOutputStream out, ByteArrayOutputStream err) {
        return new Console(new PrintStream(out, false, StandardCharsets.UTF_8), new PrintStream(err, false, StandardCharsets.UTF_8),
                terminal, terminal, terminal, terminal ? width : 0, environment, ZoneOffset.UTC);
    }

    Core core() {
        return new Core(this::start, new Recordings(home, this::open), (recording, request, progress) -> {
            exported.add(request);
            progress.at("har", 1, 3);
            return result;
        }, Joins::importDump, () -> devices);
    }

    FakeRecording recording(String name) throws java.io.IOException {
        Path path = Files.createDirectories(directory.resolve(name));
        FakeRecording recording = new FakeRecording(path);
        recordings.put(path, recording);
        return recording;
    }

    private Recording open(Path path) {
        return Optional.ofNullable(recordings.get(path)).orElseThrow(() -> new RecordingException("not a recording: " + path));
    }

    Proxies.Running start(ProxySettings settings, ExchangeListener onExchange) throws PlumblineException {
        if (refusal.isPresent()) {
            throw new PlumblineException(refusal.get());
        }
        started.add(settings);
        exchangesWhileRunning.forEach(row -> onExchange.ended(row, Optional.ofNullable(diagnoses.get(row.id()))));
        return new FakeProxy(settings);
    }

    private final class FakeProxy implements Proxies.Running {
        private final ProxySettings settings;

        FakeProxy(ProxySettings settings) {
            this.settings = settings;
        }

        @Override
        public Endpoint address() {
            return new Endpoint(settings.listen().address(), settings.listen().port() == 0 ? 40_404 : settings.listen().port());
        }

        @Override
        public Path recording() {
            return directory.resolve("run");
        }

        @Override
        public List<String> captured() {
            return captureOff.isPresent() ? List.of() : List.of("lo", "eth0");
        }

        @Override
        public Optional<String> captureOff() {
            return captureOff;
        }

        @Override
        public Path caFile() {
            return directory.resolve("plumbline-ca.pem");
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
