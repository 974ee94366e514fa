package dev.plumbline.relay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.relay.http.RequestTarget.Form;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {

    record Read(String line, Form form, String scheme, String authority, int port, String path) {
        @Override
        public String toString() {
            return line;
        }
    }

    static Stream<Read> targets() {
        return Stream.of(
                new Read("GET /a?b#c", Form.ORIGIN, "", "", 0, "/a?b#c"),
                new Read("GET /stra\u00c3\u009fe?q=\u00fc", Form.ORIGIN, "", "", 0, "/stra%C3%9Fe?q=%FC"),
                new Read("GET http://a/?q=\u00c3\u00bc", Form.ABSOLUTE, "http", "a", 80, "/?q=%C3%BC"),
                new Read("GET http://a?\u00c3\u00bc", Form.ABSOLUTE, "http", "a", 80, "/?%C3%BC"),
                new Read("GET //a/b", Form.ORIGIN, "", "", 0, "//a/b"),
                new Read("OPTIONS *", Form.ASTERISK, "", "", 0, "*"),
                new Read("GET http://Example.COM/%41?x", Form.ABSOLUTE, "http", "Example.COM", 80, "/%41?x"),
                new Read("GET HTTP://example.com", Form.ABSOLUTE, "http", "example.com", 80, "/"),
                new Read("GET http://example.com?a=http://b/", Form.ABSOLUTE, "http", "example.com", 80, "/?a=http://b/"),
                new Read("OPTIONS http://example.com:81", Form.ABSOLUTE, "http", "example.com:81", 81, "*"),
                new Read("GET https://example.com/", Form.ABSOLUTE, "https", "example.com", 443, "/"),
                new Read("GET ftp://example.com/", Form.ABSOLUTE, "ftp", "example.com", 0, "/"),
                new Read("GET http://example.com:/", Form.ABSOLUTE, "http", "example.com", 80, "/"),
                new Read("GET http://example.com:65535/", Form.ABSOLUTE, "http", "example.com:65535", 65535, "/"),
                new Read("GET http://[2001:DB8::1]:8080/a", Form.ABSOLUTE, "http", "[2001:DB8::1]:8080", 8080, "/a"),
                new Read("GET http://xn--bcher-kva.under_score.example./", Form.ABSOLUTE, "http", "xn--bcher-kva.under_score.example.", 80, "/"),
                new Read("GET http://b%C3%BCcher/", Form.ABSOLUTE, "http", "b%C3%BCcher", 80, "/"),
                new Read("GET http://127.1/", Form.ABSOLUTE, "http", "127.1", 80, "/"),
                new Read("GET http://a/@b:c", Form.ABSOLUTE, "http", "a", 80, "/@b:c"),
                new Read("CONNECT example.com:443", Form.AUTHORITY, "", "example.com:443", 443, ""),
                new Read("CONNECT [::1]:1", Form.AUTHORITY, "", "[::1]:1", 1, ""));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void isTakenApart(Read read) {
        RequestTarget target = Heads.request(read.line + " HTTP/1.1\r\nHost: x\r\n\r\n").requestTarget();

        assertThat(target.form()).isEqualTo(read.form);
        assertThat(target.scheme().orElse("")).isEqualTo(read.scheme);
        assertThat(target.authority().map(Authority::toString).orElse("")).isEqualTo(read.authority);
        assertThat(target.port()).isEqualTo(read.port);
        assertThat(target.path()).isEqualTo(read.path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET *", "OPTIONS **", "GET a", "GET example.com:80", "GET :", "GET http:", "GET http:/", "GET http:a",
        "GET http://", "GET http:///a", "GET http://:80/", "GET 1http://a/", "GET ht_tp://a/", "GET http://a:b/", "GET http://a:0/",
        "GET http://a:65536/", "GET http://a:000080/", "GET http://a:80:80/", "GET http://a\\b/", "GET http://a#b/", "GET http://[::1/",
        "GET http://[::1]x/", "GET http://[fe80::1%25eth0]/", "GET http://[v1.a]/", "GET http://::1/", "GET http://a%4/", "GET http://a%zz/",
        "CONNECT a", "CONNECT a:", "CONNECT :443", "CONNECT a:0", "CONNECT a:65536", "CONNECT [::1]", "CONNECT [::1]:", "CONNECT ::1:443",
        "CONNECT /", "CONNECT http://a:443", "CONNECT a:443/", "CONNECT a:https", "CONNECT a:+443", "CONNECT *"})
    void isRefusedWhenItIsNoTarget(String line) {
        Heads.Outcome outcome = Heads.outcome(HeadParser.ofRequests(Limits.DEFAULTS), line + " HTTP/1.1\r\nHost: x\r\n\r\n");

        assertThat(outcome.malformed()).isNotNull();
        assertThat(outcome.malformed().fault()).isEqualTo(Fault.BAD_TARGET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET http://u@a/", "GET http://u:p@a/", "GET http://a:80@b/", "GET https://@a/", "CONNECT u@a:443"})
    void isRefusedWithUserinfo(String line) {
        Heads.Outcome outcome = Heads.outcome(HeadParser.ofRequests(Limits.DEFAULTS), line + " HTTP/1.1\r\nHost: x\r\n\r\n");

        assertThat(outcome.malformed().fault()).isEqualTo(Fault.USERINFO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "::1", "1::", "1:2:3:4:5:6:7:8", "1::8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "::ffff:127.0.0.1",
        "1:2:3:4:5:6:1.2.3.4", "::1.2.3.4", "1::1.2.3.4", "ABCD:ef01::", "0000::0000"})
    void ipv6LiteralsAreRead(String literal) {
        assertThat(Authority.parse("[" + literal + "]:8")).hasValue(new Authority(literal, 8, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8",
        ":1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:", "12345::", "g::", "::1.2.3", "::1.2.3.4.5", "::256.1.1.1", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4",
        "::1.2..4", "::1.2.3.", "::a.2.3.4", "1.2.3.4", "::1%eth0"})
    void otherLiteralsAreNot(String literal) {
        assertThat(Authority.parse("[" + literal + "]")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"Example.COM,example.com", "example.com.,example.com", "EXAMPLE..,example.", ".,.", "127.0.0.1,127.0.0.1"})
    void hostsAreComparedWithoutCaseAndFinalDot(String host, String comparable) {
        Authority authority = Authority.parse(host).orElseThrow();

        assertThat(authority.host()).isEqualTo(host);
        assertThat(authority.comparableHost()).isEqualTo(comparable);
        assertThat(authority.portOr(8443)).isEqualTo(8443);
        assertThat(authority).hasToString(host);
    }

    @Test
    void textThatIsNotAsciiIsNoAuthority() {
        assertThat(Authority.parse("b\u00fccher")).isEmpty();
        assertThat(Authority.parse("\u0161")).isEmpty();
        assertThat(Authority.parse("")).isEqualTo(Optional.empty());
        assertThatThrownBy(() -> new Authority("a", 65536, false)).hasMessage("port: 65536 (expected: 0 to 65535)");
    }
}
