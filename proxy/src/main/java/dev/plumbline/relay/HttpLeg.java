package dev.plumbline.relay;

import dev.plumbline.fact.FactSink;
import dev.plumbline.relay.tls.ChannelFault;
import dev.plumbline.relay.tls.TlsPhase;
import dev.plumbline.wire.ConnectionId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import javax.net.ssl.SSLException;

/**
 * What both legs do alike: keep octets that came and cannot be used yet, read on when there is use for more, count where
 * in the plaintext we are, and end the connection in one of the ways there are.
 *
 * <p>Owned by: the channel's event loop.
 * <p>Units: {@code plainIn} and {@code plainOut} are octets of the current phase: read and used up by a parser, and
 * given to the channel.
 * <p>Limits: what waits unused is at most what one read of the socket yields; nothing is read while something waits.
 */
abstract class HttpLeg extends ChannelInboundHandlerAdapter {
    final ConnectionTap tap;
    final FactSink facts;
    private final Room.Share room;
    private final Backlog.Share backlog;
    ChannelHandlerContext ctx;
    int phase;
    long plainIn;
    long plainOut;
    private ByteBuf waiting = Unpooled.EMPTY_BUFFER;
    private long waitingSinceAt;
    private TlsPhase tls;
    private boolean closing;
    private boolean inputEnded;
    private boolean endedByTls;
    private boolean consuming;
    private boolean awaitingPeer;
    private String tlsFault = "";

    /** @param room has {@link Room#CONNECTION}; given up with the connection, as is {@code backlog} */
    HttpLeg(ConnectionTap tap, FactSink facts, Room.Share room, Backlog.Share backlog) {
        this.tap = tap;
        this.facts = facts;
        this.room = room;
        this.backlog = backlog;
    }

    /** Uses up what it can of {@code in}; leaves the rest. Called again when more comes or {@link #pump} is. */
    abstract void consume(ByteBuf in);

    /** Whether there is use for more octets now. Asked only while nothing waits, or what waits is not enough. */
    abstract boolean wantsMore();

    /** The peer will send no more, and all it sent has been used or cannot be. */
    abstract void inputEnded();

    /** The connection is gone. Called once. */
    abstract void gone(String why);

    /** Writing failed; nothing more can be sent. What the peer has sent can still be read. */
    abstract void outputLost();

    /** The leg that is written to when this one is read: flushed after each read. */
    abstract void flushOther();

    /** More can be written to this leg, which was not so before: whoever has something for it goes on. */
    abstract void writable();

    final ConnectionId id() {
        return tap.id();
    }

    final boolean isActive() {
        return ctx != null && ctx.channel().isActive();
    }

    final boolean isWritable() {
        return ctx.channel().isWritable() && backlog.mayGrow();
    }

    final boolean hasWaiting() {
        return waiting.isReadable();
    }

    final boolean hasInputEnded() {
        return inputEnded;
    }

    /** Whether the peer said that it was done: with FIN in clear, with close_notify under TLS (RFC 8446 §6.1). */
    final boolean hasInputEndedInOrder() {
        return inputEnded && (endedByTls || phase == 0);
    }

    /** Half a sentence on how TLS broke after its handshake; empty when it did not. */
    final String tlsFault() {
        return tlsFault;
    }

    /** Whether we have begun to end the connection: nothing new may be begun on it. */
    final boolean isClosing() {
        return closing;
    }

    /** Whether there is room for a head, or what else is half read, of so many octets; none gives the room back. */
    final boolean hasRoomFor(int octets) {
        return room.holds(Room.CONNECTION + octets);
    }

    /** When the oldest of the octets that wait, or are being used up, was read. */
    final long waitingSinceAt() {
        return waitingSinceAt;
    }

    /** Begins a phase: offsets count from 0 again. */
    final void beginPhase(int number) {
        phase = number;
        plainIn = 0;
        plainOut = 0;
    }

    /** The phase is under TLS, which wants to say good-bye itself. */
    final void securedBy(TlsPhase installed) {
        tls = installed;
    }

    /** Takes all that waits: it belongs to somebody else from now on. */
    final ByteBuf takeWaiting() {
        ByteBuf taken = waiting;
        waiting = Unpooled.EMPTY_BUFFER;
        return taken;
    }

    final ChannelFuture write(ByteBuf octets) {
        plainOut += octets.readableBytes();
        return ctx.write(octets);
    }

    final void writeAndForget(ByteBuf octets) {
        plainOut += octets.readableBytes();
        ctx.write(octets, ctx.voidPromise());
    }

    final void flush() {
        ctx.flush();
        countUnsent();
    }

    /** What the peer does not take at once is counted again when it has. */
    private void countUnsent() {
        ChannelOutboundBuffer buffer = ctx.channel().unsafe().outboundBuffer();
        long unsent = buffer == null ? 0 : buffer.totalPendingWriteBytes();
        if (unsent > 0 && !awaitingPeer) {
            ChannelFuture taken = tap.afterWrites();
            if (taken.isDone()) {
                unsent = 0;
            } else {
                awaitingPeer = true;
                // Not within: Netty counts octets as pending until it has told that they are gone.
                taken.addListener(done -> ctx.executor().execute(this::peerHasTaken));
            }
        }
        backlog.unsent(unsent);
    }

