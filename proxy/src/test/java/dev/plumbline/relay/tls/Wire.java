package dev.plumbline.relay.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import java.io.ByteArrayOutputStream;
import java.util.SplittableRandom;

/** Two ends of TLS in one thread, with a wire between them that cuts as it likes. */
final class Wire implements AutoCloseable {
    static final long CLIENT_OUT = 217;
    static final long SERVER_OUT = 39;
    /** Counts what it gave out, so that a leak of ours shows at once and not at some collection of garbage. */
    static final UnpooledByteBufAllocator ALLOC = new UnpooledByteBufAllocator(true);

    final Rows clientRows = new Rows();
    final Rows serverRows = new Rows();
    final EmbeddedChannel client = new EmbeddedChannel();
    final EmbeddedChannel server = new EmbeddedChannel();
    final Sink clientSink = new Sink();
    final Sink serverSink = new Sink();
    final TlsEnd clientEnd;
    final TlsEnd serverEnd;
    final TlsPhase clientPhase;
    final TlsPhase serverPhase;
    private final SplittableRandom random;
    private final long usedBefore = used();

    Wire(TlsEnd clientEnd, TlsEnd serverEnd, long seed) {
        this.random = new SplittableRandom(seed);
        this.clientEnd = clientEnd;
        this.serverEnd = serverEnd;
        serverPhase = install(server, serverEnd, CLIENT_OUT, SERVER_OUT, serverRows, serverSink);
        clientPhase = install(client, clientEnd, SERVER_OUT, CLIENT_OUT, clientRows, clientSink);
    }

    private static long used() {
        return ALLOC.metric().usedDirectMemory() + ALLOC.metric().usedHeapMemory();
    }

    private static TlsPhase install(EmbeddedChannel channel, TlsEnd end, long inStart, long outStart, Rows rows,
            Sink sink) {
        channel.config().setAllocator(ALLOC);
        channel.pipeline().addLast(sink);
        return TlsPhase.install(channel.pipeline(), "", end, inStart, outStart, rows, Unpooled.EMPTY_BUFFER);
    }

    /** Moves octets both ways until there are none. */
    void pump() {
        boolean moved = true;
        while (moved) {
            moved = move(client, server) | move(server, client);
        }
    }

    /** What a channel has sent and nobody has moved yet. */
    static ByteBuf take(EmbeddedChannel from) {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = from.readOutbound(); part != null; part = from.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        return all;
    }

    private boolean move(EmbeddedChannel from, EmbeddedChannel to) {
        ByteBuf all = take(from);
        boolean any = all.isReadable();
        while (all.isReadable() && to.isOpen()) {
            int most = random.nextInt(8) == 0 ? 7 : 40_000;
            to.pipeline().fireChannelRead(
                    all.readRetainedSlice(Math.min(all.readableBytes(), 1 + random.nextInt(most))));
            to.pipeline().fireChannelReadComplete();
            to.runPendingTasks();
        }
        all.release();
        return any;
    }

    @Override
    public void close() {
        client.close();
        pump();
        server.close();
        pump();
        release(client, clientEnd);
        release(server, serverEnd);
        assertThat(used()).as("octets in use, before and after").isEqualTo(usedBefore);
    }

    private static void release(EmbeddedChannel channel, TlsEnd end) {
        try {
            channel.finishAndReleaseAll();
        } catch (Exception e) {
            // What went wrong in the pipeline is for the test to judge, by its sink.
            channel.releaseInbound();
        }
        if (end.handler().engine() instanceof ReferenceCounted engine) {
            assertThat(engine.refCnt()).as("references to the engine").isZero();
        }
    }

    /** Keeps the plaintext. */
    static final class Sink extends ChannelInboundHandlerAdapter {
        final ByteArrayOutputStream received = new ByteArrayOutputStream();
        Throwable failure;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ByteBuf plain = (ByteBuf) msg;
            byte[] octets = new byte[plain.readableBytes()];
            plain.readBytes(octets);
            received.writeBytes(octets);
            ReferenceCountUtil.release(msg);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failure = cause;
        }
    }
}
