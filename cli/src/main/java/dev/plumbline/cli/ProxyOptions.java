package dev.plumbline.cli;

import dev.plumbline.proxy.CaptureChoice;
import dev.plumbline.wire.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The options of {@code start}, which {@code exec} takes too. */
final class ProxyOptions {
    private static final String INSPECT_OFF = "off";

    private ProxyOptions() {
    }

    static void addTo(CommandSpec spec, String defaultListen) {
        spec.addOption(Options.value("--listen", "HOST:PORT", "Where clients reach the proxy; loopback only, port 0 asks for a free one. Default: " + defaultListen + "."));
        spec.addOption(Options.value("--recording", "DIR", "Directory for the recording. Default: a new dated one below ~/.plumbline/recordings."));
        spec.addOption(Options.value("--max-recording", "SIZE", "Most the recording may take on disk (k, m, g or KiB, MiB, GiB; plain: octets), 16m or more."
                + " When reached, packets and then contents are kept no longer, labelled 'limit', and traffic goes on. Default: 4g."));
        spec.addOption(Options.value("--inspect", "HOST:PORT|off", "Where the web inspector is. This version has none and says 'inspector off'."));
        spec.addOption(Options.value("--capture", "auto|off|required|IFACE[,IFACE...]",
                "Which packets to capture. auto: all interfaces that are up; without the right to, go on and say so."
                        + " required: refuse to start then. Names: these and no others; see 'plumbline devices'. Default: auto."));
        spec.addOption(Options.value("--snaplen", "N", "Octets kept of each frame, " + Values.LEAST_SNAP_LENGTH + " to " + Values.MOST_SNAP_LENGTH + ". Default: all."));
        spec.addOption(Options.value("--ca-dir", "DIR", "Directory of the root certificate and its key. Default: ~/.plumbline."));
        spec.addOption(Options.repeatable("--upstream-ca", "FILE", "PEM file with authorities to trust for origins, beside the system's. May be given again."));
        spec.addOption(Options.flag("--insecure-upstream", "Take every origin certificate for good. For test origins only."));
        spec.addOption(Options.repeatable("--passthrough", "HOST[,HOST...]",
                "Hosts whose TLS is carried unread: example.com, *.example.com, either with :port. May be given again."));
        spec.addOption(Options.value("--log", "text|json|off", "How exchanges are printed. Default: text."));
    }

    static ProxySettings read(ParseResult typed, String defaultListen) {
        inspector(typed);
        Endpoint listen = Values.loopback("--listen", typed.matchedOptionValue("--listen", defaultListen));
        CaptureChoice capture = Values.capture("--capture", typed.matchedOptionValue("--capture", "auto"));
        List<String> hosts = Values.hosts("--passthrough", Options.all(typed, "--passthrough"));
        OptionalInt snapLength = text(typed, "--snaplen")
                .map(text -> OptionalInt.of(Values.number("--snaplen", Values.LEAST_SNAP_LENGTH, Values.MOST_SNAP_LENGTH, text))).orElse(OptionalInt.empty());
        OptionalLong size = text(typed, "--max-recording").map(text -> OptionalLong.of(Values.recordingSize("--max-recording", text))).orElse(OptionalLong.empty());
        return new ProxySettings(listen, path(typed, "--recording"), size, capture, snapLength, path(typed, "--ca-dir"),
                authorities(typed), Options.has(typed, "--insecure-upstream"), hosts);
    }

    static LogForm log(ParseResult typed) {
        return LogForm.of(Values.word("--log", typed.matchedOptionValue("--log", "text"), "text", "json", "off"));
    }

    /** Whether the user asked for an inspector in so many words. */
    static boolean inspector(ParseResult typed) {
        String text = typed.matchedOptionValue("--inspect", INSPECT_OFF);
        if (text.equals(INSPECT_OFF)) {
            return false;
        }
        Values.loopback("--inspect", text);
        return true;
    }

    private static List<Path> authorities(ParseResult typed) {
        List<Path> out = new ArrayList<>();
        for (String text : Options.all(typed, "--upstream-ca")) {
            Path file = Values.path("--upstream-ca", text);
            if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
                throw new CommandException("--upstream-ca: expected a PEM file, " + file
                        + (Files.isDirectory(file) ? " is a directory" : Files.exists(file) ? " cannot be read" : " does not exist"));
            }
            out.add(file);
        }
        return out;
    }

    static Optional<Path> path(ParseResult typed, String option) {
        return text(typed, option).map(text -> Values.path(option, text));
    }

    private static Optional<String> text(ParseResult typed, String option) {
        return Optional.ofNullable(typed.matchedOptionValue(option, null));
    }
}
