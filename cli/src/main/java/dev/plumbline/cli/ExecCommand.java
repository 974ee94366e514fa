package dev.plumbline.cli;

import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.proxy.CaptureChoice;
import dev.plumbline.recording.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Runs a command through a proxy of its own, then prints what it exchanged. */
final class ExecCommand implements Command {
    /** As env(1) and shells have it (POSIX.1-2017 XCU §2.8.2). */
    static final int NOT_EXECUTABLE = 126;
    static final int NOT_FOUND = 127;

    private static final String LISTEN = "127.0.0.1:0";

    private final Core core;

    ExecCommand(Core core) {
        this.core = core;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command("exec", "exec [OPTIONS] -- CMD [ARG...]",
                "Starts a proxy on a free port, runs CMD with the variables by which common clients find a proxy and its root certificate"
                        + " (http_proxy, SSL_CERT_FILE, CURL_CA_BUNDLE, NODE_EXTRA_CA_CERTS, JAVA_TOOL_OPTIONS and so on; no_proxy unset)."
                        + " When CMD has ended, prints the log of all exchanges as start does, with what was bad about them. Takes start's options.",
                "  plumbline exec -- curl https://example.com/",
                "  plumbline exec --capture required --log json -- npm ci",
                "  plumbline exec --recording ./run -- python fetch.py && plumbline show ./run c1.2",
                "",
                "The exit code is CMD's, 128 + n where signal n ended it; 127: no such command, 126: not executable.");
        ProxyOptions.addTo(spec, LISTEN);
        return spec.addPositional(Options.rest("CMD", "The command and its arguments."));
    }

    @Override
    public int run(ParseResult typed, Console console) throws Exception {
        ProxySettings settings = ProxyOptions.read(typed, LISTEN);
        LogForm form = ProxyOptions.log(typed);
        List<String> command = typed.matchedPositionalValue(0, List.of());
        requireExecutable(command.get(0), console);
        Child child = new Child(console.isInTerminal());
        Signals.onEach(child::signalled);
        int code;
        Path recording;
        try (Proxies.Running proxy = core.proxies().start(settings, Proxies.NOBODY)) {
            recording = proxy.recording();
            if (settings.capture().mode() != CaptureChoice.Mode.OFF) {
                proxy.captureOff().ifPresent(reason -> console.note("plumbline: capture off: " + console.errLook().safe(reason)));
            }
            code = runThrough(proxy, command, child, console);
        }
        report(recording, form, console);
        return code;
    }

    private static int runThrough(Proxies.Running proxy, List<String> command, Child child, Console console) throws IOException, InterruptedException {
        try (TrustFiles trust = TrustFiles.write(proxy.recording(), proxy.caFile(), console.environment())) {
            ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
            ClientEnvironment.apply(builder.environment(), proxy, trust);
            console.out().flush();
            try {
                return child.started(builder.start()).waitFor();
            } catch (IOException e) {
                throw new CommandException("exec: cannot run " + command.get(0) + ": " + Failures.line(e), NOT_EXECUTABLE, e);
            }
        }
    }

    private void report(Path recording, LogForm form, Console console) {
        if (form != LogForm.OFF) {
            try (Recording opened = core.recordings().opener().apply(recording)) {
                print(opened, ConsoleLog.Form.of(form, console), console);
            }
        }
        console.note("plumbline: recorded in " + console.errLook().safe(recording.toString()));
    }

    /** As {@code start} prints them, with the bad news: nobody is there to ask {@code show} of an exchange that looks well. */
    private static void print(Recording recording, ConsoleLog.Form lines, Console console) {
        Lines.print(console, printer -> recording.exchanges(row -> {
            if (row.role() != Role.INTERCEPTED_CONNECT) {
                lines.of(row, recording.analysis(row).diagnosis().filter(Diagnosis::isBadNews)).ifPresent(printer);
            }
        }));
    }

    /** Found out before a proxy starts and leaves an empty recording behind. */
    private static void requireExecutable(String name, Console console) {
        boolean exists = false;
        for (Path candidate : candidates(name, console)) {
            if (Files.isRegularFile(candidate)) {
                if (Files.isExecutable(candidate)) {
                    return;
                }
                exists = true;
            }
        }
        if (exists) {
            throw new CommandException("exec: expected a program, " + name + " is not executable", NOT_EXECUTABLE, null);
        }
        throw new CommandException("exec: expected a program, there is no " + name + (name.contains("/") ? "" : " on PATH"), NOT_FOUND, null);
    }

    private static List<Path> candidates(String name, Console console) {
        if (name.contains("/")) {
            return List.of(Values.path("CMD", name));
        }
        return Arrays.stream(console.environment().getOrDefault("PATH", "/usr/bin:/bin").split(":"))
                .map(directory -> Path.of(directory.isEmpty() ? "." : directory).resolve(name)).toList();
    }

    /**
     * Passes signals on: the command ends, and then so do we. Keys on a terminal signal everything in front of it, so the
     * command has had its SIGINT already; a program that takes Ctrl-C for a part of its work must not be ended by us.
     *
     * <p>Owned by: the command's thread and the JVM's signal thread; its lock orders the two.
     */
    private static final class Child {
        private final boolean hearsKeys;
        private Process process;
        private String early = "";

        Child(boolean hearsKeys) {
            this.hearsKeys = hearsKeys;
        }

        synchronized Process started(Process started) {
            process = started;
            if (!early.isEmpty()) {
                forward(early);
            }
            return started;
        }

        synchronized void signalled(String signal) {
            if (process == null) {
                early = signal;
            } else if (!signal.equals("INT") || !hearsKeys) {
                forward(signal);
            }
        }

        private void forward(String signal) {
            try {
                new ProcessBuilder("kill", "-s", signal, Long.toString(process.pid())).start().waitFor();
            } catch (IOException e) {
                process.destroy();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
