package dev.plumbline.analyze;

import java.util.Locale;

/**
 * What an exchange was waiting for at an instant. Where several would do, the one that stands first below has the instant;
 * what is stalled is carved out of the part it held up. {@code docs/timing.md} has the picture.
 */
public enum Part {
    /** The sender waited for one that did not read. */
    ZERO_WINDOW("zero window"),
    /** Octets were missing until they were sent again. */
    LOSS("loss"),
    /** The sender waited for an acknowledgement that was held back. */
    DELAYED_ACK("delayed ack"),
    /** The response was coming in from the origin. */
    RECEIVING("receiving"),
    /** TLS with the origin. */
    ORIGIN_TLS("tls with the origin"),
    CONNECT("connect"),
    NAME_LOOKUP("name look-up"),
    /** TLS with the client. */
    CLIENT_TLS("tls with the client"),
    /** A pipelined request had come, and an earlier one of its connection was not answered. */
    QUEUED("queued"),
    /** A tunnel was open: octets may have moved either way. */
    TUNNEL("tunnel"),
    /** The origin had the whole request, and no octet of its final response had come. */
    ORIGIN("origin"),
    /** The request had left, and no octet of the final response had come: the origin and the network to it, which nobody could tell apart. */
    WAITING("origin and network"),
    /** The response was on its way to the client, and the origin had no more to say. */
    CLIENT_RECEIVES("client receives"),
    /** The request had not yet come whole from the client. */
    CLIENT_SENDS("client sends"),
    /** The request had come whole and was on its way to the origin, until it was acknowledged. */
    SENDING("sending"),
    /** Octets lay in the kernel: captured, and not read by us yet, or written by us, and not captured yet. */
    KERNEL("kernel"),
    /** None of the above: it was ours. */
    PROXY("proxy"),
    /** Nobody knows, because the steps are not known. */
    UNKNOWN("unknown");

    private final String label;

    Part(String label) {
        this.label = label;
    }

    /** For people. */
    public String label() {
        return label;
    }

    /** For programs: {@code client-sends}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it may have been done for an exchange before that began; a message's own time never was, whatever a clock says that was set back. */
    boolean mayBeAhead() {
        return this == ORIGIN_TLS || this == CONNECT || this == NAME_LOOKUP || this == CLIENT_TLS || this == KERNEL || this == UNKNOWN;
    }

    public boolean isStall() {
        return this == LOSS || this == ZERO_WINDOW || this == DELAYED_ACK;
    }
}