    private void peerHasTaken() {
        awaitingPeer = false;
        if (isActive()) {
            countUnsent();
            if (isWritable()) {
                writable();
            }
        }
    }

    /** Goes on with what waits, and reads on if there is use for more. */
    final void pump() {
        if (ctx == null || consuming) {
            return;
        }
        if (hasWaiting()) {
            feed();
            flushOther();
        } else {
            feed();
        }
        readOn();
    }

    private void feed() {
        consuming = true;
        try {
            while (waiting.isReadable()) {
                int before = waiting.readableBytes();
                consume(waiting);
                if (waiting.readableBytes() == before) {
                    break;
                }
            }
        } finally {
            consuming = false;
        }
        if (!waiting.isReadable() && waiting != Unpooled.EMPTY_BUFFER) {
            takeWaiting().release();
        }
        backlog.unused(waiting.capacity());
        if (inputEnded) {
            inputEnded();
        }
    }

    private void readOn() {
        if (!inputEnded && ctx.channel().isActive() && wantsMore()) {
            ctx.read();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf octets = (ByteBuf) message;
        if (!waiting.isReadable()) {
            waiting.release();
            waiting = octets;
            waitingSinceAt = WallClock.now();
        } else {
            waiting = joined(context, waiting, octets);
        }
        if (!consuming) {
            feed();
        }
    }

    private static ByteBuf joined(ChannelHandlerContext context, ByteBuf first, ByteBuf second) {
        ByteBuf both = context.alloc().buffer(first.readableBytes() + second.readableBytes());
        both.writeBytes(first).writeBytes(second);
        first.release();
        second.release();
        return both;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        flushOther();
        readOn();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (isWritable()) {
            writable();
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelOutputShutdownEvent.INSTANCE && !closing) {
            closing = true;
            outputLost();
        }
        boolean byTls = event instanceof SslCloseCompletionEvent close && close.isSuccess();
        if (byTls) {
            endedByTls = true;
            tap.peerEnded();
        }
        boolean ended = byTls || event == ChannelInputShutdownEvent.INSTANCE || event == ChannelInputShutdownReadComplete.INSTANCE;
        if (ended && !inputEnded) {
            inputEnded = true;
            if (!consuming) {
                feed();
            }
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof ChannelOutputShutdownException lost) {
            // Only writing has ended: reading goes on, and shows what there is.
            tap.because(ChannelFault.said(lost.getCause() == null ? lost : lost.getCause()));
            return;
        }
        if (cause instanceof DecoderException && cause.getCause() instanceof SSLException && tlsFault.isEmpty()) {
            tlsFault = ChannelFault.said(cause);
        }
        tap.because(ChannelFault.said(cause));
        context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        takeWaiting().release();
        room.giveUp();
        backlog.giveUp();
        gone(tap.hasPeerClosed() ? "closed" : "reset");
        context.fireChannelInactive();
    }

    /** Closes once all that was written has left. */
    final void closeAfterWrites(String why) {
        tap.because(why);
        closing = true;
        if (isActive()) {
            ctx.flush();
            tap.afterWrites().addListener(left -> ctx.close());
        }
    }

    final void close(String why) {
        tap.because(why);
        closing = true;
        if (ctx.channel().isOpen()) {
            ctx.close();
        }
    }

    /**
     * Ends the connection so that nobody can take what was sent for whole: with RST, and under TLS without close_notify
     * (RFC 8446 §6.1: its absence is a truncation).
     */
    final void reset(String why) {
        tap.because(why);
        closing = true;
        if (ctx.channel().isOpen()) {
            tap.reset();
        }
    }

    /** Nothing that comes means anything any more: under TLS it is not even opened. */
    final void stopListening() {
        if (tls != null) {
            tls.stopOpening();
        }
    }

    /** Says that we are done, once all that was written has left, and leaves the other direction open. */
    final void endOutput() {
        endOutput(() -> { });
    }

    /**
     * Sends FIN; under TLS close_notify before it, without which all we sent would count as cut (RFC 8446 §6.1).
     *
     * @param then runs once that is done, unless it could not be
     */
    final void endOutput(Runnable then) {
        if (!isActive() || !(ctx.channel() instanceof DuplexChannel duplex) || duplex.isOutputShutdown()) {
            return;
        }
        closing = true;
        ctx.flush();
        if (tls != null) {
            tls.closeOutbound();
        }
        tap.afterWrites().addListener(left -> {
            if (left.isSuccess() && duplex.isActive()) {
                tap.endingOutput();
                duplex.shutdownOutput();
                then.run();
            } else {
                close("what was written could not be sent");
            }
        });
    }
}
