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
}
