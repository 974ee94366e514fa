package dev.plumbline.wire;

/**
 * Octets of TCP payload on one connection in one heading, half-open. Offset 0 is the octet after the SYN (RFC 9293 §3.4).
 *
 * @param start first octet, ≥ 0
 * @param end one past the last octet, ≥ start
 */
public record WireRange(long start, long end) {
    public WireRange {
        if (start < 0) {
            throw new IllegalArgumentException("start: " + start + " (expected: >= 0)");
        }
        if (end < start) {
            throw new IllegalArgumentException("end: " + end + " (expected: >= start " + start + ")");
        }
    }

    public long length() {
        return end - start;
    }

    public boolean isEmpty() {
        return end == start;
    }

    @Override
    public String toString() {
        return "[" + start + "," + end + ")";
    }
}
