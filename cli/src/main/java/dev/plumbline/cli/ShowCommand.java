package dev.plumbline.cli;

import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.ExchangeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One exchange, paired: message heads, both legs' connections, coverage, timing, segments. */
final class ShowCommand implements Command {
    private final Recordings recordings;

    ShowCommand(Recordings recordings) {
        this.recordings = recordings;
    }

    @Override
    public CommandSpec spec() {
        return Options.command("show", "show [OPTIONS] REC ID",
                        "Shows one exchange: what was said, on which connections, how long each step took, and the segments of both legs that carried it."
                                + " seq and ack are relative as in Wireshark: the first payload octet is 1. '(again)': these octets had been seen before.",
                        "  plumbline show latest c1.2",
                        "  packet  time       leg       flags         seq   ack   len  carried",
                        "  p12     +0.000214  client →  [PSH, ACK]      1     1   803  c1.2 request",
                        "  p17     +0.021502  server →  [PSH, ACK]    518   290   825  c1.2 request",
                        "  plumbline show --json latest c1.2 | jq '.segments[] | select(.leg == \"server\")'")
                .addPositional(Options.recording())
                .addPositional(Options.parameter(1, "ID", "The exchange's id as 'list' has it, such as c1.2."))
                .addOption(Options.flag("--acks", "All packets of both flows between the first and the last that carried the exchange, bare ACKs too."))
                .addOption(Options.flag("--all", "All segments; without it the first 40 and the last 20 of a long table.").toBuilder().names("--all", "--all-segments").build())
                .addOption(Options.flag("--json", "One JSON object; its fields: docs/cli.md."));
    }

    @Override
    public int run(ParseResult typed, Console console) {
        ExchangeId id = Values.id("ID", typed.matchedPositionalValue(1, ""));
        try (Recording recording = recordings.open(typed.matchedPositionalValue(0, ""))) {
            ExchangeRow row = recording.exchange(id).orElseThrow(() -> absent(recording, id));
            Paired paired = Paired.read(recording, row, Options.has(typed, "--acks"));
            if (Options.has(typed, "--json")) {
                json(paired, console);
                console.out().append('\n');
            } else {
                ContentPreview preview = new ContentPreview(recording, console.look());
                new PairedText(console.look(), preview, Options.has(typed, "--all")).write(paired, line -> console.out().append(line).append('\n'));
            }
        }
        console.out().flush();
        return Cli.DONE;
    }

    private static void json(Paired paired, Console console) {
        try {
            PairedJson.write(paired, console.out());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CommandException absent(Recording recording, ExchangeId id) {
        ExchangeId[] ends = new ExchangeId[2];
        recording.exchanges(row -> {
            ends[0] = ends[0] == null ? row.id() : ends[0];
            ends[1] = row.id();
        });
        String there = ends[0] == null ? "it has none" : "it has " + Quantity.count(recording.exchangeCount(), "exchange") + ", " + ends[0] + " to " + ends[1];
        return new CommandException("no exchange " + id + " in " + recording.directory() + ": " + there);
    }
}
