package dev.plumbline.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher as it is called: from elsewhere, by other names, in other surroundings. Only with a build that is up to date. */
@Timeout(60)
class LauncherIT {
    /** Two names that are not ASCII, by their octets: this JVM's own locale must not matter. */
    private static final String NAMES = "greetings=$(printf 'gr\\303\\274\\303\\237e') home=$(printf 'h\\303\\266m\\303\\251'); ";

    private final Path root = Path.of("").toAbsolutePath().getParent();

    @TempDir
    Path directory;

    private record Outcome(int code, String out, String err) {
    }

    @BeforeEach
    void aBuildThatIsUpToDate() throws Exception {
        Outcome stale = shell("root=$1 machine=; for each in common java build; do . \"$root/scripts/lib/$each.sh\"; done; is_stale && echo stale || echo fresh");
        assertThat(stale.err).isEmpty();
        assumeFalse(stale.out.equals("stale\n"), "the launcher's build is older than its sources");
    }

    @ParameterizedTest
    @ValueSource(strings = {"A=", "LC_ALL=C", "LANG=POSIX", "LANG=xx_XX.UTF-8", "LC_ALL=C.UTF-8"})
    void namesAndArgumentsStayWhatTheyAreInEveryLocale(String locale) throws Exception {
        Outcome outcome = shell(NAMES + "mkdir \"$home\"; exec env -i PATH=\"$PATH\" HOME=\"$PWD/$home\" " + locale
                + " \"$1/scripts/plumbline\" exec --capture off --log off --recording \"$greetings\" -- sh -c 'printf \"%s %s\" \"$1\" \"$LC_ALL$LANG$MALLOC_ARENA_MAX\"' sh \"$greetings\"");
        assertThat(outcome.code).as(outcome.err).isZero();
        assertThat(outcome.out).isEqualTo("gr\u00fc\u00dfe " + locale.replaceFirst("^.*=", ""));
        assertThat(shell(NAMES + "ls \"$greetings/recording.db\" \"$home/.plumbline/plumbline-ca.pem\"").code).isZero();
    }

    @Test
    void itIsFoundThroughLinksAndBlanks() throws Exception {
        Files.createDirectory(directory.resolve("a b"));
        Files.createSymbolicLink(directory.resolve("a b/the tree"), root);
        Files.createSymbolicLink(directory.resolve("a b/one"), Path.of("the tree/scripts/plumbline"));
        Files.createSymbolicLink(directory.resolve("two"), Path.of("a b/one"));
        for (String name : List.of("./two", "'a b/one'", "'a b/the tree/scripts/plumbline'")) {
            assertThat(shell(name + " --version").out).as(name).startsWith("plumbline ");
        }
        assertThat(shell("PATH=$PWD:$PATH; cd 'a b' && two --version").out).startsWith("plumbline ");
        assertThat(shell("bash two --version").out).startsWith("plumbline ");
    }

    @Test
    void itRunsWithoutAHome() throws Exception {
        Outcome outcome = shell("exec env -i PATH=\"$PATH\" \"$1/scripts/plumbline\" ca path");
        assertThat(outcome.code).as(outcome.err).isZero();
        assertThat(outcome.out).endsWith("/.plumbline/plumbline-ca.pem\n");
    }

    /** All descriptors but one are taken, and that one is the client's: there is none left for the way to the origin. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost"})
    void aProxyThatMayOpenNoMoreSocketsSaysSo(String origin) throws Exception {
        Outcome outcome = shell("""
                export HOME=$PWD
                "$1/scripts/plumbline" start --capture off --listen 127.0.0.1:0 >out 2>err &
                proxy=$! free=0
                until grep -q ready out; do kill -0 $proxy || exit 9; sleep 0.1; done
                ask() { curl -s -m 5 -o /dev/null -w '%%{http_code} %%header{plumbline-error}\n' -x "$(sed -n 's/^proxy *//p' out)" "http://%s:9/"; }
                ask
                sleep 1
                while [ -e /proc/$proxy/fd/$free ]; do free=$((free + 1)); done
                prlimit --pid $proxy --nofile=$((free + 1)):4096
                ask
                kill $proxy
                wait $proxy
                """.formatted(origin));
        assertThat(outcome.out).as(outcome.err).isEqualTo("502 connect-refused\n503 no-socket\n");
    }

    private Outcome shell(String script) throws IOException, InterruptedException {
        Path errors = directory.resolve("errors");
        List<String> command = new ArrayList<>(List.of("bash", "-c", script, "bash", root.toString()));
        Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectError(errors.toFile()).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), out, Files.readString(errors, StandardCharsets.UTF_8));
    }
}
