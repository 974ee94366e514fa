package dev.plumbline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.recording.RecordingException;
import dev.plumbline.wire.ExchangeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
    @TempDir
    Path directory;

    private Harness harness;
    private String recording;

    @BeforeEach
    void aRecordingWithThreeExchanges() throws IOException {
        harness = new Harness(directory);
        harness.recording("rec").with(
                Rows.get("c1.1").role(Role.INTERCEPTED_CONNECT).method("CONNECT").authority("example.com:443").row(),
                Rows.get("c1.2").row(), Rows.get("c1.3").target("/other").row());
        recording = directory.resolve("rec").toString();
    }

    private void refuses(int code, String line, String... arguments) {
        Harness.Outcome outcome = harness.run(arguments);
        assertThat(outcome.err()).isEqualTo("plumbline: " + line + "\n");
        assertThat(outcome.code()).isEqualTo(code);
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void badSyntaxIsOneLineThatPointsToTheHelpAndExitCodeTwo() {
        String all = "start, exec, list, show, packets, connections, stats, export, import, ca, devices";
        refuses(2, "expected a command: " + all + " (see plumbline --help)");
        refuses(2, "expected a command (" + all + "), got 'strat' (see plumbline --help)", "strat");
        refuses(2, "expected a command (" + all + "), got 'strat' (see plumbline --help)", "help", "strat");
        refuses(2, "expected a command (" + all + "), got 'strat' (see plumbline --help)", "strat", "--help");
        refuses(2, "unknown option '--bogus' (see plumbline --help)", "--bogus");
        refuses(2, "unknown option '--bogus' of start (see plumbline start --help)", "start", "--bogus");
        refuses(2, "unknown option '--verbsoe' of list (see plumbline list --help)", "list", recording, "--verbsoe");
        refuses(2, "start: unexpected argument 'now' (see plumbline start --help)", "start", "now");
        refuses(2, "--listen: expected HOST:PORT, got nothing (see plumbline start --help)", "start", "--listen");
        refuses(2, "--log: expected text, json or off, got 'xml' (see plumbline start --help)", "start", "--log", "xml");
        refuses(2, "--log: expected once, got it twice (see plumbline start --help)", "start", "--log", "json", "--log", "off");
        refuses(2, "--snaplen: expected a number from 128 to 262144, got '64' (see plumbline start --help)", "start", "--snaplen", "64");
        refuses(2, "--max-recording: expected a size of at least 16m, got '16383k' (see plumbline start --help)", "start", "--max-recording", "16383k");
        refuses(2, "list: expected REC, got nothing (see plumbline list --help)", "list");
        refuses(2, "show: expected ID, got nothing (see plumbline show --help)", "show", recording);
        refuses(2, "ID: expected an exchange's id such as c1.2, got '12' (see plumbline show --help)", "show", recording, "12");
        refuses(2, "exec: expected CMD, got nothing (see plumbline exec --help)", "exec", "--");
        refuses(2, "ca: expected init, path or show, got nothing (see plumbline ca --help)", "ca");
        refuses(2, "ca: expected init, path or show, got 'make' (see plumbline ca --help)", "ca", "make");
        refuses(2, "unknown option '--x' of init (see plumbline ca init --help)", "ca", "init", "--x");
        refuses(2, "export: expected --har, --pcapng, --pcap or --keys with a file, got none (see plumbline export --help)", "export", recording);
        refuses(2, "--id: expected ids such as c1.2,c1.3, got 'c1' (see plumbline export --help)", "export", recording, "--har", "f", "--id", "c1");
        refuses(2, "--redact: expected no --keys beside it, a key log is nothing but secrets (see plumbline export --help)", "export", recording, "--keys", "f", "--redact");
        refuses(2, "--inspect: expected HOST:PORT such as 127.0.0.1:8080, [::1]:8080 or localhost:0, got 'on' (see plumbline start --help)", "start", "--inspect", "on");
    }

    @Test
    void whatCannotBeDoneIsOneLineAndExitCodeOne() {
        Path missing = directory.resolve("missing");
        refuses(1, "expected a recording's directory or 'latest', " + missing + " does not exist", "list", missing.toString());
        refuses(1, "not a recording: " + directory, "list", directory.toString());
        refuses(1, "no recording below " + directory.resolve("recordings") + " yet: 'plumbline start' makes one", "list", "latest");
        refuses(1, "no exchange c9.9 in " + recording + ": it has 3 exchanges, c1.1 to c1.3", "show", recording, "c9.9");
        refuses(1, "no exchange c9.9 in " + recording + ": it has 3 exchanges, c1.1 to c1.3", "export", recording, "--har", "f", "--id", "c1.2,c9.9");
        refuses(1, "--upstream-ca: expected a PEM file, " + missing + " does not exist", "start", "--upstream-ca", missing.toString());
        harness.refusal = java.util.Optional.of("port 8080 of 127.0.0.1 is in use: expected a free one");
        refuses(1, "port 8080 of 127.0.0.1 is in use: expected a free one", "start");
    }

    @Test
    void whatTheUserTypedIsEscapedTooAndStaysOneLine() {
        refuses(2, "--listen: expected HOST:PORT such as 127.0.0.1:8080, [::1]:8080 or localhost:0, got 'a\\x0ab\\x1b[2J' (see plumbline start --help)", "start", "--listen", "a\nb\033[2J");
    }

    @Test
    void verboseAddsTheStackTraceWhereverItStands() {
        assertThat(harness.run("--verbose", "list", "nowhere").err()).startsWith("plumbline: ").contains("\n\tat dev.plumbline.cli.");
        assertThat(harness.run("list", "nowhere", "--verbose").err()).contains("\n\tat dev.plumbline.cli.");
        assertThat(harness.run("list", "nowhere").err()).doesNotContain("\tat ");
    }

    @Test
    void listLeavesInterceptedConnectsOutUnlessAskedForAll() {
        assertThat(harness.run("list", recording).out().lines()).hasSize(2).allMatch(line -> line.contains("https://example.com/"));
        assertThat(harness.run("list", "--all", recording).out().lines()).hasSize(3).first().asString().contains("CONNECT", "example.com:443");
        assertThat(harness.run("list", recording, "--json").out().lines()).hasSize(2).allMatch(line -> line.startsWith("{\"id\":\"c1.") && line.endsWith("}"));
    }

    @Test
    void anEmptyRecordingSaysSoBesideTheOutput() throws IOException {
        harness.recording("empty");
        Harness.Outcome outcome = harness.run("list", directory.resolve("empty").toString());
        assertThat(outcome).isEqualTo(new Harness.Outcome(0, "", "plumbline: no exchanges in " + directory.resolve("empty") + "\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "stats", "connections"})
    void aRecordingThatLacksExchangesSaysSoBesideTheOutput(String command) throws IOException {
        FakeRecording full = harness.recording("full").with(Rows.get("c1.1").row());
        assertThat(harness.run(command, directory.resolve("full").toString()).err()).doesNotContain("not kept");
        full.limitReached = "exchanges not kept: disk nearly full";
        assertThat(harness.run(command, directory.resolve("full").toString()).err())
                .endsWith("plumbline: not all is in " + directory.resolve("full") + ": exchanges not kept: disk nearly full\n");
    }

    @Test
    void latestIsTheNewestThatIsARecording() throws IOException {
        harness.recording("recordings/2026-11-20T10-00-00").with(Rows.get("c7.1").row());
        harness.recording("recordings/2026-11-21T10-00-00").with(Rows.get("c8.1").row());
        Files.createFile(harness.home.resolve("2026-11-20T10-00-00/recording.db"));
        Files.createFile(harness.home.resolve("2026-11-21T10-00-00/recording.db"));
        Files.createDirectories(harness.home.resolve("2026-11-22T10-00-00"));
        assertThat(harness.run("list", "latest").out()).contains(" c8.1 ").doesNotContain("c7.1");
    }

    @Test
    void aFailureBelowIsTheLineItSaysAndABugSaysWhereToLook() {
        harness.home = directory;
        Core broken = new Core(harness::start, new Recordings(directory, path -> {
            throw new RecordingException("the database is damaged: page 7");
        }), null, null, () -> {
            throw new IllegalStateException("oops");
        });
        var out = new java.io.ByteArrayOutputStream();
        var err = new java.io.ByteArrayOutputStream();
        Console console = harness.console(out, err);
        assertThat(new Cli(console, broken).run("list", recording)).isEqualTo(1);
        assertThat(new Cli(console, broken).run("devices")).isEqualTo(1);
        assertThat(err.toString(java.nio.charset.StandardCharsets.UTF_8)).isEqualTo(
                "plumbline: the database is damaged: page 7\nplumbline: failed with IllegalStateException: oops; --verbose says where\n");
    }

    @Test
    void exportPassesOnWhatWasAskedForAndSaysWhatWasWritten() {
        Harness.Outcome outcome = harness.run("export", recording, "--har", "o.har", "--pcapng", "o.pcapng", "--keys", "o.keys",
                "--id", "c1.2,c1.3", "--id", "c1.1", "--all-packets", "--all");
        assertThat(outcome).isEqualTo(new Harness.Outcome(0, "har       o.har  3 exchanges\npcapng    o.pcapng  20 packets\nkeys      o.keys  8 lines\n",
                "plumbline: holds credentials and TLS keys\n"));
        Exporter.Request request = harness.exported.get(0);
        assertThat(request.har()).contains(Path.of("o.har"));
        assertThat(request.pcap()).isEmpty();
        assertThat(request.ids()).isEqualTo(Set.of(ExchangeId.parse("c1.1").orElseThrow(), ExchangeId.parse("c1.2").orElseThrow(), ExchangeId.parse("c1.3").orElseThrow()));
        assertThat(request.allPackets()).isTrue();
        assertThat(request.interceptedConnects()).isTrue();
        assertThat(request.redact()).isFalse();
        harness.run("export", recording, "--pcap", "p", "--redact");
        assertThat(harness.exported.get(1).redact()).isTrue();
    }

    @Test
    void devicesAreATableAndOneReasonForAllIsSaidOnce() {
        harness.devices = List.of(new DeviceLister.Device("lo", List.of("127.0.0.1", "::1"), true, "Ethernet", ""),
                new DeviceLister.Device("eth0", List.of(), false, "", "it is down"));
        assertThat(harness.run("devices")).isEqualTo(new Harness.Outcome(0, """
                name  state  link      capture  addresses
                lo    up     Ethernet  yes      127.0.0.1, ::1
                eth0  down   -         no       -
                """, "plumbline: it is down\n"));
        harness.devices = List.of(new DeviceLister.Device("lo", List.of("127.0.0.1"), true, "", "no right to capture; start with: sudo …"));
        assertThat(harness.run("devices").err()).isEqualTo("plumbline: no right to capture; start with: sudo …\n");
    }

    @Test
    void theAuthorityIsMadeOnceAndDescribed() throws IOException {
        String home = directory.resolve("ca").toString();
        Path file = directory.resolve("ca/plumbline-ca.pem");
        assertThat(harness.run("ca", "path", "--ca-dir", home)).isEqualTo(
                new Harness.Outcome(0, file + "\n", "plumbline: not made yet: 'plumbline ca init' or 'plumbline start' makes it\n"));
        refuses(1, "no root certificate in " + home + " yet: 'plumbline ca init' or 'plumbline start' makes it", "ca", "show", "--ca-dir", home);
        assertThat(harness.run("ca", "init", "--ca-dir", home)).isEqualTo(new Harness.Outcome(0, file + "\n", ""));
        byte[] made = Files.readAllBytes(file);
        assertThat(harness.run("ca", "init", "--ca-dir", home)).isEqualTo(new Harness.Outcome(0, file + "\n", ""));
        assertThat(Files.readAllBytes(file)).isEqualTo(made);
        assertThat(harness.run("ca", "path", "--ca-dir", home)).isEqualTo(new Harness.Outcome(0, file + "\n", ""));
        assertThat(harness.run("ca", "show", "--ca-dir", home).out()).contains("subject   CN=Plumbline CA ", "sha256    ", "\nDebian, Ubuntu\n    $ sudo install ", "and to forget it again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "exec", "list", "show", "packets", "connections", "stats", "export", "ca", "ca init", "ca path", "ca show", "devices"})
    void everyHelpNamesEveryOptionAndShowsExamples(String command) {
        String[] words = (command + " --help").split(" ");
        Harness.Outcome outcome = harness.run(words);
        assertThat(outcome.code()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).contains("Usage: plumbline " + command, "--help", "--verbose", "Examples:\n  ", "plumbline " + command)
                .doesNotContain("\033", "%n", "%%").contains(options(command));
        assertThat(outcome.out().lines()).allMatch(line -> line.length() <= 130);
        harness.terminal = true;
        assertThat(harness.run(words).code()).isZero();
    }

    private static String[] options(String command) {
        String start = "--listen --recording --max-recording --inspect --capture --snaplen --ca-dir --upstream-ca --insecure-upstream --passthrough --log";
        return (switch (command) {
            case "start", "exec" -> start;
            case "list" -> "REC --all --json";
            case "show" -> "REC ID --acks --all --ladder --json";
            case "packets" -> "REC --id --json";
            case "connections" -> "REC ID --json";
            case "stats" -> "REC --json";
            case "export" -> "REC --har --pcapng --pcap --keys --id --all-packets --redact --all";
            case "ca" -> "init path show";
            case "devices" -> "--help";
            default -> "--ca-dir";
        }).split(" ");
    }

    @Test
    void helpCanBeAskedForInThreeWays() {
        assertThat(harness.run("help", "list")).isEqualTo(harness.run("list", "--help")).isEqualTo(harness.run("list", "-h"));
        assertThat(harness.run("help")).isEqualTo(harness.run("--help"));
        assertThat(harness.run("--help").out()).contains("start", "exec", "list", "show", "packets", "connections", "stats", "export", "devices", "Exit codes:");
        assertThat(harness.run("--version").out()).startsWith("plumbline 0.1.0").hasLineCount(1);
    }

    @Test
    void noExampleIsBrokenInTwo() {
        for (String command : List.of("start", "exec", "list", "show", "packets", "connections", "stats", "export", "import", "ca", "devices")) {
            String help = harness.run("help", command).out();
            assertThat(help.substring(help.indexOf("Examples:")).lines()).as(command).allMatch(line -> line.matches("|  .*|\\p{Lu}.*"));
        }
    }
}
