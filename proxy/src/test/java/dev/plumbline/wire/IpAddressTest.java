package dev.plumbline.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpAddressTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1", "0.0.0.0, 0.0.0.0", "255.254.253.252, 255.254.253.252",
        "0:0:0:0:0:0:0:0, ::", "0:0:0:0:0:0:0:1, ::1", "1:0:0:0:0:0:0:0, 1::", "2001:DB8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1", "2001:0:0:1:0:0:0:1, 2001:0:0:1::1", "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "fe80:0:0:0:1:2:3:4, fe80::1:2:3:4", "0:0:1:2:3:4:5:6, ::1:2:3:4:5:6", "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::", "::ffff:10.0.0.1, 10.0.0.1"
    })
    void itIsShownAsRfc5952Says(String literal, String canonical) throws UnknownHostException {
        assertThat(IpAddress.of(InetAddress.getByName(literal))).hasToString(canonical);
    }

    @Test
    void whatIsShownIsReadBackAsTheSameAddress() throws UnknownHostException {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 3_000; i++) {
            byte[] octets = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(octets);
            for (int k = 0; k + 1 < octets.length; k += 2) {
                if (random.nextInt(2) == 0) {
                    octets[k] = 0;
                    octets[k + 1] = 0;
                }
            }
            IpAddress address = IpAddress.of(octets);
            InetAddress read = InetAddress.getByName(address.toString());
            assertThat(IpAddress.of(read)).isEqualTo(address);
            assertThat(address.toInetAddress()).isEqualTo(InetAddress.getByAddress(octets));
            assertThat(address.isLoopback()).as("%s", address).isEqualTo(read.isLoopbackAddress());
            assertThat(address.isUnspecified()).as("%s", address).isEqualTo(read.isAnyLocalAddress());
            assertThat(address.toString()).doesNotContain(":::").isLowerCase();
        }
    }

    @Test
    void bothSpellingsOfAnIpv4AddressAreOne() {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 0, 1};
        assertThat(IpAddress.of(mapped)).isEqualTo(IpAddress.v4(0x0a000001)).matches(IpAddress::isV4);
        assertThat(IpAddress.of(mapped).octets()).containsExactly(10, 0, 0, 1);
    }

    @Test
    void otherLengthsAreRefused() {
        assertThatThrownBy(() -> IpAddress.of(new byte[5])).hasMessage("address: 5 octets (expected: 4 or 16)");
    }
}
