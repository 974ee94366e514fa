package dev.plumbline.relay.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostNamesTest {
    private static final TestAuthority AUTHORITY = new TestAuthority("CN=test root");

    @ParameterizedTest
    @CsvSource({
        "a.test, a.test, true",
        "a.test, A.Test, true",
        "a.test, a.test., true",
        "a.test, b.a.test, false",
        "*.a.test, b.a.test, true",
        "*.a.test, a.test, false",
        "*.a.test, c.b.a.test, false",
        "*.test, a.test, false",
        "b*.a.test, bc.a.test, false",
        "*.a.test, .a.test, false",
        "wild_card.a.test, wild_card.a.test, true",
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, 127.0.0.2, false",
        "::1, ::1, true",
        "::1, 0:0:0:0:0:0:0:1, true",
        "a.test, 127.0.0.1, false",
        "*.0.0.1, 127.0.0.1, false",
    })
    void aCertificateIsForItsNamesOnly(String certified, String host, boolean matches) {
        X509Certificate certificate = AUTHORITY.leaf(certified).chain().get(0);
        assertThat(HostNames.matches(certificate, host)).isEqualTo(matches);
    }

    @Test
    void theCommonNameDoesNotCount() {
        X509Certificate certificate = TestAuthority.withoutNames(AUTHORITY, "a.test").chain().get(0);
        assertThat(HostNames.matches(certificate, "a.test")).isFalse();
        assertThat(HostNames.of(certificate)).isEmpty();
    }
}
