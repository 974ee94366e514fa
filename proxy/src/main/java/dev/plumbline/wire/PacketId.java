package dev.plumbline.wire;

/** A captured packet, written {@code p812}: its place in capture order in its recording, from 1. Stable, unlike a frame number. */
public record PacketId(long number) {
    public PacketId {
        if (number < 1) {
            throw new IllegalArgumentException("packet number: " + number + " (expected: >= 1)");
        }
    }

    @Override
    public String toString() {
        return "p" + number;
    }

    // Written out: the ones made by the compiler are linked at run time, which costs each start milliseconds and each look-up a call.
    @Override
    public boolean equals(Object object) {
        return object instanceof PacketId other && number == other.number;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(number);
    }
}
