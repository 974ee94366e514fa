package dev.plumbline.recording;

import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.wire.Leg;
import java.util.function.Consumer;

/**
 * Walks the exchanges of one connection and finds the gaps between them.
 *
 * <p>Owned by: one thread.
 */
final class ConnectionStory {
    private final ConnectionRow connection;
    private final Consumer<ConnectionUse> each;
    private int nth;
    private long freeSince;

    ConnectionStory(ConnectionRow connection, Consumer<ConnectionUse> each) {
        this.connection = connection;
        this.each = each;
        this.freeSince = connection.establishedAt() < 0 ? connection.openedAt() : connection.establishedAt();
    }

    void tell(Recording recording) {
        recording.exchangesOf(connection.id(), row -> {
            if (row.role() == Role.INTERCEPTED_CONNECT) {
                freeSince = Math.max(freeSince, lastAt(row));
            } else {
                tell(row);
            }
        });
    }

    private void tell(ExchangeRow row) {
        long began = firstAt(row, connection.leg());
        long ended = lastAt(row);
        each.accept(new ConnectionUse(row.id(), ++nth, began, ended, Math.max(0, began - freeSince)));
        freeSince = ended < 0 ? Long.MAX_VALUE : Math.max(freeSince, ended);
    }

    /** When it began on a leg: its request's first octet there. */
    static long firstAt(ExchangeRow row, Leg leg) {
        return row.message(leg, MessageKind.REQUEST).map(MessageRow::firstAt).orElse(row.beganAt());
    }

    /** When a leg was free again: the last octet of either message there, as our sockets saw it; −1 while the exchange goes on. */
    private long lastAt(ExchangeRow row) {
        return lastAt(row, connection.leg());
    }

    static long lastAt(ExchangeRow row, Leg leg) {
        if (!row.ended()) {
            return -1;
        }
        long last = row.messages().stream().filter(m -> m.key().leg() == leg).mapToLong(MessageRow::lastAt).max().orElse(-1);
        return last < 0 ? row.endedAt() : last;
    }
}
