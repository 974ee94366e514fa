package dev.plumbline.export.har;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadTest {
    private static Head head(String text) {
        return Head.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void fieldsKeepTheirOrderCaseAndNumber() {
        Head head = head("GET /a HTTP/1.1\r\nHost: x\r\nX-A:  1 \r\nx-a:2\r\n\r\nnot: this");
        assertThat(head.fields()).containsExactly(new Head.Field("Host", "x"), new Head.Field("X-A", "1"), new Head.Field("x-a", "2"));
        assertThat(head.method()).isEqualTo("GET");
        assertThat(head.target()).isEqualTo("/a");
        assertThat(head.version()).isEqualTo("HTTP/1.1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "HTTP/1.1 200 OK|HTTP/1.1|OK",
        "HTTP/1.0 404 Not Found|HTTP/1.0|Not Found",
        "HTTP/1.1 204|HTTP/1.1|''",
        "HTTP/1.1 200 Look: HTTP/9|HTTP/9|Look: HTTP/9",
    })
    void aStatusLineHasVersionAndReason(String line, String version, String reason) {
        assertThat(head(line + "\r\n\r\n").reason()).isEqualTo(reason);
        if (!line.contains("Look")) {
            assertThat(head(line + "\r\n\r\n").version()).isEqualTo(version);
        }
    }

    @Test
    void brokenHeadsAreStillHeads() {
        assertThat(head("").fields()).isEmpty();
        assertThat(head("").version()).isEqualTo("unknown");
        assertThat(head("\r\n\r\n").method()).isEmpty();
        assertThat(head("\0\1\2").version()).isEqualTo("unknown");
        assertThat(head("GET / HTTP/1.1\nA: 1\n folded\n\tagain\nno colon\n: no name\n").fields())
                .containsExactly(new Head.Field("A", "1 folded again"), new Head.Field("no colon", ""), new Head.Field("", "no name"));
    }

    @Test
    void valuesAreUtf8OrElseLatin1() {
        assertThat(Head.of("GET / HTTP/1.1\r\nA: \u00e9\u4e2d\r\n\r\n".getBytes(StandardCharsets.UTF_8)).first("a")).hasValue("\u00e9\u4e2d");
        assertThat(head("GET / HTTP/1.1\r\nA: \u00e9\r\n\r\n").first("A")).hasValue("\u00e9");
    }

    @Test
    void everyCutAndEveryOctetIsRead() {
        byte[] whole = "POST /x HTTP/1.1\r\nHost: a\r\n b\r\nC: d\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        for (int end = 0; end <= whole.length; end++) {
            assertThat(Head.of(Arrays.copyOf(whole, end)).fields()).hasSizeLessThanOrEqualTo(2);
        }
        for (int octet = 0; octet < 256; octet++) {
            byte[] changed = whole.clone();
            changed[20] = (byte) octet;
            assertThat(Head.of(changed).fields()).isNotNull();
        }
    }

    @Test
    void aHugeHeadIsReadInLinearTime() {
        String folded = "GET / HTTP/1.1\r\nA: b\r\n" + " c\r\n".repeat(500_000);
        Assertions.assertTimeout(Duration.ofSeconds(5), () -> assertThat(head(folded).fields()).hasSize(1));
        Assertions.assertTimeout(Duration.ofSeconds(5), () -> assertThat(head("GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(200_000)).fields()).hasSize(200_000));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Wed, 21 Oct 2026 07:28:00 GMT|2026-10-21T07:28:00.000Z",
        "Wednesday, 21-Oct-26 07:28:00 GMT|2026-10-21T07:28:00.000Z",
        "Wed Oct 21 07:28:00 2026|2026-10-21T07:28:00.000Z",
        "Thu, 01-Jan-1970 00:00:01 GMT|1970-01-01T00:00:01.000Z",
        "Fri, 31 Dec 99 23:59:59 GMT|1999-12-31T23:59:59.000Z",
        "Wed, 31 Feb 2026 07:28:00 GMT|",
        "0|",
        "soon|",
        "Wed, 21 Oct 2026 27:28:00 GMT|",
    })
    void cookieDatesAreReadAsUserAgentsDo(String text, String expected) {
        assertThat(Cookies.date(text).orElse(null)).isEqualTo(expected);
    }

    @Test
    void cookiesAreReadFromBothFields() {
        assertThat(Cookies.sent(List.of("a=1; b=\"2=3\" ;; c"))).extracting(c -> c.name() + ":" + c.value()).containsExactly("a:1", "b:\"2=3\"", ":c");
        assertThat(Cookies.set(List.of("a=b; Path=/; domain=x; HTTPONLY; SameSite=None; Expires=never", "")))
                .containsExactly(new Cookies.Cookie("a", "b", "/", "x", "", true, false, "None"), new Cookies.Cookie("", "", "", "", "", false, false, ""));
    }
}
