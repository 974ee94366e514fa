package dev.plumbline.recording;

import dev.plumbline.wire.WireRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the JSON arrays that some columns hold: many small numbers in one value, which costs the recorder one binding
 * instead of twenty, and still opens with the database's own JSON functions.
 *
 * <p>Owned by: one thread.
 */
final class Packed {
    private final StringBuilder out = new StringBuilder(256);

    Packed begin() {
        out.setLength(0);
        out.append('[');
        return this;
    }

    String end() {
        return out.append(']').toString();
    }

    Packed number(long value) {
        comma();
        out.append(value);
        return this;
    }

    /** A number that has an absent value, which becomes null. */
    Packed number(long value, long absent) {
        comma();
        if (value == absent) {
            out.append("null");
        } else {
            out.append(value);
        }
        return this;
    }

    /** Nanoseconds since {@code base}; −1 is no time and becomes null. */
    Packed time(long at, long base) {
        comma();
        if (at == -1) {
            out.append("null");
        } else {
            out.append(at - base);
        }
        return this;
    }

    /** @param value a word of ours, which needs no escaping */
    Packed word(String value) {
        comma();
        out.append('"').append(value).append('"');
        return this;
    }

    Packed none() {
        comma();
        out.append("null");
        return this;
    }

    /** Octets as the characters of the same number. */
    Packed latin1(byte[] octets) {
        comma();
        out.append('"');
        for (char c : new String(octets, StandardCharsets.ISO_8859_1).toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
        return this;
    }

    Packed ranges(List<WireRange> ranges) {
        comma();
        out.append('[');
        for (int i = 0; i < ranges.size(); i++) {
            out.append(i == 0 ? "[" : ",[").append(ranges.get(i).start()).append(',').append(ranges.get(i).end()).append(']');
        }
        out.append(']');
        return this;
    }

    /** Numbers by twos. */
    Packed pairs(long[] numbers) {
        comma();
        out.append('[');
        for (int i = 0; i < numbers.length; i += 2) {
            out.append(i == 0 ? "[" : ",[").append(numbers[i]).append(',').append(numbers[i + 1]).append(']');
        }
        out.append(']');
        return this;
    }

    private void comma() {
        if (out.charAt(out.length() - 1) != '[') {
            out.append(',');
        }
    }

    /** Reads such an array: {@code Long}, {@code String}, {@code List} and null. */
    static List<Object> read(String text) {
        Reader reader = new Reader(text);
        List<Object> list = reader.array(0);
        if (reader.at != text.length()) {
            throw new RecordingException("recording.db: damaged value at " + reader.at + ": " + shortened(text));
        }
        return list;
    }

    private static String shortened(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }

    private static final class Reader {
        private static final int MAX_DEPTH = 4;
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        List<Object> array(int depth) {
            expect('[');
            List<Object> list = new ArrayList<>(depth == 0 ? 24 : 2);
            if (peek() == ']') {
                at++;
                return list;
            }
            while (true) {
                list.add(value(depth));
                char next = peek();
                at++;
                if (next == ']') {
                    return list;
                }
                if (next != ',') {
                    throw damaged();
                }
            }
        }

        private Object value(int depth) {
            char c = peek();
            if (c == '[' && depth < MAX_DEPTH) {
                return array(depth + 1);
            }
            if (c == '"') {
                return string();
            }
            if (text.startsWith("null", at)) {
                at += 4;
                return null;
            }
            int start = at;
            while (at < text.length() && (text.charAt(at) == '-' || Character.isDigit(text.charAt(at)))) {
                at++;
            }
            try {
                return Long.parseLong(text, start, at, 10);
            } catch (NumberFormatException e) {
                throw damaged();
            }
        }

        private String string() {
            StringBuilder value = new StringBuilder();
            at++;
            while (peek() != '"') {
                char c = text.charAt(at++);
                if (c == '\\') {
                    c = peek();
                    at++;
                    if (c == 'u') {
                        c = unicode();
                    }
                }
                value.append(c);
            }
            at++;
            return value.toString();
        }

        private char unicode() {
            if (at + 4 > text.length()) {
                throw damaged();
            }
            at += 4;
            try {
                return (char) Integer.parseInt(text, at - 4, at, 16);
            } catch (NumberFormatException e) {
                throw damaged();
            }
        }

        private void expect(char c) {
            if (peek() != c) {
                throw damaged();
            }
            at++;
        }

        private char peek() {
            if (at >= text.length()) {
                throw damaged();
            }
            return text.charAt(at);
        }

        private RecordingException damaged() {
            return new RecordingException("recording.db: damaged value at " + at + ": " + shortened(text));
        }
    }
}
