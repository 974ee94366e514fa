package dev.plumbline.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateAuthorityTest {

    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    @TempDir Path temp;

    @Test
    void theRootHasTheProfileFieldByField() throws Exception {
        CertificateAuthority ca = CertificateAuthority.open(temp.resolve("ca"), CLOCK);
        var root = ca.certificate();
        assertThat(root.getVersion()).isEqualTo(3);
        assertThat(root.getSubjectX500Principal().getName()).matches("CN=Plumbline CA [0-9a-f]{8},O=Plumbline");
        assertThat(root.getIssuerX500Principal()).isEqualTo(root.getSubjectX500Principal());
        assertThat(root.getPublicKey()).isInstanceOfSatisfying(ECPublicKey.class,
                key -> assertThat(key.getParams().toString()).contains("secp256r1"));
        assertThat(root.getSigAlgName()).isEqualTo("SHA256withECDSA");
        assertThat(root.getBasicConstraints()).as("path length").isZero();
        assertThat(root.getKeyUsage()).containsExactly(false, false, false, false, false, true, true, false, false);
        assertThat(root.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.19", "2.5.29.15");
        assertThat(root.getNonCriticalExtensionOIDs()).containsExactly("2.5.29.14");
        assertThat(root.getNotBefore().toInstant()).isEqualTo(NOW.minus(Duration.ofDays(1)));
        assertThat(root.getNotAfter().toInstant()).isEqualTo(Instant.parse("2031-11-21T12:00:00Z"));
        root.verify(root.getPublicKey());
    }

    @Test
    void theSubjectNamesTheKeyIdentifier() throws CaException {
        CertificateAuthority ca = CertificateAuthority.open(temp, CLOCK);
        byte[] extension = ca.certificate().getExtensionValue("2.5.29.14");
        String id = java.util.HexFormat.of().formatHex(extension, 4, 24);
        assertThat(ca.describe().commonName()).isEqualTo("Plumbline CA " + id.substring(0, 8));
    }

    @Test
    void aSecondOpeningFindsTheSameAuthority() throws CaException {
        CertificateAuthority first = CertificateAuthority.open(temp, CLOCK);
        CertificateAuthority second = CertificateAuthority.open(temp, CLOCK);
        assertThat(second.certificate()).isEqualTo(first.certificate());
        assertThat(second.issue("a.test").key()).isEqualTo(first.issue("a.test").key());
    }

    @Test
    void twoInstallationsDiffer() throws CaException {
        CertificateAuthority one = CertificateAuthority.open(temp.resolve("one"), CLOCK);
        CertificateAuthority two = CertificateAuthority.open(temp.resolve("two"), CLOCK);
        assertThat(one.certificate().getPublicKey()).isNotEqualTo(two.certificate().getPublicKey());
        assertThat(one.describe().commonName()).isNotEqualTo(two.describe().commonName());
        assertThat(one.issue("a.test").key()).isNotEqualTo(two.issue("a.test").key());
    }

    @Test
    void filesThatChangedSinceTheyWereProvenAreProvenAgain() throws Exception {
        Path one = temp.resolve("one");
        Path other = temp.resolve("other");
        CertificateAuthority.open(one, CLOCK);
        CertificateAuthority.open(one, CLOCK);
        CertificateAuthority.open(other, CLOCK);
        String ours = Files.readString(one.resolve("plumbline-leaf-key.pem"));
        String theirs = Files.readString(other.resolve("plumbline-leaf-key.pem"));
        int publicHalf = ours.indexOf("-----BEGIN PUBLIC");
        Files.writeString(one.resolve("plumbline-leaf-key.pem"),
                ours.substring(0, publicHalf) + theirs.substring(theirs.indexOf("-----BEGIN PUBLIC")));
        assertThatExceptionOfType(CaException.class).isThrownBy(() -> CertificateAuthority.open(one, CLOCK))
                .withMessageContaining("does not belong to the public key");
    }

    @Test
    void manyThreadsThatOpenAtOnceFindOneAuthority() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 10; round++) {
                Path home = temp.resolve("round" + round);
                Callable<List<Object>> open = () -> {
                    CertificateAuthority ca = CertificateAuthority.open(home, CLOCK);
                    return List.of(ca.certificate(), ca.issue("a.test").key());
                };
                Set<List<Object>> seen = ConcurrentHashMap.newKeySet();
                for (Future<List<Object>> one : threads.invokeAll(IntStream.range(0, 8).mapToObj(i -> open).toList())) {
                    seen.add(one.get());
                }
                assertThat(seen).hasSize(1);
                assertThat(names(home)).containsExactlyInAnyOrder(
                        "plumbline-ca.pem", "plumbline-ca-key.pem", "plumbline-leaf-key.pem", "plumbline-proven");
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void theDirectoryAndTheKeysAreTheOwnersAlone() throws Exception {
        Path home = temp.resolve("missing/above/ca");
        CertificateAuthority.open(home, CLOCK);
        assertThat(mode(home)).isEqualTo("rwx------");
        assertThat(mode(home.getParent())).isEqualTo("rwx------");
        assertThat(mode(home.resolve("plumbline-ca-key.pem"))).isEqualTo("rw-------");
        assertThat(mode(home.resolve("plumbline-leaf-key.pem"))).isEqualTo("rw-------");
    }

    @Test
    void aDirectoryOfTheUsersOwnKeepsItsMode() throws Exception {
        Path home = Files.createDirectory(temp.resolve("own"));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        CertificateAuthority.open(home, CLOCK);
        assertThat(mode(home)).isEqualTo("rwxr-xr-x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plumbline-ca-key.pem", "plumbline-leaf-key.pem"})
    void aKeyThatOthersCanReadIsRefused(String name) throws Exception {
        CertificateAuthority.open(temp, CLOCK);
        Path key = temp.resolve(name);
        for (String wide : List.of("rw-r-----", "rw----r--", "rw--w----", "rwx--x---")) {
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(wide));
            assertRefused(key, "expected mode 0600");
        }
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        assertRefused(key, "came 0640");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("r--------"));
        CertificateAuthority.open(temp, CLOCK);
    }

    @Test
    void noDanglingLinkIsFollowedWhenAKeyIsMade() throws Exception {
        Path elsewhere = temp.resolve("elsewhere");
        Path home = Files.createDirectory(temp.resolve("ca"));
        Path key = Files.createSymbolicLink(home.resolve("plumbline-ca-key.pem"), elsewhere);
        assertRefused(home, key, "came nothing");
        assertThat(elsewhere).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plumbline-ca.pem", "plumbline-ca-key.pem", "plumbline-leaf-key.pem"})
    void aDamagedFileIsNamedInOneLine(String name) throws Exception {
        CertificateAuthority.open(temp, CLOCK);
        Path file = temp.resolve(name);
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {0, 1, 27, 60, whole.length / 3}) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertRefused(file, "expected");
        }
        Files.write(file, new byte[OwnerFiles.MAX_OCTETS + 1]);
        assertRefused(file, "more than 65536 octets");
        Files.write(file, whole);
        CertificateAuthority.open(temp, CLOCK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plumbline-ca.pem", "plumbline-ca-key.pem", "plumbline-leaf-key.pem"})
    void anyChangedCharacterOfTheBase64IsNoticed(String name) throws Exception {
        CertificateAuthority.open(temp, CLOCK);
        Path file = temp.resolve(name);
        String whole = Files.readString(file);
        int begin = whole.indexOf("-----\n") + 6;
        int end = whole.indexOf("=", begin) > 0 ? whole.indexOf("=", begin) - 1 : whole.indexOf("\n-----", begin);
        for (int at = begin; at < end; at += 7) {
            if (whole.charAt(at) != '\n') {
                char other = whole.charAt(at) == 'B' ? 'C' : 'B';
                Files.writeString(file, whole.substring(0, at) + other + whole.substring(at + 1));
                assertRefused(file, "expected");
            }
        }
    }

    @Test
    void theFilesOfAnotherAuthorityDoNotFit() throws Exception {
        Path one = temp.resolve("one");
        Path two = temp.resolve("two");
        CertificateAuthority.open(one, CLOCK);
        CertificateAuthority.open(two, CLOCK);
        Files.write(one.resolve("plumbline-ca.pem"), Files.readAllBytes(two.resolve("plumbline-ca.pem")));
        assertRefused(one, one.resolve("plumbline-ca.pem"), "one of another key");
    }

    @Test
    void aKeyThatIsGoneIsAskedFor() throws Exception {
        CertificateAuthority.open(temp, CLOCK);
        Files.delete(temp.resolve("plumbline-ca-key.pem"));
        assertRefused(temp.resolve("plumbline-ca-key.pem"), "came nothing");
    }

    @Test
    void whatACrashLeftUnmadeIsMadeFromTheKey() throws Exception {
        CertificateAuthority before = CertificateAuthority.open(temp, CLOCK);
        Leaf earlier = before.issue("a.test");
        Files.delete(temp.resolve("plumbline-ca.pem"));
        Files.delete(temp.resolve("plumbline-leaf-key.pem"));
        CertificateAuthority after = CertificateAuthority.open(temp, CLOCK);
        assertThat(after.certificate().getSubjectX500Principal()).isEqualTo(before.certificate().getSubjectX500Principal());
        earlier.certificate().verify(after.certificate().getPublicKey());
    }

    @Test
    void anExpiredRootIsRefusedWithItsEnd() throws Exception {
        CertificateAuthority ca = CertificateAuthority.open(temp, CLOCK);
        Instant end = ca.describe().notAfter();
        Path file = temp.resolve("plumbline-ca.pem");
        CertificateAuthority.open(temp, Clock.fixed(end, ZoneOffset.UTC));
        assertRefused(temp, file, "expired at " + end, Clock.fixed(end.plusSeconds(1), ZoneOffset.UTC));
        assertRefused(temp, file, "is the clock right?", Clock.fixed(NOW.minus(Duration.ofDays(2)), ZoneOffset.UTC));
    }

    @Test
    void aPlaceThatCannotHoldItIsRefused() throws Exception {
        Path file = Files.writeString(temp.resolve("file"), "x");
        assertRefused(file, file, "expected a directory, came a file", CLOCK);
        assertRefused(file.resolve("x"), file.resolve("x"), "came Not a directory", CLOCK);
        assertThat(OwnerFiles.reason(new AccessDeniedException("/root/x"))).isEqualTo("permission denied for /root/x");
        URI zip = URI.create("jar:" + temp.resolve("fs.zip").toUri());
        try (FileSystem modeless = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            Path inside = modeless.getPath("/ca");
            assertRefused(inside, inside, "owner permissions", CLOCK);
        }
    }

    @Test
    void lookingForAnAuthorityMakesNothing() throws Exception {
        Path home = temp.resolve("ca");
        assertThat(CertificateAuthority.isPresent(home)).isFalse();
        assertThat(home).doesNotExist();
        CertificateAuthority ca = CertificateAuthority.open(home, CLOCK);
        assertThat(CertificateAuthority.isPresent(home)).isTrue();
        assertThat(CertificateAuthority.certificateFile(home)).isEqualTo(ca.certificateFile());
    }

    @Test
    void whatPeopleDownloadIsTheCertificateAndNeverAKey() throws Exception {
        CertificateAuthority ca = CertificateAuthority.open(temp, CLOCK);
        assertThat(ca.pem()).isEqualTo(Files.readString(ca.certificateFile())).startsWith("-----BEGIN CERTIFICATE-----\n")
                .doesNotContain("PRIVATE KEY");
        assertThat(Pem.decode(Pem.CERTIFICATE, ca.pem().getBytes(StandardCharsets.US_ASCII))).hasValue(ca.der());
        assertThat(ca.describe().lines()).anySatisfy(line -> assertThat(line).matches("sha256    ([0-9A-F]{2}:){31}[0-9A-F]{2}"));
    }

    private void assertRefused(Path file, String reason) {
        assertRefused(temp, file, reason);
    }

    private static void assertRefused(Path home, Path file, String reason) {
        assertRefused(home, file, reason, CLOCK);
    }

    private static void assertRefused(Path home, Path file, String reason, Clock clock) {
        assertThatExceptionOfType(CaException.class).isThrownBy(() -> CertificateAuthority.open(home, clock))
                .satisfies(e -> assertThat(e.fault()).isEqualTo(CaException.Fault.FILES))
                .withMessageStartingWith(file + ": expected ").withMessageContaining(reason).withMessageNotContaining("\n");
    }

    static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
    }

    static List<String> names(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(p -> p.getFileName().toString()).toList();
        }
    }
}
