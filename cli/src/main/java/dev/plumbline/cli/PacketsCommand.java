package dev.plumbline.cli;

import dev.plumbline.recording.BoundFlow;
import dev.plumbline.recording.Carried;
import dev.plumbline.recording.CarriedWalk;
import dev.plumbline.recording.Recording;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One line per segment, in the manner of tcpdump, with the exchange it belongs to. */
final class PacketsCommand implements Command {
    private final Recordings recordings;

    PacketsCommand(Recordings recordings) {
        this.recordings = recordings;
    }

    @Override
    public CommandSpec spec() {
        return Options.command("packets", "packets [OPTIONS] REC",
                        "Prints one line per segment in capture order, as tcpdump does, and behind it the messages whose octets it held. seq and ack"
                                + " are relative as in Wireshark, win is scaled where the SYNs told the scale. '(again)': these octets had been seen before.",
                        "  plumbline packets latest",
                        "  12:00:01.123456789 p22      client  127.0.0.1:53122 > 127.0.0.1:8080: … c1.2 request client",
                        "  plumbline packets latest --id c1.2       what carried it, and all between on the same connections",
                        "  plumbline packets latest --id c3         one connection, SYN to FIN",
                        "  plumbline packets latest | grep '(again)'",
                        "  plumbline packets latest --json | jq -r 'select(.windowScaled == 0) | .packet'")
                .addPositional(Options.recording())
                .addOption(Options.value("--id", "ID", "Only an exchange (c1.2), a connection (c3) or a flow (f7)."))
                .addOption(Options.flag("--json", "One JSON object per line; its fields: docs/cli.md."));
    }

    @Override
    public int run(ParseResult typed, Console console) {
        Optional<Named> named = Optional.ofNullable(typed.<String>matchedOptionValue("--id", null)).map(id -> Values.named("--id", id));
        try (Recording recording = recordings.open(typed.matchedPositionalValue(0, ""))) {
            PacketScope scope = named.map(given -> PacketScope.of(recording, given)).orElseGet(() -> PacketScope.all(recording));
            if (print(recording, scope, Options.has(typed, "--json"), console) == 0) {
                console.note("plumbline: " + console.errLook().safe(scope.whyNone()));
            }
        }
        return Cli.DONE;
    }

    private static long print(Recording recording, PacketScope scope, boolean json, Console console) {
        CarriedWalk walk = new CarriedWalk(recording);
        PacketLine text = new PacketLine(console.look());
        WindowScales scales = new WindowScales(recording);
        return Lines.print(console, printer -> scope.each(recording, packet -> {
            BoundFlow flow = walk.flow(packet.flow());
            List<Carried> carried = walk.of(packet);
            int shift = flow.isForeign() ? WindowScales.UNKNOWN : scales.shift(packet);
            printer.accept(json ? PacketJson.line(packet, flow, carried, shift) : text.of(packet, flow, carried, shift));
        }));
    }
}
