package dev.plumbline.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lines that people paste, pasted: in a home of their own, with a path that needs quoting. */
@Timeout(60)
class TrustInstructionsIT {

    @TempDir Path temp;

    private CertificateAuthority ca;

    @BeforeEach
    void open() throws CaException {
        ca = CertificateAuthority.open(temp.resolve("it's $HOME"));
    }

    @Test
    void theLinesForChromiumEnterTheRootAndTakeItOut() throws Exception {
        assumeTrue(shell("command -v certutil").exit() == 0, "certutil is not installed");
        TrustInstructions chromium = platform("Chromium, Chrome on Linux");
        String list = "certutil -L -d sql:\"$HOME/.pki/nssdb\"";
        String name = ca.describe().commonName();
        for (int time = 0; time < 2; time++) {
            assertThat(shell(lines(chromium.trust())).exit()).isZero();
            assertThat(shell(list).output()).containsPattern(name + " +C,,");
        }
        assertThat(shell(lines(chromium.forget())).exit()).isZero();
        assertThat(shell(list)).satisfies(tool -> assertThat(tool.exit()).isZero())
                .satisfies(tool -> assertThat(tool.output()).doesNotContain(name));
    }

    @Test
    void theLineForCurlMakesItTrustALeaf() throws Exception {
        try (TlsOrigin origin = new TlsOrigin(ca.issue("127.0.0.1"), InetAddress.getByName("127.0.0.1"))) {
            String curl = "\ncurl -sS --noproxy '*' --max-time 20 https://127.0.0.1:" + origin.port() + "/";
            String trust = lines(platform("curl").trust());
            assertThat(shell(trust + curl)).isEqualTo(new Tool(0, "ok"));
            assertThat(shell(trust + "\n" + lines(platform("curl").forget()) + curl).exit()).isEqualTo(60);
        }
    }

    @Test
    void theLinesForJavaEnterTheRootAndTakeItOut() throws Exception {
        TrustInstructions java = platform("Java");
        // The same lines on a store of the test's own: the JDK's is everybody's.
        String store = "-keystore " + temp.resolve("store.p12");
        String bin = "PATH=" + Path.of(System.getProperty("java.home"), "bin") + ":$PATH\n";
        assertThat(shell(bin + lines(java.trust()).replace("-cacerts", store)).exit()).isZero();
        String list = bin + "keytool -list -storepass changeit " + store;
        assertThat(shell(list).output()).contains("plumbline-").contains(ca.describe().sha256());
        assertThat(shell(bin + lines(java.forget()).replace("-cacerts", store)).exit()).isZero();
        assertThat(shell(list).output()).doesNotContain("plumbline-");
    }

    private TrustInstructions platform(String name) {
        return TrustInstructions.of(ca).stream().filter(one -> one.platform().equals(name)).findFirst().orElseThrow();
    }

    private static String lines(List<TrustInstructions.Step> steps) {
        return String.join("\n", steps.stream().filter(step -> step.kind() == TrustInstructions.Kind.RUN)
                .map(TrustInstructions.Step::text).toList());
    }

    private Tool shell(String script) throws Exception {
        return Tool.run("env", "HOME=" + temp.resolve("home"), "sh", "-ec", script);
    }
}
