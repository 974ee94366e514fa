package dev.plumbline.judge;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads the messages of one direction, simply and slowly: all octets are there, and well-formed, or it throws.
 *
 * <p>Source: RFC 9112 §6.3.
 */
final class HttpReader {
    private final byte[] octets;
    private int at;

    private HttpReader(byte[] octets) {
        this.octets = octets;
    }

    /**
     * A message in the octets of its direction.
     *
     * @param label the method or the status code
     * @param content without transfer coding
     */
    record Message(String label, int start, int end, String head, byte[] content) {
        boolean isInterim() {
            return label.length() == 3 && label.charAt(0) == '1' && !label.equals("101");
        }

        List<String> fields() {
            List<String> lines = List.of(head.split("\r\n"));
            return lines.subList(1, lines.size()).stream().map(line -> {
                int colon = line.indexOf(':');
                return line.substring(0, colon) + ": " + line.substring(colon + 1).strip();
            }).toList();
        }
    }

    static List<Message> requests(byte[] octets) {
        HttpReader reader = new HttpReader(octets);
        List<Message> messages = new ArrayList<>();
        while (reader.at < octets.length) {
            int start = reader.at;
            String head = reader.head();
            String method = head.substring(0, head.indexOf(' '));
            boolean opensTunnel = method.equals("CONNECT") || !OriginPages.field(head, "Upgrade").isEmpty();
            byte[] content = opensTunnel ? reader.rest() : reader.content(head, false);
            messages.add(new Message(method, start, reader.at, head, content));
        }
        return messages;
    }

    /** @param methods of the requests that are answered, in order */
    static List<Message> responses(byte[] octets, List<String> methods) {
        HttpReader reader = new HttpReader(octets);
        List<Message> messages = new ArrayList<>();
        int answered = 0;
        while (reader.at < octets.length) {
            int start = reader.at;
            String head = reader.head();
            String status = head.split("[ \r]")[1];
            String method = methods.get(answered);
            Message bare = new Message(status, start, reader.at, head, new byte[0]);
            if (bare.isInterim()) {
                messages.add(bare);
                continue;
            }
            answered++;
            boolean tunnel = status.equals("101") || method.equals("CONNECT") && status.startsWith("2");
            boolean none = method.equals("HEAD") || status.equals("204") || status.equals("304");
            byte[] content = none ? new byte[0] : tunnel ? reader.rest() : reader.content(head, true);
            messages.add(new Message(status, start, reader.at, head, content));
        }
        return messages;
    }

    private String head() {
        int start = at;
        for (; at + 4 <= octets.length; at++) {
            if (octets[at] == '\r' && octets[at + 1] == '\n' && octets[at + 2] == '\r' && octets[at + 3] == '\n') {
                at += 4;
                return new String(octets, start, at - start, StandardCharsets.ISO_8859_1);
            }
        }
        throw new IllegalStateException("a head without an end at " + start + " of " + octets.length);
    }

    private byte[] rest() {
        return take(octets.length - at);
    }

    private byte[] content(String head, boolean response) {
        if (OriginPages.field(head, "Transfer-Encoding").toLowerCase(Locale.ROOT).endsWith("chunked")) {
            return chunks();
        }
        String length = OriginPages.field(head, "Content-Length");
        return !length.isEmpty() ? take(Integer.parseInt(length)) : response ? rest() : new byte[0];
    }

    private byte[] chunks() {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            content.writeBytes(take(size));
            line();
        }
        while (!line().isEmpty()) {
            // trailers
        }
        return content.toByteArray();
    }

    private String line() {
        int start = at;
        while (octets[at] != '\n') {
            at++;
        }
        at++;
        return new String(octets, start, at - start, StandardCharsets.ISO_8859_1).strip();
    }

    private byte[] take(int count) {
        if (count > octets.length - at) {
            throw new IllegalStateException("only " + (octets.length - at) + " octets of " + count + " at " + at);
        }
        byte[] taken = new byte[count];
        System.arraycopy(octets, at, taken, 0, count);
        at += count;
        return taken;
    }
}
