package dev.plumbline.relay;

import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.relay.http.Authority;
import dev.plumbline.relay.http.BodyScanner;
import dev.plumbline.relay.http.ErrorResponse;
import dev.plumbline.relay.http.Framing;
import dev.plumbline.relay.http.HeadParser;
import dev.plumbline.relay.http.Limits;
import dev.plumbline.relay.http.RequestHead;
import dev.plumbline.relay.http.RequestTarget;
import dev.plumbline.wire.ExchangeId;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The connection from a client: reads requests one after the other and finds each its origin. A pipelined request waits
 * until the one before it has been answered (RFC 9112 §9.3.2 asks for answers in order).
 *
 * <p>Owned by: the channel's event loop.
 */
final class ClientLeg extends HttpLeg {
    /** What the octets that come next are. */
    private enum Awaiting {
        REQUEST,
        /** The server leg is being opened: whatever comes waits. */
        SERVER_LEG,
        CONTENT,
        /** The request is complete: whatever comes belongs to the next one. */
        ANSWER,
        /** After our 200 to a CONNECT. */
        CLIENT_HELLO,
        TUNNEL,
        /** Nothing more is wanted: read and forgotten, so that our last answer is not lost to a reset (RFC 9112 §9.6). */
        END
    }

    private final Services services;
    private final HeadParser<RequestHead> heads = HeadParser.ofRequests(Limits.DEFAULTS);
    private final BodyScanner body = new BodyScanner(Limits.DEFAULTS);
    private final QuietWatch quiet = new QuietWatch();
    private ServerLegs servers;
    private Awaiting awaiting = Awaiting.REQUEST;
    private Exchange exchange;
    private ConnectRequest connect;
    private Tunnel tunnel;
    private int exchanges;
    private long headFirstAt;
    private long drained;
    /** Cancelled with the connection, which a timer would otherwise keep in memory. */
    private Future<?> drainLimit;

    ClientLeg(ConnectionTap tap, FactSink facts, Room.Share share, Services services) {
        super(tap, facts, share, services.backlog().share());
        this.services = services;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        super.handlerAdded(context);
        servers = new ServerLegs(services, context.channel().eventLoop(), facts, id());
        RelayOptions.Timeouts limits = services.options().timeouts();
        quiet.begin(context.channel().eventLoop(), Math.max(50, Math.min(limits.head(), limits.idle()) / 4), this::quietFor);
    }

    ServerLegs servers() {
        return servers;
    }

    @Override
    void consume(ByteBuf in) {
        switch (awaiting) {
            case REQUEST -> head(in);
            case CONTENT -> content(in);
            case CLIENT_HELLO -> connect.peek(in);
            case TUNNEL -> tunnelled(in);
            case END -> drain(in);
            default -> { }
        }
    }

    private void head(ByteBuf in) {
        if (!isWritable()) {
            return; // The client has answers to take first: who asks and does not read would have them all kept in memory.
        }
        if (headFirstAt == 0) {
            headFirstAt = waitingSinceAt();
            quiet.ends();
        }
        int before = in.readableBytes();
        HeadParser.Progress progress = heads.feed(in);
        plainIn += before - in.readableBytes();
        switch (progress) {
            case HEAD -> {
                long firstAt = headFirstAt;
                headFirstAt = 0;
                hasRoomFor(0);
                request(heads.takeHead(), firstAt);
            }
            case MALFORMED -> refuse(ErrorResponse.ofRequest(heads.malformed()));
            default -> {
                if (heads.isBetweenMessages()) {
                    headFirstAt = 0; // A blank line behind the last request's content begins none (RFC 9112 §2.2).
                } else if (!hasRoomFor(heads.held())) {
                    refuse(services.noRoom());
                }
            }
        }
    }

    private void refuse(ErrorResponse answer) {
        exchange = new Exchange(new ExchangeId(id(), ++exchanges), this, services);
        byte[] received = heads.received();
        heads.stop();
        hasRoomFor(0);
        awaiting = Awaiting.END;
        exchange.request().refused(received, connect == null ? "http" : "https", connect == null ? "" : connect.origin().authority(),
                plainIn - received.length, headFirstAt, answer);
    }

