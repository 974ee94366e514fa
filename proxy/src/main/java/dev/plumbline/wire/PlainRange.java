package dev.plumbline.wire;

/**
 * Octets of plaintext inside one phase of one connection in one heading, half-open. Becomes a {@link WireRange} only through an {@link OffsetMap}.
 *
 * @param start first octet, ≥ 0
 * @param end one past the last octet, ≥ start
 */
public record PlainRange(long start, long end) {
    public PlainRange {
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
