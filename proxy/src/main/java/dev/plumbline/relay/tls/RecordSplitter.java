package dev.plumbline.relay.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/**
 * Directly below the SslHandler: cuts what comes in at record boundaries, and watches the boundaries of what goes out.
 *
 * <p>Nothing is copied and nothing is held back: a record that arrives in parts is passed on in those parts.
 *
 * <p>Owned by: the channel's event loop.
 * <br>Limits: once a header cannot be one, all that follows passes as it came; failing is the SslHandler's part.
 */
final class RecordSplitter extends ChannelDuplexHandler {
    private final TlsPhase phase;
    private final RecordFramer inbound;
    private final RecordFramer outbound;
    private boolean inboundLost;
    private boolean outboundLost;
    /** Null while records are opened. */
    private ChannelHandlerContext past;

    RecordSplitter(TlsPhase phase, long inStart, long outStart) {
        this.phase = phase;
        this.inbound = new RecordFramer(inStart);
        this.outbound = new RecordFramer(outStart);
    }

    long inboundOffset() {
        return inbound.offset();
    }

    long outboundOffset() {
        return outbound.offset();
    }

    /** Above which handler what comes goes on from now on. */
    void passTo(ChannelHandlerContext top) {
        past = top;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof ByteBuf octets && !inboundLost && past == null) {
            split(ctx, octets);
            return;
        }
        if (msg instanceof ByteBuf octets) {
            inbound.skip(octets.readableBytes());
        }
        (past == null ? ctx : past).fireChannelRead(msg);
    }

    private void split(ChannelHandlerContext ctx, ByteBuf octets) {
        ByteBuf rest = octets;
        try {
            while (rest.isReadable()) {
                int taken = inbound.advance(rest, rest.readerIndex(), rest.readableBytes());
                if (inbound.isLost()) {
                    inboundLost = true;
                    phase.notRecords(Direction.INBOUND, inbound.start());
                }
                boolean last = inboundLost || taken == rest.readableBytes();
                ByteBuf part = last ? rest : rest.readRetainedSlice(taken);
                if (last) {
                    rest = null;
                }
                pass(ctx, part);
                if (last) {
                    return;
                }
                if (past != null) {
                    ByteBuf unopened = rest;
                    rest = null;
                    channelRead(ctx, unopened);
                    return;
                }
            }
        } finally {
            if (rest != null) {
                rest.release();
            }
        }
    }

    private void pass(ChannelHandlerContext ctx, ByteBuf part) {
        boolean whole = inbound.isComplete();
        if (whole) {
            phase.beforeOpening();
            if (inbound.type() == Alerts.RECORD_TYPE && inbound.length() == Alerts.LENGTH_IN_CLEAR) {
                phase.alertInClear(part.getUnsignedByte(part.writerIndex() - 1));
            }
        }
        ctx.fireChannelRead(part);
        if (whole) {
            phase.opened(inbound.type(), inbound.start(), inbound.offset());
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (msg instanceof ByteBuf octets) {
            watch(octets);
        }
        ctx.write(msg, promise);
    }

    private void watch(ByteBuf octets) {
        int at = octets.readerIndex();
        int left = octets.readableBytes();
        while (left > 0 && !outboundLost) {
            int taken = outbound.advance(octets, at, left);
            at += taken;
            left -= taken;
            if (outbound.isLost()) {
                outboundLost = true;
                phase.notRecords(Direction.OUTBOUND, outbound.start());
            } else if (outbound.isComplete()) {
                phase.sealed(outbound.type(), outbound.start(), outbound.length());
            }
        }
        outbound.skip(left);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (inbound.isInsideRecord() && !inboundLost && past == null) {
            phase.cut(Direction.INBOUND, inbound.start(), inbound.offset());
        }
        ctx.fireChannelInactive();
    }
}
