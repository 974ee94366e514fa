package dev.plumbline.relay;

import dev.plumbline.ca.CertificateAuthority;
import dev.plumbline.ca.LeafCache;
import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.RelayFact.ConnectionOpened;
import dev.plumbline.relay.http.ErrorResponse;
import dev.plumbline.relay.tls.ChannelFault;
import dev.plumbline.relay.tls.OriginTls;
import dev.plumbline.relay.tls.ServerTls;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Leg;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The proxy as the network sees it: a listener, and event loops that carry what comes in.
 *
 * <p>Owned by: any thread.
 * <p>Limits: {@link ServerLimits}, {@link dev.plumbline.relay.http.Limits}, {@link RelayOptions.Timeouts}.
 */
public final class Relay implements AutoCloseable {
    private static final AttributeKey<Accepted> ACCEPTED = AttributeKey.valueOf(Relay.class, "accepted");

    private record Accepted(ConnectionId id, long at) {
    }

    private final MultiThreadIoEventLoopGroup loops;
    private final MultiThreadIoEventLoopGroup acceptor;
    private final Channel listener;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ChannelGroup turnedAway = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Services services;
    private final Map<EventLoop, FactSink> sinks;
    private final int clientLimit;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Relay(
            MultiThreadIoEventLoopGroup loops, MultiThreadIoEventLoopGroup acceptor, Channel listener, Services services, Map<EventLoop, FactSink> sinks, int clientLimit) {
        this.loops = loops;
        this.acceptor = acceptor;
        this.listener = listener;
        this.services = services;
        this.sinks = sinks;
        this.clientLimit = clientLimit;
    }

    /**
     * Begins to listen; accepts nobody before {@link #start}.
     *
     * @param serverTls the relay's own once it listens, closed with it; likewise {@code originTls}
     * @param sinks makes the sink of each event loop, given the name of its source
     * @throws IOException when the address cannot be listened on
     */
    public static Relay bind(
            RelayOptions options, CertificateAuthority authority, LeafCache leaves, ServerTls serverTls, OriginTls originTls,
            Function<String, FactSink> sinks) throws IOException {
        return bind(
                options, authority, leaves, serverTls, originTls, sinks, new Resolver(), ServerLimits.CLIENT_CONNECTIONS, Room.ofHeap(),
                new Backlog(Backlog.PLENTY));
    }

