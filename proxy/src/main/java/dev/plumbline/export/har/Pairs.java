package dev.plumbline.export.har;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Masks {@code name=value} in text where the name says that the value is a secret: in queries, fragments, path parameters, lines, and
 * percent-encoded, however often, in the value of another.
 *
 * <pre>
 *   /cb;sid=1?next=https%3A%2F%2Fh%2F%3Ftoken%3D2%26a%3D3#code=4
 *       ──┬──                          ────┬────          ──┬───
 * </pre>
 */
final class Pairs {
    /** What stands where a secret stood, as it may stand in a URL. */
    static final String MASK = "%5Bredacted%5D";

    /** A character that is percent-encoded, once or several times over, up to its two digits. */
    private static final String ENCODED = "%(?:25)*+";
    private static final Pattern NAME = Pattern.compile("(?i)(?:^|[=?&#;,\\s\"'<>({|`]|" + ENCODED + "(?:2[36]|3[bdf]))"
            + "((?:[a-z0-9_.\\[\\]~:$@+-]|%(?!(?:25)*+(?:2[36]|3[bdf]))[0-9a-f]{2}){1,100}+)(=|" + ENCODED + "3d)");
    private static final Pattern END = Pattern.compile("[&#;\\s\"'<>]");
    private static final Pattern ENCODED_END = Pattern.compile("(?i)[&#;\\s\"'<>]|" + ENCODED + "(?:2[36]|3b)");

    private Pairs() {
    }

    static String masked(String text) {
        Matcher names = NAME.matcher(text);
        StringBuilder out = new StringBuilder(text.length());
        int done = 0;
        int at = 0;
        while (names.find(at)) {
            if (Redaction.isSecret(decoded(names.group(1)))) {
                out.append(text, done, names.end()).append(MASK);
                done = end(text, names.end(), names.group(2).length() > 1);
                at = done;
            } else {
                // The value may hold pairs of its own: what ends this name may stand before theirs.
                at = names.start(2);
            }
        }
        return done == 0 ? text : out.append(text, done, text.length()).toString();
    }

    private static int end(String text, int from, boolean isEncoded) {
        if (from < text.length() && (text.charAt(from) == '"' || text.charAt(from) == '\'')) {
            int quote = text.indexOf(text.charAt(from), from + 1);
            return quote < 0 ? text.length() : quote + 1;
        }
        Matcher end = (isEncoded ? ENCODED_END : END).matcher(text);
        return end.find(from) ? end.start() : text.length();
    }

    private static String decoded(String name) {
        String once = Text.percentDecoded(name, true);
        return once.equals(name) ? once : decoded(once);
    }
}
