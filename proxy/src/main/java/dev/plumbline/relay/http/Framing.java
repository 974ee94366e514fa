package dev.plumbline.relay.http;

/**
 * How the end of a message's body is found (RFC 9112 6.3).
 *
 * @param kind the rule
 * @param length octets of content for {@link Kind#LENGTH}; 0 for {@link Kind#NONE}; −1 where it is not known beforehand
 */
public record Framing(Kind kind, long length) {

    /** The rules of RFC 9112 6.3. */
    public enum Kind {
        /** The message ends with its head. */
        NONE,
        LENGTH,
        CHUNKED,
        /** Only responses: the content ends with the connection. */
        UNTIL_CLOSE,
        /** What follows is not HTTP: 2xx to CONNECT, 101. */
        TUNNEL
    }

    public static final Framing NONE = new Framing(Kind.NONE, 0);
    public static final Framing CHUNKED = new Framing(Kind.CHUNKED, -1);
    public static final Framing UNTIL_CLOSE = new Framing(Kind.UNTIL_CLOSE, -1);
    public static final Framing TUNNEL = new Framing(Kind.TUNNEL, -1);

    public Framing {
        if (kind == Kind.LENGTH ? length < 0 : length != (kind == Kind.NONE ? 0 : -1)) {
            throw new IllegalArgumentException("length: " + length + " (expected: what " + kind + " allows)");
        }
    }

    public static Framing length(long octets) {
        return new Framing(Kind.LENGTH, octets);
    }

    /** A CONNECT has no body: what follows it waits for the response to say what it is. */
    public static Framing ofRequest(RequestHead head) {
        if (head.isChunked()) {
            return CHUNKED;
        }
        return head.contentLength() < 0 || head.targetForm() == RequestTarget.Form.AUTHORITY
                ? NONE : length(head.contentLength());
    }

    /**
     * A 101 is a {@link #TUNNEL} whether or not an upgrade was asked for; that is for the relay to judge.
     *
     * @param request the request that it answers
     */
    public static Framing ofResponse(ResponseHead head, RequestHead request) {
        return ofResponse(head, request.isMethod("HEAD"), request.isMethod("CONNECT"));
    }

    /** @param requestMethod the method of the request that it answers; methods are case-sensitive */
    public static Framing ofResponse(ResponseHead head, String requestMethod) {
        return ofResponse(head, requestMethod.equals("HEAD"), requestMethod.equals("CONNECT"));
    }

    private static Framing ofResponse(ResponseHead head, boolean toHead, boolean toConnect) {
        int status = head.status();
        if (status == 101 || toConnect && status >= 200 && status < 300) {
            return TUNNEL;
        }
        if (toHead || status < 200 || status == 204 || status == 304) {
            return NONE;
        }
        if (head.isChunked()) {
            return CHUNKED;
        }
        return head.contentLength() < 0 ? UNTIL_CLOSE : length(head.contentLength());
    }
}
