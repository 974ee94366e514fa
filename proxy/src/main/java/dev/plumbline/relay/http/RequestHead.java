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

    private RequestHead(Section section, HeadFraming framing, int minorVersion, int methodEnd, RequestTarget.Shape shape) {
        super(section, framing, minorVersion);
        this.methodEnd = methodEnd;
        this.shape = shape;
    }

    /** The head, or what is wrong with it; {@code keep} receives the one, the other is returned. */
    static Malformed read(Section section, HeadParser.Keep<RequestHead> keep) {
        RequestLine line = new RequestLine(section.octets(), section.startLineEnd());
        Malformed malformed = line.judge();
        if (malformed != null) {
            return malformed;
        }
        Trailers fields = new Trailers(section);
        HeadFraming framing = HeadFraming.of(fields, line.minorVersion());
        malformed = RequestRules.judge(fields, line, framing);
        if (malformed == null) {
            keep.head(new RequestHead(section, framing, line.minorVersion(), line.methodEnd(), line.shape()));
        }
        return malformed;
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
