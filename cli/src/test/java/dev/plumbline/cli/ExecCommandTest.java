package dev.plumbline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.analyze.Severity;
import dev.plumbline.analyze.Source;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.recording.ExchangeAnalysis;
import dev.plumbline.wire.Leg;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ExecCommandTest {
    @TempDir
    Path directory;

    private Harness harness;

    @BeforeEach
    void aCore() throws IOException {
        harness = new Harness(directory);
        harness.recording("run").with(Rows.get("c1.2").row());
        harness.run("ca", "init", "--ca-dir", directory.toString());
    }

    private Map<String, String> variables(Map<String, String> before) throws IOException {
        Map<String, String> environment = new HashMap<>(before);
        try (Proxies.Running proxy = harness.start(new ProxySettings(Values.loopback("", "127.0.0.1:0"), Optional.empty(),
                java.util.OptionalLong.empty(), dev.plumbline.proxy.CaptureChoice.OFF, java.util.OptionalInt.empty(), Optional.empty(),
                List.of(), false, List.of()), Proxies.NOBODY);
                TrustFiles trust = TrustFiles.write(directory.resolve("run"), proxy.caFile(), before)) {
            ClientEnvironment.apply(environment, proxy, trust);
        } catch (dev.plumbline.proxy.PlumblineException e) {
            throw new AssertionError(e);
        }
        return environment;
    }

    @Test
    void clientsFindTheProxyAndTheRootsInTheirVariables() throws Exception {
        Map<String, String> found = variables(Map.of("no_proxy", "localhost", "NO_PROXY", "*", "http_proxy", "http://other:1", "HOME", "/h"));
        String url = "http://127.0.0.1:40404";
        for (String name : new String[] {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
            assertThat(found).containsEntry(name, url);
        }
        for (String name : new String[] {"SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE", "GIT_SSL_CAINFO", "CARGO_HTTP_CAINFO"}) {
            assertThat(found).containsEntry(name, directory + "/run/exec-roots.pem");
        }
        for (String name : new String[] {"NODE_EXTRA_CA_CERTS", "DENO_CERT"}) {
            assertThat(found).containsEntry(name, directory + "/plumbline-ca.pem");
        }
        assertThat(found).containsEntry("HOME", "/h").doesNotContainKeys("no_proxy", "NO_PROXY");
        assertThat(found.get("JAVA_TOOL_OPTIONS")).contains("-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=40404 -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=40404",
                "-Dhttp.nonProxyHosts= ", "-Djavax.net.ssl.trustStore=" + directory + "/run/exec-roots.jks");
    }

    @Test
    void theCommandHasTheVariablesThatTheUserHasNotThoseLentToUs() throws Exception {
        assertThat(variables(Map.of("LC_ALL", "C.UTF-8", "PLUMBLINE_LENT_LC_ALL", "", "LANG", "C"))).containsEntry("LANG", "C").doesNotContainKeys("LC_ALL", "PLUMBLINE_LENT_LC_ALL");
        assertThat(variables(Map.of("LC_ALL", "C.UTF-8", "PLUMBLINE_LENT_LC_ALL", "POSIX"))).containsEntry("LC_ALL", "POSIX").doesNotContainKey("PLUMBLINE_LENT_LC_ALL");
        assertThat(variables(Map.of("LC_ALL", "de_DE.UTF-8"))).containsEntry("LC_ALL", "de_DE.UTF-8");
    }

    @Test
    void theUsersOwnJavaOptionsAreKept() throws Exception {
        assertThat(variables(Map.of("JAVA_TOOL_OPTIONS", "-Xmx1g")).get("JAVA_TOOL_OPTIONS")).startsWith("-Xmx1g -Dhttp.proxyHost=");
    }

    @Test
    void theRootsAreTheSystemsAndOursForTheOwnerAlone() throws Exception {
        Path system = Files.writeString(directory.resolve("system.pem"), "SYSTEM ROOTS, NO LINE END");
        Path ours = directory.resolve("plumbline-ca.pem");
        Path bundle;
        try (TrustFiles trust = TrustFiles.write(directory, ours, Map.of("SSL_CERT_FILE", system.toString()))) {
            bundle = trust.bundle();
            assertThat(Files.readString(bundle)).startsWith("SYSTEM ROOTS, NO LINE END\n").endsWith(Files.readString(ours));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bundle))).isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(trust.store()))).isEqualTo("rw-------");
            KeyStore store = KeyStore.getInstance("JKS");
            try (InputStream in = Files.newInputStream(trust.store())) {
                store.load(in, TrustFiles.STORE_PASSWORD.toCharArray());
            }
            assertThat(store.isCertificateEntry("plumbline")).isTrue();
            assertThat(store.size()).as("the JDK's roots beside ours").isGreaterThan(10);
        }
        assertThat(bundle).doesNotExist();
    }

    @Test
    void theCommandRunsThenTheLogIsPrintedAndTheExitCodeIsTheCommands() {
        Path seen = directory.resolve("seen");
        Harness.Outcome outcome = harness.run("exec", "--log", "text", "--", "sh", "-c", "echo \"$http_proxy $0 $1\" > " + seen + "; exit 7", "a b", "--listen");
        assertThat(outcome.code()).isEqualTo(7);
        assertThat(seen).hasContent("http://127.0.0.1:40404 a b --listen");
        assertThat(outcome.out()).hasLineCount(1).contains(" c1.2 ");
        assertThat(outcome.err()).isEqualTo("plumbline: recorded in " + directory + "/run\n");
        assertThat(harness.started.get(0).listen()).hasToString("127.0.0.1:0");
        assertThat(harness.closed).isTrue();
        assertThat(directory.resolve("run")).isEmptyDirectory();
    }

    @Test
    void badNewsStandBelowTheirExchangeAsWithStart() throws IOException {
        FakeRecording recording = harness.recording("run");
        recording.with(Rows.get("c1.2").row(), Rows.get("c1.3").row(), Rows.get("c3.1").role(Role.INTERCEPTED_CONNECT).row());
        judged(recording, "c1.2", Severity.WARN, "the origin took 1.8 s to answer");
        judged(recording, "c1.3", Severity.NOTE, "the response took 2.0 s to come in");
        assertThat(harness.run("exec", "true").out().lines()).satisfiesExactly(
                line -> assertThat(line).contains(" c1.2 "),
                line -> assertThat(line).isEqualTo("             the origin took 1.8 s to answer"),
                line -> assertThat(line).contains(" c1.3 "));
        assertThat(harness.run("exec", "--log", "json", "true").out().lines()).satisfiesExactly(
                line -> assertThat(line).contains("\"diagnosis\":{\"severity\":\"warn\""),
                line -> assertThat(line).doesNotContain("diagnosis"));
    }

    private static void judged(FakeRecording recording, String exchange, Severity severity, String text) {
        Diagnosis diagnosis = new Diagnosis(severity, Diagnosis.Code.SLOW_ORIGIN, Optional.of(Leg.SERVER), text, List.of(), Source.PACKETS);
        recording.analyses.put(Rows.id(exchange), new ExchangeAnalysis(
                Rows.id(exchange), Optional.empty(), Optional.of(diagnosis), List.of(), List.of(), Optional.empty(), Optional.empty(), List.of()));
    }

    @Test
    void withoutTheTwoDashesTheCommandsOptionsAreStillItsOwn() {
        assertThat(harness.run("exec", "sh", "-c", "exit 3", "--verbose", "--bogus").code()).isEqualTo(3);
        assertThat(harness.run("exec", "--log", "json", "true").out()).startsWith("{\"id\":\"c1.2\"");
        assertThat(harness.run("exec", "--log", "off", "true").out()).isEmpty();
    }

    @Test
    void whyNothingIsCapturedIsSaidUnlessThatIsWhatWasAskedFor() {
        harness.captureOff = Optional.of("no right to capture");
        assertThat(harness.run("exec", "true").err()).startsWith("plumbline: capture off: no right to capture\n");
        assertThat(harness.run("exec", "--capture", "off", "true").err()).startsWith("plumbline: recorded in ");
    }

    @Test
    void aCommandThatASignalEndedIsOneHundredTwentyEightAndTheSignal() {
        assertThat(harness.run("exec", "--", "sh", "-c", "kill -KILL $$").code()).isEqualTo(128 + 9);
    }

    @Test
    void aCommandThatCannotRunStartsNoProxy() throws IOException {
        Path text = Files.writeString(directory.resolve("text"), "x");
        assertThat(harness.run("exec", "--", "no-such-command-at-all")).isEqualTo(
                new Harness.Outcome(127, "", "plumbline: exec: expected a program, there is no no-such-command-at-all on PATH\n"));
        assertThat(harness.run("exec", "--", "./no/such/file").code()).isEqualTo(127);
        Harness.Outcome outcome = harness.run("exec", "--", text.toString());
        assertThat(outcome.code()).isEqualTo(126);
        assertThat(outcome.err()).isEqualTo("plumbline: exec: expected a program, " + text + " is not executable\n");
        assertThat(harness.started).isEmpty();
    }
}
