package dev.plumbline.relay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorResponseTest {

    @Test
    void aSentenceGoesOutAsPlainText() {
        String sentence = "No address of example.com accepted a connection.";

        assertThat(Heads.text(ErrorResponse.of(502, "connect-refused", sentence).octets())).isEqualTo("""
                HTTP/1.1 502 Bad Gateway\r
                Content-Type: text/plain; charset=utf-8\r
                Content-Length: 49\r
                Cache-Control: no-store\r
                Plumbline-Error: connect-refused\r
                \r
                No address of example.com accepted a connection.
                """);
    }

    @Test
    void anAnswerToHeadHasTheFieldsAlone() {
        String octets = Heads.text(ErrorResponse.of(504, "connect-timeout", "Too late.").closing().withoutContent().octets());

        assertThat(octets).contains("Content-Length: 10\r\n").endsWith("Connection: close\r\n\r\n");
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void everyFaultHasAnAnswerThatOurOwnParserReads(Fault fault) {
        Malformed malformed = new Malformed(3, fault, "x", Escaped.quoted(Heads.octets("a\r\nb\u001b<\u00e4\""), 0, 8));
        for (ErrorResponse answer : new ErrorResponse[] {ErrorResponse.ofRequest(malformed), ErrorResponse.ofResponse(malformed)}) {
            HeadParser<ResponseHead> parser = HeadParser.ofResponses(Limits.DEFAULTS);
            String octets = Heads.text(answer.octets());
            Heads.Outcome outcome = Heads.outcome(parser, octets);

            assertThat(outcome.head()).isNotNull();
            assertThat(parser.head().status()).isEqualTo(answer.status());
            assertThat(parser.head().contentLength()).isEqualTo(octets.length() - outcome.consumed());
            assertThat(parser.head().first("plumbline-error")).hasValue(fault.code());
            assertThat(octets.substring(outcome.consumed())).contains("\"a\\x0d\\x0ab\\x1b<\\xe4\\\"\" (octet 3, " + fault.code() + ")");
        }
        assertThat(ErrorResponse.ofRequest(malformed).closes()).isTrue();
        assertThat(ErrorResponse.ofResponse(malformed).status()).isEqualTo(502);
    }

    @Test
    void whatAPeerSentIsCutAndEscaped() {
        String long1000 = "a".repeat(1000);

        assertThat(Escaped.line(long1000, 1000)).isEqualTo(long1000);
        assertThat(Escaped.line(long1000 + "b", 1000)).isEqualTo(long1000 + "...");
        assertThat(Escaped.line("\u202e\u007f\n\u0085", 100)).isEqualTo("\\u202e\\x7f\\x0a\\x85");
        assertThat(Escaped.quoted(Heads.octets("y".repeat(61)), 0, 61)).isEqualTo("\"" + "y".repeat(60) + "\"...");
        assertThat(Heads.text(ErrorResponse.of(400, "x", "a\r\nSet-Cookie: b").octets())).endsWith("\r\n\r\na\\x0d\\x0aSet-Cookie: b\n");
    }

    @Test
    void aStatusThatAProxyDoesNotMakeIsABug() {
        assertThatThrownBy(() -> ErrorResponse.of(200, "x", "")).hasMessageStartingWith("status: 200");
        assertThatThrownBy(() -> ErrorResponse.of(400, "A b", "")).hasMessageStartingWith("code: A b");
    }
}
