package dev.plumbline.relay.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.judge.Tcpdump;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against OpenSSL's own client and server, and with tshark as the judge of the secrets. */
@Timeout(60)
class TlsPeersIT {
    private static final TestAuthority AUTHORITY = new TestAuthority("CN=test root");
    private static final TestAuthority.Identity LOCALHOST = AUTHORITY.leaf("localhost,127.0.0.1");

    @TempDir
    Path directory;
    private final UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(true);
    private EventLoopGroup loop;
    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void start() {
        loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    }

    @AfterEach
    void stop() throws Exception {
        for (Process process : processes) {
            process.destroy();
            process.waitFor(5, TimeUnit.SECONDS);
        }
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(5, TimeUnit.SECONDS);
        assertThat(alloc.metric().usedDirectMemory() + alloc.metric().usedHeapMemory()).as("octets leaked").isZero();
    }

    /** One connection of ours, whose rows are complete when it is closed. */
    private static final class Side extends ChannelInboundHandlerAdapter {
        final Rows rows = new Rows();
        final StringBuffer received = new StringBuffer();
        final CompletableFuture<TlsFacts> established = new CompletableFuture<>();
        final CompletableFuture<Void> closed = new CompletableFuture<>();
        final List<String> secrets = new ArrayList<>();
        private final boolean echo;
        TlsEnd end;
        TlsPhase phase;
        Channel channel;

        Side(boolean echo) {
            this.echo = echo;
        }

        void install(Channel of, TlsEnd newEnd) {
            channel = of;
            channel.config().setAutoRead(false);
            channel.pipeline().addLast(this);
            end = newEnd;
            phase = TlsPhase.install(of.pipeline(), "", newEnd, 0, 0, rows, Unpooled.EMPTY_BUFFER);
            newEnd.handshake().addListener(done -> {
                if (done.isSuccess()) {
                    established.complete(newEnd.facts());
                    of.read();
                } else {
                    established.completeExceptionally(done.cause());
                }
            });
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ByteBuf plain = (ByteBuf) msg;
            received.append(plain.toString(StandardCharsets.ISO_8859_1));
            if (echo) {
                ctx.writeAndFlush(plain);
            } else {
                plain.release();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.read();
        }

        /** After its close_notify, OpenSSL's server waits for us to close. */
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslCloseCompletionEvent) {
                ctx.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            closed.complete(null);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }

        void assertSumsAreRight() {
            assertThat(rows.in).allMatch(Rows.Row::exact);
            assertThat(rows.out).allMatch(Rows.Row::exact);
            assertThat(Rows.plain(rows.in)).isEqualTo(phase.plainIn()).isEqualTo(received.length());
            assertThat(Rows.plain(rows.out)).isEqualTo(phase.plainOut());
            assertThat(phase.inexactFlushes()).isZero();
            assertThat(rows.events).isEmpty();
        }
    }

