package dev.plumbline.relay;

import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.Timing;
import dev.plumbline.relay.http.BodyScanner;
import dev.plumbline.relay.http.Framing;
import dev.plumbline.relay.http.HeadParser;
import dev.plumbline.relay.http.Limits;
import dev.plumbline.relay.http.ResponseHead;
import dev.plumbline.relay.tls.TlsFailure;
import dev.plumbline.wire.ConnectionId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The connection to an origin: reads responses, one exchange after the other. Belongs to one client connection for life.
 *
 * <p>Owned by: the client connection's event loop.
 */
final class ServerLeg extends HttpLeg {
    private final Services services;
    private final Origin origin;
    private final HeadParser<ResponseHead> heads = HeadParser.ofResponses(Limits.DEFAULTS);
    private final BodyScanner body = new BodyScanner(Limits.DEFAULTS);
    private final Consumer<ServerLeg> onGone;
    private Dial.Steps dialSteps;
    private long tlsStartAt = Timing.NEVER;
    private long tlsEndAt = Timing.NEVER;
    private Exchange exchange;
    private Tunnel tunnel;
    private ConnectRequest connect;
    private boolean failureTold;
    private boolean inBody;
    private long headFirstAt;
    private boolean securing;
    private Optional<TlsFailure> tlsFailure = Optional.empty();
    private Runnable whenSecured;

    /** @param onGone called when the connection is gone, after its exchange has been told */
    ServerLeg(ConnectionTap tap, FactSink facts, Room.Share share, Services services, Origin origin, Dial.Steps steps, Consumer<ServerLeg> onGone) {
        super(tap, facts, share, services.backlog().share());
        this.services = services;
        this.origin = origin;
        this.dialSteps = steps;
        this.onGone = onGone;
    }

    Origin origin() {
        return origin;
    }

    /** Begins TLS; {@link #whenSecured} hears of the end. */
    void secure(ConnectionId client, String name) {
        securing = true;
        tlsStartAt = WallClock.now();
        SecuredLeg.begin(
                this, client, log -> services.originTls().newEnd(ctx.alloc(), name, origin.port(), log),
                services.options().timeouts().tlsHandshake(), name, Unpooled.EMPTY_BUFFER, this::secured);
        ctx.read();
    }

    private void secured(Optional<TlsFailure> failure) {
        securing = false;
        tlsEndAt = WallClock.now();
        tlsFailure = failure;
        failure.ifPresent(why -> tap.because("TLS failed: " + why.reason()));
        if (whenSecured != null) {
            Runnable next = whenSecured;
            whenSecured = null;
            next.run();
        }
    }

    /** Runs {@code next} at once unless TLS is still being agreed upon, otherwise when that has ended. */
    void whenSecured(Runnable next) {
        if (securing) {
            whenSecured = next;
        } else {
            next.run();
        }
    }

    Optional<TlsFailure> tlsFailure() {
        return tlsFailure;
    }

    boolean hasTlsFailureToTell() {
        return tlsFailure.isPresent() && !failureTold;
    }

    /** Whether somebody has yet to be told that TLS failed; true once. */
    boolean takeTlsFailure() {
        boolean news = hasTlsFailureToTell();
        failureTold |= news;
        return news;
    }

    /** Until the client has shown what the tunnel is, an origin that speaks first settles the question. */
    void awaitTunnel(ConnectRequest request) {
        connect = request;
        pump();
    }

    void stopAwaitingTunnel() {
        connect = null;
    }

    /** For people: how the origin ended it. */
    String howEnded() {
        return tap.hasPeerClosed() && !tap.wasReset() ? "closed" : "reset";
    }

    /** Tells what came of a head that ends here. @return its octets; 0 if none has begun */
    int tellCutHead() {
        byte[] received = headFirstAt == 0 ? new byte[0] : heads.received();
        if (received.length > 0) {
            exchange.response().headCut(received, plainIn - received.length, headFirstAt);
        }
        return received.length;
    }

    boolean isIdle() {
        return canServe() && connect == null && !securing;
    }

    /** Whether it can be given an exchange, be it when TLS has been agreed upon. */
    boolean canServe() {
        return exchange == null && tunnel == null && isActive() && !isClosing() && !hasInputEnded();
    }

    /** Takes on the next exchange, which also gets the time that opening this connection took if it is the first. */
    void begin(Exchange next) {
        exchange = next;
        inBody = false;
        headFirstAt = 0;
        if (dialSteps != null) {
            next.openedFor(dialSteps, tlsStartAt, tlsEndAt);
            dialSteps = null;
        }
    }

    /** The exchange is over; whatever comes before the next one was not asked for. */
    void release() {
        exchange = null;
        pump();
    }

