package dev.plumbline.fact;

import dev.plumbline.wire.Heading;

/** Which of an exchange's messages. */
public enum MessageKind {
    REQUEST(Heading.TO_SERVER, "request"),
    /** A 1xx response (RFC 9110 §15.2). There may be several. */
    INTERIM(Heading.TO_CLIENT, "interim"),
    /** The final response. */
    RESPONSE(Heading.TO_CLIENT, "response"),
    /** What the client sent into a tunnel, all of it as one. */
    TUNNEL_TO_SERVER(Heading.TO_SERVER, "tunnel-to-server"),
    /** What came back through a tunnel, all of it as one. */
    TUNNEL_TO_CLIENT(Heading.TO_CLIENT, "tunnel-to-client");

    private final Heading heading;
    private final String word;

    MessageKind(Heading heading, String word) {
        this.heading = heading;
        this.word = word;
    }

    public Heading heading() {
        return heading;
    }

    /** The word used in the database, in packet comments and on the console. */
    public String word() {
        return word;
    }
}
