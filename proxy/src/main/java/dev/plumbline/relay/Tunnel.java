package dev.plumbline.relay;

import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.End;
import io.netty.buffer.ByteBuf;

/**
 * Octets carried unread in both headings, as they come: a CONNECT or an upgrade that is not decoded. Ends of input pass
 * through as well, each heading by itself (RFC 9110 §9.3.6).
 *
 * <p>Owned by: the client connection's event loop.
 */
final class Tunnel {
    private static final byte[] NO_HEAD = new byte[0];

    private final Exchange exchange;
    private final ClientLeg client;
    private final ServerLeg server;
    private final Stream toServer;
    private final Stream toClient;
    private boolean over;

    Tunnel(Exchange exchange, ClientLeg client, ServerLeg server) {
        this.exchange = exchange;
        this.client = client;
        this.server = server;
        toServer = new Stream(MessageKind.TUNNEL_TO_SERVER, client, server);
        toClient = new Stream(MessageKind.TUNNEL_TO_CLIENT, server, client);
    }

    Exchange exchange() {
        return exchange;
    }

    /** Puts both legs at the tunnel's service; what they read already goes first. */
    void open() {
        client.carry(this);
        server.carry(this);
    }

    void toServer(ByteBuf octets) {
        toServer.carry(octets);
    }

    void toClient(ByteBuf octets) {
        toClient.carry(octets);
    }

    boolean isServerReady() {
        return server.isActive() && server.isWritable();
    }

    boolean isClientReady() {
        return client.isActive() && client.isWritable();
    }

    void flushServer() {
        if (server.isActive()) {
            server.flush();
        }
    }

    void flushClient() {
        if (client.isActive()) {
            client.flush();
        }
    }

    void pumpServer() {
        server.pump();
    }

    void pumpClient() {
        client.pump();
    }

    void clientEnded() {
        ended(toServer, server);
    }

    void serverEnded() {
        ended(toClient, client);
    }

    private void ended(Stream stream, HttpLeg onwards) {
        if (!stream.ended) {
            stream.ended = true;
            onwards.endOutput(() -> {
                stream.delivered = true;
                if (toServer.delivered && toClient.delivered) {
                    over();
                }
            });
        }
    }

    void clientGone() {
        gone(client, server);
    }

    void serverGone() {
        gone(server, client);
    }

    private void gone(HttpLeg one, HttpLeg other) {
        if (!over && !one.tap.hasPeerClosed()) {
            other.reset("the other leg of the tunnel was reset");
        }
        over();
    }

    private void over() {
        if (over) {
            return;
        }
        over = true;
        toServer.tellEnd();
        toClient.tellEnd();
        exchange.tunnelOver();
        client.closeAfterWrites("the tunnel ended");
        server.closeAfterWrites("the tunnel ended");
    }

    /** One heading: told as one message on each leg, begun with the first octet. */
    private final class Stream {
        private final HttpLeg from;
        private final HttpLeg to;
        private final MessageLog in;
        private final MessageLog out;
        private boolean began;
        private boolean ended;
        /** All of it, its end too, has been accepted by the other socket. */
        private boolean delivered;
        private long octets;

        Stream(MessageKind kind, HttpLeg from, HttpLeg to) {
            this.from = from;
            this.to = to;
            in = exchange.log().message(from.tap.leg(), kind, 0);
            out = exchange.log().message(to.tap.leg(), kind, 0);
        }

        void carry(ByteBuf buffer) {
            if (!to.isActive()) {
                buffer.release();
                return;
            }
            if (!began) {
                began = true;
                long now = WallClock.now();
                in.began(from.id(), from.phase, from.plainIn, NO_HEAD, 0, now);
                out.began(to.id(), to.phase, to.plainOut, NO_HEAD, 0, now);
            }
            octets += buffer.readableBytes();
            to.writeAndForget(buffer);
        }

        void tellEnd() {
            if (began) {
                in.ended(from.plainIn, octets, ended ? End.COMPLETE : End.CUT);
                out.ended(to.plainOut, octets, delivered ? End.COMPLETE : End.CUT);
            }
        }
    }
}
