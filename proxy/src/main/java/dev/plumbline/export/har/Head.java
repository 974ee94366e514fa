package dev.plumbline.export.har;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The head of a message as it was on the wire: start line and fields in their order, case and number.
 *
 * <p>Lenient, for it reads what has already been relayed or refused: any octets make a head. A line end is LF or CRLF; a
 * folded line (RFC 9112 §5.2) is joined with one space; a line without a colon is a field without a value.
 */
final class Head {
    /** One field line. */
    record Field(String name, String value) {
        boolean is(String other) {
            return name.equalsIgnoreCase(other);
        }
    }

    private final String startLine;
    private final String target;
    private final List<Field> fields;

    private Head(byte[] startLine, List<Field> fields) {
        this.startLine = Text.of(startLine);
        this.target = escaped(word(new String(startLine, StandardCharsets.ISO_8859_1), 1));
        this.fields = List.copyOf(fields);
    }

    static Head of(byte[] octets) {
        List<byte[]> lines = lines(octets);
        List<Field> fields = new ArrayList<>();
        String name = null;
        StringBuilder value = new StringBuilder();
        for (byte[] lineOctets : lines.subList(Math.min(1, lines.size()), lines.size())) {
            String line = Text.of(lineOctets);
            boolean folded = line.startsWith(" ") || line.startsWith("\t");
            if (folded && name != null) {
                value.append(' ').append(trimmed(line));
                continue;
            }
            if (name != null) {
                fields.add(new Field(name, trimmed(value.toString())));
            }
            int colon = line.indexOf(':');
            name = trimmed(colon < 0 ? line : line.substring(0, colon));
            value.setLength(0);
            value.append(colon < 0 ? "" : line.substring(colon + 1));
        }
        if (name != null) {
            fields.add(new Field(name, trimmed(value.toString())));
        }
        return new Head(lines.isEmpty() ? new byte[0] : lines.get(0), fields);
    }

    List<Field> fields() {
        return fields;
    }

    /** The value of the first field of that name. */
    Optional<String> first(String name) {
        return fields.stream().filter(field -> field.is(name)).map(Field::value).findFirst();
    }

    /** The values of all fields of that name, in order. */
    List<String> all(String name) {
        return fields.stream().filter(field -> field.is(name)).map(Field::value).toList();
    }

    /** {@code HTTP/1.1}, at either end of the start line; {@code unknown} when it is at neither. */
    String version() {
        String last = startLine.substring(startLine.lastIndexOf(' ') + 1);
        if (last.startsWith("HTTP/")) {
            return last;
        }
        return startLine.startsWith("HTTP/") ? word(startLine, 0) : "unknown";
    }

    String method() {
        return word(startLine, 0);
    }

    /** The request target as sent, but octets beyond ASCII percent-encoded: of what charset they are cannot be known. */
    String target() {
        return target;
    }

    /** The reason phrase of a response. */
    String reason() {
        int first = startLine.indexOf(' ');
        int second = first < 0 ? -1 : startLine.indexOf(' ', first + 1);
        return second < 0 ? "" : startLine.substring(second + 1);
    }

    private static String word(String line, int index) {
        String[] words = line.split(" ", 3);
        return index < words.length ? words[index] : "";
    }

    private static String escaped(String octets) {
        StringBuilder out = new StringBuilder(octets.length());
        octets.chars().forEach(octet -> out.append(octet < 0x80 ? Character.toString(octet) : String.format("%%%02X", octet)));
        return out.toString();
    }

    /** The lines before the blank one. */
    private static List<byte[]> lines(byte[] octets) {
        List<byte[]> lines = new ArrayList<>();
        int from = 0;
        while (from < octets.length) {
            int end = from;
            while (end < octets.length && octets[end] != '\n') {
                end++;
            }
            int to = end > from && octets[end - 1] == '\r' ? end - 1 : end;
            if (to == from && !lines.isEmpty()) {
                break;
            }
            if (to > from) {
                lines.add(Arrays.copyOfRange(octets, from, to));
            }
            from = end + 1;
        }
        return lines;
    }

    /** Without the optional white space around it (RFC 9110 §5.6.3). */
    private static String trimmed(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
