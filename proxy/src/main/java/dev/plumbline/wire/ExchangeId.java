package dev.plumbline.wire;

import java.util.Optional;

/**
 * An exchange: the client connection it came in on and its place there, written {@code c1.2}.
 *
 * @param client the client-leg connection
 * @param index from 1, in the order of the requests on that connection
 */
public record ExchangeId(ConnectionId client, int index) {
    public ExchangeId {
        if (index < 1) {
            throw new IllegalArgumentException("exchange index: " + index + " (expected: >= 1)");
        }
    }

    /** Reads {@code c1.2}; empty when {@code text} is not of that form. */
    public static Optional<ExchangeId> parse(String text) {
        if (!text.matches("c[1-9][0-9]{0,8}\\.[1-9][0-9]{0,8}")) {
            return Optional.empty();
        }
        int dot = text.indexOf('.');
        return Optional.of(new ExchangeId(
                new ConnectionId(Integer.parseInt(text, 1, dot, 10)),
                Integer.parseInt(text, dot + 1, text.length(), 10)));
    }

    @Override
    public String toString() {
        return client + "." + index;
    }

    // Written out: the ones made by the compiler are linked at run time, which costs each start milliseconds and each look-up a call.
    @Override
    public boolean equals(Object object) {
        return object instanceof ExchangeId other && index == other.index && client.equals(other.client);
    }

    @Override
    public int hashCode() {
        return 31 * client.hashCode() + index;
    }
}
