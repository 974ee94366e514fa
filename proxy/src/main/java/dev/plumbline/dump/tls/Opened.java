package dev.plumbline.dump.tls;

/**
 * What a record turned out to be.
 *
 * @param kind what to make of it
 * @param data application octets; empty unless they are
 * @param alert the description of a fatal alert (RFC 8446 section 6.2); −1 unless it is one
 * @param problem why the rest of the connection cannot be read, one line; empty unless so
 */
public record Opened(Kind kind, byte[] data, int alert, String problem) {
    /** What to make of a record. */
    public enum Kind {
        /** It carried application octets. */
        DATA,
        /** It carried none: handshake, warnings and the like. */
        NOTHING,
        /** A closing alert: its sender has said all. */
        CLOSE_NOTIFY,
        /** A fatal alert: who sent it goes no further. */
        FATAL_ALERT,
        /** What it is depends on the other side: come again when the other side has said more. */
        LATER,
        /** Here reading ends. */
        PROBLEM
    }

    private static final byte[] NONE = {};
    static final Opened NOTHING = new Opened(Kind.NOTHING, NONE, -1, "");
    static final Opened CLOSE_NOTIFY = new Opened(Kind.CLOSE_NOTIFY, NONE, -1, "");
    static final Opened LATER = new Opened(Kind.LATER, NONE, -1, "");

    static Opened data(byte[] octets) {
        return new Opened(Kind.DATA, octets, -1, "");
    }

    static Opened fatalAlert(int description) {
        return new Opened(Kind.FATAL_ALERT, NONE, description, "");
    }

    static Opened problem(String why) {
        return new Opened(Kind.PROBLEM, NONE, -1, why);
    }
}
