package dev.plumbline.relay.http;

import java.util.Objects;

/**
 * A message that is refused: where, why, what was expected and what came.
 *
 * <p>Limits: {@code expected} and {@code got} are printable ASCII of at most some hundred characters whatever the peer sent.
 *
 * @param offset octets before the fault: from the message's first octet for a head, from the body's first octet for a body
 * @param fault the reason
 * @param expected what should have been there
 * @param got what was there, escaped
 */
public record Malformed(long offset, Fault fault, String expected, String got) {

    public Malformed {
        Objects.requireNonNull(fault, "fault");
        Objects.requireNonNull(expected, "expected");
        Objects.requireNonNull(got, "got");
        if (offset < 0) {
            throw new IllegalArgumentException("offset: " + offset + " (expected: >= 0)");
        }
    }

    /** One clause for people: {@code expected a field name, got "\x00" (octet 17, bad-name)}. */
    public String sentence() {
        return "expected " + expected + ", got " + got + " (octet " + offset + ", " + fault.code() + ")";
    }
}
