package dev.plumbline.relay.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsPhaseTest {
    private static final TestAuthority AUTHORITY = new TestAuthority("CN=test root");
    private static final TestAuthority.Identity EXAMPLE = AUTHORITY.leaf("example.test");

    record Setting(TlsProvider client, TlsProvider server, String protocol, String suite) {
        Wire wire(long seed) {
            try (ServerTls serverTls = ServerTls.create(server, List.of(protocol), suites());
                    OriginTls clientTls = OriginTls.builder(client).insecure().protocols(protocol)
                            .suites(suites().toArray(String[]::new)).build()) {
                return new Wire(clientTls.newEnd(Wire.ALLOC, "example.test", 443, KeyLog.NONE),
                        serverTls.newEnd(Wire.ALLOC, EXAMPLE, Optional.empty(), KeyLog.NONE), seed);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private List<String> suites() {
            return protocol.equals("TLSv1.3") ? Suites.ALL : List.of(suite);
        }
    }

    static Stream<Setting> settings() {
        List<Setting> all = new ArrayList<>();
        for (TlsProvider client : TlsProvider.values()) {
            for (TlsProvider server : TlsProvider.values()) {
                all.add(new Setting(client, server, "TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"));
                all.add(new Setting(client, server, "TLSv1.2", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"));
                all.add(new Setting(client, server, "TLSv1.3", ""));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("settings")
    void whatTheSenderMapsIsWhatTheReceiverMapsRowForRow(Setting setting) {
        long seed = 20261122;
        SplittableRandom random = new SplittableRandom(seed);
        try (Wire wire = setting.wire(seed)) {
            wire.pump();
            assertThat(wire.clientEnd.handshake().isSuccess()).as("%s", wire.clientEnd.handshake().cause()).isTrue();
            lowWatermark(wire.client);
            lowWatermark(wire.server);
            Talker up = new Talker(random.split(), 25);
            Talker down = new Talker(random.split(), 25);
            wire.client.pipeline().addLast(up);
            wire.server.pipeline().addLast(down);
            for (int round = 0; round < 60; round++) {
                up.talk(wire.client);
                down.talk(wire.server);
                wire.pump();
            }
            assertThat(wire.serverSink.received.toByteArray()).isEqualTo(up.said.toByteArray());
            assertThat(wire.clientSink.received.toByteArray()).isEqualTo(down.said.toByteArray());
            assertExact(wire, up.said.size(), down.said.size());
            assertThat(up.nested + down.nested).as("nested flushes").isPositive();
        }
    }

    private static void assertExact(Wire wire, long up, long down) {
        assertThat(wire.clientRows.out).isEqualTo(wire.serverRows.in).allMatch(Rows.Row::exact);
        assertThat(wire.serverRows.out).isEqualTo(wire.clientRows.in).allMatch(Rows.Row::exact);
        assertThat(wire.clientRows.out.get(0).wireStart()).isEqualTo(Wire.CLIENT_OUT);
        assertThat(wire.clientPhase.inexactFlushes() + wire.serverPhase.inexactFlushes()).isZero();
        assertThat(Rows.plain(wire.clientRows.out)).isEqualTo(up).isEqualTo(wire.clientPhase.plainOut());
        assertThat(Rows.plain(wire.clientRows.in)).isEqualTo(down).isEqualTo(wire.clientPhase.plainIn());
        assertThat(wire.clientPhase.wireOut()).isEqualTo(wire.serverPhase.wireIn());
        assertThat(wire.clientPhase.recordsOut()).isEqualTo(wire.serverPhase.recordsIn());
    }

    private static void lowWatermark(EmbeddedChannel channel) {
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1000, 20_000));
    }

    /** Writes amounts of all sizes, and more from within flushes. */
    private static final class Talker extends ChannelDuplexHandler {
        final ByteArrayOutputStream said = new ByteArrayOutputStream();
        private final SplittableRandom random;
        private int nestedLeft;
        int nested;

        Talker(SplittableRandom random, int nestedLeft) {
            this.random = random;
            this.nestedLeft = nestedLeft;
        }

        void talk(EmbeddedChannel channel) {
            int writes = random.nextInt(6);
            for (int i = 0; i < writes; i++) {
                channel.write(next());
            }
            channel.flush();
        }

        private ByteBuf next() {
            int[] most = {1, 200, 20_000, 70_000};
            byte[] octets = new byte[random.nextInt(most[random.nextInt(most.length)] + 1)];
            random.nextBytes(octets);
            said.writeBytes(octets);
            return Wire.ALLOC.buffer(octets.length).writeBytes(octets);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (ctx.channel().isWritable() && nestedLeft > 0) {
                nestedLeft--;
                nested++;
                ctx.channel().writeAndFlush(next());
            }
            ctx.fireChannelWritabilityChanged();
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void manyWritesInOneFlushAreOneRecord(Setting setting) {
        try (Wire wire = setting.wire(1)) {
            wire.pump();
            for (int i = 0; i < 100; i++) {
                wire.client.write(Unpooled.wrappedBuffer(new byte[100]));
            }
            wire.client.flush();
            wire.pump();
            assertThat(wire.serverRows.in.stream().filter(Rows.Row::hasPlain)).singleElement()
                    .satisfies(row -> assertThat(row.plainEnd()).isEqualTo(10_000));
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void whatIsFlushedBeforeTheHandshakeIsDoneLeavesWhenItIs(Setting setting) {
        try (Wire wire = setting.wire(2)) {
            ChannelFuture early = wire.client.writeAndFlush(Unpooled.wrappedBuffer(new byte[300]));
            assertThat(early.isDone()).isFalse();
            wire.pump();
            assertThat(early.isSuccess()).isTrue();
            assertThat(wire.serverSink.received.size()).isEqualTo(300);
            assertExact(wire, 300, 0);
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void closingWhenTheLastWriteIsDoneKeepsTheMapExact(Setting setting) {
        try (Wire wire = setting.wire(3)) {
            wire.pump();
            wire.server.write(Unpooled.wrappedBuffer(new byte[2]));
            wire.server.writeAndFlush(Unpooled.wrappedBuffer(new byte[40_000]))
                    .addListener(ChannelFutureListener.CLOSE);
            wire.pump();
            assertThat(wire.clientSink.received.size()).isEqualTo(40_002);
            // The client's answer to close_notify has nowhere to go, so only one direction can be compared.
            assertThat(wire.serverRows.out).isEqualTo(wire.clientRows.in).allMatch(Rows.Row::exact);
            assertThat(Rows.plain(wire.serverRows.out)).isEqualTo(40_002);
            assertThat(wire.serverPhase.inexactFlushes()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void closingOutboundInsideAFlushKeepsTheMapExact(Setting setting) {
        try (Wire wire = setting.wire(4)) {
            wire.pump();
            wire.client.writeAndFlush(Unpooled.wrappedBuffer(new byte[500]))
                    .addListener(done -> wire.clientPhase.closeOutbound());
            wire.pump();
            assertThat(wire.serverSink.received.size()).isEqualTo(500);
            assertExact(wire, 500, 0);
        }
    }

    @Test
    void cbcIsMappedByFlushAndSaysSo() {
        String suite = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA";
        try (Wire wire = new Setting(TlsProvider.BORINGSSL, TlsProvider.JDK, "TLSv1.2", suite).wire(5)) {
            wire.pump();
            wire.client.writeAndFlush(Unpooled.wrappedBuffer(new byte[100]));
            wire.client.writeAndFlush(Unpooled.wrappedBuffer(new byte[40_000]));
            wire.pump();
            List<Rows.Row> rows = wire.clientRows.out.stream().filter(Rows.Row::hasPlain).toList();
            assertThat(rows).hasSize(2);
            assertThat(rows.get(0).exact()).isTrue();
            assertThat(rows.get(1).exact()).isFalse();
            assertThat(rows.get(1).plainStart()).isEqualTo(100);
            assertThat(rows.get(1).plainEnd()).isEqualTo(40_100);
            assertThat(rows.get(1).wireEnd()).isEqualTo(wire.clientPhase.wireOut());
            assertThat(wire.clientPhase.inexactFlushes()).isEqualTo(1);
            assertThat(wire.serverRows.in).allMatch(Rows.Row::exact);
            assertThat(Rows.plain(wire.serverRows.in)).isEqualTo(40_100);
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void garbageInsteadOfARecordIsSaidAndPassedOn(Setting setting) {
        try (Wire wire = setting.wire(6)) {
            wire.pump();
            long at = wire.serverPhase.wireIn();
            wire.server.writeInbound(Unpooled.wrappedBuffer(new byte[] {23}),
                    Unpooled.wrappedBuffer("GET / HTTP/1.1\r\n".getBytes()), Unpooled.wrappedBuffer(new byte[9]));
            assertThat(wire.serverRows.events).containsExactly("INBOUND lost at " + at);
            assertThat(wire.serverSink.failure).isNotNull();
            assertThat(wire.serverPhase.wireIn()).isEqualTo(at + 1 + 16 + 9);
        }
    }

    @Test
    void whateverArrivesIsCountedAndNothingLeaks() {
        SplittableRandom random = new SplittableRandom(11);
        List<Setting> settings = settings().toList();
        for (int round = 0; round < 120; round++) {
            try (Wire wire = settings.get(round % settings.size()).wire(round)) {
                if (round % 3 > 0) {
                    wire.pump();
                }
                wire.client.write(Unpooled.wrappedBuffer(new byte[random.nextInt(3000)]));
                wire.client.flush();
                ByteBuf bad = Wire.take(wire.client);
                for (int i = random.nextInt(4); i >= 0 && bad.isReadable(); i--) {
                    bad.setByte(random.nextInt(bad.readableBytes()), random.nextInt(256));
                }
                long expected = wire.serverPhase.wireIn() + bad.readableBytes();
                long before = Rows.plain(wire.serverRows.in);
                wire.server.pipeline().fireChannelRead(bad);
                assertThat(wire.serverPhase.wireIn()).isEqualTo(expected);
                assertThat(Rows.plain(wire.serverRows.in)).isEqualTo(wire.serverSink.received.size())
                        .isBetween(before, before + 3000);
            }
        }
    }

    @Test
    void aRecordCutByTheEndOfTheConnectionIsSaid() {
        try (Wire wire = new Setting(TlsProvider.BORINGSSL, TlsProvider.BORINGSSL, "TLSv1.3", "").wire(7)) {
            wire.pump();
            long at = wire.serverPhase.wireIn();
            wire.server.writeInbound(Unpooled.wrappedBuffer(new byte[] {23, 3, 3, 1, 0, 42}));
            wire.server.close();
            assertThat(wire.serverRows.events).containsExactly("INBOUND cut " + at + '-' + (at + 6));
        }
    }

    /** Stopped by whoever reads the first record, and with half of the next one opened already. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatComesWhenOpeningHasStoppedIsPassedSealedAndNoRecord(boolean byReader) {
        try (Wire wire = new Setting(TlsProvider.BORINGSSL, TlsProvider.BORINGSSL, "TLSv1.3", "").wire(7)) {
            wire.pump();
            int before = wire.serverRows.in.size();
            wire.client.writeAndFlush(Unpooled.wrappedBuffer(new byte[10]));
            wire.client.writeAndFlush(Unpooled.wrappedBuffer(new byte[20]));
            ByteBuf sealed = Wire.take(wire.client);
            int octets = sealed.readableBytes();
            int first = 5 + sealed.getUnsignedShort(3);
            if (byReader) {
                wire.server.pipeline().addBefore(wire.server.pipeline().lastContext().name(), null, new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object plain) {
                        wire.serverPhase.stopOpening();
                        context.fireChannelRead(plain);
                    }
                });
                wire.server.pipeline().fireChannelRead(sealed);
                assertThat(wire.serverSink.received.size()).isEqualTo(10 + octets - first);
            } else {
                wire.server.pipeline().fireChannelRead(sealed.readRetainedSlice(first + 7));
                wire.serverPhase.stopOpening();
                wire.server.pipeline().fireChannelRead(sealed);
                assertThat(wire.serverSink.received.size()).isEqualTo(10 + octets - first - 7);
            }
            assertThat(wire.serverRows.in).hasSize(before + 1);
            wire.server.close();
            assertThat(wire.serverRows.events).isEmpty();
        }
    }

    @Test
    void writesThatNobodyFlushedFailWhenTheConnectionCloses() {
        try (Wire wire = new Setting(TlsProvider.JDK, TlsProvider.BORINGSSL, "TLSv1.3", "").wire(8)) {
            wire.pump();
            ByteBuf unsent = Unpooled.buffer().writeZero(10);
            ChannelFuture write = wire.client.write(unsent);
            wire.client.close();
            assertThat(write.isDone()).isTrue();
            assertThat(write.isSuccess()).isFalse();
            assertThat(unsent.refCnt()).isZero();
        }
    }

    @Test
    void leftoversArePassedThroughFirst() {
        Setting setting = new Setting(TlsProvider.BORINGSSL, TlsProvider.BORINGSSL, "TLSv1.3", "");
        try (Wire wire = setting.wire(9);
                ServerTls serverTls = ServerTls.create(TlsProvider.BORINGSSL)) {
            ByteBuf hello = Wire.take(wire.client);
            long octets = hello.readableBytes();
            EmbeddedChannel other = new EmbeddedChannel();
            other.pipeline().addLast("tap", new ChannelDuplexHandler());
            Rows rows = new Rows();
            TlsPhase phase = TlsPhase.install(other.pipeline(), "tap",
                    serverTls.newEnd(other.alloc(), EXAMPLE, Optional.empty(), KeyLog.NONE), 100, 0, rows, hello);
            assertThat(rows.in).singleElement().satisfies(row -> {
                assertThat(row.type()).isEqualTo(22);
                assertThat(row.wireStart()).isEqualTo(100);
                assertThat(row.wireEnd()).isEqualTo(100 + octets);
            });
            assertThat(rows.out).isNotEmpty();
            assertThat(other.pipeline().names().indexOf(phase.topHandlerName())).isEqualTo(3);
            assertThat(hello.refCnt()).isZero();
            other.finishAndReleaseAll();
        }
    }
}