    private Channel listen(ServerTls tls, Side side, KeyLog keyLog) throws InterruptedException {
        return new ServerBootstrap().group(loop).channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.AUTO_READ, false).childOption(ChannelOption.ALLOCATOR, alloc)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        side.install(channel, tls.newEnd(channel.alloc(), LOCALHOST, Optional.empty(), keyLog));
                        channel.read();
                    }
                }).bind("127.0.0.1", 0).sync().channel();
    }

    private void connect(OriginTls tls, int port, Side side, KeyLog keyLog) throws InterruptedException {
        new Bootstrap().group(loop).channel(NioSocketChannel.class).option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOCATOR, alloc)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        side.install(channel, tls.newEnd(channel.alloc(), "localhost", port, keyLog));
                    }
                }).connect("127.0.0.1", port).sync();
    }

    private static int port(Channel channel) {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    private Process run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(Files.createTempFile(directory, "out", ".txt").toFile()).start();
        processes.add(process);
        return process;
    }

    private static void await(String what, java.util.function.BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    void keyUpdatesOfOpensslAreMappedBothWays(TlsProvider provider) throws Exception {
        try (ServerTls tls = ServerTls.create(provider)) {
            Side side = new Side(true);
            Channel listener = listen(tls, side, KeyLog.NONE);
            Process client = run("openssl", "s_client", "-connect", "127.0.0.1:" + port(listener), "-tls1_3");
            OutputStream input = client.getOutputStream();
            side.established.get(10, TimeUnit.SECONDS);
            StringBuilder said = new StringBuilder();
            int commands = 0;
            // 'k' updates the client's key, 'K' asks for the server's too; each must be a read of its own.
            for (String line : List.of("one\n", "k\n", "two\n", "K\n", "three\n", "K\n", "four\n")) {
                boolean command = line.length() == 2;
                said.append(command ? "" : line);
                commands += command ? 1 : 0;
                int updates = commands;
                input.write(line.getBytes(StandardCharsets.US_ASCII));
                input.flush();
                await(line, () -> side.received.length() == said.length() && keyUpdates(side.rows.in) == updates);
            }
            await("answers to 'K'", () -> keyUpdates(side.rows.out) == 2);
            client.destroy();
            side.closed.get(10, TimeUnit.SECONDS);
            assertThat(side.received).hasToString(said.toString());
            side.assertSumsAreRight();
            assertThat(side.phase.plainOut()).isEqualTo(said.length());
        }
    }

    /** Records without data between data. */
    private static int keyUpdates(List<Rows.Row> rows) {
        return (int) rows.stream().dropWhile(row -> !row.hasPlain())
                .filter(row -> row.type() == 23 && !row.hasPlain()).count();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 512, 16384})
    void paddingOfOpensslCarriesNothing(int padding) throws Exception {
        Path cert = TestAuthority.pem(directory.resolve("cert.pem"), LOCALHOST.chain());
        Path key = TestAuthority.keyPem(directory.resolve("key.pem"), LOCALHOST.privateKey());
        for (TlsProvider provider : TlsProvider.values()) {
            int port = freePort();
            run("openssl", "s_server", "-accept", "127.0.0.1:" + port, "-cert", cert.toString(), "-key",
                    key.toString(), "-record_padding", Integer.toString(Math.max(1, padding)), "-tls1_3", "-www");
            await("s_server", () -> isOpen(port));
            try (OriginTls tls = OriginTls.builder(provider).trust(AUTHORITY.pem(directory)).build()) {
                Side side = new Side(false);
                connect(tls, port, side, KeyLog.NONE);
                assertThat(side.established.get(10, TimeUnit.SECONDS).peerChain()).isNotEmpty();
                side.channel.writeAndFlush(Unpooled.copiedBuffer("GET / HTTP/1.0\r\n\r\n", StandardCharsets.US_ASCII));
                side.closed.get(10, TimeUnit.SECONDS);
                assertThat(side.received.toString()).startsWith("HTTP/1.0 200");
                side.assertSumsAreRight();
                if (padding > 0) {
                    // 5 of header and 16 of tag around a content that was padded up to a multiple.
                    assertThat(side.rows.in).filteredOn(row -> row.type() == 23 && row.hasPlain()).isNotEmpty()
                            .allMatch(row -> (row.wireEnd() - row.wireStart() - 21) % padding == 0);
                }
            }
        }
    }

    record Refusing(String name, TlsFailure.Kind kind, String... options) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Refusing> refusing() {
        return Stream.of(
                new Refusing("only TLS 1.0", TlsFailure.Kind.NO_COMMON_PROTOCOL, "-tls1", "-cipher",
                        "DEFAULT@SECLEVEL=0"),
                new Refusing("only CCM", TlsFailure.Kind.HANDSHAKE_REFUSED, "-tls1_2", "-cipher",
                        "ECDHE-ECDSA-AES128-CCM"),
                new Refusing("wants a client certificate", TlsFailure.Kind.HANDSHAKE_REFUSED, "-tls1_2",
                        "-Verify", "1"));
    }

    @ParameterizedTest
    @MethodSource("refusing")
    void anOriginThatRefusesIsExplained(Refusing refusing) throws Exception {
        Path cert = TestAuthority.pem(directory.resolve("cert.pem"), LOCALHOST.chain());
        Path key = TestAuthority.keyPem(directory.resolve("key.pem"), LOCALHOST.privateKey());
        for (TlsProvider provider : TlsProvider.values()) {
            int port = freePort();
            List<String> command = new ArrayList<>(List.of("openssl", "s_server", "-accept", "127.0.0.1:" + port,
                    "-cert", cert.toString(), "-key", key.toString(), "-www"));
            command.addAll(List.of(refusing.options()));
            run(command.toArray(String[]::new));
            await("s_server", () -> isOpen(port));
            try (OriginTls tls = OriginTls.builder(provider).insecure().build()) {
                Side side = new Side(false);
                connect(tls, port, side, KeyLog.NONE);
                assertThat(side.established).failsWithin(Duration.ofSeconds(10));
                TlsFailure failure = side.end.failure();
                assertThat(failure.kind()).as("%s %s", provider, side.end.handshake().cause())
                        .isEqualTo(refusing.kind());
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    void aClientThatDoesNotTrustUsIsTold(TlsProvider provider) throws Exception {
        try (ServerTls tls = ServerTls.create(provider)) {
            for (String version : List.of("1.2", "1.3")) {
                Side side = new Side(true);
                Channel listener = listen(tls, side, KeyLog.NONE);
                run("curl", "-s", "--noproxy", "*", "--tls-max", version, "https://127.0.0.1:" + port(listener));
                assertThat(side.established).failsWithin(Duration.ofSeconds(10));
                TlsFailure failure = side.end.failure();
                assertThat(failure.kind()).as(failure.reason()).isEqualTo(TlsFailure.Kind.CERTIFICATE_REFUSED);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    void aPeerThatClosesDuringTheHandshakeIsToldAsSuch(TlsProvider provider) throws Exception {
        try (ServerSocket server = new ServerSocket(0);
                OriginTls tls = OriginTls.builder(provider).insecure().build()) {
            Side side = new Side(false);
            connect(tls, server.getLocalPort(), side, KeyLog.NONE);
            try (java.net.Socket accepted = server.accept()) {
                // Read the hello, so that closing sends FIN and not RST.
                assertThat(accepted.getInputStream().read(new byte[16_384])).isPositive();
            }
            assertThat(side.established).failsWithin(Duration.ofSeconds(10));
            assertThat(side.end.failure().kind()).isEqualTo(TlsFailure.Kind.CLOSED);
        }
    }

    private static boolean isOpen(int port) {
        try (java.net.Socket socket = new java.net.Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    record Judged(TlsProvider client, TlsProvider server, String protocol, String suite, boolean clientsSecrets) {
    }

    static Stream<Judged> judged() {
        List<Judged> all = new ArrayList<>();
        for (TlsProvider provider : TlsProvider.values()) {
            for (boolean clients : new boolean[] {true, false}) {
                all.add(new Judged(provider, provider, "TLSv1.3", "", clients));
                all.add(new Judged(provider, provider, "TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", clients));
                all.add(new Judged(provider, provider, "TLSv1.2", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                        clients));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("judged")
    void tsharkDecryptsWithTheSecretsOfEitherEnd(Judged judged) throws Exception {
        List<String> suites = judged.suite().isEmpty() ? Suites.ALL : List.of(judged.suite());
        try (ServerTls serverTls = ServerTls.create(judged.server(), List.of(judged.protocol()), suites);
                OriginTls clientTls = OriginTls.builder(judged.client()).insecure().protocols(judged.protocol())
                        .suites(suites.toArray(String[]::new)).build()) {
            Side server = new Side(true);
            Channel listener = listen(serverTls, server, server.secrets::add);
            int port = port(listener);
            Path pcap = directory.resolve("capture.pcap");
            Side client = new Side(false);
            try (Tcpdump dump = Tcpdump.on("lo", "tcp port " + port, pcap)) {
                connect(clientTls, port, client, client.secrets::add);
                client.established.get(10, TimeUnit.SECONDS);
                String request = "GET /plumbline HTTP/1.1\r\nHost: localhost\r\n\r\n";
                for (int i = 0; i < 3; i++) {
                    client.channel.writeAndFlush(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII));
                    int expected = request.length() * (i + 1);
                    await("echo", () -> client.received.length() == expected);
                }
                client.channel.close().sync();
                server.closed.get(10, TimeUnit.SECONDS);
            }
            server.assertSumsAreRight();
            client.assertSumsAreRight();
            Path keys = Files.write(directory.resolve("keys.txt"),
                    judged.clientsSecrets() ? client.secrets : server.secrets);
            assertThat(decryptedRequests(pcap, port, keys)).isEqualTo(6);
            assertThat(decryptedRequests(pcap, port, Files.write(directory.resolve("none.txt"), List.of()))).isZero();
        }
    }

    /** Echoed requests count as well. */
    private long decryptedRequests(Path pcap, int port, Path keys) throws Exception {
        Path out = directory.resolve("tshark.txt");
        Process tshark = new ProcessBuilder("tshark", "-r", pcap.toString(), "-o", "tls.keylog_file:" + keys, "-o", "tcp.try_heuristic_first:TRUE", "-d",
                "tcp.port==" + port + ",tls", "-Y", "http.request", "-T", "fields", "-e", "http.request.uri")
                .redirectOutput(out.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        assertThat(tshark.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return Files.readString(out).split("/plumbline", -1).length - 1;
    }
}
