package dev.plumbline.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.plumbline.dump.ImportResult;
import dev.plumbline.recording.RecordingDirectories;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Makes a recording of a dump that others captured. */
final class ImportCommand implements Command {
    private final Recordings recordings;
    private final Importer importer;

    ImportCommand(Recordings recordings, Importer importer) {
        this.recordings = recordings;
        this.importer = importer;
    }

    @Override
    public CommandSpec spec() {
        return Options.command("import", "import [OPTIONS] FILE",
                        "Makes a recording of a packet dump, pcap or pcapng: finds the exchanges of HTTP/1.1 in clear and, with keys, inside TLS 1.2"
                                + " and 1.3. Everything that reads a recording reads it then. What could not be read is counted, and said on each"
                                + " connection. A damaged file gives what comes before the damage.",
                        "  tcpdump -i any -w web.pcap 'tcp port 80'",
                        "  plumbline import web.pcap",
                        "  plumbline list latest",
                        "  plumbline import web.pcapng --keys sslkeys.log --recording ./web",
                        "  gzip -dc web.pcap.gz | plumbline import -")
                .addPositional(Options.parameter(0, "FILE", "The dump, or '-' for standard input."))
                .addOption(Options.value("--keys", "KEYLOG", "TLS keys in NSS key log form (SSLKEYLOGFILE), beside those embedded in a pcapng."))
                .addOption(Options.value("--recording", "DIR", "Where the recording goes: new, or empty. By default a new one below ~/.plumbline/recordings."))
                .addOption(Options.flag("--json", "The summary as one JSON object; its fields: docs/import.md."));
    }

    @Override
    public int run(ParseResult typed, Console console) {
        Path file = Values.path("FILE", typed.matchedPositionalValue(0, ""));
        Optional<Path> keys = ProxyOptions.path(typed, "--keys");
        Supplier<Path> directory = ProxyOptions.path(typed, "--recording").<Supplier<Path>>map(path -> () -> path)
                .orElse(() -> new RecordingDirectories(recordings.home()).create(Instant.now()));
        ProgressLine progress = new ProgressLine(console);
        ImportResult result;
        try {
            result = importer.run(file, keys, directory, progress);
        } finally {
            progress.clear();
        }
        if (Options.has(typed, "--json")) {
            console.out().append(json(file, result)).append('\n');
        } else {
            lines(result, console.look()).forEach(line -> console.out().append(line).append('\n'));
        }
        console.out().flush();
        result.remarks().forEach(remark -> console.note("plumbline: " + console.errLook().safe(remark)));
        if (!result.damage().isEmpty()) {
            console.note("plumbline: " + console.errLook().safe(file + " " + result.damage() + "; what came before is in the recording"));
        }
        return Cli.DONE;
    }

    private static List<String> lines(ImportResult result, Look look) {
        List<String> out = new ArrayList<>();
        out.add("recording " + look.safe(result.directory().toString()));
        out.add("packets   " + Quantity.count(result.packets(), "packet") + ", " + Quantity.count(result.segments(), "segment") + " of TCP");
        result.leftOut().forEach((why, count) -> out.add("          " + Quantity.count(count, "packet") + " left out: " + look.safe(why)));
        out.add("found     " + Quantity.count(result.connections(), "connection") + ", " + Quantity.count(result.exchanges(), "exchange"));
        result.unread().forEach((why, count) -> out.add("          " + Quantity.count(count, "connection") + " not read, or not to the end: " + look.safe(why)));
        return out;
    }

    private static String json(Path file, ImportResult result) {
        return Json.object(json -> {
            Json.text(json, "recording", result.directory().toString());
            Json.text(json, "file", file.toString());
            Json.number(json, "octets", result.octets());
            Json.number(json, "packets", result.packets());
            Json.number(json, "segments", result.segments());
            Json.number(json, "connections", result.connections());
            Json.number(json, "exchanges", result.exchanges());
            counts(json, "unread", result.unread());
            counts(json, "leftOut", result.leftOut());
            Json.number(json, "keys", result.secrets());
            json.writeArrayFieldStart("remarks");
            for (String remark : result.remarks()) {
                json.writeString(remark);
            }
            json.writeEndArray();
            Json.text(json, "damage", result.damage());
        });
    }

    private static void counts(JsonGenerator json, String name, Map<String, Long> counts) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, Long> count : counts.entrySet()) {
            json.writeNumberField(count.getKey(), count.getValue());
        }
        json.writeEndObject();
    }
}
