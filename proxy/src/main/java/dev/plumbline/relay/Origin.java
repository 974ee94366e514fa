package dev.plumbline.relay;

import dev.plumbline.relay.http.RequestHead;
import dev.plumbline.relay.http.RequestTarget;
import java.util.Optional;

/**
 * Where a request goes.
 *
 * @param host name or address literal, without brackets
 * @param port 1..65535
 * @param isSecure whether TLS is spoken there
 */
record Origin(String host, int port, boolean isSecure) {
    /** Whom a target in absolute-form names; nobody where the scheme is not one we speak. */
    static Optional<Origin> namedBy(RequestTarget target) {
        return target.form() != RequestTarget.Form.ABSOLUTE ? Optional.empty() : switch (target.scheme().orElse("")) {
            case "http", "ws" -> Optional.of(new Origin(target.authority().orElseThrow().comparableHost(), target.port(), false));
            case "https", "wss" -> Optional.of(new Origin(target.authority().orElseThrow().comparableHost(), target.port(), true));
            default -> Optional.empty();
        };
    }

    /** What the user asked for, as far as the request says it: inside a tunnel that is its Host field. */
    static String askedFor(RequestHead head, RequestTarget target, Optional<Origin> origin) {
        if (target.authority().isPresent()) {
            return origin.map(Origin::authority).orElseGet(() -> target.authority().get().toString());
        }
        String fallback = origin.map(Origin::authority).orElse("");
        return head.host().map(host -> origin.map(known -> new Origin(host.comparableHost(), host.portOr(known.port()), known.isSecure()).authority())
                .orElseGet(host::toString)).orElse(fallback);
    }

    /** As in a URL: brackets around IPv6, the port left out where it is the scheme's own. */
    String authority() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (isSecure ? 443 : 80) ? name : name + ":" + port;
    }

    String scheme() {
        return isSecure ? "https" : "http";
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    // Written out: the ones made by the compiler are linked at run time, which costs each start milliseconds and each look-up a call.
    @Override
    public boolean equals(Object object) {
        return object instanceof Origin other && port == other.port && isSecure == other.isSecure && host.equals(other.host);
    }

    @Override
    public int hashCode() {
        return 31 * host.hashCode() + port;
    }
}
