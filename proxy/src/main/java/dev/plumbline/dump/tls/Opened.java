package dev.plumbline.dump.tls;

/**
 * What a record turned out to be.
 *
 * @param kind what to make of it
 * @param data application octets; empty unless they are
 * @param problem why the rest of the connection cannot be read, one line; empty unless so
 */
public record Opened(Kind kind, byte[] data, String problem) {
    /** What to make of a record. */
    public enum Kind {
        /** It carried application octets. */
        DATA,
        /** It carried none: handshake, alerts and the like. */
        NOTHING,
        /** It belongs to the time before keys: come again when the other side has said more. */
        LATER,
        /** Here reading ends. */
        PROBLEM
    }

    private static final byte[] NONE = {};
    static final Opened NOTHING = new Opened(Kind.NOTHING, NONE, "");
    static final Opened LATER = new Opened(Kind.LATER, NONE, "");

    static Opened data(byte[] octets) {
        return new Opened(Kind.DATA, octets, "");
    }

    static Opened problem(String why) {
        return new Opened(Kind.PROBLEM, NONE, why);
    }
}
