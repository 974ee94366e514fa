package dev.plumbline.relay.http;

/**
 * A cursor over the members of a comma-separated list (RFC 9110 5.6.1), empty ones included. Lists with quoted strings are
 * not meant: none of the fields a relay acts on has them.
 */
final class Members {

    private final byte[] octets;
    private final int end;
    private int next;
    private int from;
    private int to;

    Members(byte[] octets, int from, int end) {
        this.octets = octets;
        this.end = end;
        this.next = from;
    }

    boolean advance() {
        if (next > end) {
            return false;
        }
        from = next;
        int comma = from;
        while (comma < end && octets[comma] != ',') {
            comma++;
        }
        next = comma + 1;
        to = comma;
        while (from < to && Octets.isOws(octets[from])) {
            from++;
        }
        while (to > from && Octets.isOws(octets[to - 1])) {
            to--;
        }
        return true;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    boolean isEmpty() {
        return from == to;
    }

    boolean is(String token) {
        return Octets.equalsIgnoreCase(octets, from, to, token);
    }
}
