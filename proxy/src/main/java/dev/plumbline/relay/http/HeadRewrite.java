package dev.plumbline.relay.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/**
 * One head being copied with changes. Unchanged octets are copied in runs: {@code octets[copied, …)} of the source is what
 * has neither been written nor left out yet.
 */
final class HeadRewrite {

    /** Instead of a set of options: the Connection lines stay. */
    static final int SAME_CONNECTION = -1;

    /** Never named away by Connection: without one of these the message would mean something else to its receiver. */
    private static final String[] ESSENTIAL = {"authorization", "cache-control", "content-disposition", "content-encoding",
        "content-language", "content-location", "content-range", "content-type", "cookie", "date", "etag", "expires", "if-match",
        "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "last-modified", "location", "max-forwards",
        "origin", "range", "referer", "set-cookie", "vary", "www-authenticate"};

    private final Head head;
    private final byte[] source;
    private byte[] target;
    private int written;
    private int copied;
    /** Whose authority the Host field shall name; null if it may stay. */
    private RequestTarget.Shape host;

    HeadRewrite(Head head) {
        this.head = head;
        this.source = head.octets();
        this.target = new byte[source.length + 64];
    }

    /** RFC 9112 3.2.1, 3.2.2 and 3.2.4. Edits go from front to back: the Host field's turn comes in {@link #fields}. */
    void originForm(RequestHead request) {
        RequestTarget.Shape shape = request.shape();
        replace(request.targetStart(), shape.authorityEnd, shape.pathPrefix(request.isMethod("OPTIONS")));
        if (!request.has(KnownField.HOST)) {
            int afterStartLine = request.startLineEnd() + 2;
            replace(afterStartLine, afterStartLine, "Host: ");
            append(shape.authorityStart, shape.authorityEnd);
            append("\r\n");
        } else if (!isSameHost(request)) {
            host = shape;
        }
    }

    /** Leaves out the fields of {@code dropped} and those that Connection names, and says {@code connection}. */
    void fields(int dropped, int connection) {
        boolean namesFields = ConnectionOption.OTHER.isIn(head.connectionOptions());
        boolean isSaid = connection == SAME_CONNECTION || connection == 0;
        for (int i = 0; i < head.fieldCount(); i++) {
            KnownField kind = head.kind(i);
            if (kind == KnownField.CONNECTION && connection != SAME_CONNECTION) {
                replace(head.nameStart(i), head.lineEnd(i), isSaid ? "" : line(connection));
                isSaid = true;
            } else if (kind == KnownField.HOST && host != null) {
                replace(head.valueStart(i), head.valueEnd(i), head.valueStart(i) == head.nameEnd(i) + 1 ? " " : "");
                append(host.authorityStart, host.authorityEnd);
            } else if ((kind.bit() & dropped) != 0
                    || namesFields && kind == KnownField.OTHER && isNamed(i) && !isEssential(i)) {
                replace(head.nameStart(i), head.lineEnd(i), "");
            }
        }
        if (!isSaid) {
            replace(source.length - 2, source.length - 2, line(connection));
        }
    }

    byte[] octets() {
        replace(source.length, source.length, "");
        return written == target.length ? target : Arrays.copyOf(target, written);
    }

    private static boolean isSameHost(RequestHead request) {
        RequestTarget target = request.requestTarget();
        Authority wanted = target.authority().orElseThrow();
        return request.host().filter(host -> host.isIpv6() == wanted.isIpv6()
                && host.comparableHost().equals(wanted.comparableHost())
                && host.portOr(defaultPort(target)) == target.port()).isPresent();
    }

    private static int defaultPort(RequestTarget target) {
        return new RequestTarget(target.form(), target.scheme(),
                target.authority().map(named -> new Authority(named.host(), 0, named.isIpv6())), "").port();
    }

    private boolean isNamed(int field) {
        int i = head.indexOf(KnownField.CONNECTION, 0);
        for (; i >= 0; i = head.indexOf(KnownField.CONNECTION, i + 1)) {
            Members members = head.members(i);
            while (members.advance()) {
                if (Octets.equalsIgnoreCase(source, members.from(), members.to(), source, head.nameStart(field),
                        head.nameEnd(field))) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isEssential(int field) {
        for (String name : ESSENTIAL) {
            if (Octets.equalsIgnoreCase(source, head.nameStart(field), head.nameEnd(field), name)) {
                return true;
            }
        }
        return false;
    }

    private static String line(int connection) {
        StringBuilder line = new StringBuilder("Connection:");
        String separator = " ";
        for (ConnectionOption option : ConnectionOption.values()) {
            if (option.isIn(connection)) {
                line.append(separator).append(option.token);
                separator = ", ";
            }
        }
        return line.append("\r\n").toString();
    }

    private void replace(int from, int to, String by) {
        append(copied, from);
        copied = to;
        append(by);
    }

    private void append(String text) {
        byte[] octets = text.getBytes(US_ASCII);
        ensure(octets.length);
        System.arraycopy(octets, 0, target, written, octets.length);
        written += octets.length;
    }

    private void append(int from, int to) {
        ensure(to - from);
        System.arraycopy(source, from, target, written, to - from);
        written += to - from;
    }

    private void ensure(int more) {
        if (written + more > target.length) {
            target = Arrays.copyOf(target, Math.max(written + more, target.length * 2));
        }
    }
}
