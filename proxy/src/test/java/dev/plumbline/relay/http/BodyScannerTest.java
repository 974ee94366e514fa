package dev.plumbline.relay.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyScannerTest {

    /** Everything observable after scanning a stream. */
    record Outcome(int belonging, String content, String trailers, boolean isComplete, Malformed malformed, long contentOctets,
            long bodyOctets) {
    }

    private static final class Collected implements ContentSink {
        private final StringBuilder content = new StringBuilder();
        private String trailers = "";

        @Override
        public void content(ByteBuf buffer, int index, int length) {
            assertThat(length).isPositive();
            content.append(buffer.toString(index, length, ISO_8859_1));
        }

        @Override
        public void trailers(Trailers section) {
            assertThat(trailers).isEmpty();
            trailers = Heads.text(section.octets());
        }
    }

    private static Outcome scan(BodyScanner scanner, Framing framing, String stream, int... cuts) {
        byte[] octets = Heads.octets(stream);
        Collected collected = new Collected();
        scanner.begin(framing);
        int belonging = 0;
        for (int end : IntStream.concat(IntStream.of(cuts), IntStream.of(octets.length)).toArray()) {
            ByteBuf in = Unpooled.wrappedBuffer(octets, belonging, Math.max(0, end - belonging));
            int readable = in.readableBytes();
            int taken = scanner.scan(in, collected);
            assertThat(in.readableBytes()).isEqualTo(readable);
            assertThat(in.refCnt()).isEqualTo(1);
            belonging += taken;
            if (taken < readable) {
                assertThat(scanner.isComplete() || scanner.isMalformed()).isTrue();
                break;
            }
        }
        return new Outcome(belonging, collected.content.toString(), collected.trailers, scanner.isComplete(),
                scanner.isMalformed() ? scanner.malformed() : null, scanner.contentOctets(), scanner.bodyOctets());
    }

    private static Outcome scanEverySplit(Framing framing, String stream) {
        BodyScanner scanner = new BodyScanner(Limits.DEFAULTS);
        Outcome whole = scan(scanner, framing, stream);
        for (int cut = 0; cut <= stream.length(); cut++) {
            assertThat(scan(scanner, framing, stream, cut)).as("cut at " + cut).isEqualTo(whole);
        }
        assertThat(scan(scanner, framing, stream, IntStream.range(0, stream.length()).toArray())).isEqualTo(whole);
        return whole;
    }

    record Whole(String name, Framing framing, String body, String content, String trailers) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Whole> wholeBodies() {
        return Stream.of(
                new Whole("none", Framing.NONE, "", "", ""),
                new Whole("length 0", Framing.length(0), "", "", ""),
                new Whole("length 5", Framing.length(5), "hello", "hello", ""),
                new Whole("no chunk but the last", Framing.CHUNKED, "0\r\n\r\n", "", ""),
                new Whole("one chunk", Framing.CHUNKED, "5\r\nhello\r\n0\r\n\r\n", "hello", ""),
                new Whole("leading zeros and both cases", Framing.CHUNKED, "00A\r\n0123456789\r\n0b\r\n01234567890\r\n000\r\n\r\n",
                        "012345678901234567890", ""),
                new Whole("line ends within chunks", Framing.CHUNKED, "4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n", ""),
                new Whole("extensions", Framing.CHUNKED, "1;a\r\nx\r\n1 \t; a = b;c=\"d;\\\" e\"\r\ny\r\n0;last\r\n\r\n", "xy", ""),
                new Whole("trailers", Framing.CHUNKED, "1\r\nx\r\n0\r\nX-Sum: 1 \r\nServer-Timing:\ta\r\n\r\n", "x",
                        "X-Sum: 1 \r\nServer-Timing:\ta\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("wholeBodies")
    void aBodyEndsWhereItEndsHoweverItIsCut(Whole whole) {
        Outcome outcome = scanEverySplit(whole.framing, whole.body + "NEXT");

        assertThat(outcome).isEqualTo(new Outcome(whole.body.length(), whole.content, whole.trailers, true, null,
                whole.content.length(), whole.body.length()));
    }

    @ParameterizedTest
    @MethodSource("wholeBodies")
    void aBodyThatEndsEarlyIsCut(Whole whole) {
        for (int length = 0; length < whole.body.length(); length++) {
            BodyScanner scanner = new BodyScanner(Limits.DEFAULTS);
            Outcome outcome = scan(scanner, whole.framing, whole.body.substring(0, length));

            assertThat(outcome.isComplete()).isFalse();
            assertThat(outcome.belonging()).isEqualTo(length);
            assertThat(whole.content).startsWith(outcome.content());
            assertThat(scanner.onEof()).isEqualTo(BodyScanner.End.CUT);
        }
    }

    @Test
    void onlyTheEndOfTheStreamCompletesABodyUntilClose() {
        for (Framing framing : new Framing[] {Framing.UNTIL_CLOSE, Framing.TUNNEL}) {
            BodyScanner scanner = new BodyScanner(Limits.DEFAULTS);

            assertThat(scan(scanner, framing, "anything\r\n\r\n", 3, 5))
                    .isEqualTo(new Outcome(12, "anything\r\n\r\n", "", false, null, 12, 12));
            assertThat(scanner.onEof()).isEqualTo(BodyScanner.End.COMPLETE);
            assertThat(scanner.isComplete()).isTrue();
        }
    }

    record Refused(String name, String body, Fault fault, int offset) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Refused> refusedBodies() {
        return Stream.of(
                new Refused("no size", "\r\n", Fault.BAD_CHUNK_SIZE, 0),
                new Refused("a size that is not hexadecimal", "g\r\n", Fault.BAD_CHUNK_SIZE, 0),
                new Refused("a prefix of C", "0x5\r\nhello\r\n", Fault.BAD_CHUNK_SIZE, 1),
                new Refused("a sign", "+5\r\nhello\r\n", Fault.BAD_CHUNK_SIZE, 0),
                new Refused("a space before the size", " 5\r\nhello\r\n", Fault.BAD_CHUNK_SIZE, 0),
                new Refused("a space after the size", "5 \r\nhello\r\n", Fault.BAD_CHUNK_EXTENSION, 2),
                new Refused("an underscore", "5_0\r\n", Fault.BAD_CHUNK_SIZE, 1),
                new Refused("16 digits", "0000000000000001\r\nx\r\n", Fault.BAD_CHUNK_SIZE, 15),
                new Refused("a bare LF after the size", "5\nhello\r\n", Fault.BARE_LF, 1),
                new Refused("a bare CR after the size", "5\rhello\r\n", Fault.BARE_CR, 2),
                new Refused("a bare LF after an extension", "5;a\nhello\r\n", Fault.BARE_LF, 3),
                new Refused("a bare LF in a quoted string", "5;a=\"\nhello\r\n", Fault.BARE_LF, 5),
                new Refused("CRLF in a quoted string", "5;a=\"\r\nhello\r\n", Fault.BAD_CHUNK_EXTENSION, 5),
                new Refused("an escaped CR", "5;a=\"\\\r\nhello\r\n", Fault.BAD_CHUNK_EXTENSION, 6),
                new Refused("NUL in an extension", "5;\0\r\nhello\r\n", Fault.BAD_CHUNK_EXTENSION, 2),
                new Refused("a semicolon alone", "5;\r\nhello\r\n", Fault.BAD_CHUNK_EXTENSION, 2),
                new Refused("an extension without name", "5;=a\r\nhello\r\n", Fault.BAD_CHUNK_EXTENSION, 2),
                new Refused("an extension without value", "5;a=\r\nhello\r\n", Fault.BAD_CHUNK_EXTENSION, 4),
                new Refused("a space after an extension", "5;a=b \r\nhello\r\n", Fault.BAD_CHUNK_EXTENSION, 6),
                new Refused("two names", "5;a b\r\nhello\r\n", Fault.BAD_CHUNK_EXTENSION, 4),
                new Refused("a quote within a token", "5;a=b\"c\"\r\nhello\r\n", Fault.BAD_CHUNK_EXTENSION, 5),
                new Refused("a token behind a quoted value", "5;a=\"b\"c\r\nhello\r\n", Fault.BAD_CHUNK_EXTENSION, 7),
                new Refused("obs-text in an extension", "5;a=\"\u00e4\"\r\nhello\r\n", Fault.BAD_CHUNK_EXTENSION, 5),
                new Refused("no semicolon before an extension", "5 a\r\nhello\r\n", Fault.BAD_CHUNK_EXTENSION, 2),
                new Refused("content longer than its chunk", "5\r\nhello!\r\n", Fault.BAD_CHUNK_END, 8),
                new Refused("a bare LF after content", "5\r\nhello\n0\r\n\r\n", Fault.BAD_CHUNK_END, 8),
                new Refused("a bare CR after content", "5\r\nhello\r0\r\n\r\n", Fault.BAD_CHUNK_END, 9),
                new Refused("a bare LF for the end", "0\r\n\n", Fault.BARE_LF, 3),
                new Refused("a trailer without colon", "0\r\nX\r\n\r\n", Fault.MISSING_COLON, 4),
                new Refused("a folded trailer", "0\r\nX: a\r\n b\r\n\r\n", Fault.OBS_FOLD, 9),
                new Refused("a length in trailers", "1\r\nx\r\n0\r\nA: b\r\nContent-Length: 5\r\n\r\n", Fault.FORBIDDEN_TRAILER, 15),
                new Refused("a coding in trailers", "0\r\nTransfer-Encoding: chunked\r\n\r\n", Fault.FORBIDDEN_TRAILER, 3),
                new Refused("Host in trailers", "0\r\nhOST: a\r\n\r\n", Fault.FORBIDDEN_TRAILER, 3),
                new Refused("Connection in trailers", "0\r\nConnection: close\r\n\r\n", Fault.FORBIDDEN_TRAILER, 3));
    }

    @ParameterizedTest
    @MethodSource("refusedBodies")
    void isRefusedWithItsReasonHoweverItIsCut(Refused refused) {
        Outcome outcome = scanEverySplit(Framing.CHUNKED, refused.body);

        assertThat(outcome.malformed()).isNotNull();
        assertThat(outcome.malformed().fault()).as(outcome.malformed().sentence()).isEqualTo(refused.fault);
        assertThat(outcome.malformed().offset()).isEqualTo(refused.offset);
        assertThat(outcome.trailers()).isEmpty();
        if (refused.fault != Fault.FORBIDDEN_TRAILER) {
            assertThat(outcome.belonging()).isEqualTo(refused.offset);
        }
    }

    @Test
    void fifteenDigitsAreTheMostAChunkSizeMayHave() {
        BodyScanner scanner = new BodyScanner(Limits.DEFAULTS);

        assertThat(scan(scanner, Framing.CHUNKED, "000000000000001\r\nx\r\n0\r\n\r\n").isComplete()).isTrue();
        assertThat(scan(scanner, Framing.CHUNKED, "fffffffffffffff\r\nx").isComplete()).isFalse();
        assertThat(scanner.isMalformed()).isFalse();
        assertThat(scan(scanner, Framing.CHUNKED, "fffffffffffffff0\r\nx").malformed().fault()).isEqualTo(Fault.BAD_CHUNK_SIZE);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 100, 4 << 10})
    void chunkExtensionsAreLimitedPerMessage(int limit) {
        BodyScanner scanner = new BodyScanner(new Limits(16, 16, 32, 1, 0, limit));

        for (int octets : new int[] {limit - 1, limit, limit + 1}) {
            String inOne = "1;" + "e".repeat(octets - 1) + "\r\nx\r\n0\r\n\r\n";
            String inMany = "1;e\r\nx\r\n".repeat(octets / 2 - 1) + "0;e" + "e".repeat(octets % 2) + "\r\n\r\n";
            for (String body : new String[] {inOne, inMany}) {
                Outcome outcome = scan(scanner, Framing.CHUNKED, body);
                assertThat(outcome.isComplete()).isEqualTo(octets <= limit);
                if (octets > limit) {
                    assertThat(outcome.malformed().fault()).isEqualTo(Fault.CHUNK_EXTENSIONS_TOO_LARGE);
                }
            }
        }
    }

    @Test
    void trailersObeyTheLimitsOfHeads() {
        Limits limits = new Limits(16, 20, 60, 3, 0, 0);
        BodyScanner scanner = new BodyScanner(limits);

        assertThat(scan(scanner, Framing.CHUNKED, "0\r\n" + "a:" + "b".repeat(18) + "\r\n\r\n").isComplete()).isTrue();
        assertThat(scan(scanner, Framing.CHUNKED, "0\r\n" + "a:" + "b".repeat(19) + "\r\n\r\n").malformed().fault())
                .isEqualTo(Fault.FIELD_LINE_TOO_LONG);
        assertThat(scan(scanner, Framing.CHUNKED, "0\r\n" + "a:b\r\n".repeat(3) + "\r\n").isComplete()).isTrue();
        assertThat(scan(scanner, Framing.CHUNKED, "0\r\n" + "a:b\r\n".repeat(4) + "\r\n").malformed())
                .isEqualTo(new Malformed(18, Fault.TOO_MANY_FIELDS, "at most 3 fields", "more"));
        assertThat(scan(scanner, Framing.CHUNKED, "0\r\n" + ("a:" + "b".repeat(16) + "\r\n").repeat(2) + "a:" + "b".repeat(14) + "\r\n\r\n")
                .isComplete()).isTrue();
        assertThat(scan(scanner, Framing.CHUNKED, "0\r\n" + ("a:" + "b".repeat(16) + "\r\n").repeat(2) + "a:" + "b".repeat(15) + "\r\n\r\n")
                .malformed().fault()).isEqualTo(Fault.HEAD_TOO_LARGE);
    }
}
