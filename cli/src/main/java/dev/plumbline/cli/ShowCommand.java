package dev.plumbline.cli;

import dev.plumbline.cli.Paired.LegView;
import dev.plumbline.recording.ExchangeAnalysis;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Leg;
import java.util.List;
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
                        "  plumbline show latest c1.2 --ladder",
                        "  plumbline show --json latest c1.2 | jq '.segments[] | select(.leg == \"server\")'")
                .addPositional(Options.recording())
                .addPositional(Options.parameter(1, "ID", "The exchange's id as 'list' has it, such as c1.2."))
                .addOption(Options.flag("--ladder", "As a sequence diagram: client, proxy, origin, in time order. Packets that carried the exchange are drawn heavy,"
                        + " and what the proxy did stands between them. With --json one object per step."))
                .addOption(Options.flag("--acks", "All packets of both flows between the first and the last that carried the exchange, bare ACKs too."))
                .addOption(Options.flag("--all", "All segments; without it the first 40 and the last 20 of a long table, and long runs of a ladder in one line.")
                        .toBuilder().names("--all", "--all-segments").build())
                .addOption(Options.flag("--json", "One JSON object; its fields: docs/cli.md."));
    }

    @Override
    public int run(ParseResult typed, Console console) {
        ExchangeId id = Values.id("ID", typed.matchedPositionalValue(1, ""));
        try (Recording recording = recordings.open(typed.matchedPositionalValue(0, ""))) {
            ExchangeRow row = Named.exchange(recording, id);
            if (Options.has(typed, "--ladder")) {
                ladder(recording, row, typed, console);
            } else {
                paired(recording, row, typed, console);
            }
        }
        console.out().flush();
        return Cli.DONE;
    }

    private static void paired(Recording recording, ExchangeRow row, ParseResult typed, Console console) {
        Paired paired = Paired.read(recording, row, Options.has(typed, "--acks"));
        if (Options.has(typed, "--json")) {
            Json.unchecked(() -> PairedJson.write(paired, console.out()));
            console.out().append('\n');
        } else {
            ContentPreview preview = new ContentPreview(recording, console.look());
            new PairedText(console.look(), Peers.of(recording), preview, Options.has(typed, "--all")).write(paired, line -> console.out().append(line).append('\n'));
        }
    }

    private static void ladder(Recording recording, ExchangeRow row, ParseResult typed, Console console) {
        List<LegView> legs = Paired.legs(recording, row);
        ExchangeAnalysis analysis = recording.analysis(row);
        Peers peers = Peers.of(recording);
        // A dump has no proxy whose sockets could tell of events.
        List<LadderRow> events = peers.isDump() ? List.of() : LadderEvents.of(row, legs);
        LadderSource source = new LadderSource(recording, row, legs, analysis, events);
        Lines.print(console, printer -> {
            if (Options.has(typed, "--json")) {
                source.each(step -> printer.accept(LadderJson.line(step, row)));
                return;
            }
            PairedText.title(console.look(), row).forEach(printer);
            new AnalysisText(console.look(), analysis, peers).diagnosis().forEach(printer);
            printer.accept("");
            LadderText text = new LadderText(console.look(), row, legs.size(), Options.has(typed, "--all"), printer);
            text.head(legs, peers.responder(Leg.CLIENT));
            source.each(text::row);
            text.end();
            PairedText.absence(console.look(), row, new Segments(recording, legs, false)).ifPresent(printer);
        });
    }
}
