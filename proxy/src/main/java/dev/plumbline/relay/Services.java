package dev.plumbline.relay;

import dev.plumbline.ca.LeafCache;
import dev.plumbline.relay.tls.OriginTls;
import dev.plumbline.relay.tls.ServerTls;
import dev.plumbline.wire.ConnectionId;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all connections of one relay share.
 *
 * @param ids counts the connections of both legs
 * @param pages what the proxy itself serves
 */
record Services(
        RelayOptions options, Resolver resolver, LocalPorts ports, OwnListeners own, AtomicInteger ids, LeafCache leaves,
        ServerTls serverTls, OriginTls originTls, LocalPages pages) {
    ConnectionId nextConnection() {
        return new ConnectionId(ids.incrementAndGet());
    }
}
