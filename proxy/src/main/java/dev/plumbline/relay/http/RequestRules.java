package dev.plumbline.relay.http;

/** What the fields of a request must hold together. */
final class RequestRules {

    private RequestRules() {
    }

    /** Null if all is well. */
    static Malformed judge(FieldSection fields, RequestLine line, HeadFraming framing) {
        if (framing.malformed() != null) {
            return framing.malformed();
        }
        if (line.isMethod("CONNECT") && (framing.isChunked() || framing.contentLength() > 0)) {
            // RFC 9110 9.3.6: what follows the head is the tunnel's.
            return new Malformed(0, Fault.CONTENT_FORBIDDEN, "a CONNECT without content", "one with content");
        }
        Malformed malformed = judgeHost(fields, line);
        return malformed != null ? malformed : judgeConnection(fields);
    }

    static Malformed judgeConnection(FieldSection fields) {
        if (fields.has(KnownField.CONNECTION) && ConnectionOption.count(fields) > ConnectionOption.MOST) {
            return new Malformed(fields.nameStart(fields.indexOf(KnownField.CONNECTION, 0)),
                    Fault.TOO_MANY_CONNECTION_OPTIONS, "at most " + ConnectionOption.MOST + " connection options", "more");
        }
        return null;
    }

    /** RFC 9112 3.2. An empty Host is sound: the target may have no authority. */
    private static Malformed judgeHost(FieldSection fields, RequestLine line) {
        int host = fields.indexOf(KnownField.HOST, 0);
        if (host < 0) {
            return line.minorVersion() == 0 ? null
                    : new Malformed(fields.length() - 2, Fault.NO_HOST, "a Host field", "none");
        }
        int second = fields.indexOf(KnownField.HOST, host + 1);
        if (second >= 0) {
            return new Malformed(fields.nameStart(second), Fault.SEVERAL_HOSTS, "one Host field", "another");
        }
        int from = fields.valueStart(host);
        int to = fields.valueEnd(host);
        return from == to || Authority.isAuthority(fields.octets(), from, to) ? null
                : new Malformed(from, Fault.BAD_HOST, "host or host:port in Host", fields.quotedValue(host));
    }
}
