package dev.plumbline.wire;

/** A connection of ours, in either leg, written {@code c12}. Numbered from 1 in the order they were opened in one recording. */
public record ConnectionId(int number) {
    public ConnectionId {
        if (number < 1) {
            throw new IllegalArgumentException("connection number: " + number + " (expected: >= 1)");
        }
    }

    @Override
    public String toString() {
        return "c" + number;
    }
}
