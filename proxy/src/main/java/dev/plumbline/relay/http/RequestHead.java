package dev.plumbline.relay.http;

import java.util.Optional;

/**
 * The head of a request, as a client sent it.
 *
 * <p>Owned by: anyone; immutable.
 * <p>Source: RFC 9112 3.
 */
public final class RequestHead extends Head {

    private final int methodEnd;
    private final RequestTarget.Shape shape;

    private RequestHead(Section section, RequestLine line) {
        super(section, line.minorVersion());
        this.methodEnd = line.methodEnd();
        this.shape = line.shape();
    }

    /** The head of a section whose request line is sound. */
    static RequestHead of(Section section) {
        RequestLine line = new RequestLine(section.octets(), section.startLineEnd());
        line.judge();
        return new RequestHead(section, line);
    }

    public String method() {
        return Octets.text(octets(), 0, methodEnd);
    }

    /** Methods are case-sensitive (RFC 9110 9.1). */
    public boolean isMethod(String method) {
        byte[] octets = octets();
        if (method.length() != methodEnd) {
            return false;
        }
        for (int i = 0; i < methodEnd; i++) {
            if (octets[i] != method.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The target as it was sent. */
    public String target() {
        return Octets.text(octets(), targetStart(), targetEnd());
    }

    /** The target, taken apart. Made anew at each call. */
    public RequestTarget requestTarget() {
        return shape.target(isMethod("OPTIONS"));
    }

    public RequestTarget.Form targetForm() {
        return shape.form;
    }

    /** The Host field; empty where there is none (HTTP/1.0) or where it is empty. */
    public Optional<Authority> host() {
        int i = indexOf(KnownField.HOST, 0);
        return i < 0 || valueStart(i) == valueEnd(i)
                ? Optional.empty() : Optional.of(Authority.parse(octets(), valueStart(i), valueEnd(i)));
    }

    /** Whether the client waits for a 100 before it sends the content (RFC 9110 10.1.1; HTTP/1.0 cannot). */
    public boolean expectsContinue() {
        return minorVersion() > 0 && has(KnownField.EXPECT) && has("expect", "100-continue");
    }

    /** What the client offers to switch to: the first Upgrade field, if Connection nominates it (RFC 9110 7.8; not in 1.0). */
    public Optional<String> upgrade() {
        boolean isOffered = minorVersion() > 0 && ConnectionOption.UPGRADE.isIn(connectionOptions());
        return isOffered ? first("upgrade") : Optional.empty();
    }

    @Override
    Malformed judgeMeaning() {
        if (targetForm() == RequestTarget.Form.AUTHORITY && (isChunked() || contentLength() > 0)) {
            // RFC 9110 9.3.6: what follows the head is the tunnel's.
            return new Malformed(0, Fault.CONTENT_FORBIDDEN, "a CONNECT without content", "one with content");
        }
        return judgeHost();
    }

    /** RFC 9112 3.2. An empty Host is sound: the target may have no authority. */
    private Malformed judgeHost() {
        int host = indexOf(KnownField.HOST, 0);
        if (host < 0) {
            return minorVersion() == 0 ? null : new Malformed(length() - 2, Fault.NO_HOST, "a Host field", "none");
        }
        int second = indexOf(KnownField.HOST, host + 1);
        if (second >= 0) {
            return new Malformed(nameStart(second), Fault.SEVERAL_HOSTS, "one Host field", "another");
        }
        int from = valueStart(host);
        int to = valueEnd(host);
        return from == to || Authority.isAuthority(octets(), from, to) ? null
                : new Malformed(from, Fault.BAD_HOST, "host or host:port in Host", quotedValue(host));
    }

    int targetStart() {
        return methodEnd + 1;
    }

    /** The space before the version, which has eight octets. */
    int targetEnd() {
        return startLineEnd() - RequestLine.VERSION_LENGTH - 1;
    }

    RequestTarget.Shape shape() {
        return shape;
    }
}
