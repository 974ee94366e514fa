package dev.plumbline.wire;

/** Which side of the proxy a connection is on. */
public enum Leg {
    /** Client ↔ proxy. */
    CLIENT,
    /** Proxy ↔ origin. */
    SERVER;

    /** The word used in JSON, in the database and on the console. */
    public String word() {
        return this == CLIENT ? "client" : "server";
    }
}
