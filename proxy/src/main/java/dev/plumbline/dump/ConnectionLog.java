package dev.plumbline.dump;

import dev.plumbline.fact.Fact;
import dev.plumbline.fact.FactSink;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FourTuple;
import java.util.Optional;

/**
 * What is told of one connection: its facts, and why it was not read, if it was not.
 *
 * <p>Owned by: the importing thread.
 */
final class ConnectionLog {
    final ConnectionId id;
    final FourTuple tuple;
    private final FactSink facts;
    private Optional<Unread> unread = Optional.empty();
    private String reason = "";
    private int exchanges;
    private int intercepted;

    ConnectionLog(ConnectionId id, FourTuple tuple, FactSink facts) {
        this.id = id;
        this.tuple = tuple;
        this.facts = facts;
    }

    void tell(Fact fact) {
        facts.accept(fact);
    }

    ExchangeId nextExchange() {
        return new ExchangeId(id, ++exchanges);
    }

    int exchanges() {
        return exchanges;
    }

    /** One of them is the CONNECT of a tunnel that is read into. */
    void intercepts() {
        intercepted++;
    }

    /** Its exchanges without the CONNECTs of tunnels that were read into. */
    int found() {
        return exchanges - intercepted;
    }

    /** From here on it is not read; the first reason stands, but for one that ends nothing. */
    void unread(Unread why, String details) {
        if (unread.isEmpty() || unread.get() == Unread.INTERIMS && why != Unread.INTERIMS) {
            unread = Optional.of(why);
            reason = details;
        }
    }

    /** What kept it from ever carrying anything: no matter then that it could not have been read. */
    void failed(Unread why, String details) {
        unread = Optional.of(why);
        reason = details;
    }

    Optional<Unread> unread() {
        return unread;
    }

    /** One line for a person; empty when there is nothing to say. */
    String reason() {
        return reason;
    }
}
