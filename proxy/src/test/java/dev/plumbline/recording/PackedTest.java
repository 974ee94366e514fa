package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.wire.WireRange;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedTest {
    private static String sample() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        return new Packed().begin().number(Long.MIN_VALUE).number(0, 0).time(-1, 5).time(3, 5).word("complete").none()
                .ranges(List.of(new WireRange(217, 803), new WireRange(900, 1L << 40))).pairs(new long[] {1, 2}).pairs(new long[0]).latin1(all).end();
    }

    @Test
    void whatIsPackedIsReadBack() {
        byte[] trailers = ((String) Packed.read(sample()).get(9)).getBytes(StandardCharsets.ISO_8859_1);

        assertThat(sample()).startsWith("[-9223372036854775808,null,null,-2,\"complete\",null,[[217,803],[900,1099511627776]],[[1,2]],[],\"\\u0000");
        assertThat(Packed.read(sample()).subList(0, 9)).isEqualTo(Arrays.asList(Long.MIN_VALUE, null, null, -2L, "complete", null,
                List.of(List.of(217L, 803L), List.of(900L, 1L << 40)), List.of(List.of(1L, 2L)), List.of()));
        assertThat(trailers).hasSize(256).startsWith(0, 1, 2).endsWith(0xfe, 0xff);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[", "]", "[1", "[1,", "[1,]", "[1 2]", "[1]]", "[\"a]", "[\"\\u00", "[\"\\u00zz\"]", "[nul]", "[99999999999999999999]", "[-]", "[[[[[[1]]]]]]", "{}"})
    void whatIsDamagedIsSaidToBe(String text) {
        assertThatThrownBy(() -> Packed.read(text)).isInstanceOf(RecordingException.class).hasMessageStartingWith("recording.db: damaged value at ");
    }

    @Test
    void noDamageToAValueIsAnythingButARecordingException() {
        long seed = 20261122;
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(sample());
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                text.setCharAt(random.nextInt(text.length()), "[],\"\\u0n-9 x".charAt(random.nextInt(11)));
            }
            text.setLength(random.nextInt(text.length() + 1));
            try {
                assertThat(Packed.read(text.toString())).isNotNull();
            } catch (RecordingException e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining("damaged");
            }
        }
    }
}
