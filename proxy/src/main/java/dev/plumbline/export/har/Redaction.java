package dev.plumbline.export.har;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Masks what lets its reader act as somebody else: credentials in header fields, cookies, and fields of queries, forms
 * and JSON whose names say that they hold one.
 *
 * <p>Limits: it goes by names, and by the looks of a few tokens. A secret in a path, in a page's text, or under a harmless name stays.
 */
public enum Redaction {
    /** Everything as it was. */
    NONE,
    /** Credentials masked. */
    CREDENTIALS;

    /** What stands where a secret stood. */
    static final String MASK = "[redacted]";

    private static final Set<String> CREDENTIAL_FIELDS = Set.of(
            "cookie", "set-cookie", "cookie2", "set-cookie2", "authorization", "proxy-authorization", "authentication-info", "proxy-authentication-info");
    /** Named like one, and none. */
    private static final Set<String> OPEN_FIELDS = Set.of("access-control-allow-credentials");
    /** RFC 9110 §5.6.2. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    /** How often a value that looks like JSON is decoded to see what it is. */
    private static final int ENCODINGS = 3;
    /** What stands where a URL has a name or a value, and may be JSON: browsers leave braces as they are, but not quotes. */
    private static final Pattern ENCODED_JSON = Pattern.compile("(?i)([=?&])((?:[\\[{]|%(?:25)*+[57]b)[^&#;\\s\"'<>]*+)");
    private static final Pattern ENCODED_QUOTE = Pattern.compile("%(?:25)*+22");
    /** How a failure's sentence quotes what came: what could not be read has no names to go by. */
    private static final Pattern QUOTED = Pattern.compile("(?s)got \".*\"");
    /** A name with one of these anywhere in its letters. */
    private static final List<String> PARTS = List.of(
            "password", "passwd", "passphrase", "passcode", "token", "secret", "apikey", "signature", "session", "sessid", "credential", "authorization",
            "assertion", "samlresponse", "samlrequest", "cookie", "privatekey", "accesskey");
    /** A name with one of these as a word of its own. */
    private static final Set<String> WORDS = Set.of(
            "pass", "pwd", "pw", "key", "code", "sid", "sig", "auth", "otp", "totp", "pin", "cvv", "cvc", "csrf", "xsrf", "jwt", "bearer", "ticket", "hmac", "mac", "sess");
    private static final JsonFactory JSON = new JsonFactoryBuilder().rootValueSeparator("\n").build();

