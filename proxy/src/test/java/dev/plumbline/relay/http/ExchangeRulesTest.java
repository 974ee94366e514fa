package dev.plumbline.relay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What one exchange's two heads mean together: framing and persistence. */
class ExchangeRulesTest {

    private static final String LENGTH = "Content-Length: 5\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\n";

    private static RequestHead request(String lines) {
        return Heads.request(lines.replace("\n", "\r\n") + "\r\n");
    }

    private static ResponseHead response(String lines) {
        return Heads.response(lines.replace("\n", "\r\n") + "\r\n");
    }

    record Framed(String method, String response, Framing framing) {
    }

    static Stream<Framed> responses() {
        Framing five = Framing.length(5);
        return Stream.of(
                new Framed("GET", "HTTP/1.1 200 OK\n" + LENGTH, five),
                new Framed("GET", "HTTP/1.1 200 OK\nContent-Length: 0\n", Framing.length(0)),
                new Framed("GET", "HTTP/1.1 200 OK\n" + CHUNKED, Framing.CHUNKED),
                new Framed("GET", "HTTP/1.1 200 OK\n", Framing.UNTIL_CLOSE),
                new Framed("GET", "HTTP/1.0 200 OK\n", Framing.UNTIL_CLOSE),
                new Framed("HEAD", "HTTP/1.1 200 OK\n" + LENGTH, Framing.NONE),
                new Framed("HEAD", "HTTP/1.1 200 OK\n" + CHUNKED, Framing.NONE),
                new Framed("head", "HTTP/1.1 200 OK\n" + LENGTH, five),
                new Framed("GET", "HTTP/1.1 304 Not Modified\n" + LENGTH, Framing.NONE),
                new Framed("GET", "HTTP/1.1 304 Not Modified\n" + CHUNKED, Framing.NONE),
                new Framed("GET", "HTTP/1.1 204 No Content\n", Framing.NONE),
                new Framed("GET", "HTTP/1.1 100 Continue\n", Framing.NONE),
                new Framed("GET", "HTTP/1.1 103 Early Hints\n", Framing.NONE),
                new Framed("GET", "HTTP/1.1 101 Switching Protocols\n", Framing.TUNNEL),
                new Framed("CONNECT", "HTTP/1.1 200 OK\n", Framing.TUNNEL),
                new Framed("CONNECT", "HTTP/1.1 299 OK\n" + LENGTH, Framing.TUNNEL),
                new Framed("CONNECT", "HTTP/1.1 407 No\n" + LENGTH, five),
                new Framed("POST", "HTTP/1.1 205 Reset\n" + LENGTH, five));
    }

    @ParameterizedTest
    @MethodSource("responses")
    void aResponseEndsWhereItsStatusAndItsRequestSay(Framed framed) {
        String target = framed.method.equals("CONNECT") ? "a:443" : "/";
        RequestHead request = request(framed.method + " " + target + " HTTP/1.1\nHost: a\n");

        assertThat(Framing.ofResponse(response(framed.response), framed.method)).isEqualTo(framed.framing);
        assertThat(Framing.ofResponse(response(framed.response), request)).isEqualTo(framed.framing);
    }

    @Test
    void aRequestWithoutFramingFieldsHasNoBody() {
        assertThat(Framing.ofRequest(request("POST / HTTP/1.1\nHost: a\n"))).isEqualTo(Framing.NONE);
        assertThat(Framing.ofRequest(request("GET / HTTP/1.1\nHost: a\n" + LENGTH))).isEqualTo(Framing.length(5));
        assertThat(Framing.ofRequest(request("GET / HTTP/1.1\nHost: a\n" + CHUNKED))).isEqualTo(Framing.CHUNKED);
        assertThat(Framing.ofRequest(request("CONNECT a:1 HTTP/1.1\nHost: a\nContent-Length: 0\n"))).isEqualTo(Framing.NONE);
        assertThatThrownBy(() -> Framing.length(-1)).hasMessage("length: -1 (expected: what LENGTH allows)");
    }

