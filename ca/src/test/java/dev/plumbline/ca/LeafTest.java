package dev.plumbline.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LeafTest {

    private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
    private static final String LONG_LABEL = "l".repeat(63);

    private static CertificateAuthority ca;

    @BeforeAll
    static void open(@TempDir Path temp) throws CaException {
        ca = CertificateAuthority.open(temp.resolve("ca"), CertificateAuthorityTest.CLOCK);
    }

    @Test
    void aLeafHasTheProfileFieldByField() throws Exception {
        Leaf leaf = ca.issue("www.example.com");
        X509Certificate certificate = leaf.certificate();
        assertThat(certificate.getVersion()).isEqualTo(3);
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=www.example.com");
        assertThat(certificate.getIssuerX500Principal().getEncoded())
                .isEqualTo(ca.certificate().getSubjectX500Principal().getEncoded());
        assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
        assertThat(certificate.getNotBefore().toInstant()).isEqualTo(CertificateAuthorityTest.NOW.minus(Duration.ofDays(1)));
        assertThat(leaf.notAfter()).isEqualTo(CertificateAuthorityTest.NOW.plus(Duration.ofDays(364)));
        assertThat(certificate.getBasicConstraints()).as("not an authority").isEqualTo(-1);
        assertThat(certificate.getKeyUsage()).containsExactly(true, false, false, false, false, false, false, false, false);
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(certificate.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.19", "2.5.29.15");
        assertThat(certificate.getNonCriticalExtensionOIDs())
                .containsExactlyInAnyOrder("2.5.29.37", "2.5.29.17", "2.5.29.35", "2.5.29.14");
        assertThat(certificate.getSubjectAlternativeNames()).containsExactly(List.of(GeneralName.dNSName, "www.example.com"));
        assertThat(tail(certificate, "2.5.29.35")).as("authority key id is the root's").isEqualTo(tail(ca.certificate(), "2.5.29.14"));
        assertThat(tail(certificate, "2.5.29.14")).isEqualTo(HexFormat.of().formatHex(StoredKey.id(certificate.getPublicKey())));
        assertThat(leaf.chain()).containsExactly(certificate, ca.certificate());
        certificate.verify(ca.certificate().getPublicKey());
    }

    @Test
    void serialsAreRandomPositiveAndOf127Bits() throws CaException {
        Set<BigInteger> serials = new HashSet<>();
        int bits = 0;
        for (int i = 0; i < 64; i++) {
            BigInteger serial = ca.issue("a.test").certificate().getSerialNumber();
            assertThat(serial.signum()).isOne();
            serials.add(serial);
            bits = Math.max(bits, serial.bitLength());
        }
        assertThat(serials).hasSize(64);
        assertThat(bits).isBetween(122, 127);
    }

    @Test
    void allLeavesShareOneKeyWhichTheTextDoesNotShow() throws CaException {
        Leaf one = ca.issue("one.test");
        assertThat(one.key()).isSameAs(ca.issue("two.test").key()).isNotNull();
        assertThat(one.certificate().getPublicKey()).isNotEqualTo(ca.certificate().getPublicKey());
        assertThat(one.toString()).startsWith("Leaf[host=one.test, serial=").doesNotContainIgnoringCase("key");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, localhost",
        "WWW.Example.COM, www.example.com",
        "example.com., example.com",
        "wild_underscore.example.com, wild_underscore.example.com",
        "-odd-.example, -odd-.example",
        "bücher.example, xn--bcher-kva.example",
        "BÜCHER.example., xn--bcher-kva.example",
        "例え。テスト, xn--r8jz45g.xn--zckzah",
        "xn--bcher-kva.example, xn--bcher-kva.example",
        "127.1, 127.1",
        "1.2.3.4.5, 1.2.3.4.5",
        "256.1.1.1, 256.1.1.1",
        "0177.0.0.1, 0177.0.0.1",
    })
    void aNameIsFoldedToOneSpelling(String asked, String issued) throws Exception {
        Leaf leaf = ca.issue(asked);
        assertThat(leaf.host()).isEqualTo(issued);
        assertThat(leaf.certificate().getSubjectAlternativeNames()).containsExactly(List.of(GeneralName.dNSName, issued));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1, 7f000001",
        "127.0.0.1., 127.0.0.1, 7f000001",
        "255.255.255.255, 255.255.255.255, ffffffff",
        "::1, 0:0:0:0:0:0:0:1, 00000000000000000000000000000001",
        "[::1], 0:0:0:0:0:0:0:1, 00000000000000000000000000000001",
        "[2001:DB8::A], 2001:db8:0:0:0:0:0:a, 20010db800000000000000000000000a",
        "fe80::1%eth0, fe80:0:0:0:0:0:0:1, fe800000000000000000000000000001",
        "[::ffff:192.0.2.1], ::ffff:192.0.2.1, 00000000000000000000ffffc0000201",
    })
    void anAddressBecomesAnAddressInTheCertificate(String asked, String host, String octets) throws Exception {
        Leaf leaf = ca.issue(asked);
        assertThat(leaf.host()).isEqualTo(host);
        assertThat(leaf.certificate().getSubjectX500Principal().getName()).isEqualTo("CN=" + host);
        GeneralNames names = GeneralNames.fromExtensions(
                Certificate.getInstance(leaf.certificate().getEncoded()).getTBSCertificate().getExtensions(), Extension.subjectAlternativeName);
        assertThat(names.getNames()).hasSize(1);
        assertThat(names.getNames()[0].getTagNo()).isEqualTo(GeneralName.iPAddress);
        assertThat(tail(leaf.certificate(), SUBJECT_ALTERNATIVE_NAME, octets.length() / 2)).isEqualTo(octets);
    }

    @ParameterizedTest
    @CsvSource({"63", "64", "65", "133", "252", "253"})
    void aNameTooLongForTheSubjectStandsInACriticalAlternativeName(int length) throws Exception {
        String host = name(length);
        X509Certificate certificate = ca.issue(host).certificate();
        boolean fits = length <= 64;
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo(fits ? "CN=" + host : "");
        assertThat(certificate.getCriticalExtensionOIDs().contains(SUBJECT_ALTERNATIVE_NAME)).isEqualTo(!fits);
        assertThat(certificate.getSubjectAlternativeNames()).containsExactly(List.of(GeneralName.dNSName, host));
    }

    static List<String> hostile() {
        return List.of("", ".", "..", "a..b", ".a", "a b", " a", "a\n", "a\0b", "a/b", "../../etc/passwd", "a\\b", "*.example.com", "*",
                "a:b", "host:443", "[", "[]", "[]]", "[::1", "::1]", "[127.0.0.1]:80", "[::1%", "1::2::3", "%", "[fe80::1%../x]x", ":::",
                "a@b", "a,b", "a=b", "CN=a", "\u0000", "\ud800", "a\u202eb\ud800", "\u3002", "\uff0f", "\u00ad", "\u200d.", "xn--\u00fc\u0000",
                LONG_LABEL + "l", name(253) + "x", "\u00fc".repeat(200), "x".repeat(100_000), "::1\u0661", "[g::1]");
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void aHostileNameIsRefusedInOnePrintableLine(String host) {
        assertThatExceptionOfType(CaException.class).isThrownBy(() -> ca.issue(host))
                .satisfies(e -> assertThat(e.fault()).isEqualTo(CaException.Fault.HOST))
                .satisfies(e -> assertThat(e.getMessage()).matches("[ -~]{10,700}").contains("expected"));
    }

    @Test
    void randomNamesAreIssuedRightOrRefused() throws Exception {
        long seed = Long.getLong("plumbline.seed", new Random().nextLong());
        Random random = new Random(seed);
        int issued = 0;
        for (int i = 0; i < 3_000; i++) {
            String host = randomHost(random);
            try {
                Leaf leaf = ca.issue(host);
                assertThat(leaf.host()).as("seed %d, host %s", seed, Arrays.toString(host.toCharArray())).matches("[a-z0-9._:-]{1,253}");
                assertThat(ServerName.of(leaf.host()).text()).as("seed %d: its own spelling is normal", seed).isEqualTo(leaf.host());
                issued++;
            } catch (CaException e) {
                assertThat(e.fault()).isEqualTo(CaException.Fault.HOST);
                assertThat(e.getMessage()).as("seed %d", seed).matches("[ -~]+");
            } catch (RuntimeException e) {
                fail("seed " + seed + ", host " + Arrays.toString(host.toCharArray()), e);
            }
        }
        assertThat(issued).as("seed %d: both ways were tried", seed).isBetween(100, 2_900);
    }

    @Test
    void noLeafOutlastsItsRoot(@TempDir Path temp) throws Exception {
        CertificateAuthority.open(temp, CertificateAuthorityTest.CLOCK);
        Instant end = ca.describe().notAfter();
        Instant lastWeek = end.minus(Duration.ofDays(7));
        Leaf leaf = CertificateAuthority.open(temp, Clock.fixed(lastWeek, ZoneOffset.UTC)).issue("a.test");
        assertThat(leaf.notAfter()).isEqualTo(end);
        assertThat(leaf.isFresh(end.minusSeconds(1))).as("nothing better can be made").isTrue();
        assertThat(leaf.isFresh(end)).isFalse();
    }

    @Test
    void aLeafIsStaleOnItsLastDay() throws CaException {
        Leaf leaf = ca.issue("a.test");
        assertThat(leaf.isFresh(leaf.notAfter().minus(Duration.ofDays(1)).minusSeconds(1))).isTrue();
        assertThat(leaf.isFresh(leaf.notAfter().minus(Duration.ofDays(1)))).isFalse();
        assertThat(leaf.isFresh(CertificateAuthorityTest.NOW.minus(Duration.ofDays(2)))).as("not begun").isFalse();
    }

    private static String randomHost(Random random) {
        String alphabet = switch (random.nextInt(4)) {
            case 0 -> "abcXYZ019-_.";
            case 1 -> "0123456789abcdef:[].%";
            case 2 -> "aé\u00df.\u3002\u200d\u0130\u05d0\u0661\ud83d\ude00";
            default -> "";
        };
        StringBuilder host = new StringBuilder();
        int length = random.nextInt(random.nextInt(8) == 0 ? 300 : 24);
        for (int i = 0; i < length; i++) {
            host.append(alphabet.isEmpty() ? (char) random.nextInt(random.nextBoolean() ? 0x80 : 0x10000)
                    : alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return host.toString();
    }

    /** A name of exactly this many characters. */
    static String name(int length) {
        StringBuilder name = new StringBuilder();
        while (length - name.length() > 64) {
            name.append(LONG_LABEL, 0, length - name.length() == 65 ? 62 : 63).append('.');
        }
        int rest = length - name.length();
        return name.append(rest > 63 ? "r.".concat("r".repeat(rest - 2)) : "r".repeat(rest)).toString();
    }

    private static String tail(X509Certificate certificate, String extension) {
        return tail(certificate, extension, 20);
    }

    private static String tail(X509Certificate certificate, String extension, int octets) {
        byte[] value = certificate.getExtensionValue(extension);
        return HexFormat.of().formatHex(value, value.length - octets, value.length);
    }
}
