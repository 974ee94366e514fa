package dev.plumbline.analyze;

import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Leg;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether an exchange came on a new connection or on one that had carried others, and why a new one.
 *
 * @param connection the one it came on
 * @param before the exchange that this connection carried before; empty when it is new
 * @param idleNanos how long the connection lay idle before this exchange; −1 when it is new; 0 when the exchange before had not ended
 * @param whyNew empty when it is not new
 */
public record Reuse(Leg leg, ConnectionId connection, Optional<ExchangeId> before, long idleNanos, Optional<WhyNew> whyNew) {

    public boolean isNew() {
        return before.isEmpty();
    }

    /** Why a connection of its own. */
    public enum Cause {
        /** There was none before: to this origin for this client, or from this client's address. */
        FIRST,
        /** The one before was closed. */
        CLOSED,
        /** The one before was busy with an exchange. */
        BUSY,
        /** The one before never came to be: refused, unanswered, or its TLS failed. */
        FAILED,
        /** The one before was open and idle, and was not used. */
        UNUSED;

        /** For programs. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Who ended a connection. */
    public enum Closer {
        CLIENT,
        ORIGIN,
        PROXY,
        UNKNOWN;

        /** For people and for programs. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Why a connection is new.
     *
     * @param previous the one before: to the same origin for the same client, or from the same client address
     * @param by who closed it; UNKNOWN unless the cause is CLOSED
     * @param how {@code fin}, {@code rst}, {@code unknown}
     * @param idleNanos how long it had been idle when it was closed; −1 when that is not known or it carried nothing
     * @param reason the proxy's own reason, or why it failed; empty when there is none
     */
    public record WhyNew(Cause cause, Optional<ConnectionId> previous, Closer by, String how, long idleNanos, String reason) {
        static final WhyNew FIRST = new WhyNew(Cause.FIRST, Optional.empty(), Closer.UNKNOWN, "unknown", -1, "");

        public static WhyNew first() {
            return FIRST;
        }

        /** {@code first}, {@code the origin closed c4 after 5.0 s idle (fin)}, {@code c4 was busy}. */
        public String text() {
            String one = previous.map(ConnectionId::toString).orElse("the one before");
            return switch (cause) {
                case FIRST -> "first";
                case BUSY -> one + " was busy";
                case UNUSED -> one + " was idle and not used";
                case FAILED -> one + " failed" + (reason.isEmpty() ? "" : ": " + reason);
                case CLOSED -> closer() + " closed " + one + (idleNanos < 0 ? "" : " after " + AnnotationText.duration(idleNanos) + " idle")
                        + (how.equals("unknown") ? "" : " (" + how + ")");
            };
        }

        private String closer() {
            return by == Closer.UNKNOWN ? "somebody" : "the " + by.word();
        }
    }
}
