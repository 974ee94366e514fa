package dev.plumbline.relay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.relay.http.HeadParser.Progress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResponseHeadTest {

    record Refused(String name, String head, Fault fault, int offset) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Refused> refusedHeads() {
        String ok = "HTTP/1.1 200 OK\r\n";
        return Stream.of(
                new Refused("a banner", "SSH-2.0-OpenSSH_9\r\n\r\n", Fault.BAD_STATUS_LINE, 0),
                new Refused("a TLS alert", "\u0015\u0003\u0003\0\2", Fault.NOT_HTTP, 0),
                new Refused("ICY", "ICY 200 OK\r\n\r\n", Fault.BAD_STATUS_LINE, 0),
                new Refused("a short line", "HTTP/1.1\r\n\r\n", Fault.BAD_STATUS_LINE, 0),
                new Refused("a blank line first", "\r\n" + ok + "\r\n", Fault.BAD_STATUS_LINE, 0),
                new Refused("a lower-case version", "http/1.1 200 OK\r\n\r\n", Fault.BAD_STATUS_LINE, 0),
                new Refused("HTTP/2.0", "HTTP/2.0 200 OK\r\n\r\n", Fault.UNSUPPORTED_VERSION, 0),
                new Refused("two digits", "HTTP/1.1 20 OK\r\n\r\n", Fault.BAD_STATUS_LINE, 8),
                new Refused("four digits", "HTTP/1.1 2000 OK\r\n\r\n", Fault.BAD_STATUS_LINE, 8),
                new Refused("099", "HTTP/1.1 099 OK\r\n\r\n", Fault.BAD_STATUS_LINE, 8),
                new Refused("a word", "HTTP/1.1 2x0 OK\r\n\r\n", Fault.BAD_STATUS_LINE, 8),
                new Refused("two spaces", "HTTP/1.1  200 OK\r\n\r\n", Fault.BAD_STATUS_LINE, 8),
                new Refused("a tab", "HTTP/1.1\t200 OK\r\n\r\n", Fault.BAD_STATUS_LINE, 8),
                new Refused("a tab after the status", "HTTP/1.1 200\tOK\r\n\r\n", Fault.BAD_STATUS_LINE, 8),
                new Refused("a control octet in the reason", "HTTP/1.1 200 O\0K\r\n\r\n", Fault.BAD_OCTET, 14),
                new Refused("a bare LF", "HTTP/1.1 200 OK\n\r\n", Fault.BARE_LF, 15),
                new Refused("equal lengths", ok + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", Fault.SEVERAL_CONTENT_LENGTHS, 36),
                new Refused("length and coding", ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", Fault.LENGTH_AND_CODING, 17),
                new Refused("a coding in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Fault.CODING_IN_HTTP_1_0, 17),
                new Refused("gzip under chunked", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n", Fault.UNKNOWN_CODING, 17),
                new Refused("204 with chunks", "HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n", Fault.CONTENT_FORBIDDEN, 0),
                new Refused("204 with a length", "HTTP/1.1 204 No\r\nContent-Length: 1\r\n\r\n", Fault.CONTENT_FORBIDDEN, 0),
                new Refused("100 with a length", "HTTP/1.1 100 Go\r\nContent-Length: 1\r\n\r\n", Fault.CONTENT_FORBIDDEN, 0),
                new Refused("101 with chunks", "HTTP/1.1 101 Go\r\nTransfer-Encoding: chunked\r\n\r\n", Fault.CONTENT_FORBIDDEN, 0));
    }

    @ParameterizedTest
    @MethodSource("refusedHeads")
    void isRefusedWithItsReasonHoweverItIsCut(Refused refused) {
        Heads.Outcome whole = Heads.outcome(HeadParser.ofResponses(Limits.DEFAULTS), refused.head);

        assertThat(whole.malformed()).isNotNull();
        assertThat(whole.malformed().fault()).as(whole.malformed().sentence()).isEqualTo(refused.fault);
        assertThat(whole.malformed().offset()).isEqualTo(refused.offset);
        for (int cut = 0; cut <= refused.head.length(); cut++) {
            assertThat(Heads.outcome(HeadParser.ofResponses(Limits.DEFAULTS), refused.head, cut)).isEqualTo(whole);
        }
    }

    record Accepted(String head, int status, String reason) {
    }

    static Stream<Accepted> acceptedHeads() {
        return Stream.of(
                new Accepted("HTTP/1.1 200 OK\r\n\r\n", 200, "OK"),
                new Accepted("HTTP/1.0 404 Not  Found \r\nA:b\r\n\r\n", 404, "Not  Found "),
                new Accepted("HTTP/1.1 200 \r\n\r\n", 200, ""),
                new Accepted("HTTP/1.1 200\r\n\r\n", 200, ""),
                new Accepted("HTTP/1.1 999 \u00e4\t\r\n\r\n", 999, "\u00e4\t"),
                new Accepted("HTTP/1.1 204 No\r\nContent-Length: 0\r\n\r\n", 204, "No"),
                new Accepted("HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n", 304, "Not Modified"));
    }

    @ParameterizedTest
    @MethodSource("acceptedHeads")
    void isKeptOctetForOctetHoweverItIsCut(Accepted accepted) {
        String stream = accepted.head + "BODY";
        for (int cut = 0; cut <= stream.length(); cut++) {
            HeadParser<ResponseHead> parser = HeadParser.ofResponses(Limits.DEFAULTS);

            assertThat(Heads.outcome(parser, stream, cut)).isEqualTo(
                    new Heads.Outcome(Progress.HEAD, accepted.head.length(), 0, accepted.head, null, accepted.head));
            assertThat(parser.head().status()).isEqualTo(accepted.status);
            assertThat(parser.head().reason()).isEqualTo(accepted.reason);
        }
    }

    @Test
    void oneParserReadsOneHeadAfterTheOther() {
        HeadParser<ResponseHead> parser = HeadParser.ofResponses(Limits.DEFAULTS);
        String first = "HTTP/1.1 100 Continue\r\n\r\n";
        String second = "HTTP/1.1 200 OK\r\nX: " + "y".repeat(9000) + "\r\n\r\n";
        ByteBuf in = Unpooled.wrappedBuffer(Heads.octets(first + second + first));

        assertThat(parser.feed(in)).isEqualTo(Progress.HEAD);
        assertThat(parser.head().isInterim()).isTrue();
        assertThat(parser.isBetweenMessages()).isTrue();
        assertThat(parser.feed(in)).isEqualTo(Progress.HEAD);
        ResponseHead kept = parser.head();
        assertThat(parser.feed(in)).isEqualTo(Progress.HEAD);
        assertThat(Heads.text(kept.octets())).isEqualTo(second);
        assertThat(kept.isInterim()).isFalse();
        assertThat(in.isReadable()).isFalse();
        assertThat(parser.feed(in)).isEqualTo(Progress.NEED_MORE);
    }

    @Test
    void aHeadThatWasTakenIsForgottenAndTheNextIsReadAllTheSame() {
        HeadParser<ResponseHead> parser = HeadParser.ofResponses(Limits.DEFAULTS);
        ByteBuf in = Unpooled.wrappedBuffer(Heads.octets("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"));

        assertThat(parser.feed(in)).isEqualTo(Progress.HEAD);
        assertThat(parser.takeHead().isInterim()).isTrue();
        assertThatThrownBy(parser::head).isInstanceOf(NoSuchElementException.class);
        assertThat(parser.isBetweenMessages()).isTrue();
        assertThat(parser.held()).isZero();
        assertThat(parser.feed(in)).isEqualTo(Progress.HEAD);
        assertThat(parser.takeHead().status()).isEqualTo(200);
    }
}
