package dev.plumbline.relay.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Map;
import java.util.Objects;

/**
 * A response made by the proxy itself, because there is none of the origin's to forward. {@code Plumbline-Error} tells it
 * from anything an origin could have said; the text is one sentence in plain text.
 *
 * <p>Owned by: anyone; immutable.
 * <p>Limits: the sentence is cut after 1,000 characters; what is not printable ASCII in it is escaped, so that nothing a
 * peer sent can act on who reads it.
 * <p>Source: RFC 9110 15.5, 15.6; RFC 6585 5.
 *
 * @param status one of those a proxy has use for
 * @param code for machines: {@code bare-lf}, {@code connect-refused}
 * @param sentence for people
 * @param closes whether the connection closes behind it
 * @param hasContent false in answer to HEAD: same fields, no content
 */
public record ErrorResponse(int status, String code, String sentence, boolean closes, boolean hasContent) {

    private static final int BAD_GATEWAY = 502;
    private static final int LONGEST_SENTENCE = 1000;
    private static final Map<Integer, String> REASONS = Map.ofEntries(
            Map.entry(400, "Bad Request"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(408, "Request Timeout"),
            Map.entry(413, "Content Too Large"),
            Map.entry(414, "URI Too Long"),
            Map.entry(417, "Expectation Failed"),
            Map.entry(421, "Misdirected Request"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(501, "Not Implemented"),
            Map.entry(BAD_GATEWAY, "Bad Gateway"),
            Map.entry(503, "Service Unavailable"),
            Map.entry(504, "Gateway Timeout"),
            Map.entry(505, "HTTP Version Not Supported"),
            Map.entry(508, "Loop Detected"));

    public ErrorResponse {
        Objects.requireNonNull(sentence, "sentence");
        if (!REASONS.containsKey(status)) {
            throw new IllegalArgumentException("status: " + status + " (expected: one of " + REASONS.keySet() + ")");
        }
        if (!code.matches("[a-z0-9-]+")) {
            throw new IllegalArgumentException("code: " + code + " (expected: lower-case-words)");
        }
    }

    /** Leaves the connection open and has content; see {@link #closing} and {@link #withoutContent}. */
    public static ErrorResponse of(int status, String code, String sentence) {
        return new ErrorResponse(status, code, sentence, false, true);
    }

    /** The client's fault. Closes: nothing can be read behind a message whose end is in doubt. */
    public static ErrorResponse ofRequest(Malformed malformed) {
        return of(malformed.fault().requestStatus(), malformed.fault().code(),
                "The request is not HTTP as it should be: " + malformed.sentence() + ".").closing();
    }

    /** The origin's fault: 502, whatever it is. The client leg need not suffer. */
    public static ErrorResponse ofResponse(Malformed malformed) {
        return of(BAD_GATEWAY, malformed.fault().code(),
                "The origin's response is not HTTP as it should be: " + malformed.sentence() + ".");
    }

    public ErrorResponse closing() {
        return new ErrorResponse(status, code, sentence, true, hasContent);
    }

    public ErrorResponse withoutContent() {
        return new ErrorResponse(status, code, sentence, closes, false);
    }

    /** The reason phrase of {@link #status}. */
    public String reason() {
        return REASONS.get(status);
    }

    /** The message, ready to be written. */
    public byte[] octets() {
        String content = Escaped.line(sentence, LONGEST_SENTENCE) + "\n";
        String head = "HTTP/1.1 " + status + " " + reason() + "\r\n"
                + "Content-Type: text/plain; charset=utf-8\r\n"
                + "Content-Length: " + content.length() + "\r\n"
                + "Cache-Control: no-store\r\n"
                + "Plumbline-Error: " + code + "\r\n"
                + (closes ? "Connection: close\r\n" : "")
                + "\r\n";
        return (hasContent ? head + content : head).getBytes(US_ASCII);
    }
}
