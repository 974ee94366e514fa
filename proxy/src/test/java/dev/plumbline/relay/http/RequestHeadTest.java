package dev.plumbline.relay.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.relay.http.HeadParser.Progress;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RequestHeadTest {

    private static final String HOST = "Host: example.com\r\n";

    record Refused(String name, String head, Fault fault, int status, int offset) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Refused> refusedHeads() {
        return Stream.of(
                new Refused("a bare LF after the request line", "GET / HTTP/1.1\n" + HOST + "\r\n", Fault.BARE_LF, 400, 14),
                new Refused("a bare LF after a field", "GET / HTTP/1.1\r\nHost: a\n\r\n", Fault.BARE_LF, 400, 23),
                new Refused("a bare LF for the blank line", "GET / HTTP/1.1\r\n" + HOST + "\n", Fault.BARE_LF, 400, 35),
                new Refused("a bare LF before the request", "\nGET / HTTP/1.1\r\n" + HOST + "\r\n", Fault.BARE_LF, 400, 0),
                new Refused("a bare CR in the request line", "GET /\r HTTP/1.1\r\n" + HOST + "\r\n", Fault.BARE_CR, 400, 6),
                new Refused("a bare CR in a value", "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", Fault.BARE_CR, 400, 24),
                new Refused("a bare CR for the blank line", "GET / HTTP/1.1\r\n" + HOST + "\rX", Fault.BARE_CR, 400, 36),
                new Refused("a bare CR before the request", "\rGET / HTTP/1.1\r\n" + HOST + "\r\n", Fault.BARE_CR, 400, 0),
                new Refused("six octets of blank lines", "\r\n\r\n\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n", Fault.LEADING_OCTETS, 400, 0),
                new Refused("obs-fold", "GET / HTTP/1.1\r\n" + HOST + "X: a\r\n b\r\n\r\n", Fault.OBS_FOLD, 400, 41),
                new Refused("obs-fold by a tab", "GET / HTTP/1.1\r\n" + HOST + "X: a\r\n\tb\r\n\r\n", Fault.OBS_FOLD, 400, 41),
                new Refused("whitespace before the first field", "GET / HTTP/1.1\r\n " + HOST + "\r\n", Fault.OBS_FOLD, 400, 16),
                new Refused("a space before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", Fault.SPACE_BEFORE_COLON, 400, 20),
                new Refused("a tab before the colon", "GET / HTTP/1.1\r\nHost\t: a\r\n\r\n", Fault.SPACE_BEFORE_COLON, 400, 20),
                new Refused("an empty name", "GET / HTTP/1.1\r\n: a\r\n\r\n", Fault.EMPTY_NAME, 400, 16),
                new Refused("no colon", "GET / HTTP/1.1\r\nHost\r\n\r\n", Fault.MISSING_COLON, 400, 20),
                new Refused("a parenthesis in a name", "GET / HTTP/1.1\r\nHo(st: a\r\n\r\n", Fault.BAD_NAME, 400, 18),
                new Refused("NUL in a name", "GET / HTTP/1.1\r\nHo\0st: a\r\n\r\n", Fault.BAD_NAME, 400, 18),
                new Refused("obs-text in a name", "GET / HTTP/1.1\r\nH\u00f6st: a\r\n\r\n", Fault.BAD_NAME, 400, 17),
                new Refused("NUL in a value", "GET / HTTP/1.1\r\nX: a\0\r\n\r\n", Fault.BAD_VALUE, 400, 20),
                new Refused("ESC in a value", "GET / HTTP/1.1\r\nX: \u001b[1m\r\n\r\n", Fault.BAD_VALUE, 400, 19),
                new Refused("DEL in a value", "GET / HTTP/1.1\r\nX: \u007f\r\n\r\n", Fault.BAD_VALUE, 400, 19),
                new Refused("vertical tab in the request line", "GET /\u000b HTTP/1.1\r\n\r\n", Fault.BAD_OCTET, 400, 5),
                new Refused("a TLS record", "\u0016\u0003\u0001\u0002", Fault.NOT_HTTP, 400, 0),
                new Refused("a space first", " GET / HTTP/1.1\r\n" + HOST + "\r\n", Fault.NOT_HTTP, 400, 0),
                new Refused("an octet of HTTP/2's second preface line", "PRI * HTTP/2.0\r\n\r\n", Fault.UNSUPPORTED_VERSION, 505, 6),
                new Refused("a method alone", "GET\r\n\r\n", Fault.BAD_REQUEST_LINE, 400, 3),
                new Refused("a method that is no token", "G@T / HTTP/1.1\r\n" + HOST + "\r\n", Fault.BAD_METHOD, 400, 1),
                new Refused("a tab after the method", "GET\t/ HTTP/1.1\r\n" + HOST + "\r\n", Fault.BAD_METHOD, 400, 3),
                new Refused("two spaces after the method", "GET  / HTTP/1.1\r\n" + HOST + "\r\n", Fault.BAD_REQUEST_LINE, 400, 4),
                new Refused("two spaces before the version", "GET /  HTTP/1.1\r\n" + HOST + "\r\n", Fault.BAD_REQUEST_LINE, 400, 6),
                new Refused("a space after the version", "GET / HTTP/1.1 \r\n" + HOST + "\r\n", Fault.BAD_REQUEST_LINE, 400, 14),
                new Refused("no version, as in HTTP/0.9", "GET /\r\n" + HOST + "\r\n", Fault.BAD_REQUEST_LINE, 400, 5),
                new Refused("a space in the target", "GET /a b HTTP/1.1\r\n" + HOST + "\r\n", Fault.BAD_REQUEST_LINE, 400, 8),
                new Refused("a tab in the target", "GET /a\tb HTTP/1.1\r\n" + HOST + "\r\n", Fault.BAD_TARGET, 400, 6),
                new Refused("DEL in the target", "GET /\u007f HTTP/1.1\r\n" + HOST + "\r\n", Fault.BAD_OCTET, 400, 5),
                new Refused("non-ASCII in the target's host", "GET http://b\u00fccher/ HTTP/1.1\r\n" + HOST + "\r\n", Fault.BAD_TARGET, 400, 4),
                new Refused("non-ASCII in the method", "G\u00cbT / HTTP/1.1\r\n" + HOST + "\r\n", Fault.BAD_METHOD, 400, 1),
                new Refused("a no-break space for a space", "GET /\u00a0HTTP/1.1\r\n" + HOST + "\r\n", Fault.BAD_REQUEST_LINE, 400, 14),
                new Refused("a lower-case version", "GET / http/1.1\r\n" + HOST + "\r\n", Fault.BAD_VERSION, 400, 6),
                new Refused("a version of two digits", "GET / HTTP/1.10\r\n" + HOST + "\r\n", Fault.BAD_VERSION, 400, 6),
                new Refused("a version without minor", "GET / HTTP/1\r\n" + HOST + "\r\n", Fault.BAD_VERSION, 400, 6),
                new Refused("a negative version", "GET / HTTP/-1.1\r\n" + HOST + "\r\n", Fault.BAD_VERSION, 400, 6),
                new Refused("HTTP/0.9 spelled out", "GET / HTTP/0.9\r\n" + HOST + "\r\n", Fault.UNSUPPORTED_VERSION, 505, 6),
                new Refused("HTTP/1.2", "GET / HTTP/1.2\r\n" + HOST + "\r\n", Fault.UNSUPPORTED_VERSION, 505, 6),
                new Refused("HTTP/2.0", "GET / HTTP/2.0\r\n" + HOST + "\r\n", Fault.UNSUPPORTED_VERSION, 505, 6),
                new Refused("HTTP/9.9", "GET / HTTP/9.9\r\n" + HOST + "\r\n", Fault.UNSUPPORTED_VERSION, 505, 6));
    }

    static Stream<Refused> refusedByTheirMeaning() {
        String post = "POST / HTTP/1.1\r\nHost: a\r\n";
        return Stream.of(
                new Refused("no Host", "GET / HTTP/1.1\r\nX: y\r\n\r\n", Fault.NO_HOST, 400, 22),
                new Refused("two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", Fault.SEVERAL_HOSTS, 400, 25),
                new Refused("two Hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n", Fault.SEVERAL_HOSTS, 400, 25),
                new Refused("userinfo in Host", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", Fault.BAD_HOST, 400, 22),
                new Refused("a space in Host", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", Fault.BAD_HOST, 400, 22),
                new Refused("a slash in Host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", Fault.BAD_HOST, 400, 22),
                new Refused("a word for a port in Host", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", Fault.BAD_HOST, 400, 22),
                new Refused("a port beyond 65535 in Host", "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n", Fault.BAD_HOST, 400, 22),
                new Refused("a port alone in Host", "GET / HTTP/1.1\r\nHost: :80\r\n\r\n", Fault.BAD_HOST, 400, 22),
                new Refused("an IPv6 Host without brackets", "GET / HTTP/1.1\r\nHost: ::1\r\n\r\n", Fault.BAD_HOST, 400, 22),
                new Refused("a raw UTF-8 Host", "GET / HTTP/1.1\r\nHost: b\u00c3\u00bccher\r\n\r\n", Fault.BAD_HOST, 400, 22),
                new Refused("a signed length", post + "Content-Length: +5\r\n\r\n", Fault.BAD_CONTENT_LENGTH, 400, 26),
                new Refused("a negative length", post + "Content-Length: -5\r\n\r\n", Fault.BAD_CONTENT_LENGTH, 400, 26),
                new Refused("a hexadecimal length", post + "Content-Length: 0x5\r\n\r\n", Fault.BAD_CONTENT_LENGTH, 400, 26),
                new Refused("an empty length", post + "Content-Length:\r\n\r\n", Fault.BAD_CONTENT_LENGTH, 400, 26),
                new Refused("a list of equal lengths", post + "Content-Length: 5, 5\r\n\r\n", Fault.BAD_CONTENT_LENGTH, 400, 26),
                new Refused("a space in a length", post + "Content-Length: 5 5\r\n\r\n", Fault.BAD_CONTENT_LENGTH, 400, 26),
                new Refused("an underscore in a length", post + "Content-Length: 1_0\r\n\r\n", Fault.BAD_CONTENT_LENGTH, 400, 26),
                new Refused("a length of 19 digits", post + "Content-Length: 1000000000000000000\r\n\r\n", Fault.BAD_CONTENT_LENGTH, 400, 26),
                new Refused("a length that overflows", post + "Content-Length: 18446744073709551621\r\n\r\n", Fault.BAD_CONTENT_LENGTH, 400, 26),
                new Refused("two equal lengths", post + "Content-Length: 5\r\nContent-length: 5\r\n\r\n", Fault.SEVERAL_CONTENT_LENGTHS, 400, 45),
                new Refused("length and coding", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", Fault.LENGTH_AND_CODING, 400, 26),
                new Refused("coding and length", post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", Fault.LENGTH_AND_CODING, 400, 54),
                new Refused("an unknown coding", post + "Transfer-Encoding: gzip\r\n\r\n", Fault.UNKNOWN_CODING, 501, 26),
                new Refused("an unknown coding under chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n", Fault.UNKNOWN_CODING, 501, 26),
                new Refused("the same in two fields", post + "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n", Fault.UNKNOWN_CODING, 501, 26),
                new Refused("identity", post + "Transfer-Encoding: identity\r\n\r\n", Fault.UNKNOWN_CODING, 501, 26),
                new Refused("nearly chunked", post + "Transfer-Encoding: xchunked\r\n\r\n", Fault.UNKNOWN_CODING, 501, 26),
                new Refused("chunked not last", post + "Transfer-Encoding: chunked, gzip\r\n\r\n", Fault.BAD_TRANSFER_ENCODING, 400, 26),
                new Refused("chunked twice", post + "Transfer-Encoding: chunked, chunked\r\n\r\n", Fault.BAD_TRANSFER_ENCODING, 400, 26),
                new Refused("chunked in two fields", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", Fault.BAD_TRANSFER_ENCODING, 400, 26),
                new Refused("chunked with a parameter", post + "Transfer-Encoding: chunked;a=b\r\n\r\n", Fault.BAD_TRANSFER_ENCODING, 400, 26),
                new Refused("chunked in quotes", post + "Transfer-Encoding: \"chunked\"\r\n\r\n", Fault.BAD_TRANSFER_ENCODING, 400, 26),
                new Refused("an empty member before chunked", post + "Transfer-Encoding: , chunked\r\n\r\n", Fault.BAD_TRANSFER_ENCODING, 400, 26),
                new Refused("an empty coding", post + "Transfer-Encoding:\r\n\r\n", Fault.BAD_TRANSFER_ENCODING, 400, 26),
                new Refused("a coding in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", Fault.CODING_IN_HTTP_1_0, 400, 17),
                new Refused("CONNECT with content", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", Fault.CONTENT_FORBIDDEN, 400, 0),
                new Refused("CONNECT with chunks", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", Fault.CONTENT_FORBIDDEN, 400, 0));
    }

    @ParameterizedTest
    @MethodSource({"refusedHeads", "refusedByTheirMeaning"})
    void isRefusedWithItsReasonHoweverItIsCut(Refused refused) {
        Heads.Outcome whole = Heads.outcome(HeadParser.ofRequests(Limits.DEFAULTS), refused.head);

        assertThat(whole.malformed()).isNotNull();
        assertThat(whole.malformed().fault()).as(whole.malformed().sentence()).isEqualTo(refused.fault);
        assertThat(whole.malformed().fault().requestStatus()).isEqualTo(refused.status);
        assertThat(whole.malformed().offset()).isEqualTo(refused.offset);
        for (int cut = 0; cut <= refused.head.length(); cut++) {
            assertThat(Heads.outcome(HeadParser.ofRequests(Limits.DEFAULTS), refused.head, cut)).as("cut at " + cut).isEqualTo(whole);
        }
    }

    record Accepted(String name, String head) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Accepted> acceptedHeads() {
        return Stream.of(
                new Accepted("the least of HTTP/1.0", "GET / HTTP/1.0\r\n\r\n"),
                new Accepted("a method of ours", "M-SEARCH * HTTP/1.0\r\n\r\n".replace("*", "/*")),
                new Accepted("odd whitespace around values", "GET / HTTP/1.1\r\nhOST:\t example.com \t \r\nX-Empty:\r\nX-Spaces:   \r\n\r\n"),
                new Accepted("tabs and obs-text in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: \u00e4\tb\u00ff\r\n\r\n"),
                new Accepted("all of tchar in a name", "GET / HTTP/1.1\r\nHost: a\r\n!#$%&'*+-.^_`|~09azAZ: x\r\n\r\n"),
                new Accepted("an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
                new Accepted("an IPv6 Host", "GET / HTTP/1.1\r\nHost: [2001:db8::1]:8080\r\n\r\n"),
                new Accepted("an A-label and an underscore", "GET / HTTP/1.1\r\nHost: xn--bcher-kva.a_b.example.\r\n\r\n"),
                new Accepted("an empty port in Host", "GET / HTTP/1.1\r\nHost: a:\r\n\r\n"),
                new Accepted("odd characters in the target", "GET /a|b^{}\"<>\\#?%zz HTTP/1.1\r\nHost: a\r\n\r\n"),
                new Accepted("a length with leading zeros", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0005\r\n\r\n"),
                new Accepted("chunked in capitals", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \t CHUNKED \r\n\r\n"),
                new Accepted("absolute-form", "GET http://example.com:8080/a?b HTTP/1.1\r\nHost: other\r\n\r\n"),
                new Accepted("authority-form", "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\nContent-Length: 0\r\n\r\n"),
                new Accepted("asterisk-form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("acceptedHeads")
    void isKeptOctetForOctetHoweverItIsCut(Accepted accepted) {
        String stream = "\r\n" + accepted.head + "BODY";
        Heads.Outcome expected = new Heads.Outcome(Progress.HEAD, 2 + accepted.head.length(), 2, accepted.head, null, accepted.head);

        for (int first = 0; first <= stream.length(); first++) {
            assertThat(Heads.outcome(HeadParser.ofRequests(Limits.DEFAULTS), stream, first)).isEqualTo(expected);
            int second = Math.min(stream.length(), first + 3);
            assertThat(Heads.outcome(HeadParser.ofRequests(Limits.DEFAULTS), stream, first, second)).isEqualTo(expected);
        }
        int[] everywhere = Stream.iterate(0, i -> i + 1).limit(stream.length()).mapToInt(i -> i).toArray();
        assertThat(Heads.outcome(HeadParser.ofRequests(Limits.DEFAULTS), stream, everywhere)).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("acceptedHeads")
    void aHeadCutShortNeedsMoreAtEveryLength(Accepted accepted) {
        for (int length = 0; length < accepted.head.length(); length++) {
            HeadParser<RequestHead> parser = HeadParser.ofRequests(Limits.DEFAULTS);
            String cut = accepted.head.substring(0, length);

            assertThat(Heads.outcome(parser, cut)).isEqualTo(new Heads.Outcome(Progress.NEED_MORE, length, 0, null, null, cut));
            assertThat(parser.isBetweenMessages()).isEqualTo(length == 0);
        }
    }

    @Test
    void namesAndValuesAreReadAsTheyWereWritten() {
        RequestHead head = Heads.request("PoST /a?b HTTP/1.1\r\nhOsT:  a:81 \r\nX:\r\nx: 1\r\nX:2,\tfoo ,3\r\n\r\n");

        assertThat(head.method()).isEqualTo("PoST");
        assertThat(head.isMethod("POST")).isFalse();
        assertThat(head.isMethod("PoST")).isTrue();
        assertThat(head.target()).isEqualTo("/a?b");
        assertThat(head.startLine()).isEqualTo("PoST /a?b HTTP/1.1");
        assertThat(head.version()).isEqualTo("HTTP/1.1");
        assertThat(head.fieldCount()).isEqualTo(4);
        assertThat(head.name(0)).isEqualTo("hOsT");
        assertThat(head.value(0)).isEqualTo("a:81");
        assertThat(head.name(2)).isEqualTo("x");
        assertThat(head.first("HOST")).hasValue("a:81");
        assertThat(head.first("x")).hasValue("");
        assertThat(head.first("y")).isEmpty();
        assertThat(head.has("X", "FOO")).isTrue();
        assertThat(head.has("X", "1")).isTrue();
        assertThat(head.has("X", "fo")).isFalse();
        assertThat(head.has("Y", "foo")).isFalse();
        assertThat(head.host()).hasValue(new Authority("a", 81, false));
    }

    @Test
    void onlyHttp11CanUpgradeAndExpect() {
        String fields = "Host: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nExpect: 100-Continue\r\n\r\n";

        assertThat(Heads.request("GET / HTTP/1.1\r\n" + fields).upgrade()).hasValue("websocket");
        assertThat(Heads.request("GET / HTTP/1.0\r\n" + fields).upgrade()).isEmpty();
        assertThat(Heads.request("GET / HTTP/1.1\r\n" + fields).expectsContinue()).isTrue();
        assertThat(Heads.request("GET / HTTP/1.0\r\n" + fields).expectsContinue()).isFalse();
        assertThat(Heads.request("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n").upgrade()).isEmpty();
    }
}
