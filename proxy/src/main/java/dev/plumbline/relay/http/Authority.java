package dev.plumbline.relay.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A host and perhaps a port (RFC 3986 3.2, without userinfo).
 *
 * <p>Limits: names keep the spelling they came in: case, percent-escapes, underscores, a trailing dot. Use
 * {@link #comparableHost()} to compare. Raw non-ASCII is refused, A-labels are names like any other.
 * Zone identifiers and {@code [v1.x]} literals are refused.
 * <p>Source: RFC 3986 3.2.2, RFC 9112 3.2.3.
 *
 * @param host name or address as written, without the brackets of an IPv6 literal; never empty
 * @param port 0 where none (or an empty one) was written, else 1 to 65535
 * @param isIpv6 whether the host is an IPv6 literal
 */
public record Authority(String host, int port, boolean isIpv6) {

    private static final int LONGEST_PORT = 5;
    private static final int HIGHEST_PORT = 65535;

    public Authority {
        Objects.requireNonNull(host, "host");
        if (port < 0 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
        }
    }

    /** Reads {@code host}, {@code host:port}, {@code [v6]} or {@code [v6]:port}. */
    public static Optional<Authority> parse(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return Optional.empty();
            }
        }
        byte[] octets = text.getBytes(ISO_8859_1);
        return Optional.ofNullable(parse(octets, 0, octets.length));
    }

    /** The same of octets; null if they are no authority. */
    static Authority parse(byte[] octets, int from, int to) {
        int hostEnd = hostEnd(octets, from, to);
        if (hostEnd < 0) {
            return null;
        }
        int port = hostEnd == to ? 0 : port(octets, hostEnd + 1, to);
        if (port < 0) {
            return null;
        }
        boolean isIpv6 = octets[from] == '[';
        String host = isIpv6 ? Octets.text(octets, from + 1, hostEnd - 1) : Octets.text(octets, from, hostEnd);
        return new Authority(host, port, isIpv6);
    }

    /** Whether {@link #parse(byte[], int, int)} would succeed, without making one. */
    static boolean isAuthority(byte[] octets, int from, int to) {
        int hostEnd = hostEnd(octets, from, to);
        return hostEnd >= 0 && (hostEnd == to || port(octets, hostEnd + 1, to) >= 0);
    }

    public int portOr(int defaultPort) {
        return port == 0 ? defaultPort : port;
    }

    /** Lower case, without the dot that makes a name absolute: equal for names that mean the same host. */
    public String comparableHost() {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.length() > 1 && lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** As it stands in a URI or in Host: brackets around IPv6, no port where none was written. */
    @Override
    public String toString() {
        String written = isIpv6 ? "[" + host + "]" : host;
        return port == 0 ? written : written + ":" + port;
    }

    /** The index of the colon before the port, {@code to} if there is none, or −1 if this is no host. */
    private static int hostEnd(byte[] octets, int from, int to) {
        if (from == to) {
            return -1;
        }
        if (octets[from] == '[') {
            int close = from + 1;
            while (close < to && octets[close] != ']') {
                close++;
            }
            boolean ends = close < to && (close + 1 == to || octets[close + 1] == ':');
            return ends && Ipv6Literal.isValid(octets, from + 1, close) ? close + 1 : -1;
        }
        int i = from;
        while (i < to && octets[i] != ':') {
            if (octets[i] == '%' ? !isEscape(octets, i, to) : !isNameOctet(octets[i])) {
                return -1;
            }
            i++;
        }
        return i == from ? -1 : i;
    }

    /** unreserved and sub-delims of RFC 3986; the digits of an escape are unreserved themselves. */
    private static boolean isNameOctet(byte b) {
        return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || Octets.isDigit(b) || b >= 0 && "-._~!$&'()*+,;=".indexOf(b) >= 0;
    }

    private static boolean isEscape(byte[] octets, int i, int to) {
        return i + 2 < to && Octets.hex(octets[i + 1]) >= 0 && Octets.hex(octets[i + 2]) >= 0;
    }

    /** 0 for an empty port, −1 for none that exists. */
    private static int port(byte[] octets, int from, int to) {
        if (to - from > LONGEST_PORT) {
            return -1;
        }
        int port = 0;
        for (int i = from; i < to; i++) {
            if (!Octets.isDigit(octets[i])) {
                return -1;
            }
            port = port * 10 + octets[i] - '0';
        }
        return port > HIGHEST_PORT || port == 0 && from < to ? -1 : port;
    }
}
