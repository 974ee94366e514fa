package dev.plumbline.cli;

import dev.plumbline.recording.Recording;
import dev.plumbline.wire.ExchangeId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Writes files to take away from a recording. */
final class ExportCommand implements Command {
    private final Recordings recordings;
    private final Exporter exporter;

    ExportCommand(Recordings recordings, Exporter exporter) {
        this.recordings = recordings;
        this.exporter = exporter;
    }

    @Override
    public CommandSpec spec() {
        return Options.command("export", "export [OPTIONS] REC",
                        "Writes HAR, pcapng, pcap or key log, any of them together. Frame numbers in the HAR are those of the pcapng written by"
                                + " the same command. A recording that is still being written is exported as it is now.",
                        "  plumbline export latest --har out.har --pcapng out.pcapng",
                        "  plumbline export latest --pcapng one.pcapng --id c1.2,c1.3",
                        "  plumbline export latest --har for-others.har --redact",
                        "The pcapng holds the TLS keys: Wireshark opens it decrypted.")
                .addPositional(Options.recording())
                .addOption(Options.value("--har", "FILE", "HTTP Archive 1.2, with the frames of each message on both legs."))
                .addOption(Options.value("--pcapng", "FILE", "The packets of our flows, nanoseconds, with TLS keys and comments."))
                .addOption(Options.value("--pcap", "FILE", "The same packets for older tools: classic pcap, nanoseconds, no keys."))
                .addOption(Options.value("--keys", "FILE", "TLS keys of both legs in NSS key log form."))
                .addOption(Options.repeatable("--id", "ID[,ID...]", "Only these exchanges. May be given again."))
                .addOption(Options.flag("--all-packets", "Every packet that the recording holds, not only those of our flows."))
                .addOption(Options.flag("--redact", "To pass it on: credentials masked in the HAR, no keys in the pcapng."))
                .addOption(Options.flag("--all", "HAR with the CONNECTs of tunnels that were read into."));
    }

    @Override
    public int run(ParseResult typed, Console console) {
        Exporter.Request request = request(typed);
        try (Recording recording = recordings.open(typed.matchedPositionalValue(0, ""))) {
            for (ExchangeId id : request.ids()) {
                Named.exchange(recording, id);
            }
            ProgressLine progress = new ProgressLine(console);
            Exporter.Result result;
            try {
                result = exporter.export(recording, request, progress);
            } finally {
                progress.clear();
            }
            report(request, result, console);
        }
        return Cli.DONE;
    }

    private static Exporter.Request request(ParseResult typed) {
        Optional<Path> har = ProxyOptions.path(typed, "--har");
        Optional<Path> pcapng = ProxyOptions.path(typed, "--pcapng");
        Optional<Path> pcap = ProxyOptions.path(typed, "--pcap");
        Optional<Path> keys = ProxyOptions.path(typed, "--keys");
        Set<ExchangeId> ids = Values.ids("--id", Options.all(typed, "--id"));
        boolean redact = Options.has(typed, "--redact");
        if (har.isEmpty() && pcapng.isEmpty() && pcap.isEmpty() && keys.isEmpty()) {
            throw new UsageException("export: expected --har, --pcapng, --pcap or --keys with a file, got none");
        }
        if (redact && keys.isPresent()) {
            throw new UsageException("--redact: expected no --keys beside it, a key log is nothing but secrets");
        }
        return new Exporter.Request(har, pcapng, pcap, keys, ids, Options.has(typed, "--all-packets"), redact, Options.has(typed, "--all"));
    }

    private static void report(Exporter.Request request, Exporter.Result result, Console console) {
        Look look = console.look();
        List<String> lines = new ArrayList<>();
        request.har().ifPresent(file -> lines.add("har       " + look.safe(file.toString()) + counted(result.exchanges(), "exchange")));
        request.pcapng().ifPresent(file -> lines.add("pcapng    " + look.safe(file.toString()) + counted(result.packets(), "packet")));
        request.pcap().ifPresent(file -> lines.add("pcap      " + look.safe(file.toString()) + counted(request.pcapng().isPresent() ? -1 : result.packets(), "packet")));
        request.keys().ifPresent(file -> lines.add("keys      " + look.safe(file.toString()) + counted(result.secrets(), "line")));
        lines.forEach(console.out()::println);
        result.warnings().forEach(warning -> console.note("plumbline: " + console.errLook().safe(warning)));
    }

    private static String counted(long count, String noun) {
        return count < 0 ? "" : "  " + Quantity.count(count, noun);
    }
}