    record Kept(String name, String request, String response, boolean serverLeg, Persist clientLeg) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Kept> exchanges() {
        String get11 = "GET / HTTP/1.1\nHost: a\n";
        String get10 = "GET / HTTP/1.0\n";
        String kept10 = get10 + "Connection: x, Keep-Alive\n";
        String ok11 = "HTTP/1.1 200 OK\n";
        String ok10 = "HTTP/1.0 200 OK\n";
        return Stream.of(
                new Kept("both 1.1", get11, ok11 + LENGTH, true, Persist.KEEP),
                new Kept("both 1.1, chunked", get11, ok11 + CHUNKED, true, Persist.KEEP),
                new Kept("until close", get11, ok11, false, Persist.CLOSE),
                new Kept("the origin closes", get11, ok11 + LENGTH + "Connection: foo\nConnection: bar, CLOSE\n", false, Persist.KEEP),
                new Kept("the client closes", get11 + "Connection: close\n", ok11 + LENGTH, true, Persist.CLOSE),
                new Kept("close wins over keep-alive", get11 + "Connection: keep-alive, close\n", ok11 + LENGTH, true, Persist.CLOSE),
                new Kept("a 1.0 origin", get11, ok10 + LENGTH, false, Persist.KEEP_SAID),
                new Kept("a 1.0 origin that keeps", get11, ok10 + LENGTH + "Connection: keep-alive\n", true, Persist.KEEP_SAID),
                new Kept("a 1.0 client", get10, ok11 + LENGTH, false, Persist.CLOSE),
                new Kept("a 1.0 client that keeps", kept10, ok11 + LENGTH, false, Persist.KEEP_SAID),
                new Kept("a 1.0 client and an origin that agrees", kept10, ok11 + LENGTH + "Connection: keep-alive\n", true, Persist.KEEP_SAID),
                new Kept("a 1.0 client that keeps, until close", kept10, ok11, false, Persist.CLOSE),
                new Kept("a 1.0 client that keeps, chunked", kept10, ok11 + CHUNKED, false, Persist.CLOSE));
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void aLegStaysOpenOnlyWhenAllAgree(Kept kept) {
        RequestHead request = request(kept.request);
        ResponseHead response = response(kept.response);
        Framing framing = Framing.ofResponse(response, request);

        assertThat(Persistence.serverLegStays(request, response, framing)).isEqualTo(kept.serverLeg);
        assertThat(Persistence.ofClientLeg(request, response, framing)).isEqualTo(kept.clientLeg);
        assertThat(Forwarding.toClient(request, response, framing).persist()).isEqualTo(kept.clientLeg);
    }

    @Test
    void onlyAClientOfHttp10GetsChunkedContentUnchunked() {
        ResponseHead chunked = response("HTTP/1.1 200 OK\n" + CHUNKED);

        assertThat(Forwarding.toClient(request("GET / HTTP/1.0\n"), chunked, Framing.CHUNKED).unchunks()).isTrue();
        assertThat(Forwarding.toClient(request("HEAD / HTTP/1.0\n"), chunked, Framing.NONE).unchunks()).isTrue();
        assertThat(Forwarding.toClient(request("GET / HTTP/1.1\nHost: a\n"), chunked, Framing.CHUNKED)).isEqualTo(Forwarding.KEEP);
    }

    @Test
    void interimResponsesSayNothingOfTheConnection() {
        RequestHead closes = request("GET / HTTP/1.1\nHost: a\nConnection: close, upgrade\nUpgrade: x\n");
        ResponseHead interim = response("HTTP/1.1 103 Early Hints\n");
        ResponseHead switching = response("HTTP/1.1 101 Switching Protocols\nConnection: upgrade\nUpgrade: x\n");

        assertThat(Forwarding.toClient(closes, interim, Framing.NONE)).isEqualTo(Forwarding.KEEP);
        assertThat(Forwarding.toClient(closes, switching, Framing.TUNNEL)).isEqualTo(Forwarding.UPGRADE);
    }
}
