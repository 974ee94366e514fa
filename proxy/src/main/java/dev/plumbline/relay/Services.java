package dev.plumbline.relay;

import dev.plumbline.ca.LeafCache;
import dev.plumbline.relay.http.ErrorResponse;
import dev.plumbline.relay.tls.OriginTls;
import dev.plumbline.relay.tls.ServerTls;
import dev.plumbline.wire.ConnectionId;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all connections of one relay share.
 *
 * @param ids counts the connections of both legs
 * @param pages what the proxy itself serves
 * @param room the memory there is for them
 * @param backlog what they have read and not passed on yet
 */
record Services(
        RelayOptions options, Resolver resolver, LocalPorts ports, OwnListeners own, AtomicInteger ids, LeafCache leaves,
        ServerTls serverTls, OriginTls originTls, LocalPages pages, Room room, Backlog backlog) {
    /** What a client hears whose message there is no room for; nothing can be read behind it. */
    ErrorResponse noRoom() {
        Failure why = room.failure();
        return ErrorResponse.of(why.status(), why.code(), why.sentence()).closing();
    }

    ConnectionId nextConnection() {
        return new ConnectionId(ids.incrementAndGet());
    }
}
