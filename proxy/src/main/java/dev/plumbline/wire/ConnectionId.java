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

    // Written out: the ones made by the compiler are linked at run time, which costs each start milliseconds and each look-up a call.
    @Override
    public boolean equals(Object object) {
        return object instanceof ConnectionId other && number == other.number;
    }

    @Override
    public int hashCode() {
        return number;
    }
}
