package dev.plumbline.dump.http;

import dev.plumbline.relay.http.Framing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A message's head: its start line, and of its fields what tells where the message ends and what it is about.
 *
 * <p>Owned by: nobody, it is immutable. Source: RFC 9112 sections 2 to 6.
 */
public final class SeenHead {
    private static final int HIGHEST_LENGTH_DIGITS = 18;
    private static final int LONGEST_METHOD = 32;
    private static final Pattern FIELDS_END = Pattern.compile("\r?\n");

    private final String[] start;
    private final List<String[]> fields;
    private final byte[] octets;

    private SeenHead(String[] start, List<String[]> fields, byte[] octets) {
        this.start = start;
        this.fields = fields;
        this.octets = octets;
    }

    /** Empty when the first line is no request line. */
    public static Optional<SeenHead> request(byte[] octets) {
        String[] lines = lines(octets);
        return isRequestLine(lines[0]) ? Optional.of(new SeenHead(requestLine(lines[0]), fields(lines), octets)) : Optional.empty();
    }

    /** Empty when the first line is no status line. */
    public static Optional<SeenHead> response(byte[] octets) {
        String[] lines = lines(octets);
        return isStatusLine(lines[0]) ? Optional.of(new SeenHead(lines[0].split(" +", 3), fields(lines), octets)) : Optional.empty();
    }

    /** Whether this could become a request line of HTTP/1: for a look at the first octets of a stream. */
    public static boolean mayBeginRequest(byte[] first, int length) {
        int i = 0;
        while (i < length && isToken(first[i])) {
            i++;
        }
        return i == length ? i <= LONGEST_METHOD : i > 0 && i <= LONGEST_METHOD && first[i] == ' ';
    }

    static boolean isRequestLine(String line) {
        int version = line.lastIndexOf(" HTTP/1.");
        int method = line.indexOf(' ');
        boolean isMethod = method > 0 && method <= LONGEST_METHOD && line.chars().limit(method).allMatch(SeenHead::isToken);
        return isMethod && version > method && line.length() >= version + 9 && Character.isDigit(line.charAt(version + 8));
    }

    private static boolean isStatusLine(String line) {
        boolean isVersion = line.startsWith("HTTP/1.") && line.length() >= 12 && Character.isDigit(line.charAt(7)) && line.charAt(8) == ' ';
        return isVersion && line.substring(9).stripLeading().matches("[1-9][0-9][0-9]( .*)?");
    }

    /** What stands before the first blank and behind the last; blanks inside belong to the target. */
    private static String[] requestLine(String line) {
        int method = line.indexOf(' ');
        int version = line.lastIndexOf(" HTTP/1.");
        return new String[] {line.substring(0, method), line.substring(method + 1, Math.max(method + 1, version)).strip(), line.substring(version + 1)};
    }

    public byte[] octets() {
        return octets;
    }

    public String method() {
        return start[0];
    }

    public String target() {
        return start[1];
    }

    public int status() {
        return Integer.parseInt(start[1]);
    }

    public boolean isInterim() {
        return status() < 200 && status() != 101;
    }

    /** The value of the first field of that name. */
    public Optional<String> first(String name) {
        return fields.stream().filter(field -> field[0].equals(name)).map(field -> field[1]).findFirst();
    }

    public boolean has(String name) {
        return first(name).isPresent();
    }

    /** How the end of this request is found (RFC 9112 6.3). */
    public Framing ofRequest() {
        if (isChunked()) {
            return Framing.CHUNKED;
        }
        long length = contentLength();
        return length <= 0 || method().equals("CONNECT") ? Framing.NONE : Framing.length(length);
    }

    /** How the end of this response to a request of that method is found. */
    public Framing ofResponse(String method) {
        int status = status();
        if (status == 101 || method.equals("CONNECT") && status >= 200 && status < 300) {
            return Framing.TUNNEL;
        }
        if (method.equals("HEAD") || status < 200 || status == 204 || status == 304) {
            return Framing.NONE;
        }
        if (isChunked()) {
            return Framing.CHUNKED;
        }
        long length = contentLength();
        return length < 0 ? Framing.UNTIL_CLOSE : length == 0 ? Framing.NONE : Framing.length(length);
    }

    private boolean isChunked() {
        return fields.stream().anyMatch(field -> field[0].equals("transfer-encoding") && field[1].toLowerCase(Locale.ROOT).contains("chunked"));
    }

    /** Of several, the first that is a number; −1 when there is none. */
    private long contentLength() {
        for (String[] field : fields) {
            if (field[0].equals("content-length")) {
                String value = field[1].split(",", 2)[0].strip();
                if (!value.isEmpty() && value.length() <= HIGHEST_LENGTH_DIGITS && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    return Long.parseLong(value);
                }
            }
        }
        return -1;
    }

    private static String[] lines(byte[] octets) {
        return FIELDS_END.split(new String(octets, StandardCharsets.ISO_8859_1), -1);
    }

    /** Names in lower case; a folded line belongs to the one before (RFC 9112 5.2). */
    private static List<String[]> fields(String[] lines) {
        List<String[]> out = new ArrayList<>(lines.length);
        for (int i = 1; i < lines.length; i++) {
            String line = lines[i];
            int colon = line.indexOf(':');
            if (!line.isEmpty() && (line.charAt(0) == ' ' || line.charAt(0) == '\t') && !out.isEmpty()) {
                String[] last = out.get(out.size() - 1);
                last[1] = last[1] + " " + line.strip();
            } else if (colon > 0) {
                out.add(new String[] {line.substring(0, colon).strip().toLowerCase(Locale.ROOT), line.substring(colon + 1).strip()});
            }
        }
        return out;
    }

    private static boolean isToken(int c) {
        return c > ' ' && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
    }
}
