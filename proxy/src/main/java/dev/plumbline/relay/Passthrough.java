package dev.plumbline.relay;

import java.net.IDN;
import java.util.List;
import java.util.Locale;

/**
 * The hosts whose TLS is not to be intercepted. A pattern is a name or address ({@code example.com}), or a name with
 * everything below it ({@code *.example.com}); either may name a port ({@code example.com:8443}).
 *
 * @param patterns lower case
 */
public record Passthrough(List<String> patterns) {
    public static final Passthrough NONE = new Passthrough(List.of());

    public Passthrough {
        patterns = patterns.stream().map(Passthrough::normal).toList();
        for (String pattern : patterns) {
            String host = pattern.startsWith("*.") ? pattern.substring(2) : pattern;
            if (host.isEmpty() || host.contains("*") || host.contains("/") || host.chars().anyMatch(Character::isWhitespace)) {
                throw new IllegalArgumentException("passthrough host: '" + pattern + "' (expected: NAME, *.NAME, or either with :PORT)");
            }
        }
    }

    /** As hosts are compared: lower case, A-labels, IPv6 without its brackets. */
    private static String normal(String pattern) {
        String plain = pattern.strip().toLowerCase(Locale.ROOT).replace("[", "").replace("]", "");
        if (plain.chars().allMatch(c -> c < 0x80)) {
            return plain;
        }
        try {
            return plain.startsWith("*.") ? "*." + IDN.toASCII(plain.substring(2)) : IDN.toASCII(plain);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("passthrough host: '" + pattern + "' (expected: a host name)", e);
        }
    }

    boolean matches(String host, int port) {
        String name = host.toLowerCase(Locale.ROOT);
        for (String pattern : patterns) {
            if (matches(pattern, name) || matches(pattern, name + ":" + port)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String pattern, String name) {
        return pattern.startsWith("*.") ? name.endsWith(pattern.substring(1)) && name.length() > pattern.length() - 1 : name.equals(pattern);
    }
}