    void carry(Tunnel opaque) {
        exchange = null;
        tunnel = opaque;
        if (dialSteps != null) {
            opaque.exchange().openedFor(dialSteps, tlsStartAt, tlsEndAt);
            dialSteps = null;
        }
        pump();
    }

    @Override
    void consume(ByteBuf in) {
        if (connect != null) {
            connect.tunnel("");
        }
        if (tunnel != null) {
            int octets = in.readableBytes();
            tunnel.toClient(in.readRetainedSlice(octets));
            plainIn += octets;
        } else if (exchange == null || exchange.isAnswered()) {
            in.skipBytes(in.readableBytes());
            close("the origin sent octets that nobody had asked for");
        } else if (inBody) {
            body(in);
        } else {
            head(in);
        }
    }

    private void head(ByteBuf in) {
        if (headFirstAt == 0) {
            headFirstAt = WallClock.now();
        }
        int before = in.readableBytes();
        HeadParser.Progress progress = heads.feed(in);
        plainIn += before - in.readableBytes();
        switch (progress) {
            case HEAD -> {
                ResponseHead head = heads.takeHead();
                long firstAt = headFirstAt;
                headFirstAt = 0;
                hasRoomFor(0);
                exchange.response().head(head, plainIn - head.length(), firstAt);
            }
            case MALFORMED -> {
                byte[] received = heads.received();
                in.skipBytes(in.readableBytes());
                exchange.response().refused(heads.malformed(), received, plainIn - received.length, headFirstAt);
            }
            default -> {
                if (!hasRoomFor(heads.held())) {
                    tellCutHead();
                    exchange.serverFault(services.room().failure());
                }
            }
        }
    }

    /** Called back by the exchange on a final response: its body comes next. */
    void expectBody(Framing framing) {
        body.begin(framing);
        inBody = true;
        if (body.isComplete()) {
            inBody = false;
            exchange.response().complete(body, Unpooled.EMPTY_BUFFER);
        }
    }

    boolean hasBegunLastChunk() {
        return body.hasBegunLastChunk();
    }

    private void body(ByteBuf in) {
        int octets = body.scan(in, exchange.response());
        plainIn += octets;
        ByteBuf slice = in.readRetainedSlice(octets);
        if (body.isMalformed()) {
            in.skipBytes(in.readableBytes());
            inBody = false;
            exchange.response().broken(body, slice, "bad-response", "The origin's response broke off: " + body.malformed().sentence() + ".");
        } else if (!hasRoomFor(body.held())) {
            in.skipBytes(in.readableBytes());
            inBody = false;
            exchange.response().broken(body, slice, services.room().failure().code(), services.room().failure().sentence());
        } else if (body.isComplete()) {
            inBody = false;
            exchange.response().complete(body, slice);
        } else if (octets > 0) {
            exchange.response().octets(slice);
        } else {
            ReferenceCountUtil.release(slice);
        }
    }

    @Override
    boolean wantsMore() {
        if (tunnel != null) {
            return tunnel.isClientReady();
        }
        return exchange == null || exchange.isClientReady();
    }

    @Override
    void inputEnded() {
        if (connect != null) {
            connect.tunnel("");
        }
        if (tunnel != null) {
            tunnel.serverEnded();
        } else if (exchange == null) {
            close("the origin closed it while idle");
        } else {
            endOfStream();
        }
    }

    private void endOfStream() {
        Exchange current = exchange;
        if (inBody && body.onEof() == BodyScanner.End.COMPLETE && hasInputEndedInOrder()) {
            inBody = false;
            current.response().complete(body, Unpooled.EMPTY_BUFFER);
        } else {
            boolean wasInBody = inBody;
            inBody = false;
            current.serverEnded(wasInBody ? body : null, plainIn);
        }
    }

    @Override
    void gone(String why) {
        securing = false;
        if (connect != null) {
            connect.tunnel("");
        }
        if (tunnel != null) {
            tunnel.serverGone();
        } else if (exchange != null) {
            Exchange current = exchange;
            boolean wasInBody = inBody;
            inBody = false;
            current.serverEnded(wasInBody ? body : null, plainIn);
        }
        exchange = null;
        onGone.accept(this);
    }

    @Override
    void outputLost() {
        if (exchange == null || hasInputEnded() && !hasWaiting()) {
            close("");
        }
    }

    @Override
    void flushOther() {
        if (tunnel != null) {
            tunnel.flushClient();
        } else if (exchange != null) {
            exchange.flushClient();
        }
    }

    @Override
    void writable() {
        if (tunnel != null) {
            tunnel.pumpClient();
        } else if (exchange != null) {
            exchange.pumpClient();
        }
    }
}
