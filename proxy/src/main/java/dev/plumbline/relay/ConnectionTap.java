package dev.plumbline.relay;

import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.fact.RelayFact.ConnectionClosed;
import dev.plumbline.fact.TcpInfo;
import dev.plumbline.relay.tls.ChannelFault;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.util.Optional;

/**
 * Sits first in the pipeline of every connection from its first moment: counts the octets of TCP payload in both
 * headings, and tells the end of the connection. Touches nothing that passes.
 *
 * <p>Owned by: the channel's event loop.
 * <p>Units: octets since the one after the SYN, so a count is a {@code StreamOffset}.
 */
final class ConnectionTap extends ChannelDuplexHandler {
    private final ConnectionId id;
    private final Leg leg;
    private final ConnectionId client;
    private final FactSink facts;
    private long in;
    private long out;
    /** What of {@code out} had been written when it was last flushed; the rest the channel has not tried to send. */
    private long flushed;
    private boolean peerClosed;
    private boolean closing;
    private boolean endedFirst;
    private boolean connected;
    private boolean shutdown;
    private String reason = "";
    private IOException error;
    private Optional<TcpInfo> lastInfo = Optional.empty();
    private ChannelHandlerContext ctx;

    ConnectionTap(ConnectionId id, Leg leg, ConnectionId client, FactSink facts) {
        this.id = id;
        this.leg = leg;
        this.client = client;
        this.facts = facts;
        this.connected = leg == Leg.CLIENT;
    }

    ConnectionId id() {
        return id;
    }

    Leg leg() {
        return leg;
    }

    /** Octets that have gone by in that heading. */
    long count(Heading heading) {
        boolean inbound = (leg == Leg.CLIENT) == (heading == Heading.TO_SERVER);
        return inbound ? in : out;
    }

    /** Whether the peer has sent its FIN. */
    boolean hasPeerClosed() {
        return peerClosed;
    }

    /** Whether the kernel said that the peer reset it. Reading may find an orderly end all the same, when a write was told first. */
    boolean wasReset() {
        for (Throwable at = error; at != null; at = at.getCause()) {
            if (ChannelFault.isErrno(at, ChannelFault.CONNECTION_RESET)) {
                return true;
            }
        }
        return false;
    }

    /** The peer has said good-bye in a way the socket does not show: with close_notify. */
    void peerEnded() {
        peerClosed |= !closing;
    }

    /** Says why we are about to close; the first reason given stays. */
    void because(String why) {
        if (reason.isEmpty()) {
            reason = why;
        }
    }

    /** We are about to send FIN, and go on reading. */
    void endingOutput() {
        endedFirst |= !peerClosed;
    }

    /** The proxy is stopping: what closes now closes for that. */
    void shuttingDown() {
        shutdown = true;
    }

    boolean isShuttingDown() {
        return shutdown;
    }

    /** Whether some of what was given to the channel has not been taken by the kernel. */
    boolean hasUnsent() {
        return out > flushed || unsent(ctx.channel().unsafe().outboundBuffer()) > 0;
    }

    /** Done when all that was given to the channel so far has been sent. */
    ChannelFuture afterWrites() {
        flushed = out;
        return ctx.writeAndFlush(Unpooled.EMPTY_BUFFER);
    }

    /** Resets the connection, past everything that would still say good-bye: with RST, and under TLS without close_notify. */
    void reset() {
        if (!ctx.channel().isOpen()) {
            return; // It has ended while we were asked to: there is no socket left to set anything of.
        }
        ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        close(ctx, ctx.newPromise());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        connected = true;
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        in += ((ByteBuf) message).readableBytes();
        ctx.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        out += ((ByteBuf) message).readableBytes();
        ctx.write(message, promise);
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        flushed = out;
        context.flush();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            peerEnded();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // Behind our own close it is only that what we had left could not be sent any more.
        if (cause instanceof IOException io && error == null && !closing) {
            error = io;
        }
        ctx.fireExceptionCaught(cause);
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (!closing) {
            closing = true;
            out = flushed - unsent(ctx.channel().unsafe().outboundBuffer());
            lastInfo = SocketInfo.of(ctx.channel());
        }
        ctx.close(promise);
    }

    /** Octets that were flushed and that the kernel has not taken: closing the channel drops them. */
    private static long unsent(ChannelOutboundBuffer buffer) {
        if (buffer == null) {
            return 0;
        }
        long[] octets = new long[1];
        try {
            buffer.forEachFlushedMessage(message -> {
                octets[0] += ((ByteBuf) message).readableBytes();
                return true;
            });
        } catch (Exception e) {
            throw new IllegalStateException("the outbound buffer could not be read", e);
        }
        return octets[0];
    }

    /** Passed on first: whoever still has something to say of this connection says it before its end. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ctx.fireChannelInactive();
        if (connected) {
            tellClosed(how());
        }
    }

    /** For a connection that never became active, whose channel tells nobody. */
    void tellNotConnected(String why) {
        because(why);
        tellClosed(Close.NOT_CONNECTED);
    }

    private void tellClosed(Close how) {
        if (reason.isEmpty() && error != null) {
            reason = ChannelFault.said(error);
        }
        facts.accept(new ConnectionClosed(
                id, client, count(Heading.TO_SERVER), count(Heading.TO_CLIENT), how, reason, lastInfo, WallClock.now()));
    }

    private Close how() {
        if (shutdown) {
            return Close.SHUTDOWN;
        }
        if (error != null || !closing && !peerClosed) {
            // Without a FIN and without our doing, only an error ends a connection.
            return Close.RESET;
        }
        return peerClosed && !endedFirst ? Close.BY_PEER : Close.BY_US;
    }
}
