package dev.plumbline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.analyze.Severity;
import dev.plumbline.analyze.Source;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.proxy.CaptureChoice;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(20)
class StartCommandTest {
    @TempDir
    Path directory;

    private Harness harness;

    @BeforeEach
    void aCore() {
        harness = new Harness(directory);
    }

    /** Starts with the word to stop given already, so that it ends as soon as it is ready. */
    private Harness.Outcome start(String... options) throws Exception {
        StartCommand command = new StartCommand(harness::start, new CountDownLatch(0));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = harness.console(out, err);
        int code = command.run(new CommandLine(command.spec()).parseArgs(options), console);
        console.out().flush();
        return new Harness.Outcome(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void saysWhatItDoesLineByLineThenReady() throws Exception {
        Harness.Outcome outcome = start("--listen", "127.0.0.1:0");
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out()).isEqualTo("""
                proxy     http://127.0.0.1:40404
                inspector off
                recording %1$s/run
                capture   lo, eth0
                ca        %1$s/plumbline-ca.pem
                ready
                """.formatted(directory));
        assertThat(outcome.err()).isEqualTo("plumbline: 0 exchanges in " + directory + "/run\n");
        assertThat(harness.closed).isTrue();
    }

    @Test
    void whyNothingIsCapturedStandsWhereTheInterfacesWould() throws Exception {
        harness.captureOff = Optional.of("no right to capture; start with: sudo setpriv");
        assertThat(start().out()).contains("\ncapture   off: no right to capture; start with: sudo setpriv\n");
    }

    @Test
    void exchangesComeAfterReadyEvenWhenTheyWereFaster() throws Exception {
        harness.exchangesWhileRunning.add(Rows.get("c1.1").role(Role.INTERCEPTED_CONNECT).row());
        harness.exchangesWhileRunning.add(Rows.get("c1.2").row());
        harness.exchangesWhileRunning.add(Rows.get("c1.3").row());
        Harness.Outcome text = start();
        assertThat(text.out().lines().dropWhile(line -> !line.equals("ready"))).hasSize(3).anyMatch(line -> line.contains(" c1.2 "));
        assertThat(text.err()).startsWith("plumbline: 2 exchanges in ").contains("plumbline export ");
        assertThat(start("--log", "json").out().lines().dropWhile(line -> !line.equals("ready")).skip(1)).hasSize(2).allMatch(line -> line.startsWith("{\"id\""));
        assertThat(start("--log=off").out()).endsWith("ready\n");
    }

    @Test
    void badNewsStandBelowTheirExchangeAndWhatIsOnlyWorthANoteDoesNot() throws Exception {
        harness.exchangesWhileRunning.addAll(List.of(Rows.get("c1.2").row(), Rows.get("c1.3").row(), Rows.get("c1.4").row()));
        harness.diagnoses.put(ExchangeId.parse("c1.2").orElseThrow(), news(Severity.WARN, "the origin took 1.8 s to answer"));
        harness.diagnoses.put(ExchangeId.parse("c1.3").orElseThrow(), news(Severity.NOTE, "the response took 2.0 s to come in"));
        assertThat(start().out().lines().dropWhile(line -> !line.equals("ready")).skip(1)).satisfiesExactly(
                line -> assertThat(line).contains(" c1.2 "),
                line -> assertThat(line).isEqualTo("             the origin took 1.8 s to answer"),
                line -> assertThat(line).contains(" c1.3 "),
                line -> assertThat(line).contains(" c1.4 "));
        assertThat(start("--log", "json").out().lines().dropWhile(line -> !line.equals("ready")).skip(1)).satisfiesExactly(
                line -> assertThat(line).endsWith(",\"diagnosis\":{\"severity\":\"warn\",\"code\":\"slow-origin\",\"leg\":\"server\","
                        + "\"text\":\"the origin took 1.8 s to answer\",\"packets\":[\"p7\"],\"source\":\"packets\"}}"),
                line -> assertThat(line).contains("\"severity\":\"note\""),
                line -> assertThat(line).doesNotContain("diagnosis"));
    }

    @Test
    void whatTheLineSaysAlreadyIsNotSaidAgain() throws Exception {
        harness.exchangesWhileRunning.add(Rows.get("c1.2").failure("The name could not be resolved.").row());
        harness.diagnoses.put(ExchangeId.parse("c1.2").orElseThrow(), news(Severity.ERROR, "the name could not be resolved"));
        harness.exchangesWhileRunning.add(Rows.get("c1.3").failure("TLS failed: it is self-signed. To go on all the same, trust it.").row());
        harness.diagnoses.put(ExchangeId.parse("c1.3").orElseThrow(), news(Severity.ERROR, "TLS failed: it is self-signed"));
        assertThat(start().out().lines().dropWhile(line -> !line.equals("ready")).skip(1)).satisfiesExactly(
                line -> assertThat(line).contains(" c1.2 "), line -> assertThat(line).contains(" c1.3 "));
    }

    @Test
    void badNewsAreCutToTheTerminalAndCannotCommandIt() throws Exception {
        harness.terminal = true;
        harness.exchangesWhileRunning.add(Rows.get("c1.2").row());
        harness.diagnoses.put(ExchangeId.parse("c1.2").orElseThrow(), news(Severity.ERROR, "\033[2J" + "x".repeat(200)));
        assertThat(start().out()).contains("\\x1b[2Jxxx").doesNotContain("\033[2J").doesNotContain("x".repeat(90));
    }

    private static Diagnosis news(Severity severity, String text) {
        return new Diagnosis(severity, Diagnosis.Code.SLOW_ORIGIN, Optional.of(Leg.SERVER), text, List.of(new PacketId(7)), Source.PACKETS);
    }

    @Test
    void everyOptionReachesTheProxy() throws Exception {
        Path authority = Files.writeString(directory.resolve("a.pem"), "x");
        start("--listen", "[::1]:8888", "--recording", "rec", "--max-recording", "500m", "--inspect", "off", "--capture", "lo", "--snaplen", "200",
                "--ca-dir", "ca", "--upstream-ca", authority.toString(), "--upstream-ca", authority.toString(), "--insecure-upstream",
                "--passthrough", "a.example,b.example", "--passthrough", "c.example");
        ProxySettings settings = harness.started.get(0);
        assertThat(settings.listen()).hasToString("[::1]:8888");
        assertThat(settings.recording()).contains(Path.of("rec"));
        assertThat(settings.maxRecording()).hasValue(500L << 20);
        assertThat(settings.capture()).isEqualTo(CaptureChoice.of(List.of("lo")));
        assertThat(settings.snapLength()).hasValue(200);
        assertThat(settings.caDirectory()).contains(Path.of("ca"));
        assertThat(settings.upstreamCa()).containsExactly(authority, authority);
        assertThat(settings.insecureUpstream()).isTrue();
        assertThat(settings.passthrough()).containsExactly("a.example", "b.example", "c.example");
    }

    @Test
    void whatIsNotTypedIsLeftToTheProxy() throws Exception {
        start();
        ProxySettings settings = harness.started.get(0);
        assertThat(settings.listen()).hasToString("127.0.0.1:8080");
        assertThat(settings.recording()).isEmpty();
        assertThat(settings.maxRecording()).isEmpty();
        assertThat(settings.snapLength()).isEmpty();
        assertThat(settings.capture()).isEqualTo(CaptureChoice.AUTO);
        assertThat(settings.insecureUpstream()).isFalse();
    }

    @Test
    void anInspectorThatWasAskedForIsDeclinedInWords() throws Exception {
        Harness.Outcome outcome = start("--inspect", "127.0.0.1:8081");
        assertThat(outcome.out()).contains("\ninspector off\n");
        assertThat(outcome.err()).startsWith("plumbline: --inspect: this version has no inspector, going on without\n");
    }

    @Test
    void onATerminalTheFirstStepsAreShown() throws Exception {
        harness.terminal = true;
        assertThat(start().err()).contains("curl --proxy http://127.0.0.1:8080 --cacert " + directory + "/plumbline-ca.pem https://example.com/");
    }

    @Test
    void onATerminalItSaysHowToLookAtThisRecording() throws Exception {
        harness.terminal = true;
        assertThat(start().err()).contains("plumbline show latest c1.2 ");
        assertThat(start("--recording", "run").err()).as("latest is another one").contains("plumbline show " + directory + "/run c1.2 ");
    }
}
