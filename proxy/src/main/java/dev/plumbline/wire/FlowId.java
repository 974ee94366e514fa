package dev.plumbline.wire;

/** A flow: a TCP connection as a capture saw it, written {@code f3}. Numbered from 1 in the order of their first packets. */
public record FlowId(int number) {
    public FlowId {
        if (number < 1) {
            throw new IllegalArgumentException("flow number: " + number + " (expected: >= 1)");
        }
    }

    @Override
    public String toString() {
        return "f" + number;
    }

    // Written out: the ones made by the compiler are linked at run time, which costs each start milliseconds and each look-up a call.
    @Override
    public boolean equals(Object object) {
        return object instanceof FlowId other && number == other.number;
    }

    @Override
    public int hashCode() {
        return number;
    }
}
