package dev.plumbline.relay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ForwardingTest {

    private static final Forwarding KEEP_SAID = new Forwarding(Persist.KEEP_SAID, false, false);
    private static final Forwarding UNCHUNKED = new Forwarding(Persist.CLOSE, false, true);

    /** Heads are written with one LF per line and without the blank line. */
    record Change(String name, Forwarding forwarding, String before, String after) {
        static Change none(String name, Forwarding forwarding, String head) {
            return new Change(name, forwarding, head, head);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static String head(String lines) {
        return lines.replace("\n", "\r\n") + "\r\n\r\n";
    }

    static Stream<Change> requests() {
        Forwarding keep = Forwarding.KEEP;
        Forwarding close = Forwarding.CLOSE;
        Forwarding upgrade = Forwarding.UPGRADE;
        return Stream.of(
                Change.none("order, case, duplicates and whitespace", keep, "GET /a HTTP/1.1\nhOsT:a\nX:  1 \nx:\nX: 2\t\nCookie: a=b"),
                Change.none("keep-alive is what we say too", keep, "GET / HTTP/1.1\nHost: a\nConnection: Keep-Alive\nX: y"),
                Change.none("keep-alive of HTTP/1.0", keep, "GET / HTTP/1.0\nConnection: keep-alive"),
                Change.none("asterisk-form", keep, "OPTIONS * HTTP/1.1\nHost: a"),
                Change.none("trailers wanted", keep, "GET / HTTP/1.1\nHost: a\nTE: Trailers\nConnection: TE"),
                Change.none("trailers wanted, not said in Connection", keep, "GET / HTTP/1.1\nHost: a\nTE: trailers"),
                Change.none("close is what we say too", close, "GET / HTTP/1.1\nHost: a\nConnection: close\nX: y"),
                Change.none("HTTP/1.0 closes without a word", close, "GET / HTTP/1.0\nX: y"),
                Change.none("HTTP/1.0 closes with a word", close, "GET / HTTP/1.0\nConnection: close"),
                new Change("HTTP/1.0 closes by not keeping", close, "GET / HTTP/1.0\nConnection: keep-alive\nX: y", "GET / HTTP/1.0\nX: y"),
                Change.none("an upgrade to pass", upgrade, "GET / HTTP/1.1\nHost: a\nConnection: keep-alive, Upgrade\nUpgrade: websocket"),
                Change.none("framing and Expect", keep, "PUT / HTTP/1.1\nHost: a\nContent-Length: 5\nExpect: 100-continue\nTrailer: x"),
                new Change("Proxy-Connection goes", keep, "GET / HTTP/1.1\nHost: a\nProxy-Connection: keep-alive\nX: y", "GET / HTTP/1.1\nHost: a\nX: y"),
                new Change("Proxy-Authorization goes", keep, "GET / HTTP/1.1\nProxy-Authorization: Basic eA==\nHost: a", "GET / HTTP/1.1\nHost: a"),
                new Change("Keep-Alive goes", keep, "GET / HTTP/1.1\nHost: a\nKeep-Alive: 300\nConnection: keep-alive", "GET / HTTP/1.1\nHost: a\nConnection: keep-alive"),
                new Change("the last field goes", keep, "GET / HTTP/1.1\nHost: a\nX: y\nKeep-Alive: 300", "GET / HTTP/1.1\nHost: a\nX: y"),
                new Change("other TE goes", keep, "GET / HTTP/1.1\nHost: a\nTE: gzip, trailers\nConnection: TE, keep-alive", "GET / HTTP/1.1\nHost: a"),
                new Change("TE named without being there", keep, "GET / HTTP/1.1\nHost: a\nConnection: TE", "GET / HTTP/1.1\nHost: a"),
                new Change("TE stays named beside close", close, "GET / HTTP/1.1\nHost: a\nTE: trailers\nConnection: TE\nX: y", "GET / HTTP/1.1\nHost: a\nTE: trailers\nConnection: close, TE\nX: y"),
                new Change("an upgrade not to pass", keep, "GET / HTTP/1.1\nHost: a\nConnection: Upgrade, HTTP2-Settings\nUpgrade: h2c\nHTTP2-Settings: AAM", "GET / HTTP/1.1\nHost: a"),
                new Change("an upgrade with a named field", upgrade, "GET / HTTP/1.1\nHost: a\nConnection: Upgrade, X\nUpgrade: websocket\nX: y", "GET / HTTP/1.1\nHost: a\nConnection: upgrade\nUpgrade: websocket"),
                new Change("named fields go", keep, "GET / HTTP/1.1\nHost: a\nX-A: 1\nConnection: x-a , x-b,,\nX-B: 2\nX-Ab: 3\nx-a: 4", "GET / HTTP/1.1\nHost: a\nX-Ab: 3"),
                new Change("two Connection fields", keep, "GET / HTTP/1.1\nHost: a\nConnection: x\nConnection: y\nx: 1\ny: 2\nz: 3", "GET / HTTP/1.1\nHost: a\nz: 3"),
                new Change("essential fields cannot be named away", keep,
                        "POST / HTTP/1.1\nConnection: host, content-length, cookie, Authorization, x, content-type, Expect\nHost: a\nContent-Length: 5\nCookie: a\nAuthorization: b\nContent-Type: c\nExpect: 100-continue\nX: d",
                        "POST / HTTP/1.1\nHost: a\nContent-Length: 5\nCookie: a\nAuthorization: b\nContent-Type: c\nExpect: 100-continue"),
                new Change("the coding cannot be named away", keep, "POST / HTTP/1.1\nHost: a\nConnection: Transfer-Encoding\nTransfer-Encoding: chunked", "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked"),
                new Change("close is for the other leg", keep, "GET / HTTP/1.1\nHost: a\nConnection: close", "GET / HTTP/1.1\nHost: a"),
                new Change("we close", close, "GET / HTTP/1.1\nHost: a\nX: y", "GET / HTTP/1.1\nHost: a\nX: y\nConnection: close"),
                new Change("we close in the place of keep-alive", close, "GET / HTTP/1.1\nconnection: keep-alive\nHost: a", "GET / HTTP/1.1\nConnection: close\nHost: a"),
                new Change("absolute-form", keep, "GET http://a/b?c=%20 HTTP/1.1\nHost: a", "GET /b?c=%20 HTTP/1.1\nHost: a"),
                new Change("absolute-form without path", keep, "GET http://a HTTP/1.1\nHost: a", "GET / HTTP/1.1\nHost: a"),
                new Change("absolute-form with a query only", keep, "GET http://a?b HTTP/1.1\nHost: a", "GET /?b HTTP/1.1\nHost: a"),
                new Change("OPTIONS of a server", keep, "OPTIONS http://a:81 HTTP/1.1\nHost: a:81", "OPTIONS * HTTP/1.1\nHost: a:81"),
                new Change("OPTIONS of its root", keep, "OPTIONS http://a/ HTTP/1.1\nHost: a", "OPTIONS / HTTP/1.1\nHost: a"),
                new Change("OPTIONS with a query", keep, "OPTIONS http://a?b HTTP/1.1\nHost: a", "OPTIONS /?b HTTP/1.1\nHost: a"),
                new Change("another Host", keep, "GET http://Real.example:8080/ HTTP/1.1\nX: y\nHost: \t forged.example \nZ: z", "GET / HTTP/1.1\nX: y\nHost: \t Real.example:8080 \nZ: z"),
                new Change("another Host among fields that go", keep, "GET http://b/ HTTP/1.1\nKeep-Alive: 1\nHost:a\nConnection: close\nX: y", "GET / HTTP/1.1\nHost: b\nX: y"),
                new Change("an empty Host", keep, "GET http://a/ HTTP/1.1\nHost:", "GET / HTTP/1.1\nHost: a"),
                new Change("another port", keep, "GET http://a:81/ HTTP/1.1\nHost: a:82", "GET / HTTP/1.1\nHost: a:81"),
                new Change("the port left out", keep, "GET http://a:81/ HTTP/1.1\nHost: a", "GET / HTTP/1.1\nHost: a:81"),
                new Change("the same Host in other letters", keep, "GET HTTP://EXAMPLE.com:80/ HTTP/1.1\nHost: example.COM.", "GET / HTTP/1.1\nHost: example.COM."),
                new Change("an IPv6 Host", keep, "GET http://[::1]:81/ HTTP/1.1\nHost: a", "GET / HTTP/1.1\nHost: [::1]:81"),
                new Change("no Host in HTTP/1.0", keep, "GET http://a:81/x HTTP/1.0\nX: y", "GET /x HTTP/1.0\nHost: a:81\nX: y"),
                new Change("no field at all", close, "GET http://a/x HTTP/1.0", "GET /x HTTP/1.0\nHost: a"),
                new Change("what curl sends to a proxy", keep, "GET http://a/ HTTP/1.1\nHost: a\nUser-Agent: curl/8\nAccept: */*\nProxy-Connection: Keep-Alive",
                        "GET / HTTP/1.1\nHost: a\nUser-Agent: curl/8\nAccept: */*"));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aRequestChangesOnlyWhereItMust(Change change) {
        RequestHead head = Heads.request(head(change.before));

        byte[] forwarded = change.forwarding.of(head);

        assertThat(Heads.text(forwarded)).isEqualTo(head(change.after));
        assertThat(Heads.text(head.octets())).isEqualTo(head(change.before));
        assertThat(forwarded == head.octets()).as("the same array").isEqualTo(change.before.equals(change.after));
        assertThat(Heads.request(Heads.text(forwarded)).fieldCount()).isEqualTo((int) change.after.lines().count() - 1);
    }

    static Stream<Change> responses() {
        Forwarding keep = Forwarding.KEEP;
        Forwarding close = Forwarding.CLOSE;
        return Stream.of(
                Change.none("all that an origin says", keep, "HTTP/1.1 200 OK\nServer: x\nSet-Cookie: a\nset-cookie: b\nTransfer-Encoding: chunked\nTrailer: X"),
                Change.none("keep-alive is what we say too", keep, "HTTP/1.1 200 OK\nConnection: keep-alive\nContent-Length: 0"),
                Change.none("a switch of protocols", Forwarding.UPGRADE, "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nConnection: Upgrade"),
                Change.none("a switch that Connection does not say", keep, "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket"),
                Change.none("426 names the protocol", keep, "HTTP/1.1 426 Upgrade Required\nUpgrade: TLS/1.2\nConnection: Upgrade\nContent-Length: 0"),
                Change.none("close is what we say too", close, "HTTP/1.0 200\nConnection: close"),
                new Change("an advertised upgrade goes", keep, "HTTP/1.1 200 OK\nUpgrade: h2,h2c\nConnection: Upgrade, Keep-Alive\nX: y", "HTTP/1.1 200 OK\nX: y"),
                new Change("Keep-Alive goes", keep, "HTTP/1.1 200 OK\nKeep-Alive: timeout=5\nConnection: Keep-Alive\nX: y", "HTTP/1.1 200 OK\nConnection: Keep-Alive\nX: y"),
                new Change("close is for the other leg", keep, "HTTP/1.1 200 OK\nConnection: close\nContent-Length: 1", "HTTP/1.1 200 OK\nContent-Length: 1"),
                new Change("an origin does not ask for our credentials", keep, "HTTP/1.1 407 No\nProxy-Authenticate: Basic realm=x\nProxy-Authentication-Info: y\nProxy-Connection: close\nX: y", "HTTP/1.1 407 No\nX: y"),
                new Change("HTTP/1.0 is told that it stays", KEEP_SAID, "HTTP/1.1 200 OK\nContent-Length: 1", "HTTP/1.1 200 OK\nContent-Length: 1\nConnection: keep-alive"),
                new Change("HTTP/1.0 is told in the place of close", KEEP_SAID, "HTTP/1.0 200 OK\nConnection: close\nContent-Length: 1", "HTTP/1.0 200 OK\nConnection: keep-alive\nContent-Length: 1"),
                Change.none("HTTP/1.0 is told already", KEEP_SAID, "HTTP/1.0 200 OK\nConnection: Keep-Alive\nContent-Length: 1"),
                new Change("the chunked coding comes off", UNCHUNKED, "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nTrailer: X\nX: y", "HTTP/1.1 200 OK\nX: y\nConnection: close"),
                new Change("named fields go, cookies stay", keep, "HTTP/1.1 200 OK\nConnection: x, set-cookie\nX: y\nSet-Cookie: a", "HTTP/1.1 200 OK\nSet-Cookie: a"));
    }

    @ParameterizedTest
    @MethodSource("responses")
    void aResponseChangesOnlyWhereItMust(Change change) {
        ResponseHead head = Heads.response(head(change.before));

        byte[] forwarded = change.forwarding.of(head);

        assertThat(Heads.text(forwarded)).isEqualTo(head(change.after));
        assertThat(forwarded == head.octets()).as("the same array").isEqualTo(change.before.equals(change.after));
    }

    @Test
    void whatAClientSaysOfItsConnectionHoldsForItsServerLeg() {
        for (String connection : new String[] {"", "Connection: close\n", "Connection: keep-alive\n"}) {
            for (String version : new String[] {"1.0", "1.1"}) {
                RequestHead head = Heads.request(head(("GET / HTTP/" + version + "\nHost: a\n" + connection).strip()));

                assertThat(Forwarding.toServer(head).of(head)).isSameAs(head.octets());
            }
        }
        assertThat(Forwarding.toServer(Heads.request("GET / HTTP/1.0\r\n\r\n"))).isEqualTo(Forwarding.CLOSE);
    }

    @Test
    void connectIsNeverForwarded() {
        RequestHead connect = Heads.request("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n");

        assertThatThrownBy(() -> Forwarding.KEEP.of(connect)).hasMessageContaining("CONNECT");
    }

    @Test
    void unchunkedContentEndsWithTheConnection() {
        assertThatThrownBy(() -> new Forwarding(Persist.KEEP, false, true)).hasMessageContaining("KEEP (expected: CLOSE");
    }
}
