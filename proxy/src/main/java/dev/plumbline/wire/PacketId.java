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
}
