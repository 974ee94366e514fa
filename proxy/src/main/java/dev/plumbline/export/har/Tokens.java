package dev.plumbline.export.har;

import java.util.regex.Pattern;

/**
 * Masks credentials that show what they are, whatever stands before them: user information in URLs, JSON Web Tokens, and what follows the
 * name of a scheme; also where they are percent-encoded in the value of something else.
 *
 * <p>Every pattern is possessive, and begins where a run of its characters does: hostile text of many megabytes is read once.
 */
final class Tokens {
    private static final String PERCENT = "%(?:25)*+";
    /** Quotes are none of it (RFC 3986 §3.2.1) but the single one, which ends a string of a script where something that goes on stands behind it. */
    private static final Pattern USER_INFORMATION = Pattern.compile("(//)(?:(?:[^/?#\\s\"<>`'\\\\@]|'(?![,;:)\\]}+]))*+@)++");
    private static final Pattern ENCODED_USER_INFORMATION = Pattern.compile("(?i)(" + PERCENT + "2f" + PERCENT + "2f)"
            + "(?:(?:(?!" + PERCENT + "(?:2[0236f]|3[cef]|40))[^/?#&;\\s\"'<>@])*+(" + PERCENT + "40))++");
    /** Base64 of a password, unlike a word of English, has more to it than its letters. */
    private static final String WORD = "(?-i:[A-Za-z][a-z]*+)(?![A-Za-z0-9+/=%])";
    /** A parameter of a scheme, not a credential. */
    private static final String PARAMETER = "(?-i:[a-z_-]++)=\"";
    private static final String SPACES = "(?:[ .+]|" + PERCENT + "20)++";
    /** Credentials behind the name of their scheme (RFC 9110 §11.4: token68), also where dots or the signs of a URL stand for spaces. */
    private static final Pattern SCHEME = Pattern.compile("(?i)((?:\\b|(?<=%(?:25){0,3}[0-9a-f]{2}))(?:"
            + "bearer" + SPACES + "|(?:basic|negotiate|ntlm)" + SPACES + "(?!" + WORD + ")))"
            + "(?!" + PARAMETER + ")(?:[a-z0-9+/_.~-]|" + PERCENT + "(?:2[bf]|3d)){8,}+=*+");
    /** RFC 7519: the head of one is a JSON object, which begins so in Base64. */
    private static final Pattern JWT = Pattern.compile("(?<![\\w-])((?:(?<=%)(?:25){0,3}[0-9A-Fa-f]{2}|(?:(?!-eyJ)[\\w-])*+-)??)"
            + "eyJ[\\w-]{5,}+\\.[\\w-]{5,}+\\.[\\w-]*+");

    private Tokens() {
    }

    static String masked(String text) {
        String anonymous = USER_INFORMATION.matcher(text).replaceAll("$1" + Pairs.MASK + "@");
        anonymous = ENCODED_USER_INFORMATION.matcher(anonymous).replaceAll("$1" + Pairs.MASK + "$2");
        String unsigned = SCHEME.matcher(anonymous).replaceAll("$1" + Redaction.MASK);
        return JWT.matcher(unsigned).replaceAll("$1" + Redaction.MASK);
    }
}