    private void request(RequestHead head, long firstAt) {
        exchange = new Exchange(new ExchangeId(id(), ++exchanges), this, services);
        awaiting = Awaiting.SERVER_LEG;
        long plainStart = plainIn - head.length();
        if (head.isMethod("CONNECT")) {
            connectRequest(head, plainStart, firstAt);
            return;
        }
        RequestTarget target = head.requestTarget();
        // In an intercepted tunnel its end, whatever the request says; otherwise what the absolute target names.
        Origin origin = connect != null ? connect.origin() : Origin.namedBy(target).orElse(null);
        String authority = Origin.askedFor(head, target, Optional.ofNullable(origin));
        String scheme = origin == null ? target.scheme().orElse("http") : origin.scheme();
        exchange.request().head(head, scheme, authority, target.path(), Role.MESSAGE, plainStart, firstAt);
        if (!exchange.hasRoomToBegin(head.length())) {
            exchange.fail(exchange.noRoom());
        } else if (origin == null) {
            exchange.fail(Failure.noOrigin(head, target, ctx.channel().localAddress()));
        } else if (services.pages().isOurs(origin.host())) {
            services.pages().answer(exchange, head);
        } else {
            body.begin(Framing.ofRequest(head));
            servers.obtain(origin, connect == null ? origin.host() : connect.tlsName(), new Attach(exchange));
        }
    }

    private void connectRequest(RequestHead head, long plainStart, long firstAt) {
        Authority target = head.requestTarget().authority().orElseThrow();
        Origin origin = new Origin(target.comparableHost(), target.port(), true);
        Role role = connect == null ? Role.INTERCEPTED_CONNECT : Role.MESSAGE;
        exchange.request().head(head, "http", target.toString(), target.toString(), role, plainStart, firstAt);
        if (!exchange.hasRoomToBegin(head.length())) {
            exchange.becomeTunnel("");
            exchange.fail(exchange.noRoom());
            return;
        }
        if (connect != null) {
            exchange.fail(new Failure(400, "nested-connect", "A CONNECT inside an intercepted connection is not supported."));
            return;
        }
        connect = new ConnectRequest(services, this, exchange, origin);
        connect.begin();
    }

    /** Joins the exchange to its server leg, unless it is over by then. */
    private final class Attach implements ServerLegs.Ready {
        private final Exchange waiting;

        Attach(Exchange waiting) {
            this.waiting = waiting;
        }

        @Override
        public void leg(ServerLeg leg) {
            if (exchange != waiting || !isActive()) {
                return;
            }
            awaiting = waiting.request().isReceived() ? Awaiting.ANSWER : Awaiting.CONTENT;
            waiting.attach(leg);
            pump();
        }

        @Override
        public void failed(Failure failure, Dial.Steps steps) {
            if (exchange == waiting && isActive()) {
                waiting.openedNothing(failure, steps);
            }
        }
    }

    private void content(ByteBuf in) {
        int octets = body.scan(in, exchange.request());
        plainIn += octets;
        ByteBuf slice = in.readRetainedSlice(octets);
        if (body.isMalformed()) {
            awaiting = Awaiting.END;
            exchange.request().broken(body, slice, ErrorResponse.ofRequest(body.malformed()));
        } else if (!hasRoomFor(body.held())) {
            awaiting = Awaiting.END;
            exchange.request().broken(body, slice, services.noRoom());
        } else if (body.isComplete()) {
            awaiting = Awaiting.ANSWER;
            exchange.request().complete(body, slice);
        } else {
            exchange.request().octets(slice);
        }
    }

    /**
     * The exchange is over as far as its octets go.
     *
     * @param keeps whether the connection may carry another
     * @param requestDone whether the whole request was read
     */
    void exchangeFinished(boolean keeps, boolean requestDone) {
        exchange = null;
        quiet.ends();
        if (keeps && !(hasInputEnded() && !hasWaiting())) {
            awaiting = Awaiting.REQUEST;
            resume();
        } else {
            end(requestDone ? "the exchange ended the connection" : "answered before the request was complete");
        }
    }

    /** Not at once: we may be deep in the reading of either leg. */
    private void resume() {
        if (hasWaiting()) {
            ctx.channel().eventLoop().execute(this::pump);
        } else {
            pump();
        }
    }

