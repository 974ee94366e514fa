package dev.plumbline.relay;

import dev.plumbline.relay.http.RequestHead;
import dev.plumbline.relay.http.RequestTarget;
import java.net.SocketAddress;

/**
 * Why an exchange could not be carried out, in the three forms it is told: to the client, to programs, to people.
 *
 * @param status the status code a client gets, when it can still get one
 * @param code a word for programs: {@code connect-refused}
 * @param sentence for people: who failed, and how
 */
record Failure(int status, String code, String sentence) {
    static Failure badGateway(String code, String sentence) {
        return new Failure(502, code, sentence);
    }

    static Failure timeout(String code, String sentence) {
        return new Failure(504, code, sentence);
    }

    /** The target names nobody we could ask. @param listener where the client asked */
    static Failure noOrigin(RequestHead head, RequestTarget target, SocketAddress listener) {
        if (target.scheme().isPresent()) {
            return new Failure(400, "unknown-scheme", "The scheme " + target.scheme().get() + " is not supported (expected: http or https).");
        }
        return new Failure(400, "not-a-proxy-request", "This is a proxy, not a web server: set it as the HTTP proxy of your"
                + " client (curl -x http://" + listener.toString().replaceFirst("^/", "") + " URL), which then asks"
                + " for http:// URLs or sends CONNECT. What came was a request for " + head.target() + ".");
    }
}
