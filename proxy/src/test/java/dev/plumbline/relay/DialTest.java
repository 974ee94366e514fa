package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.wire.IpAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DialTest {
    /** RFC 8305 §4, with a first address family count of one. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "4a|4a", "6a 6b|6a 6b", "4a 4b 4c 6a|4a 6a 4b 4c", "6a 6b 4a 4b 4c|6a 4a 6b 4b 4c", "4a 6a 4b 6b|4a 6a 4b 6b",
    })
    void theFamiliesTakeTurns(String found, String tried) {
        assertThat(Dial.takingTurns(addresses(found))).isEqualTo(addresses(tried));
    }

    private static List<IpAddress> addresses(String text) {
        return Arrays.stream(text.split(" "))
                .map(name -> name.charAt(0) == '4' ? IpAddress.v4(name.charAt(1)) : new IpAddress(0x20010db800000000L, name.charAt(1)))
                .toList();
    }
}
