package dev.plumbline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({"0,0 B", "999,999 B", "1000,1.0 kB", "1256,1.3 kB", "999949,999.9 kB", "999950,1.0 MB", "10737418240,10.7 GB"})
    void octetsCountInThousands(long octets, String text) {
        assertThat(Quantity.octets(octets)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0,0.00 ms", "410000,0.41 ms", "9994000,9.99 ms", "9995000,10.0 ms", "34100000,34.1 ms", "99950000,100 ms", "340000000,340 ms",
        "999500000,1.00 s", "3400000000,3.40 s", "125000000000,125 s"})
    void durationsKeepThreeDigits(long nanos, String text) {
        assertThat(Quantity.duration(nanos)).isEqualTo(text);
    }

    @Test
    void timesAreOfTheZoneAskedForAndForProgramsOfNone() {
        assertThat(Quantity.timeOfDay(Rows.START, ZoneId.of("Europe/Berlin"))).isEqualTo("13:00:01.123");
        assertThat(Quantity.dateAndTime(Rows.START, ZoneId.of("UTC"))).isEqualTo("2026-11-22 12:00:01.123000");
        assertThat(Quantity.iso(Rows.START + 7)).isEqualTo("2026-11-22T12:00:01.123000007Z");
    }

    @Test
    void whatCameBeforeTheStartSaysSo() {
        assertThat(Quantity.sinceStart(-1_500_000)).isEqualTo("-0.001500");
        assertThat(Quantity.sinceStart(0)).isEqualTo("+0.000000");
    }
}
