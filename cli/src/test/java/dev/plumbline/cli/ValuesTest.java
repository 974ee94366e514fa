package dev.plumbline.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.proxy.CaptureChoice;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    @ParameterizedTest
    @CsvSource({"127.0.0.1:8080,127.0.0.1:8080", "127.9.9.9:1,127.9.9.9:1", "[::1]:0,[::1]:0", "localhost:65535,127.0.0.1:65535", "[::ffff:127.0.0.1]:80,127.0.0.1:80"})
    void loopbackEndpointsAreTaken(String text, String endpoint) {
        assertThat(Values.loopback("--listen", text)).hasToString(endpoint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+80", "127.0.0.1:8x", "::1:80", "[::1:80", "[::1]80",
        "example.com:80", "127.1:80", "0x7f000001:80", "127.0.0.01:80", "127.0.0.1.:80", "[127.0.0.1]:80", "127.0.0.1:80:90", "[zz]:80", "[1:2]:80"})
    void whatIsNoEndpointIsRefusedWithTheOptionAndTheText(String text) {
        assertThatThrownBy(() -> Values.loopback("--listen", text)).isInstanceOf(UsageException.class)
                .hasMessageStartingWith("--listen: expected ").hasMessageEndingWith("got '" + text + "'").hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:8080", "[::]:8080", "192.0.2.1:8080", "[2001:db8::1]:80"})
    void addressesThatOthersReachAreRefused(String text) {
        assertThatThrownBy(() -> Values.loopback("--listen", text)).isInstanceOf(UsageException.class)
                .hasMessageContaining("expected a loopback address, got '" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1048576,1048576", "4k,4096", "4K,4096", "500m,524288000", "2g,2147483648", "1t,1099511627776", "4KiB,4096", "1MiB,1048576", "3GiB,3221225472", "8388607t,9223370937343148032"})
    void sizesCountIn1024(String text, long octets) {
        assertThat(Values.size("--max-recording", text)).isEqualTo(octets);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "4 g", "1.5g", "4gb", "4x", "g", "8388608t", "99999999999999999999"})
    void whatIsNoSizeIsRefused(String text) {
        assertThatThrownBy(() -> Values.size("--max-recording", text)).isInstanceOf(UsageException.class).hasMessageContaining("got '" + text + "'");
    }

    @Test
    void captureIsAWordOrInterfaces() {
        assertThat(Values.capture("--capture", "auto")).isEqualTo(CaptureChoice.AUTO);
        assertThat(Values.capture("--capture", "off")).isEqualTo(CaptureChoice.OFF);
        assertThat(Values.capture("--capture", "required")).isEqualTo(CaptureChoice.REQUIRED);
        assertThat(Values.capture("--capture", "lo,eth0.5")).isEqualTo(CaptureChoice.of(List.of("lo", "eth0.5")));
        for (String bad : List.of("", ",", "lo,", "lo, eth0", "../x")) {
            assertThatThrownBy(() -> Values.capture("--capture", bad)).isInstanceOf(UsageException.class);
        }
    }

    @Test
    void hostsMayHaveAStarInFrontAndAPortBehind() {
        List<String> good = List.of("example.com", "*.example.com", "example.com:8443", "*.example.com:443", "192.0.2.1", "[2001:db8::1]", "[2001:db8::1]:443", "a_b.example", "bücher.example", "localhost");
        assertThat(Values.hosts("--passthrough", List.of(String.join(",", good)))).isEqualTo(good);
        assertThat(Values.hosts("--passthrough", List.of("a.example", "b.example,c.example"))).containsExactly("a.example", "b.example", "c.example");
        for (String bad : List.of("", "a,,b", "*", "ex*.com", "http://example.com", "example.com/", "example.com:x", "example.com:70000", "a b", "[::1")) {
            assertThatThrownBy(() -> Values.hosts("--passthrough", List.of(bad))).as(bad).isInstanceOf(UsageException.class);
        }
    }

    @Test
    void aHostOfManyLabelsIsJudgedInNoTime() {
        assertThatThrownBy(() -> Values.hosts("--passthrough", List.of("a".repeat(40) + "!"))).isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> Values.hosts("--passthrough", List.of("a.".repeat(2000) + "!"))).isInstanceOf(UsageException.class);
    }
}
