package dev.plumbline.export.har;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.export.Story;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.WireRange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class ContentTest {
    @Test
    void gzipAndBothKindsOfDeflateAreUndone() throws IOException {
        byte[] plain = "{\"a\":1}".repeat(50).getBytes(StandardCharsets.UTF_8);
        for (String coding : List.of("gzip", "x-gzip", "deflate", "bare")) {
            Content content = of(coded(coding, plain), "application/json", coding.equals("bare") ? "deflate" : coding);
            assertThat(content.text()).as(coding).hasValue("{\"a\":1}".repeat(50));
            assertThat(content.size()).as(coding).isEqualTo(350);
            assertThat(content.isDecoded()).as(coding).isTrue();
            assertThat(content.comment()).as(coding).isEmpty();
        }
        Content twice = of(coded("gzip", coded("deflate", plain)), "text/plain", "deflate, gzip");
        assertThat(twice.size()).isEqualTo(350);
    }

    @Test
    void aBombIsStoppedAtTheLimit() throws IOException {
        byte[] bomb = coded("gzip", new byte[Content.MAX + 1]);
        assertThat(bomb.length).isLessThan(20_000);
        Content content = of(bomb, "text/plain", "gzip");
        assertThat(content.size()).isEqualTo(Content.MAX);
        assertThat(content.isDecoded()).isFalse();
        assertThat(content.comment()).isEqualTo("decoding stopped after 8388608 octets");
        assertThat(of(coded("gzip", new byte[Content.MAX]), "text/plain", "gzip").isDecoded()).isTrue();
    }

    @Test
    void aMillionEmptyMembersAreReadWithoutASetback() throws IOException {
        byte[] empty = coded("gzip", new byte[0]);
        byte[] many = new byte[empty.length * 100_000];
        for (int i = 0; i < 100_000; i++) {
            System.arraycopy(empty, 0, many, i * empty.length, empty.length);
        }
        Inflating inflating = Inflating.gunzip(many, 100);
        assertThat(inflating.octets()).isEmpty();
        assertThat(inflating.problem()).isEmpty();
    }

    @Test
    void codedContentCutAnywhereGivesWhatThereIs() throws IOException {
        byte[] plain = "the quick brown fox ".repeat(20).getBytes(StandardCharsets.US_ASCII);
        for (String coding : List.of("gzip", "deflate")) {
            byte[] coded = coded(coding, plain);
            for (int end = 0; end < coded.length; end++) {
                byte[] cut = Arrays.copyOf(coded, end);
                Inflating inflating = coding.equals("gzip") ? Inflating.gunzip(cut, 1000) : Inflating.inflate(cut, 1000);
                assertThat(new String(plain, StandardCharsets.US_ASCII)).startsWith(new String(inflating.octets(), StandardCharsets.US_ASCII));
            }
        }
    }

    @Test
    void limitsHoldAtOneLessAtAndOneMore() throws IOException {
        byte[] coded = coded("gzip", new byte[100]);
        assertThat(Inflating.gunzip(coded, 99).problem()).isNotEmpty();
        assertThat(Inflating.gunzip(coded, 99).octets()).hasSize(99);
        assertThat(Inflating.gunzip(coded, 100).problem()).isEmpty();
        assertThat(Inflating.gunzip(coded, 101).octets()).hasSize(100);
    }

    @Test
    void whatCannotBeDecodedStaysAsItIs() {
        byte[] octets = {1, 2, 3};
        for (String coding : List.of("br", "zstd", "gzip", "gzip, gzip, gzip, gzip")) {
            Content content = of(octets, "text/html", coding);
            assertThat(content.isOpaque()).as(coding).isTrue();
            assertThat(content.isBase64()).isTrue();
            assertThat(content.text()).hasValue("AQID");
            assertThat(content.size()).isEqualTo(3);
            assertThat(content.comment()).isEqualTo("content coding " + coding + " is left in place");
        }
    }

    @Test
    void textIsReadInItsDeclaredCharsetAndOtherwiseBase64() {
        assertThat(of("\u00e9".getBytes(StandardCharsets.ISO_8859_1), "text/plain; charset=ISO-8859-1", "").text()).hasValue("\u00e9");
        assertThat(of("\u4e2d".getBytes(Charset.forName("GBK")), "text/plain; charset=\"gbk\"", "").text()).hasValue("\u4e2d");
        Content invalid = of(new byte[] {(byte) 0xc3, 0x28}, "text/plain; charset=utf-8", "");
        assertThat(invalid.isBase64()).isTrue();
        assertThat(invalid.text()).hasValue(Base64.getEncoder().encodeToString(new byte[] {(byte) 0xc3, 0x28}));
        assertThat(of("a".getBytes(StandardCharsets.US_ASCII), "image/png", "").isBase64()).isTrue();
        assertThat(of("a".getBytes(StandardCharsets.US_ASCII), "text/plain; charset=no such thing", "").text()).hasValue("a");
        assertThat(of("{}".getBytes(StandardCharsets.US_ASCII), "application/problem+json", "").isBase64()).isFalse();
    }

    @Test
    void contentThatWasNotKeptWholeSaysSo() {
        byte[] kept = "caf\u00e9".getBytes(StandardCharsets.UTF_8);
        Content content = of(Arrays.copyOf(kept, 4), 100, "text/plain", "");
        assertThat(content.text()).hasValue("caf");
        assertThat(content.size()).isEqualTo(100);
        assertThat(content.comment()).isEqualTo("the recording kept the first 4 of 100 octets");
        Content none = of(new byte[0], 7, "text/plain", "");
        assertThat(none.text()).isEmpty();
        assertThat(none.comment()).isEqualTo("the recording kept none of the 7 octets");
    }

    @Test
    void whatTheOtherLegHadMoreOfIsNotShown() {
        Content content = of("hello, world".getBytes(StandardCharsets.US_ASCII), 5, "text/plain", "");
        assertThat(content.text()).hasValue("hello");
        assertThat(content.size()).isEqualTo(5);
    }

    private static Content of(byte[] octets, String type, String coding) {
        return of(octets, octets.length, type, coding);
    }

    private static Content of(byte[] kept, long length, String type, String coding) {
        Story story = new Story();
        String head = "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\n" + (coding.isEmpty() ? "" : "Content-Encoding: " + coding + "\r\n") + "\r\n";
        MessageKey key = new MessageKey(new ExchangeId(new ConnectionId(1), 1), Leg.SERVER, MessageKind.RESPONSE);
        MessageRow row = story.message(key, 2, head, kept, new WireRange(0, 0), List.of(), List.of());
        return Content.of(story.recording, row, length, Head.of(head.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static byte[] coded(String coding, byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream coder = coding.endsWith("gzip") ? new GZIPOutputStream(out) : new DeflaterOutputStream(out, new Deflater(6, coding.equals("bare")))) {
            coder.write(plain);
        }
        return out.toByteArray();
    }
}
