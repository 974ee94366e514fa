package dev.plumbline.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustInstructionsTest {

    private CertificateAuthority ca;

    @TempDir Path temp;

    @BeforeEach
    void open() throws CaException {
        ca = CertificateAuthority.open(temp.resolve("it's here"));
    }

    @Test
    void everyPlatformSaysHowToTrustAndHowToForget() {
        List<TrustInstructions> all = TrustInstructions.of(ca);
        assertThat(all).extracting(TrustInstructions::platform).doesNotHaveDuplicates().contains("Debian, Ubuntu", "Fedora, RHEL",
                "macOS", "Firefox", "Chromium, Chrome on Linux", "Java", "Node.js", "Python (requests)", "curl", "iOS, iPadOS", "Android");
        assertThat(all).allSatisfy(one -> assertThat(one.forget()).isNotEmpty());
        assertThat(all).flatExtracting(TrustInstructions::trust).extracting(TrustInstructions.Step::text)
                .anyMatch(line -> line.contains("update-ca-certificates")).anyMatch(line -> line.contains("trust anchor"))
                .anyMatch(line -> line.contains("add-trusted-cert")).anyMatch(line -> line.contains("-addstore"))
                .anyMatch(line -> line.contains("pki/nssdb")).anyMatch(line -> line.contains("-importcert"));
    }

    @Test
    void noInstructionTouchesAKeyFile() {
        assertThat(lines(TrustInstructions.of(ca))).noneMatch(line -> line.contains("-key.pem"));
    }

    @Test
    void aPathIsQuotedForTheShell() {
        assertThat(lines(TrustInstructions.of(ca)))
                .contains("export CURL_CA_BUNDLE='" + ca.certificateFile().toString().replace("'", "'\\''") + "'");
    }

    @Test
    void aPageNamesTheFileAsTheBrowserSavesIt() {
        assertThat(lines(TrustInstructions.of(ca, "plumbline-ca.pem"))).contains("export NODE_EXTRA_CA_CERTS=plumbline-ca.pem")
                .noneMatch(line -> line.contains(temp.toString()));
    }

    @Test
    void entriesInSharedStoresBearTheNameOfThisInstallation() {
        String name = ca.describe().commonName();
        String id = name.substring(name.length() - 8);
        assertThat(lines(TrustInstructions.of(ca))).filteredOn(line -> line.contains("-alias") || line.contains("certutil -d sql:\"$HOME/.pki/nssdb\" -A")
                || line.contains("delstore") || line.contains("/usr/local/share")).hasSizeGreaterThanOrEqualTo(6)
                .allMatch(line -> line.contains(id));
    }

    private static List<String> lines(List<TrustInstructions> all) {
        return all.stream().flatMap(one -> Stream.concat(one.trust().stream(), one.forget().stream()))
                .map(TrustInstructions.Step::text).toList();
    }
}