    /** @param clientLimit client connections at once; @param room the memory there is for them and what they carry; @param backlog what of it waits to be sent */
    static Relay bind(
            RelayOptions options, CertificateAuthority authority, LeafCache leaves, ServerTls serverTls, OriginTls originTls,
            Function<String, FactSink> sinks, Resolver resolver, int clientLimit, Room room, Backlog backlog) throws IOException {
        MultiThreadIoEventLoopGroup loops = group("plumbline-relay", options.loops());
        MultiThreadIoEventLoopGroup acceptor = options.loops() == 1 ? loops : group("plumbline-accept", 1);
        Map<EventLoop, FactSink> byLoop = new IdentityHashMap<>();
        loops.forEach(loop -> byLoop.put((EventLoop) loop, sinks.apply("relay-" + byLoop.size())));
        Relay[] relay = new Relay[1];
        ServerBootstrap bootstrap = new ServerBootstrap().group(acceptor, loops).channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4_096)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
                        relay[0].accepted((Channel) accepted);
                        ctx.fireChannelRead(accepted);
                    }
                })
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        relay[0].begin(channel);
                    }
                });
        ChannelFuture bound = bootstrap.bind(options.listen().toSocketAddress()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            resolver.close();
            loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            acceptor.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
            loops.terminationFuture().awaitUninterruptibly(2_000);
            throw new IOException("cannot listen on " + options.listen() + ": " + reason(bound.cause()), bound.cause());
        }
        Endpoint address = Endpoint.of((InetSocketAddress) bound.channel().localAddress());
        List<Endpoint> own = new ArrayList<>(options.ownPorts());
        own.add(address);
        Services services = new Services(
                options, resolver, new LocalPorts(), new OwnListeners(own), new AtomicInteger(), leaves, serverTls, originTls,
                new LocalPages(authority), room, backlog);
        relay[0] = new Relay(loops, acceptor, bound.channel(), services, byLoop, clientLimit);
        return relay[0];
    }

    private static String reason(Throwable cause) {
        if (ChannelFault.isErrno(cause, ChannelFault.ADDRESS_IN_USE)) {
            return "another program listens there (expected: a free port; port 0 takes any)";
        }
        return ChannelFault.said(cause);
    }

    private static MultiThreadIoEventLoopGroup group(String name, int threads) {
        return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, true), EpollIoHandler.newFactory());
    }

    /** Lets clients in. To be called when those who are to see their packets are looking. */
    public void start() {
        listener.config().setAutoRead(true);
    }

    /** Where it listens, with the real port. */
    public Endpoint address() {
        return Endpoint.of((InetSocketAddress) listener.localAddress());
    }

    /**
     * On the acceptor's loop: numbers and times connections in the order in which they were accepted, which tells those that come
     * from one port from each other. The loops that serve them may be held up, each for a time of its own.
     */
    private void accepted(Channel channel) {
        channel.attr(ACCEPTED).set(new Accepted(services.nextConnection(), WallClock.now()));
    }

    private void begin(Channel channel) {
        Accepted accepted = channel.attr(ACCEPTED).get();
        ConnectionId id = accepted.id;
        FactSink facts = sinks.get(channel.eventLoop());
        InetSocketAddress peer = (InetSocketAddress) channel.remoteAddress();
        if (peer == null) {
            channel.close();
            return;
        }
        FourTuple tuple = new FourTuple(Endpoint.of(peer), Endpoint.of((InetSocketAddress) channel.localAddress()));
        facts.accept(new ConnectionOpened(id, Leg.CLIENT, tuple, id, "", accepted.at));
        ConnectionTap tap = new ConnectionTap(id, Leg.CLIENT, id, facts);
        channel.pipeline().addLast(tap);
        services.backlog().govern(channel.config());
        Room.Share share = services.room().share();
        if (connections.size() >= clientLimit) {
            turnAway(channel, tap, new Failure(503, "too-many-connections",
                    "There are " + clientLimit + " connections already, which is this proxy's limit."));
            return;
        }
        if (!share.holds(Room.CONNECTION)) {
            turnAway(channel, tap, services.room().failure());
            return;
        }
        connections.add(channel);
        ClientLeg leg = new ClientLeg(tap, facts, share, services);
        channel.pipeline().addLast(leg);
        channel.eventLoop().execute(leg::pump);
    }

    /** Those who are being told are many as well, in a flood: then nobody is told any more. */
    private void turnAway(Channel channel, ConnectionTap tap, Failure why) {
        tap.because(why.code());
        if (turnedAway.size() >= ServerLimits.TURNED_AWAY) {
            channel.close();
            return;
        }
        turnedAway.add(channel);
        byte[] answer = ErrorResponse.of(why.status(), why.code(), why.sentence()).closing().octets();
        channel.pipeline().addLast(new TurnedAway(answer, services.options().timeouts().drain()));
    }

    /** Whether no client connection is open. */
    boolean isIdle() {
        return connections.isEmpty() && turnedAway.isEmpty();
    }

    /** Stops listening, ends what is under way, and waits until that has been told: two seconds at most. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        listener.close().awaitUninterruptibly(500);
        for (Channel channel : connections) {
            channel.eventLoop().execute(() -> {
                ClientLeg leg = channel.pipeline().get(ClientLeg.class);
                if (leg != null) {
                    leg.stop();
                }
            });
        }
        turnedAway.close();
        connections.close().awaitUninterruptibly(700);
        for (Channel channel : connections) {
            // TLS still waits to say good-bye to somebody who does not listen.
            channel.eventLoop().execute(() -> {
                ConnectionTap tap = channel.pipeline().get(ConnectionTap.class);
                if (tap != null) {
                    tap.reset();
                }
            });
        }
        connections.newCloseFuture().awaitUninterruptibly(300);
        services.resolver().close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
        if (acceptor != loops) {
            acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
        services.serverTls().close();
        services.originTls().close();
    }
}
