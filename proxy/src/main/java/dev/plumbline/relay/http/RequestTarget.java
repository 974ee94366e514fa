package dev.plumbline.relay.http;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A request target, in one of its four forms (RFC 9112 3.2).
 *
 * <p>Limits: the path is not judged nor changed, percent-escapes included. Octets beyond ASCII are let through in it: RFC 3986 2.5
 * has them escaped, but clients send them as people type them, and servers know what to do. Here they are escaped. The scheme can be any; which ones are served is the
 * relay's choice.
 *
 * @param form which of the four
 * @param scheme of absolute-form, in lower case
 * @param authority of absolute-form (never empty) and authority-form (with its port)
 * @param path what an origin is asked for: {@code /path?query}, or {@code *}; empty in authority-form
 */
public record RequestTarget(Form form, Optional<String> scheme, Optional<Authority> authority, String path) {

    /** RFC 9112 3.2.1 to 3.2.4. */
    public enum Form { ORIGIN, ABSOLUTE, AUTHORITY, ASTERISK }

    public RequestTarget {
        Objects.requireNonNull(form, "form");
        Objects.requireNonNull(scheme, "scheme");
        Objects.requireNonNull(authority, "authority");
        Objects.requireNonNull(path, "path");
    }

    /** The port to connect to, 80 or 443 by scheme where none was written; 0 if the target does not say. */
    public int port() {
        int byScheme = switch (scheme.orElse("")) {
            case "http", "ws" -> 80;
            case "https", "wss" -> 443;
            default -> 0;
        };
        return authority.map(named -> named.portOr(byScheme)).orElse(0);
    }

    /** @param latin1 a character for each octet; those beyond ASCII are percent-encoded, for of what charset they are cannot be known */
    public static String escaped(String latin1) {
        for (int i = 0; i < latin1.length(); i++) {
            if (latin1.charAt(i) >= 0x80) {
                return escapedAll(latin1);
            }
        }
        return latin1;
    }

    private static String escapedAll(String latin1) {
        return latin1.chars().mapToObj(c -> c < 0x80 ? Character.toString(c) : String.format("%%%02X", c)).collect(Collectors.joining());
    }

    /** What a target turned out to be, before objects are made of it. */
    static final class Shape {

        Form form;
        Fault fault;
        int authorityStart;
        int authorityEnd;
        private final byte[] octets;
        private final int from;
        private final int to;

        /** Judges {@code octets[from, to)}: visible ASCII and octets beyond. */
        Shape(byte[] octets, int from, int to, boolean isConnect, boolean isOptions) {
            this.octets = octets;
            this.from = from;
            this.to = to;
            if (isConnect) {
                form = Form.AUTHORITY;
                authorityStart = from;
                authorityEnd = to;
                // RFC 9110 9.3.6: the port is never left out.
                judgeAuthority(octets[to - 1] != ':' && octets[to - 1] != ']' && hasColon());
            } else if (octets[from] == '/') {
                form = Form.ORIGIN;
            } else if (octets[from] == '*') {
                form = Form.ASTERISK;
                fault = isOptions && to - from == 1 ? null : Fault.BAD_TARGET;
            } else {
                form = Form.ABSOLUTE;
                judgeAbsolute();
            }
        }

        RequestTarget target(boolean isOptions) {
            return switch (form) {
                case ORIGIN, ASTERISK -> new RequestTarget(form, Optional.empty(), Optional.empty(), escaped(Octets.text(octets, from, to)));
                case AUTHORITY -> new RequestTarget(form, Optional.empty(), authority(), "");
                case ABSOLUTE -> new RequestTarget(form, Optional.of(scheme()), authority(), pathPrefix(isOptions) + escaped(Octets.text(octets, authorityEnd, to)));
            };
        }

        /** RFC 9112 3.2.1 and 3.2.4: what stands for an empty path. */
        String pathPrefix(boolean isOptions) {
            if (authorityEnd == to) {
                return isOptions ? "*" : "/";
            }
            return octets[authorityEnd] == '?' ? "/" : "";
        }

        private Optional<Authority> authority() {
            return Optional.of(Authority.parse(octets, authorityStart, authorityEnd));
        }

        private String scheme() {
            return Octets.text(octets, from, authorityStart - 3).toLowerCase(Locale.ROOT);
        }

        private boolean hasColon() {
            for (int i = to - 1; i >= from && octets[i] != ']'; i--) {
                if (octets[i] == ':') {
                    return true;
                }
            }
            return false;
        }

        private void judgeAbsolute() {
            int i = from;
            while (i < to && octets[i] != ':') {
                boolean isLetter = (octets[i] | 0x20) >= 'a' && (octets[i] | 0x20) <= 'z';
                if (!isLetter && (i == from || !Octets.isDigit(octets[i]) && "+-.".indexOf(octets[i]) < 0)) {
                    fault = Fault.BAD_TARGET;
                    return;
                }
                i++;
            }
            if (i == from || to - i < 3 || octets[i + 1] != '/' || octets[i + 2] != '/') {
                fault = Fault.BAD_TARGET;
                return;
            }
            authorityStart = i + 3;
            authorityEnd = authorityStart;
            while (authorityEnd < to && octets[authorityEnd] != '/' && octets[authorityEnd] != '?') {
                authorityEnd++;
            }
            judgeAuthority(true);
        }

        private void judgeAuthority(boolean hasPort) {
            for (int i = authorityStart; i < authorityEnd; i++) {
                if (octets[i] == '@') {
                    fault = Fault.USERINFO;
                    return;
                }
            }
            if (!hasPort || !Authority.isAuthority(octets, authorityStart, authorityEnd)) {
                fault = Fault.BAD_TARGET;
            }
        }
    }
}
