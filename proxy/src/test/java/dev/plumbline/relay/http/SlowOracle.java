package dev.plumbline.relay.http;

import dev.plumbline.relay.http.Reading.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The same rules as regular expressions over the whole stream: slow, and obvious when laid beside RFC 9112. */
final class SlowOracle {

    enum Verdict { SOUND, INCOMPLETE, REFUSED }

    private static final String TCHAR = "[!#$%&'*+.^_`|~0-9A-Za-z-]";
    private static final String TEXT = "[\\t\\x20-\\x7e\\x80-\\xff]";
    private static final String NAME = "(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+";
    private static final String AUTHORITY = "(?:" + NAME + "|\\[::1\\])(?::\\d{0,5})?";
    private static final Pattern BLANK_LINES = Pattern.compile("(\\r\\n){0,2}");
    private static final Pattern HEAD = Pattern.compile("(.*?)\\r\\n((?:.*?\\r\\n)?)\\r\\n", Pattern.DOTALL);
    private static final Pattern REQUEST_LINE = Pattern.compile("(" + TCHAR + "+) ([\\x21-\\x7e\\x80-\\xff]+) HTTP/1\\.([01])");
    private static final Pattern TARGET = Pattern.compile("(?s)/.*|[A-Za-z][A-Za-z0-9+.-]*://" + AUTHORITY + "([/?].*)?");
    private static final Pattern FIELDS = Pattern.compile("(" + TCHAR + "+:" + TEXT + "*\\r\\n)*");
    private static final String QUOTED = "\"(?:[\\t !\\x23-\\x5b\\x5d-\\x7e]|\\\\[\\t\\x20-\\x7e])*\"";
    private static final Pattern CHUNK_SIZE = Pattern.compile("([0-9A-Fa-f]{1,15})([ \\t]*;[ \\t]*" + TCHAR + "+([ \\t]*=[ \\t]*("
            + TCHAR + "+|" + QUOTED + "))?)*\\r\\n");
    private static final Pattern FORBIDDEN = Pattern.compile("(?im)^(host|content-length|transfer-encoding):");

    private final String stream;
    private final List<Message> messages = new ArrayList<>();
    private Verdict verdict;

    private SlowOracle(String stream) {
        this.stream = stream;
        int at = 0;
        while (at >= 0) {
            at = message(at);
        }
    }

    static SlowOracle of(String stream) {
        return new SlowOracle(stream);
    }

    List<Message> messages() {
        return messages;
    }

    /** Of what stands behind the last of {@link #messages()}. INCOMPLETE only says that a head or chunk has no end. */
    Verdict verdict() {
        return verdict;
    }

    private int message(int from) {
        Matcher blank = BLANK_LINES.matcher(stream).region(from, stream.length());
        int start = blank.lookingAt() ? blank.end() : from;
        if (start == stream.length()) {
            return end(Verdict.SOUND);
        }
        Matcher head = HEAD.matcher(stream).region(start, stream.length());
        if (!head.lookingAt()) {
            return end(Verdict.INCOMPLETE);
        }
        Matcher line = REQUEST_LINE.matcher(head.group(1));
        if (!line.matches() || !isTarget(line.group(1), line.group(2)) || !FIELDS.matcher(head.group(2)).matches()
                || !isHostSound(head.group(2), line.group(3))) {
            return end(Verdict.REFUSED);
        }
        return body(start, head, line);
    }

    private int body(int start, Matcher head, Matcher line) {
        List<String> lengths = values(head.group(2), "content-length");
        List<String> codings = values(head.group(2), "transfer-encoding");
        boolean isSound = lengths.size() + codings.size() <= 1 && lengths.stream().allMatch(value -> value.matches("\\d{1,18}"))
                && codings.stream().allMatch(value -> value.equalsIgnoreCase("chunked") && line.group(3).equals("1"));
        if (!isSound || line.group(1).equals("CONNECT")) {
            return end(Verdict.REFUSED);
        }
        if (!codings.isEmpty()) {
            return chunks(start, head.end(), head.group());
        }
        long length = lengths.isEmpty() ? 0 : Long.parseLong(lengths.get(0));
        if (length > stream.length() - head.end()) {
            return end(Verdict.INCOMPLETE);
        }
        int end = head.end() + (int) length;
        messages.add(new Message(start, end, head.group(), stream.substring(head.end(), end), ""));
        return end;
    }

    private int chunks(int start, int from, String head) {
        StringBuilder content = new StringBuilder();
        int at = from;
        while (true) {
            Matcher size = CHUNK_SIZE.matcher(stream).region(at, stream.length());
            if (!size.lookingAt()) {
                return end(stream.indexOf("\r\n", at) < 0 ? Verdict.INCOMPLETE : Verdict.REFUSED);
            }
            long length = Long.parseLong(size.group(1), 16);
            at = size.end();
            if (length == 0) {
                return trailers(start, at, head, content.toString());
            }
            if (length > stream.length() - at - 2) {
                return end(Verdict.INCOMPLETE);
            }
            content.append(stream, at, at + (int) length);
            at += (int) length + 2;
            if (!stream.startsWith("\r\n", at - 2)) {
                return end(Verdict.REFUSED);
            }
        }
    }

    private int trailers(int start, int from, String head, String content) {
        int blank = stream.startsWith("\r\n", from) ? from : stream.indexOf("\r\n\r\n", from) + 2;
        if (blank < from) {
            return end(Verdict.INCOMPLETE);
        }
        String section = stream.substring(from, blank);
        if (!FIELDS.matcher(section).matches() || FORBIDDEN.matcher(section).find()) {
            return end(Verdict.REFUSED);
        }
        messages.add(new Message(start, blank + 2, head, content, section.isEmpty() ? "" : section + "\r\n"));
        return blank + 2;
    }

    private int end(Verdict last) {
        verdict = last;
        return -1;
    }

    private static boolean isTarget(String method, String target) {
        return target.equals("*") ? method.equals("OPTIONS") : TARGET.matcher(target).matches() && isPort(target.split("[/?]", 5));
    }

    private static boolean isPort(String[] parts) {
        return parts.length < 3 || !parts[0].endsWith(":") || isPort(parts[2]);
    }

    private static boolean isPort(String authority) {
        String port = authority.replaceFirst(".*[^0-9]", "");
        return !authority.endsWith(":" + port) || port.isEmpty() || Integer.parseInt(port) > 0 && Integer.parseInt(port) <= 65535;
    }

    private static boolean isHostSound(String fields, String minor) {
        List<String> hosts = values(fields, "host");
        return hosts.isEmpty() ? minor.equals("0") : hosts.size() == 1
                && (hosts.get(0).isEmpty() || hosts.get(0).matches(AUTHORITY) && isPort(hosts.get(0)));
    }

    private static List<String> values(String fields, String name) {
        return Stream.of(fields.split("\r\n")).filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).replaceAll("^[ \t]+|[ \t]+$", "")).toList();
    }
}
