package dev.plumbline.analyze;

/** What a time was read from. */
public enum Source {
    /** Capture timestamps. */
    PACKETS("packets"),
    /** Capture timestamps, and the round trip that the connection's handshake took. */
    PACKETS_AND_ROUND_TRIP("packets+round-trip"),
    /** What our sockets told. */
    SOCKETS("sockets"),
    /** A capture timestamp at one end, our socket at the other. */
    BOTH("packets+sockets");

    private final String word;

    Source(String word) {
        this.word = word;
    }

    /** For people and for programs. */
    public String word() {
        return word;
    }
}
