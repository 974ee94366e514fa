package dev.plumbline.fact;

import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Leg;

/**
 * Names one message on one leg.
 *
 * @param ordinal 0, but for {@link MessageKind#INTERIM}, of which there may be several: 0, 1, 2 …
 */
public record MessageKey(ExchangeId exchange, Leg leg, MessageKind kind, int ordinal) {
    public MessageKey(ExchangeId exchange, Leg leg, MessageKind kind) {
        this(exchange, leg, kind, 0);
    }

    @Override
    public String toString() {
        return exchange + " " + leg.word() + " " + kind.word() + (ordinal == 0 ? "" : "#" + ordinal);
    }

    // Written out: the ones made by the compiler are linked at run time, which costs each start milliseconds and each look-up a call.
    @Override
    public boolean equals(Object object) {
        return object instanceof MessageKey other && ordinal == other.ordinal && kind == other.kind && leg == other.leg && exchange.equals(other.exchange);
    }

    @Override
    public int hashCode() {
        return ((exchange.hashCode() * 2 + leg.ordinal()) * 8 + kind.ordinal()) * 31 + ordinal;
    }
}
