package dev.plumbline.export.har;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Masks {@code name: "value"} in text where the name says that the value is a secret, as in scripts, attributes, GraphQL, and JSON that is
 * the string of a script: {@code "{\"name\":\"value\"}"}.
 */
final class Quoted {
    private static final String QUOTE = "\\\\{0,3}+[\"']";
    /** A value ends at the quote that it began with, behind as many backslashes. */
    private static final Pattern VALUE = Pattern.compile("(?<![A-Za-z0-9_.-])([A-Za-z0-9_.-]{1,256}+)((?:" + QUOTE + ")?+\\s{0,8}+[:=]\\s{0,8}+)(" + QUOTE + ")"
            + "(?:(?!\\3)\\\\*+[\"']|\\\\++(?![\"'])|[^\\\\\"'])*+\\3");

    private Quoted() {
    }

    static String masked(String text) {
        Matcher values = VALUE.matcher(text);
        StringBuilder out = new StringBuilder(text.length());
        int done = 0;
        int at = 0;
        while (values.find(at)) {
            if (Redaction.isSecret(values.group(1))) {
                out.append(text, done, values.end(3)).append(Redaction.MASK).append(values.group(3));
                done = values.end();
                at = done;
            } else {
                // What a harmless name says may hold pairs of its own, or not have been its value at all.
                at = values.end(3);
            }
        }
        return done == 0 ? text : out.append(text, done, text.length()).toString();
    }
}