    /** The value to show for a header field. */
    String field(String name, String value) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (this == NONE) {
            return value;
        }
        if (CREDENTIAL_FIELDS.contains(lower) || isSecret(name) && !OPEN_FIELDS.contains(lower) || !isName(name)) {
            return MASK;
        }
        // Whatever a field is called, what it holds may be a URL, or a credential after all.
        return url(value);
    }

    /** The name to show for a header field. What cannot be one came in a head that was refused, and can hold anything. */
    String fieldName(String name) {
        return this == NONE || isName(name) ? name : MASK;
    }

    String cookie(String value) {
        return this == NONE ? value : MASK;
    }

    /** The name to show for a query or form field. It is all there is of a body that is no form, such as the JSON that curl sends as one. */
    String parameterName(String name) {
        return this == NONE ? name : string(name, this::prose);
    }

    /** The value to show for a query or form field. */
    String parameter(String name, String value) {
        if (this == NONE) {
            return value;
        }
        return isSecret(name) ? MASK : string(value, this::url);
    }

    /**
     * The URL, or other text that may hold URLs, with user information and the secret fields of queries, fragments and path parameters
     * masked, also in a URL that is the value of another one's field; and tokens that show what they are.
     */
    String url(String url) {
        return this == NONE ? url : ENCODED_JSON.matcher(Pairs.masked(Tokens.masked(url)))
                .replaceAll(found -> Matcher.quoteReplacement(holdsSecret(found.group(2)) ? found.group(1) + Pairs.MASK : found.group()));
    }

    /** The URL of a request, which stays a valid one. */
    String target(String url) {
        return this == NONE ? url : url(url).replace(MASK, Pairs.MASK);
    }

    /** What the proxy said in its own words, with URLs masked, and what it quotes of a message that it could not read. */
    String sentence(String text) {
        return this == NONE ? text : url(QUOTED.matcher(text).replaceAll("got \"" + MASK + "\""));
    }

    /**
     * Text content with its secret fields masked. JSON that does not parse to its end is left out whole: a secret could
     * stand where we could not see its name.
     */
    String content(String mediaType, String text) {
        if (this == NONE) {
            return text;
        }
        boolean looksLikeJson = looksLikeJson(text);
        if (isForm(mediaType, text)) {
            StringBuilder out = new StringBuilder();
            for (String pair : text.split("&", -1)) {
                out.append(out.length() == 0 ? "" : "&").append(pair(pair));
            }
            return out.toString();
        }
        if (mediaType.startsWith("multipart/")) {
            return "[redacted: the parts of a " + mediaType + "]";
        }
        if (mediaType.endsWith("json") || mediaType.endsWith("jsonl") || looksLikeJson) {
            try {
                return json(text, this::prose);
            } catch (IOException e) {
                return "[redacted: JSON that could not be read to its end]";
            }
        }
        return prose(text);
    }

    /** Whether text of that type is a form; JSON is not, though curl calls all it posts one. */
    static boolean isForm(String mediaType, String text) {
        return mediaType.equals("application/x-www-form-urlencoded") && !looksLikeJson(text);
    }

    /** Whether content of that type may be shown when its fields cannot be looked at. */
    boolean showsUnread(String mediaType) {
        return this == NONE || mediaType.startsWith("image/") || mediaType.startsWith("font/") || mediaType.startsWith("video/") || mediaType.startsWith("audio/");
    }

    /** Whether a field of that name holds a secret, by its name. */
    static boolean isSecret(String name) {
        String spaced = name.replaceAll("([a-z0-9])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
        String letters = spaced.replaceAll("[^a-z0-9]", "");
        for (String part : PARTS) {
            if (letters.contains(part)) {
                return true;
            }
        }
        for (String word : spaced.split("[^a-z0-9]+")) {
            if (WORDS.contains(word)) {
                return true;
            }
        }
        return false;
    }

    private static boolean looksLikeJson(String text) {
        String start = text.stripLeading();
        return start.startsWith("{") || start.startsWith("[");
    }

    private static boolean isName(String name) {
        return TOKEN.matcher(name).matches();
    }

    private String pair(String pair) {
        int equals = pair.indexOf('=');
        boolean secret = equals >= 0 && isSecret(Text.percentDecoded(pair.substring(0, equals), true));
        return secret ? pair.substring(0, equals + 1) + Pairs.MASK : url(pair);
    }

    /** Whether a value that is percent-encoded JSON has something to mask. Its own values are looked at, but not for encoded JSON once more. */
    private static boolean holdsSecret(String encoded) {
        String value = encoded;
        for (int i = 0; i < ENCODINGS && ENCODED_QUOTE.matcher(value).find(); i++) {
            value = Text.percentDecoded(value, true);
            if (string(value, text -> Pairs.masked(Tokens.masked(Quoted.masked(text)))).contains(MASK)) {
                return true;
            }
        }
        return false;
    }

    /**
     * A string of something: it can be JSON again.
     *
     * @param rest masks text that is none
     */
    private static String string(String text, UnaryOperator<String> rest) {
        if (looksLikeJson(text)) {
            try {
                return json(text, rest);
            } catch (IOException e) {
                return rest.apply(text);
            }
        }
        return rest.apply(text);
    }

    /** Text of any kind: URLs in it, and what is written {@code name: "value"}. */
    private String prose(String text) {
        return url(Quoted.masked(text));
    }

    /** Copies token by token; below a secret name every scalar is masked. */
    private static String json(String text, UnaryOperator<String> rest) throws IOException {
        StringWriter out = new StringWriter(text.length());
        try (JsonParser parser = JSON.createParser(text); JsonGenerator generator = JSON.createGenerator(out)) {
            int secretBelow = Integer.MAX_VALUE;
            int depth = 0;
            boolean secret = false;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    secret = isSecret(parser.currentName());
                    generator.copyCurrentEvent(parser);
                } else if (token.isStructStart()) {
                    depth++;
                    secretBelow = secret ? Math.min(secretBelow, depth) : secretBelow;
                    secret = false;
                    generator.copyCurrentEvent(parser);
                } else if (token.isStructEnd()) {
                    secretBelow = depth == secretBelow ? Integer.MAX_VALUE : secretBelow;
                    depth--;
                    generator.copyCurrentEvent(parser);
                } else if ((secret || depth >= secretBelow) && token != JsonToken.VALUE_NULL) {
                    generator.writeString(MASK);
                    secret = false;
                } else if (token == JsonToken.VALUE_STRING) {
                    generator.writeString(string(parser.getText(), rest));
                } else if (token.isNumeric()) {
                    // As it came: 1.10 is not 1.1 to everybody, and what no double holds would become another number.
                    generator.writeNumber(parser.getText());
                } else {
                    generator.copyCurrentEvent(parser);
                    secret = false;
                }
            }
            if (depth > 0) {
                throw new IOException("JSON ends inside a value");
            }
        }
        return out.toString();
    }
}
