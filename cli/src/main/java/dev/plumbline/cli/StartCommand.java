package dev.plumbline.cli;

import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Runs the proxy until it is told to stop. */
final class StartCommand implements Command {
    private static final String LISTEN = "127.0.0.1:8080";

    private final Proxies proxies;
    private final CountDownLatch stop;

    StartCommand(Proxies proxies) {
        this(proxies, new CountDownLatch(1));
    }

    /** @param stop ends the run when it reaches zero */
    StartCommand(Proxies proxies, CountDownLatch stop) {
        this.proxies = proxies;
        this.stop = stop;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command("start", "start [OPTIONS]",
                "Runs the proxy until Ctrl-C or SIGTERM and prints one line per exchange as it completes: time, id, status, method,"
                        + " size, duration, how many TCP segments carried request+response on each leg, URL. ↻1: one segment came"
                        + " again; gap: octets that no captured segment holds; ?: nobody knows.",
                "  plumbline start",
                "  plumbline start --listen 127.0.0.1:0 --recording ./today --log json",
                "  plumbline start --capture lo,eth0 --passthrough '*.bank.example'",
                "",
                "It begins with what it does, then 'ready':",
                "  proxy     http://127.0.0.1:8080",
                "  inspector off",
                "  recording /home/me/.plumbline/recordings/2026-11-22T12-00-00",
                "  capture   lo, eth0",
                "  ca        /home/me/.plumbline/plumbline-ca.pem",
                "  ready",
                "  12:00:01.123 c1.2    200 GET       1.3 kB  34.1 ms  client 1+2       server 1+2",
                "               https://example.com/",
                "",
                "The first signal stops in good order, exit code 0; a second one stops at once.");
        ProxyOptions.addTo(spec, LISTEN);
        return spec;
    }

    @Override
    public int run(ParseResult typed, Console console) throws Exception {
        ProxySettings settings = ProxyOptions.read(typed, LISTEN);
        LogForm form = ProxyOptions.log(typed);
        ConsoleLog log = ConsoleLog.of(form, console);
        if (ProxyOptions.inspector(typed)) {
            console.note("plumbline: --inspect: this version has no inspector, going on without");
        }
        // Before the start, which takes a moment: a signal in it stops as orderly as any other.
        Signals.onStop(signal -> stop.countDown());
        String recording;
        try (Proxies.Running proxy = proxies.start(settings, form == LogForm.OFF ? Proxies.NOBODY : log)) {
            recording = proxy.recording().toString();
            announce(proxy, settings.recording().isPresent() ? recording : "latest", console);
            log.begin();
            stop.await();
        }
        log.end();
        String name = console.errLook().safe(recording);
        console.note(form == LogForm.OFF ? "plumbline: recorded in " + name : "plumbline: " + Quantity.count(log.seen(), "exchange") + " in " + name);
        if (log.seen() > 0) {
            String quoted = console.errLook().safe(Shell.quote(recording));
            console.note("plumbline: look at it with: plumbline list " + quoted + "; take it along with: plumbline export " + quoted + " --har out.har --pcapng out.pcapng");
        }
        return Cli.DONE;
    }

    /** @param name by which other commands find the recording */
    private static void announce(Proxies.Running proxy, String name, Console console) {
        Look look = console.look();
        PrintStream out = console.out();
        String url = "http://" + proxy.address();
        out.println("proxy     " + url);
        out.println("inspector off");
        out.println("recording " + look.safe(proxy.recording().toString()));
        out.println("capture   " + look.safe(proxy.captureOff().map(reason -> "off: " + reason).orElseGet(() -> String.join(", ", proxy.captured()))));
        out.println("ca        " + look.safe(proxy.caFile().toString()));
        out.println("ready");
        out.flush();
        if (console.isOutTerminal() && console.isErrTerminal()) {
            Look hints = console.errLook();
            console.note(hints.ink(Look.Ink.DIM, "try it:   curl --proxy " + url + " --cacert " + hints.safe(Shell.quote(proxy.caFile().toString())) + " https://example.com/"));
            console.note(hints.ink(Look.Ink.DIM, "then:     plumbline show " + hints.safe(Shell.quote(name)) + " c1.2   (Ctrl-C here stops the proxy)"));
        }
    }
}
