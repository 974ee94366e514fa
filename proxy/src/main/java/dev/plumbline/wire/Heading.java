package dev.plumbline.wire;

/**
 * Which way octets travel. Means the same on both legs: a request is always {@link #TO_SERVER}, whoever sends it.
 *
 * <p>On either leg the TCP initiator is the one nearer to the client, so {@code TO_SERVER} is initiator → responder.
 */
public enum Heading {
    TO_SERVER,
    TO_CLIENT;

    public Heading opposite() {
        return this == TO_SERVER ? TO_CLIENT : TO_SERVER;
    }

    /** The word used in JSON, in the database and on the console. */
    public String word() {
        return this == TO_SERVER ? "to-server" : "to-client";
    }
}
