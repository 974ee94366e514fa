package dev.plumbline.relay;

import dev.plumbline.ca.Leaf;
import dev.plumbline.relay.tls.ClientHello;
import dev.plumbline.relay.tls.ClientHelloPeek;
import dev.plumbline.relay.tls.ServerIdentity;
import dev.plumbline.relay.tls.TlsFailure;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * A CONNECT (RFC 9110 §9.3.6): opens the server leg, says 200, looks at what the client says first, and then reads into
 * the tunnel if that is TLS we may read, or carries it unread.
 *
 * <pre>
 *  begin ─▶ server leg open ─▶ 200 ─▶ peek ─┬─ ClientHello ─▶ leaf ─▶ TLS on both legs ─▶ requests
 *                                           └─ anything else, passthrough ─▶ tunnel
 * </pre>
 *
 * <p>Owned by: the client connection's event loop.
 */
final class ConnectRequest {
    private static final byte[] ESTABLISHED = "HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Services services;
    private final ClientLeg client;
    private final Exchange exchange;
    private final Origin origin;
    private final ClientHelloPeek hello = new ClientHelloPeek();
    private ServerLeg server;
    private String tlsName;
    private boolean over;

    ConnectRequest(Services services, ClientLeg client, Exchange exchange, Origin origin) {
        this.services = services;
        this.client = client;
        this.exchange = exchange;
        this.origin = origin;
        this.tlsName = origin.host();
    }

    /** Where everything inside the tunnel goes. */
    Origin origin() {
        return origin;
    }

    /** The name to ask the origin for: what the client asked us for, else the CONNECT's. */
    String tlsName() {
        return tlsName;
    }

    void begin() {
        if (services.pages().isOurs(origin.host())) {
            established();
            return;
        }
        client.servers().dial(origin, new ServerLegs.Ready() {
            @Override
            public void leg(ServerLeg leg) {
                server = leg;
                established();
            }

            @Override
            public void failed(Failure failure, Dial.Steps steps) {
                if (client.isActive()) {
                    failedToOpen(failure, steps);
                }
            }
        });
    }

    /** The client may go on with the connection as if it had never asked. */
    private void failedToOpen(Failure failure, Dial.Steps steps) {
        over = true;
        client.connectFailed();
        exchange.becomeTunnel("");
        exchange.openedNothing(failure, steps);
    }

    private void established() {
        if (!client.isActive()) {
            return;
        }
        exchange.established(ESTABLISHED, server);
        if (server != null) {
            // Whoever speaks first in there: if it is the server, it is not TLS.
            server.awaitTunnel(this);
        }
        client.awaitHello();
    }

    /** Looks at what came so far without using it up. */
    void peek(ByteBuf in) {
        ClientHelloPeek.Result result = hello.inspect(in);
        if (result instanceof ClientHelloPeek.Found found) {
            found(found.hello());
        } else if (!(result instanceof ClientHelloPeek.Incomplete)) {
            tunnel("");
        } else if (!client.hasRoomFor(hello.held() + in.readableBytes())) {
            over = true;
            exchange.connectFailed(exchange.noRoom().code(), exchange.noRoom().sentence());
            client.reset(exchange.noRoom().code());
        }
    }

    private void found(ClientHello said) {
        client.hasRoomFor(0);
        String sni = said.serverName().orElse("");
        if (services.options().passthrough().matches(origin.host(), origin.port())
                || !sni.isEmpty() && services.options().passthrough().matches(sni, origin.port())) {
            tunnel(sni);
            return;
        }
        if (!sni.isEmpty()) {
            tlsName = sni;
        }
        client.holdHello();
        if (server != null) {
            server.stopAwaitingTunnel();
            server.secure(client.id(), tlsName);
        }
        Optional<Leaf> known = services.leaves().cached(tlsName);
        if (known.isPresent()) {
            intercept(known.get(), said.serverName());
            return;
        }
        services.leaves().leaf(tlsName).whenComplete((leaf, failure) -> client.ctx.channel().eventLoop().execute(() -> {
            if (failure != null) {
                over = true;
                exchange.connectFailed("no-certificate", "No certificate could be made for " + tlsName + ": " + failure.getMessage() + ".");
                client.reset("no certificate could be made for it");
            } else if (client.isActive()) {
                intercept(leaf, said.serverName());
            }
        }));
    }

    private void intercept(Leaf leaf, Optional<String> sni) {
        client.awaitRequests();
        SecuredLeg.begin(
                client, client.id(), log -> services.serverTls().newEnd(client.ctx.alloc(), new LeafIdentity(leaf), sni, log),
                services.options().timeouts().tlsHandshake(), sni.orElse(""), client.takeWaiting(), this::clientSecured);
        client.pump();
    }

    private void clientSecured(Optional<TlsFailure> failure) {
        over = true;
        if (failure.isPresent()) {
            TlsFailure why = failure.get();
            String hint = why.kind() == TlsFailure.Kind.CERTIFICATE_REFUSED ? " Is the CA trusted there? See: plumbline ca show" : "";
            exchange.connectFailed("client-tls-failed", "TLS with the client failed: " + why.reason() + "." + hint);
            client.close("TLS with the client failed");
        } else {
            exchange.connectOver();
            client.pump();
        }
    }

    /** The server spoke first, or the client spoke something else than TLS, or its TLS is not to be read. */
    void tunnel(String sni) {
        if (over) {
            return;
        }
        over = true;
        if (server == null) {
            exchange.connectFailed("not-tls", "Only HTTPS is served there.");
            client.close("not TLS");
            return;
        }
        server.stopAwaitingTunnel();
        exchange.becomeTunnel(sni);
        new Tunnel(exchange, client, server).open();
    }

    void clientEnded() {
        if (server != null && !over) {
            tunnel("");
        } else if (!over) {
            client.close("");
        }
    }

    void clientGone() {
        if (!over) {
            over = true;
            exchange.clientLost("it was known what the tunnel is for");
            exchange.connectOver();
        }
    }

    /** A leaf as the TLS package wants it. */
    private record LeafIdentity(Leaf leaf) implements ServerIdentity {
        @Override
        public String id() {
            return leaf.host() + "#" + leaf.certificate().getSerialNumber().toString(36);
        }

        @Override
        public List<X509Certificate> chain() {
            return List.of(leaf.certificate());
        }

        @Override
        public PrivateKey privateKey() {
            return leaf.key();
        }
    }
}
