package dev.plumbline.relay.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;

/**
 * Directly above the SslHandler: counts plaintext both ways, and brackets each flush.
 *
 * <p>The SslHandler may seal queued plaintext at any time, also while it reads. That would leave records whose content
 * nobody can tell, so writes wait here until they are flushed, and flushes until the handshake is done. Many writes
 * still go down together and become few records.
 *
 * <p>Owned by: the channel's event loop.
 * <br>Limits: what waits here does not count for the channel's writability, so nothing large should be written before
 * the handshake is done.
 */
final class PlainTap extends ChannelDuplexHandler {
    private final TlsPhase phase;
    /** Messages and their promises, alternating. */
    private final ArrayDeque<Object> waiting = new ArrayDeque<>();
    private boolean established;
    private boolean flushWanted;

    PlainTap(TlsPhase phase) {
        this.phase = phase;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof ByteBuf plain) {
            phase.plainRead(plain.readableBytes());
        }
        ctx.fireChannelRead(msg);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        waiting.add(msg);
        waiting.add(promise);
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        if (!established) {
            flushWanted = true;
            return;
        }
        if (waiting.isEmpty()) {
            phase.flushWire();
            return;
        }
        long unsealed = phase.unsealed();
        phase.beginFlush();
        try {
            passDown(ctx);
            ctx.flush();
        } finally {
            phase.endFlush();
        }
        if (phase.unsealed() > unsealed) {
            // TLS is closed, and says so to no promise that is void: for who writes it is as if the socket took nothing more.
            ctx.fireUserEventTriggered(ChannelOutputShutdownEvent.INSTANCE);
        }
    }

    private void passDown(ChannelHandlerContext ctx) {
        for (Object msg = waiting.poll(); msg != null; msg = waiting.poll()) {
            ChannelPromise promise = (ChannelPromise) waiting.poll();
            if (msg instanceof ByteBuf plain) {
                phase.plainWritten(plain.readableBytes());
            }
            ctx.write(msg, promise);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion) {
            if (completion.isSuccess()) {
                phase.established();
                established = true;
                if (flushWanted) {
                    flush(ctx);
                }
            } else {
                failWaiting(completion.cause());
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        phase.settle();
        ctx.close(promise);
        failWaiting(null);
    }

    @Override
    public void disconnect(ChannelHandlerContext ctx, ChannelPromise promise) {
        phase.settle();
        ctx.disconnect(promise);
        failWaiting(null);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        failWaiting(null);
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        failWaiting(null);
    }

    private void failWaiting(Throwable cause) {
        if (waiting.isEmpty()) {
            return;
        }
        Throwable failure = cause == null ? new ClosedChannelException() : cause;
        for (Object msg = waiting.poll(); msg != null; msg = waiting.poll()) {
            ChannelPromise promise = (ChannelPromise) waiting.poll();
            ReferenceCountUtil.release(msg);
            promise.tryFailure(failure);
        }
    }
}
