package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which hosts are carried unread. Hosts come as the relay has them: lower case or not, A-labels, IPv6 without brackets. */
class PassthroughTest {
    @ParameterizedTest
    @CsvSource({
        "example.com,       example.com,       443,  true",
        "Example.COM,       EXAMPLE.com,       443,  true",
        "example.com,       www.example.com,   443,  false",
        "*.example.com,     www.example.com,   443,  true",
        "*.example.com,     example.com,       443,  false",
        "*.example.com,     notexample.com,    443,  false",
        "example.com:8443,  example.com,       8443, true",
        "example.com:8443,  example.com,       443,  false",
        "[2001:db8::1],     2001:db8::1,       443,  true",
        "[::1]:8443,        ::1,               8443, true",
        "[::1]:8443,        ::1,               443,  false",
        "bücher.example,    xn--bcher-kva.example, 443, true",
        "*.bücher.example,  www.xn--bcher-kva.example, 443, true",
    })
    void aPatternMatchesItsHosts(String pattern, String host, int port, boolean matches) {
        assertThat(new Passthrough(List.of(pattern)).matches(host, port)).isEqualTo(matches);
    }

    @Test
    void whatCanMatchNothingIsRefused() {
        for (String pattern : new String[] {"", "*", "a*b.example", "a/b", "a b", "*."}) {
            assertThatThrownBy(() -> new Passthrough(List.of(pattern))).as(pattern).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