    private void end(String why) {
        awaiting = Awaiting.END;
        tap.because(why);
        if (hasInputEnded()) {
            closeAfterWrites(why);
            return;
        }
        stopListening();
        // The time to drain begins when all has left: however slowly the client reads, it is not cut short.
        endOutput(() -> drainLimit = ctx.channel().eventLoop().schedule(
                () -> close(why), services.options().timeouts().drain(), TimeUnit.MILLISECONDS));
        pump();
    }

    private void drain(ByteBuf in) {
        int octets = in.readableBytes();
        drained += octets;
        in.skipBytes(octets);
        if (drained > ServerLimits.DRAINED_OCTETS) {
            close("it went on sending after its answer");
        }
    }

    /** There will be no tunnel: requests on this connection go where they say themselves. */
    void connectFailed() {
        connect = null;
    }

    void awaitHello() {
        awaiting = Awaiting.CLIENT_HELLO;
        exchange = null;
        quiet.ends();
        resume();
    }

    /** The TLS phase begins; what comes above it are requests again. */
    void awaitRequests() {
        awaiting = Awaiting.REQUEST;
        headFirstAt = 0;
        quiet.ends();
    }

    /** What was peeked at waits until the leaf is there. */
    void holdHello() {
        awaiting = Awaiting.SERVER_LEG;
    }

    void carry(Tunnel opaque) {
        tunnel = opaque;
        exchange = null;
        awaiting = Awaiting.TUNNEL;
        resume();
    }

    private void tunnelled(ByteBuf in) {
        int octets = in.readableBytes();
        tunnel.toServer(in.readRetainedSlice(octets));
        plainIn += octets;
    }

    @Override
    boolean wantsMore() {
        return switch (awaiting) {
            case REQUEST -> isWritable();
            case CLIENT_HELLO, END -> true;
            case CONTENT -> exchange.isServerReady();
            case TUNNEL -> tunnel.isServerReady();
            // One read ahead, so that a client that goes away is noticed.
            case ANSWER, SERVER_LEG -> !hasWaiting();
        };
    }

    @Override
    void inputEnded() {
        switch (awaiting) {
            case REQUEST -> {
                if (!hasWaiting()) {
                    closeAfterWrites(headFirstAt == 0 ? "" : "the client closed it inside a request");
                }
            }
            case CONTENT -> {
                exchange.clientGone();
                reset("the client closed it inside a request");
            }
            case CLIENT_HELLO -> connect.clientEnded();
            case TUNNEL -> tunnel.clientEnded();
            case END -> closeAfterWrites("");
            // Half-closed: it may still be waiting for the answer.
            case ANSWER, SERVER_LEG -> { }
        }
    }

    @Override
    void gone(String why) {
        if (tunnel != null) {
            tunnel.clientGone();
        }
        if (connect != null) {
            connect.clientGone();
        }
        if (exchange != null) {
            exchange.clientGone();
        }
        exchange = null;
        quiet.stop();
        if (drainLimit != null) {
            drainLimit.cancel(false);
        }
        servers.closeAll("the client connection ended", tap.isShuttingDown());
    }

    @Override
    void outputLost() {
        close("");
    }

    /** The proxy stops. What was on its way to the client is cut so that its end cannot be taken for the message's. */
    void stop() {
        tap.shuttingDown();
        if (tunnel != null || (exchange == null ? awaiting == Awaiting.END && tap.hasUnsent() : exchange.wouldLookWhole(tap.hasUnsent()))) {
            reset("");
        } else {
            close("");
        }
    }

    @Override
    void flushOther() {
        if (tunnel != null) {
            tunnel.flushServer();
        } else if (exchange != null) {
            exchange.flushServer();
        }
    }

    @Override
    void writable() {
        if (tunnel != null) {
            tunnel.pumpServer();
        } else if (exchange != null) {
            exchange.pumpServer();
        } else {
            pump();
        }
    }

    /** Silence counts only where it is the client's turn. */
    private void quietFor(long millis) {
        RelayOptions.Timeouts limits = services.options().timeouts();
        if (awaiting == Awaiting.REQUEST && headFirstAt != 0 && millis > limits.head()) {
            refuse(ErrorResponse.of(408, "request-timeout", "The request's head was not complete within " + limits.head() / 1000 + " s.").closing());
        } else if ((awaiting == Awaiting.REQUEST || awaiting == Awaiting.CLIENT_HELLO) && millis > limits.idle() && !tap.hasUnsent()) {
            close("idle for " + limits.idle() / 1000 + " s");
        }
    }
}
