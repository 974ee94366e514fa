package dev.plumbline.cli;

import dev.plumbline.analyze.FlowStatistics;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.ConnectionId;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One line per connection, or one in full. */
final class ConnectionsCommand implements Command {
    private final Recordings recordings;

    ConnectionsCommand(Recordings recordings) {
        this.recordings = recordings;
    }

    @Override
    public CommandSpec spec() {
        return Options.command("connections", "connections [OPTIONS] REC [ID]",
                        "Prints one line per connection of both legs: the handshake's round trip, octets and segments each way, retransmissions, how many"
                                + " exchanges it carried, how long it lived, how it ended and by whom. With an ID one of them in full: its handshake and close"
                                + " drawn, TLS, its exchanges in order with the gaps between them, and what was judged of its segments.",
                        "  plumbline connections latest",
                        "  plumbline connections latest c2",
                        "  plumbline connections latest --json | jq -r 'select(.ending == \"rst\") | [.id, .endedBy] | @tsv'",
                        "  plumbline packets latest --id c2         its segments")
                .addPositional(Options.recording())
                .addPositional(Options.optional(1, "ID", "A connection's id, such as c2: that one in full."))
                .addOption(Options.flag("--all", "With an ID: all its exchanges and annotations, not the first " + ConnectionText.MOST + " of each."))
                .addOption(Options.flag("--json", "One JSON object per line; with an ID one object. Its fields: docs/cli.md."));
    }

    @Override
    public int run(ParseResult typed, Console console) {
        Optional<ConnectionId> id = Optional.ofNullable(typed.<String>matchedPositionalValue(1, null)).map(text -> Values.connection("ID", text));
        try (Recording recording = recordings.open(typed.matchedPositionalValue(0, ""))) {
            boolean json = Options.has(typed, "--json");
            if (id.isPresent()) {
                ConnectionView view = ConnectionView.read(recording, Named.connection(recording, id.get()));
                if (json) {
                    Json.unchecked(() -> ConnectionJson.write(view, console.out()));
                    console.out().append('\n').flush();
                } else {
                    Lines.print(console, printer -> new ConnectionText(console.look(), view, Options.has(typed, "--all"), printer).print());
                }
            } else {
                list(recording, json, console);
            }
        }
        return Cli.DONE;
    }

    private static void list(Recording recording, boolean json, Console console) {
        int[] exchanges = exchanges(recording);
        ConnectionLine line = new ConnectionLine(console.look(), Peers.of(recording));
        long[] rows = {0};
        Lines.print(console, printer -> recording.connections(row -> {
            if (rows[0]++ == 0 && !json) {
                printer.accept(line.titles());
            }
            int number = row.id().number();
            long carried = number < exchanges.length ? exchanges[number] : 0;
            Optional<FlowStatistics> statistics = row.flow().flatMap(recording::statistics);
            printer.accept(json ? ConnectionJson.line(row, statistics, carried) : line.of(row, statistics, carried));
        }));
        if (rows[0] == 0) {
            console.note("plumbline: no connections in " + console.errLook().safe(recording.directory().toString()));
        }
        Recordings.noteWhatIsMissing(recording, console);
    }

    /** By connection number how many exchanges it carried, intercepted CONNECTs not counted: four octets a connection, and one walk for all. */
    private static int[] exchanges(Recording recording) {
        int[][] counts = {new int[1024]};
        recording.exchanges(row -> {
            if (row.role() != Role.INTERCEPTED_CONNECT) {
                count(counts, row.id().client());
                row.server().ifPresent(server -> count(counts, server));
            }
        });
        return counts[0];
    }

    private static void count(int[][] counts, ConnectionId id) {
        if (id.number() >= counts[0].length) {
            counts[0] = Arrays.copyOf(counts[0], Math.max(id.number() + 1, counts[0].length * 2));
        }
        counts[0][id.number()]++;
    }
}
