package dev.plumbline.recording;

import dev.plumbline.wire.WireRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds the JSON arrays that some columns hold: many small numbers in one value, which costs the recorder one binding
 * instead of twenty, and still opens with the database's own JSON functions.
 *
 * <p>Owned by: one thread.
 */
final class Packed {
    private static final byte[] NULL = ascii("null");
    private static final byte[] LEAST = ascii(Long.toString(Long.MIN_VALUE));
    private static final byte[] UNICODE = ascii("\\u00");
    private static final byte[] HEX = ascii("0123456789abcdef");
    private byte[] out = new byte[256];
    private int length;

    Packed begin() {
        length = 0;
        put('[');
        return this;
    }

    String end() {
        return new String(utf8(), StandardCharsets.UTF_8);
    }

    /** The same as {@link #end} for a binding that takes it as it is. */
    byte[] utf8() {
        put(']');
        return Arrays.copyOf(out, length);
    }

    Packed number(long value) {
        comma();
        digits(value);
        return this;
    }

    /** A number that has an absent value, which becomes null. */
    Packed number(long value, long absent) {
        return value == absent ? none() : number(value);
    }

    /** Nanoseconds since {@code base}; −1 is no time and becomes null. */
    Packed time(long at, long base) {
        return at == -1 ? none() : number(at - base);
    }

    /** @param value a word of ours: ASCII, and needs no escaping */
    @SuppressWarnings("deprecation") // It is what takes the octets out of an ASCII string without a copy in between.
    Packed word(String value) {
        comma();
        put('"');
        reserve(value.length());
        value.getBytes(0, value.length(), out, length);
        length += value.length();
        put('"');
        return this;
    }

    Packed none() {
        comma();
        put(NULL);
        return this;
    }

    /** Octets as the characters of the same number. */
    Packed latin1(byte[] octets) {
        comma();
        put('"');
        for (byte octet : octets) {
            character(octet & 0xff);
        }
        put('"');
        return this;
    }

    Packed ranges(List<WireRange> ranges) {
        comma();
        put('[');
        for (int i = 0; i < ranges.size(); i++) {
            pair(ranges.get(i).start(), ranges.get(i).end());
        }
        put(']');
        return this;
    }

    /** The first {@code count} of {@code numbers}, by twos. */
    Packed pairs(long[] numbers, int count) {
        comma();
        put('[');
        for (int i = 0; i < count; i += 2) {
            pair(numbers[i], numbers[i + 1]);
        }
        put(']');
        return this;
    }

    private void pair(long first, long second) {
        comma();
        put('[');
        digits(first);
        put(',');
        digits(second);
        put(']');
    }

    private void character(int c) {
        if (c == '"' || c == '\\') {
            put('\\');
            put(c);
        } else if (c < ' ' || c == 0x7f) {
            put(UNICODE);
            put(HEX[c >> 4]);
            put(HEX[c & 15]);
        } else if (c < 0x80) {
            put(c);
        } else {
            put(0xc0 | c >> 6);
            put(0x80 | c & 0x3f);
        }
    }

    private void digits(long value) {
        if (value == Long.MIN_VALUE) {
            put(LEAST);
            return;
        }
        if (value < 0) {
            put('-');
        }
        long rest = Math.abs(value);
        int count = 1;
        for (long n = rest; n >= 10; n /= 10) {
            count++;
        }
        reserve(count);
        length += count;
        for (int i = 1; i <= count; i++) {
            out[length - i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private void comma() {
        if (out[length - 1] != '[') {
            put(',');
        }
    }

    private void put(int octet) {
        reserve(1);
        out[length++] = (byte) octet;
    }

    private void put(byte[] octets) {
        reserve(octets.length);
        System.arraycopy(octets, 0, out, length, octets.length);
        length += octets.length;
    }

    private void reserve(int more) {
        if (length + more > out.length) {
            out = Arrays.copyOf(out, Math.max(length + more, out.length * 2));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
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
