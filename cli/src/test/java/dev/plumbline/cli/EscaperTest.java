package dev.plumbline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EscaperTest {
    record Case(String name, String text, String escaped) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Case[] cases() {
        return new Case[] {
            new Case("plain ASCII stays", "GET /a?b=c&d=[e] HTTP/1.1", "GET /a?b=c&d=[e] HTTP/1.1"),
            new Case("letters of the world stay", "grüße 日本 🎉", "grüße 日本 🎉"),
            new Case("a colour", "\033[31mred", "\\x1b[31mred"),
            new Case("a window title", "\033]0;owned\007", "\\x1b]0;owned\\x07"),
            new Case("a second line", "a\r\n12:00 c9.9 200", "a\\x0d\\x0a12:00 c9.9 200"),
            new Case("DEL", "a\177", "a\\x7f"),
            new Case("C1: CSI in one character", "\u009b2J", "\\x9b2J"),
            new Case("NEL ends lines", "a\u0085b", "a\\x85b"),
            new Case("right-to-left override", "moc.elpmaxe\u202e", "moc.elpmaxe\\xe2\\x80\\xae"),
            new Case("isolates", "\u2066x\u2069", "\\xe2\\x81\\xa6x\\xe2\\x81\\xa9"),
            new Case("Arabic letter mark", "\u061c", "\\xd8\\x9c"),
            new Case("zero width", "a\u200bb\ufeff", "a\\xe2\\x80\\x8bb\\xef\\xbb\\xbf"),
            new Case("line and paragraph separators", "\u2028\u2029", "\\xe2\\x80\\xa8\\xe2\\x80\\xa9"),
            new Case("tag characters", "\udb40\udc41", "\\xf3\\xa0\\x81\\x81"),
            new Case("half a surrogate pair", "\ud83d!", "\\xed\\xa0\\xbd!"),
        };
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatATerminalWouldActOnIsWritten(Case each) {
        assertThat(new Escaper(false).escape(each.text())).isEqualTo(each.escaped());
    }

    @Test
    void aTerminalThatIsNotUtf8GetsAsciiOnly() {
        assertThat(new Escaper(true).escape("grüße 日")).isEqualTo("gr\\xfc\\xdfe \\xe6\\x97\\xa5");
    }

    @Test
    void octetsThatAreNotUtf8BecomeOneCharacterEach() {
        assertThat(Escaper.decode(new byte[] {'a', (byte) 0x9b, '2', 'J'})).isEqualTo("a\u009b2J");
        assertThat(Escaper.decode("grüße".getBytes(StandardCharsets.UTF_8))).isEqualTo("grüße");
    }

    @Test
    void noTextGetsAControlCharacterThrough() {
        long seed = 20_261_122;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 2000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = 0; j < 20; j++) {
                text.append((char) random.nextInt(0x10000));
            }
            for (boolean asciiOnly : new boolean[] {false, true}) {
                String escaped = new Escaper(asciiOnly).escape(text.toString());
                assertThat(escaped.codePoints()).as("seed %d, round %d", seed, i).noneMatch(point -> point < 0x20 || point >= 0x7f && point < 0xa0
                        || Character.getType(point) == Character.FORMAT || Character.getType(point) == Character.SURROGATE || asciiOnly && point > 0x7e);
            }
        }
    }
}
