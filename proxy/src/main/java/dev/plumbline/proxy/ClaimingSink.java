package dev.plumbline.proxy;

import dev.plumbline.capture.Claims;
import dev.plumbline.fact.Fact;
import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.RelayFact.ConnectionClosed;
import dev.plumbline.fact.RelayFact.ConnectionOpened;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.FourTuple;
import java.util.HashMap;
import java.util.Map;

/**
 * Lets the captures know which connections are ours, as the relay tells of them on their way to the record: the two do
 * not know each other.
 *
 * <p>Owned by: one event loop, like the sink behind it.
 */
final class ClaimingSink implements FactSink {
    private final FactSink next;
    private final Claims claims;
    private final Map<ConnectionId, FourTuple> open = new HashMap<>();

    ClaimingSink(FactSink next, Claims claims) {
        this.next = next;
        this.claims = claims;
    }

    @Override
    public void accept(Fact fact) {
        if (fact instanceof ConnectionOpened opened) {
            open.put(opened.id(), opened.tuple());
            claims.claim(opened.tuple());
        } else if (fact instanceof ConnectionClosed closed) {
            FourTuple tuple = open.remove(closed.id());
            if (tuple != null) {
                claims.release(tuple);
            }
        }
        next.accept(fact);
    }

    @Override
    public int reserveContent(int octets) {
        return next.reserveContent(octets);
    }
}
