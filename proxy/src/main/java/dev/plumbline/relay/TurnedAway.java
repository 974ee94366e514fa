package dev.plumbline.relay;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Gives a client one answer whatever it asks, and no more of our time than it takes to hear it: what it sends is read and
 * forgotten, because closing over unread octets would reset the connection and lose the answer (RFC 9112 §9.6).
 *
 * <p>Owned by: the channel's event loop.
 */
final class TurnedAway extends ChannelInboundHandlerAdapter {
    private final byte[] answer;
    private final int drainMillis;

    TurnedAway(byte[] answer, int drainMillis) {
        this.answer = answer;
        this.drainMillis = drainMillis;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.writeAndFlush(Unpooled.wrappedBuffer(answer)).addListener(f -> ((DuplexChannel) context.channel()).shutdownOutput());
        context.executor().schedule(() -> context.close(), drainMillis, TimeUnit.MILLISECONDS);
        context.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.read();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
