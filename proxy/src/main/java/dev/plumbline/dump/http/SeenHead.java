package dev.plumbline.dump.http;

import dev.plumbline.relay.http.Framing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A message's head: its start line, and of its fields what tells where the message ends and what it is about.
 *
 * <p>Owned by: nobody, it is immutable. Source: RFC 9112 sections 2 to 6.
 */
public final class SeenHead {
    private static final int HIGHEST_LENGTH_DIGITS = 18;
    private static final int LONGEST_METHOD = 32;

    private final String[] start;
    private final Fields fields;
    private final byte[] octets;

    /** What matters of the fields: others are not kept. */
    private static final class Fields {
        private String host;
        private boolean hasUpgrade;
        private boolean isChunked;
        private boolean expectsContinue;
        /** Of several, the first that is a number; −1 when there is none. */
        private long contentLength = -1;

        void add(String name, String value) {
            switch (name) {
                case "host" -> host = host == null ? value : host;
                case "upgrade" -> hasUpgrade = true;
                case "transfer-encoding" -> isChunked |= value.toLowerCase(Locale.ROOT).contains("chunked");
                case "expect" -> expectsContinue |= value.equalsIgnoreCase("100-continue");
                case "content-length" -> contentLength = contentLength < 0 ? number(value) : contentLength;
                default -> { /* of no use to us */ }
            }
        }

        private static long number(String field) {
            int comma = field.indexOf(',');
            String value = comma < 0 ? field : field.substring(0, comma).strip();
            boolean isNumber = !value.isEmpty() && value.length() <= HIGHEST_LENGTH_DIGITS && value.chars().allMatch(c -> isDigit((char) c));
            return isNumber ? Long.parseLong(value) : -1;
        }
    }

    private SeenHead(String[] start, Fields fields, byte[] octets) {
        this.start = start;
        this.fields = fields;
        this.octets = octets;
    }

    /** Empty when the first line is no request line. */
    public static Optional<SeenHead> request(byte[] octets) {
        List<String> lines = lines(octets);
        return isRequestLine(lines.get(0)) ? Optional.of(new SeenHead(requestLine(lines.get(0)), fields(lines), octets)) : Optional.empty();
    }

    /** Empty when the first line is no status line. */
    public static Optional<SeenHead> response(byte[] octets) {
        List<String> lines = lines(octets);
        return isStatusLine(lines.get(0)) ? Optional.of(new SeenHead(statusLine(lines.get(0)), fields(lines), octets)) : Optional.empty();
    }

    /** Whether this could become a request line of HTTP/1: for a look at the first octets of a stream. */
    public static boolean mayBeginRequest(String first) {
        int i = 0;
        while (i < first.length() && isToken(first.charAt(i))) {
            i++;
        }
        return i <= LONGEST_METHOD && (i == first.length() || i > 0 && first.charAt(i) == ' ');
    }

    static boolean isRequestLine(String line) {
        int version = line.lastIndexOf(" HTTP/1.");
        int method = line.indexOf(' ');
        if (method <= 0 || method > LONGEST_METHOD) {
            return false;
        }
        for (int i = 0; i < method; i++) {
            if (!isToken(line.charAt(i))) {
                return false;
            }
        }
        return version > method && line.length() >= version + 9 && isDigit(line.charAt(version + 8));
    }

    private static boolean isStatusLine(String line) {
        boolean isVersion = line.startsWith("HTTP/1.") && line.length() >= 12 && isDigit(line.charAt(7)) && line.charAt(8) == ' ';
        if (!isVersion) {
            return false;
        }
        int code = codeAt(line);
        boolean isCode = code + 3 <= line.length() && line.charAt(code) >= '1' && line.charAt(code) <= '9'
                && isDigit(line.charAt(code + 1)) && isDigit(line.charAt(code + 2));
        return isCode && (code + 3 == line.length() || line.charAt(code + 3) == ' ');
    }

    private static String[] statusLine(String line) {
        int code = codeAt(line);
        return new String[] {line.substring(0, 8), line.substring(code, code + 3)};
    }

    private static int codeAt(String line) {
        int at = 9;
        while (at < line.length() && line.charAt(at) == ' ') {
            at++;
        }
        return at;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
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

    /** The value of the first Host field. */
    public Optional<String> host() {
        return Optional.ofNullable(fields.host);
    }

    /** Whether there is an Upgrade field. */
    public boolean hasUpgrade() {
        return fields.hasUpgrade;
    }

    /** Whether the client said that it would wait for a 100 (RFC 9110 10.1.1). */
    public boolean expectsContinue() {
        return fields.expectsContinue;
    }

    /** How the end of this request is found (RFC 9112 6.3). */
    public Framing ofRequest() {
        if (fields.isChunked) {
            return Framing.CHUNKED;
        }
        long length = fields.contentLength;
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
        if (fields.isChunked) {
            return Framing.CHUNKED;
        }
        long length = fields.contentLength;
        return length < 0 ? Framing.UNTIL_CLOSE : length == 0 ? Framing.NONE : Framing.length(length);
    }

    /** At least one. */
    private static List<String> lines(byte[] octets) {
        List<String> out = new ArrayList<>(16);
        int start = 0;
        for (int i = 0; i < octets.length; i++) {
            if (octets[i] == '\n') {
                int end = i > start && octets[i - 1] == '\r' ? i - 1 : i;
                out.add(new String(octets, start, end - start, StandardCharsets.ISO_8859_1));
                start = i + 1;
            }
        }
        if (start < octets.length || out.isEmpty()) {
            out.add(new String(octets, start, octets.length - start, StandardCharsets.ISO_8859_1));
        }
        return out;
    }

    /** Names in lower case; a folded line belongs to the one before (RFC 9112 5.2). */
    private static Fields fields(List<String> lines) {
        Fields out = new Fields();
        String name = "";
        String value = "";
        StringBuilder folded = null;
        for (int i = 1; i < lines.size(); i++) {
            String line = lines.get(i);
            int colon = line.indexOf(':');
            boolean isFolded = !line.isEmpty() && (line.charAt(0) == ' ' || line.charAt(0) == '\t');
            if (isFolded && !name.isEmpty()) {
                folded = folded == null ? new StringBuilder(value) : folded;
                folded.append(' ').append(line.strip());
            } else if (colon > 0) {
                out.add(name, folded == null ? value : folded.toString().strip());
                name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
                value = line.substring(colon + 1).strip();
                folded = null;
            }
        }
        out.add(name, folded == null ? value : folded.toString().strip());
        return out;
    }

    private static boolean isToken(int c) {
        return c > ' ' && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
    }
}
