package dev.plumbline.relay.http;

import java.util.Locale;

/**
 * What can be wrong with a message; one constant per reason to refuse it.
 *
 * <p>Source: RFC 9112 and RFC 9110, sections at the constants; the choice to refuse where the RFC allows repair is ours,
 * because a repaired message is one that two implementations may read differently.
 */
public enum Fault {
    /** The first octet cannot begin a message: TLS, a banner, or the rest of something else. */
    NOT_HTTP(400),
    /** More blank lines before a request than RFC 9112 2.2 asks us to bear. */
    LEADING_OCTETS(400),
    /** Not {@code method SP target SP version} (RFC 9112 3). */
    BAD_REQUEST_LINE(400),
    BAD_METHOD(400),
    /** None of the four forms of RFC 9112 3.2, or the wrong one for the method. */
    BAD_TARGET(400),
    /** RFC 9110 4.2.4: credentials in a URI are a disguise more often than a need. */
    USERINFO(400),
    BAD_VERSION(400),
    /** Well formed, but neither 1.0 nor 1.1. */
    UNSUPPORTED_VERSION(505),
    /** Not {@code version SP 3DIGIT [SP reason]} (RFC 9112 4). */
    BAD_STATUS_LINE(400),
    /** A control octet in the start line. */
    BAD_OCTET(400),
    /** RFC 9112 2.2 lets a recipient take a bare LF for a line end; others do not, which is how requests are smuggled. */
    BARE_LF(400),
    BARE_CR(400),
    /** RFC 9112 5.2. */
    OBS_FOLD(400),
    /** RFC 9112 5.1. */
    SPACE_BEFORE_COLON(400),
    EMPTY_NAME(400),
    BAD_NAME(400),
    MISSING_COLON(400),
    BAD_VALUE(400),
    START_LINE_TOO_LONG(414),
    FIELD_LINE_TOO_LONG(431),
    HEAD_TOO_LARGE(431),
    TOO_MANY_FIELDS(431),
    /** RFC 9112 3.2: an HTTP/1.1 request without Host. */
    NO_HOST(400),
    SEVERAL_HOSTS(400),
    BAD_HOST(400),
    BAD_CONTENT_LENGTH(400),
    /** Even when they are equal: RFC 9110 8.6 allows, but does not ask, to repair them. */
    SEVERAL_CONTENT_LENGTHS(400),
    /** RFC 9112 6.1: Content-Length beside Transfer-Encoding. */
    LENGTH_AND_CODING(400),
    /** Transfer-Encoding in which chunked is repeated, not last, or decorated. */
    BAD_TRANSFER_ENCODING(400),
    /** RFC 9112 6.1: a transfer coding that is not implemented. */
    UNKNOWN_CODING(501),
    /** RFC 9112 6.1: Transfer-Encoding in HTTP/1.0 is faulty framing. */
    CODING_IN_HTTP_1_0(400),
    /** Content announced where there is none: CONNECT, 1xx, 204 (RFC 9110 8.6, RFC 9112 6.1). */
    CONTENT_FORBIDDEN(400),
    /** More connection options than anyone has use for; each costs a pass over the fields. */
    TOO_MANY_CONNECTION_OPTIONS(400),
    BAD_CHUNK_SIZE(400),
    BAD_CHUNK_EXTENSION(400),
    CHUNK_EXTENSIONS_TOO_LARGE(400),
    /** The octets after a chunk's content are not CRLF. */
    BAD_CHUNK_END(400),
    /** RFC 9110 6.5.1: a field for framing or routing in a trailer section. */
    FORBIDDEN_TRAILER(400);

    private final int requestStatus;
    private final String code;

    Fault(int requestStatus) {
        this.requestStatus = requestStatus;
        this.code = name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The status that answers a request with this fault. A response with it is the origin's fault: always 502. */
    public int requestStatus() {
        return requestStatus;
    }

    /** The name for machines: {@code bare-lf}. */
    public String code() {
        return code;
    }
}
