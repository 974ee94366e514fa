package dev.plumbline.relay.http;

/** {@code method SP target SP version}, with exactly these spaces (RFC 9112 3). */
final class RequestLine {

    static final int VERSION_LENGTH = "HTTP/1.1".length();
    static final int OTHER_VERSION = -1;
    static final int MALFORMED_VERSION = -2;

    private final byte[] octets;
    private final int end;
    private int methodEnd;
    private int minorVersion;
    private RequestTarget.Shape shape;

    /** The line is {@code octets[0, end)}: text that begins with a token octet. */
    RequestLine(byte[] octets, int end) {
        this.octets = octets;
        this.end = end;
    }

    int methodEnd() {
        return methodEnd;
    }

    int minorVersion() {
        return minorVersion;
    }

    RequestTarget.Shape shape() {
        return shape;
    }

    boolean isMethod(String method) {
        return methodEnd == method.length() && Octets.text(octets, 0, methodEnd).equals(method);
    }

    /** Null if the line is sound; then the other methods tell what it says. */
    Malformed judge() {
        while (methodEnd < end && Octets.isToken(octets[methodEnd])) {
            methodEnd++;
        }
        if (methodEnd == end || octets[methodEnd] != ' ') {
            return refused(methodEnd, methodEnd == end ? Fault.BAD_REQUEST_LINE : Fault.BAD_METHOD, "a method and a space");
        }
        int target = methodEnd + 1;
        int targetEnd = target;
        while (targetEnd < end && Octets.isVisibleOrBeyondAscii(octets[targetEnd])) {
            targetEnd++;
        }
        if (targetEnd == target || targetEnd == end) {
            return refused(targetEnd, Fault.BAD_REQUEST_LINE, "method, target and version, one space between them");
        }
        if (octets[targetEnd] != ' ') {
            return refused(targetEnd, Fault.BAD_TARGET, "a target without whitespace");
        }
        Malformed malformed = judgeVersion(targetEnd + 1);
        return malformed != null ? malformed : judgeTarget(target, targetEnd);
    }

    private Malformed judgeVersion(int from) {
        for (int i = from; i < end; i++) {
            if (!Octets.isVisible(octets[i])) {
                return refused(i, Fault.BAD_REQUEST_LINE, "method, target and version, one space between them");
            }
        }
        minorVersion = minorVersion(octets, from, end);
        if (minorVersion == MALFORMED_VERSION) {
            return refused(from, Fault.BAD_VERSION, "HTTP/1.0 or HTTP/1.1");
        }
        return minorVersion == OTHER_VERSION
                ? refused(from, Fault.UNSUPPORTED_VERSION, "HTTP/1.0 or HTTP/1.1") : null;
    }

    private Malformed judgeTarget(int from, int to) {
        shape = new RequestTarget.Shape(octets, from, to, isMethod("CONNECT"), isMethod("OPTIONS"));
        if (shape.fault == null) {
            return null;
        }
        String expected = shape.fault == Fault.USERINFO ? "a target without user name and password"
                : shape.form == RequestTarget.Form.AUTHORITY ? "host:port for CONNECT"
                : "a path, scheme://host/path, or * with OPTIONS";
        return new Malformed(from, shape.fault, expected, Escaped.quoted(octets, from, to));
    }

    private Malformed refused(int at, Fault fault, String expected) {
        return new Malformed(at, fault, expected, Escaped.quoted(octets, 0, end));
    }

    /** 0 or 1, or one of the two constants (RFC 9112 2.3: the name is case-sensitive, one digit each). */
    static int minorVersion(byte[] octets, int from, int to) {
        boolean isVersion = to - from == VERSION_LENGTH && octets[from] == 'H' && octets[from + 1] == 'T'
                && octets[from + 2] == 'T' && octets[from + 3] == 'P' && octets[from + 4] == '/'
                && Octets.isDigit(octets[from + 5]) && octets[from + 6] == '.' && Octets.isDigit(octets[from + 7]);
        if (!isVersion) {
            return MALFORMED_VERSION;
        }
        int minor = octets[from + 7] - '0';
        return octets[from + 5] == '1' && minor <= 1 ? minor : OTHER_VERSION;
    }
}
