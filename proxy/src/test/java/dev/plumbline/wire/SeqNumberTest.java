package dev.plumbline.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeqNumberTest {
    @ParameterizedTest
    @CsvSource({"0", "1", "4294967295", "2147483647", "2147483648", "123456789"})
    void anOffsetComesBackFromItsSequenceNumber(long isn) {
        SeqNumber initial = new SeqNumber((int) isn);
        SplittableRandom random = new SplittableRandom(isn);
        for (int i = 0; i < 2_000; i++) {
            long offset = random.nextLong(1L << 44);
            long near = Math.max(0, offset + random.nextLong(-(1L << 31) + 1, 1L << 31));
            assertThat(initial.plus(1).plus(offset).offset(initial, near)).as("%d near %d", offset, near).isEqualTo(offset);
        }
    }

    @Test
    void theSynAndAKeepAliveLieBeforeTheFirstOctet() {
        SeqNumber initial = new SeqNumber(-1);
        assertThat(initial.offset(initial, 0)).isEqualTo(-1);
        assertThat(new SeqNumber(0).offset(initial, 0)).isZero();
    }

    @Test
    void distancesGoRoundTheCircle() {
        assertThat(new SeqNumber(5).minus(new SeqNumber(-5))).isEqualTo(10);
        assertThat(new SeqNumber(Integer.MIN_VALUE).minus(new SeqNumber(Integer.MAX_VALUE))).isEqualTo(1);
    }

    @Test
    void itIsShownUnsigned() {
        assertThat(new SeqNumber(-1)).hasToString("4294967295");
    }
}
