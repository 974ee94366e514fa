package dev.plumbline.cli;

import dev.plumbline.recording.Recording;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** What a recording amounts to, by host and overall. */
final class StatsCommand implements Command {
    private final Recordings recordings;

    StatsCommand(Recordings recordings) {
        this.recordings = recordings;
    }

    @Override
    public CommandSpec spec() {
        return Options.command("stats", "stats [OPTIONS] REC",
                        "Prints what a recording amounts to, overall and by host: exchanges and failures, octets, percentiles of their duration and of each"
                                + " part of it, new and used connections, what was sent again. A part's percentiles are over the exchanges that had it: the last"
                                + " column says how many. Up to 128 of a kind they are exact, beyond that at most 1 % off. The first " + RecordingStatistics.MOST_HOSTS
                                + " hosts are told apart, the rest is counted as one.",
                        "  plumbline stats latest",
                        "  plumbline stats latest --json | jq '.hosts[] | {host, p99: .durationMicros.p99}'",
                        "  plumbline stats latest --json | jq '.overall.partsMicros.origin.p95'")
                .addPositional(Options.recording())
                .addOption(Options.flag("--all", "All hosts, not the " + StatsText.MOST + " with most exchanges."))
                .addOption(Options.flag("--json", "One JSON object with all hosts; its fields: docs/cli.md."));
    }

    @Override
    public int run(ParseResult typed, Console console) {
        try (Recording recording = recordings.open(typed.matchedPositionalValue(0, ""))) {
            RecordingStatistics all = RecordingStatistics.of(recording);
            if (Options.has(typed, "--json")) {
                console.out().append(StatsJson.line(all)).append('\n');
            } else if (all.overall().exchanges() > 0) {
                Lines.print(console, printer -> new StatsText(console.look(), Peers.of(recording), printer).print(all, Options.has(typed, "--all")));
            } else {
                console.note("plumbline: no exchanges in " + console.errLook().safe(recording.directory().toString()));
            }
            Recordings.noteWhatIsMissing(recording, console);
        }
        console.out().flush();
        return Cli.DONE;
    }
}
