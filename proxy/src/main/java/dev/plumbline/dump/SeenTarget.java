package dev.plumbline.dump;

import dev.plumbline.dump.http.SeenHead;
import dev.plumbline.relay.http.RequestTarget;
import dev.plumbline.wire.FourTuple;
import java.util.Locale;

/**
 * What a request asks for, as a recording says it.
 *
 * @param scheme {@code http} or {@code https}
 * @param authority host and port; the port is left out where it is the scheme's own
 * @param path in origin form, or as sent where it has another; octets beyond ASCII percent-encoded
 */
record SeenTarget(String scheme, String authority, String path) {
    /** @param secured whether it came through TLS */
    static SeenTarget of(SeenHead head, boolean secured, FourTuple tuple) {
        String target = RequestTarget.escaped(head.target());
        if (head.method().equals("CONNECT")) {
            return new SeenTarget("http", target, target);
        }
        int colon = target.indexOf("://");
        if (!target.startsWith("/") && colon > 0) {
            int slash = indexOfPath(target, colon + 3);
            String scheme = target.substring(0, colon).toLowerCase(Locale.ROOT);
            String path = slash == target.length() ? "/" : target.charAt(slash) == '/' ? target.substring(slash) : "/" + target.substring(slash);
            return new SeenTarget(scheme, withoutUsualPort(scheme, target.substring(colon + 3, slash)), path);
        }
        String scheme = secured ? "https" : "http";
        String authority = head.host().filter(host -> !host.isEmpty()).orElseGet(() -> tuple.responder().toString());
        return new SeenTarget(scheme, withoutUsualPort(scheme, authority), target);
    }

    private static int indexOfPath(String target, int from) {
        int at = from;
        while (at < target.length() && target.charAt(at) != '/' && target.charAt(at) != '?') {
            at++;
        }
        return at;
    }

    private static String withoutUsualPort(String scheme, String authority) {
        String usual = scheme.equals("https") ? ":443" : ":80";
        return authority.endsWith(usual) ? authority.substring(0, authority.length() - usual.length()) : authority;
    }
}
