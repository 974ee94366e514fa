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
}
