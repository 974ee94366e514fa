package dev.plumbline.cli;

import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.Recording;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One line per exchange of a recording. */
final class ListCommand implements Command {
    private final Recordings recordings;

    ListCommand(Recordings recordings) {
        this.recordings = recordings;
    }

    @Override
    public CommandSpec spec() {
        return Options.command("list", "list [OPTIONS] REC",
                        "Prints one line per exchange, in the order they began. A recording that is still being written is shown as it is now.",
                        "  plumbline list latest",
                        "  12:00:01.123 c1.2    200 GET       1.3 kB  34.1 ms  client 1+2       server 1+2",
                        "               https://example.com/",
                        "  plumbline list --json ./today | jq -r 'select(.status >= 500) | .id'")
                .addPositional(Options.recording())
                .addOption(Options.flag("--all", "With the CONNECTs of tunnels that were read into."))
                .addOption(Options.flag("--json", "One JSON object per line; its fields: docs/cli.md."));
    }

    @Override
    public int run(ParseResult typed, Console console) {
        try (Recording recording = recordings.open(typed.matchedPositionalValue(0, ""))) {
            LogForm form = Options.has(typed, "--json") ? LogForm.JSON : LogForm.TEXT;
            long lines = print(recording, form, Options.has(typed, "--all"), console);
            if (lines == 0) {
                console.note("plumbline: no exchanges in " + console.errLook().safe(recording.directory().toString()));
            }
            Recordings.noteWhatIsMissing(recording, console);
        }
        return Cli.DONE;
    }

    /** @return how many exchanges were printed */
    private static long print(Recording recording, LogForm form, boolean all, Console console) {
        LogLine text = new LogLine(console.look(), Peers.of(recording).isDump());
        Function<ExchangeRow, String> line = form == LogForm.JSON ? ExchangeJson::line : text::of;
        return Lines.print(console, printer -> recording.exchanges(row -> {
            if (all || row.role() != Role.INTERCEPTED_CONNECT) {
                printer.accept(line.apply(row));
            }
        }));
    }
}
