package dev.plumbline.relay;

import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.RelayFact.ConnectionEstablished;
import dev.plumbline.fact.RelayFact.ConnectionOpened;
import dev.plumbline.fact.RelayFact.NameResolved;
import dev.plumbline.fact.Timing;
import dev.plumbline.relay.tls.ChannelFault;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.IpAddress;
import dev.plumbline.wire.Leg;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.concurrent.Future;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Opens a connection to an origin: looks its name up and tries every address, the next one as soon as one fails or has
 * not answered for a while. The first that answers is taken.
 *
 * <p>Owned by: the client connection's event loop, which the new channel joins.
 * <p>Source: RFC 8305 (Happy Eyeballs), its connection attempts. The order is the look-up's, but that the families take turns (§4):
 * a host whose IPv6 or IPv4 goes nowhere is reached after one wait, however many such addresses it has.
 */
final class Dial {
    private final Services services;
    private final EventLoop loop;
    private final FactSink facts;
    private final ConnectionId client;
    private final String host;
    private final int port;
    private final Outcome outcome;
    private final List<Attempt> running = new ArrayList<>();
    private List<IpAddress> addresses = List.of();
    private int nextAddress;
    private Future<?> stagger;
    private Runnable withdraw = () -> { };
    private Failure lastFailure;
    private boolean done;
    private long resolveStartAt = Timing.NEVER;
    private long resolveEndAt = Timing.NEVER;

    Dial(Services services, EventLoop loop, FactSink facts, ConnectionId client, String host, int port, Outcome outcome) {
        this.services = services;
        this.loop = loop;
        this.facts = facts;
        this.client = client;
        this.host = host;
        this.port = port;
        this.outcome = outcome;
    }

    /** What comes of it: exactly one call, unless cancelled. May come before {@link #start} returns. */
    interface Outcome {
        /** @param connection has a {@link ConnectionTap} in its pipeline and reads nothing yet */
        void connected(EpollSocketChannel connection, ConnectionTap tap, Steps steps);

        void failed(Failure failure, Steps steps);
    }

    /** When its steps happened; see {@link Timing}. */
    record Steps(long resolveStartAt, long resolveEndAt, long connectStartAt, long connectEndAt) {
    }

    void start() {
        resolveStartAt = WallClock.now();
        withdraw = services.resolver().resolve(host, loop, this::resolved);
    }

    /** Nobody waits any more. */
    void cancel() {
        done = true;
        withdraw.run();
        closeOthers(null, "no longer wanted");
    }

    private void resolved(Resolver.Answer answer) {
        resolveEndAt = WallClock.now();
        facts.accept(new NameResolved(client, host, answer.addresses(), answer.failure(), resolveStartAt, resolveEndAt));
        if (done) {
            return;
        }
        addresses = takingTurns(answer.addresses().stream().map(Dial::reached).toList());
        if (addresses.isEmpty()) {
            fail(Failure.badGateway("name-not-resolved", "The name could not be resolved: " + answer.failure() + "."));
            return;
        }
        for (IpAddress address : answer.addresses()) {
            if (services.own().contains(new Endpoint(address, port))) {
                fail(new Failure(403, "own-listener", new Origin(host, port, false) + " is this proxy itself; it does not connect to its own listeners."));
                return;
            }
        }
        tryNext();
    }

    /**
     * Where the kernel takes who connects to no address in particular: that is what goes over the wire. Netty would not even
     * hand it 0.0.0.0, but ::, which is another listener.
     */
    private static IpAddress reached(IpAddress address) {
        if (!address.isUnspecified()) {
            return address;
        }
        return address.isV4() ? IpAddress.v4(0x7f000001) : new IpAddress(0, 1);
    }

    /** Each family in its order, the first address's family first. */
    static List<IpAddress> takingTurns(List<IpAddress> addresses) {
        Deque<IpAddress> sameAsFirst = new ArrayDeque<>();
        Deque<IpAddress> others = new ArrayDeque<>();
        for (IpAddress address : addresses) {
            (address.isV4() == addresses.get(0).isV4() ? sameAsFirst : others).add(address);
        }
        List<IpAddress> turns = new ArrayList<>(addresses.size());
        while (!sameAsFirst.isEmpty() || !others.isEmpty()) {
            Stream.of(sameAsFirst, others).map(Deque::poll).filter(Objects::nonNull).forEach(turns::add);
        }
        return turns;
    }

    private void tryNext() {
        if (stagger != null) {
            stagger.cancel(false);
            stagger = null;
        }
        if (done) {
            return;
        }
        if (nextAddress == addresses.size()) {
            if (running.isEmpty()) {
                fail(lastFailure);
            }
            return;
        }
        Attempt attempt = new Attempt(new Endpoint(addresses.get(nextAddress++), port));
        running.add(attempt);
        try {
            attempt.start();
        } catch (ChannelException e) {
            noSocket(attempt, e);
        }
        if (!done && nextAddress < addresses.size() && stagger == null) {
            stagger = loop.schedule(this::tryNext, services.options().timeouts().nextAddress(), TimeUnit.MILLISECONDS);
        }
    }

    private void won(Attempt winner) {
        done = true;
        closeOthers(winner, "another address answered first");
        outcome.connected(winner.channel, winner.tap, new Steps(resolveStartAt, resolveEndAt, winner.startedAt, WallClock.now()));
    }

    private void lost(Attempt loser, Throwable cause) {
        running.remove(loser);
        lastFailure = failure(loser.remote, cause);
        loser.tap.tellNotConnected(lastFailure.sentence());
        loser.channel.close();
        tryNext();
    }

    /** The system gave none: too many files are open, here or in all. Nothing was told of the attempt. */
    private void noSocket(Attempt attempt, ChannelException cause) {
        running.remove(attempt);
        lastFailure = new Failure(503, "no-socket", "The proxy cannot open a connection to " + attempt.remote + ": "
                + ChannelFault.said(cause.getCause() == null ? cause : cause.getCause()) + ".");
        tryNext();
    }

    private void fail(Failure failure) {
        done = true;
        outcome.failed(failure, new Steps(resolveStartAt, resolveEndAt, Timing.NEVER, Timing.NEVER));
    }

    private void closeOthers(Attempt winner, String why) {
        if (stagger != null) {
            stagger.cancel(false);
        }
        for (Attempt attempt : running) {
            if (attempt != winner) {
                attempt.tap.tellNotConnected(why);
                attempt.channel.close();
            }
        }
        running.clear();
    }

    private Failure failure(Endpoint remote, Throwable cause) {
        String origin = host.equals(remote.address().toString()) ? remote.toString() : host + " (" + remote + ")";
        if (cause instanceof ConnectTimeoutException) {
            return Failure.timeout("connect-timeout", origin + " did not answer within " + services.options().timeouts().connect() / 1000 + " s.");
        }
        if (cause instanceof NoRouteToHostException) {
            return Failure.badGateway("unreachable", "There is no route to " + origin + ".");
        }
        if (ChannelFault.isErrno(cause, ChannelFault.CONNECTION_REFUSED)) {
            return Failure.badGateway("connect-refused", origin + " refused the connection.");
        }
        return Failure.badGateway("connect-failed", "Connecting to " + origin + " failed: " + ChannelFault.said(cause) + ".");
    }

    /** One address being tried. */
    private final class Attempt {
        private final Endpoint remote;
        private ConnectionId id;
        private EpollSocketChannel channel;
        private ConnectionTap tap;
        private long startedAt;

        Attempt(Endpoint remote) {
            this.remote = remote;
        }

        void start() {
            id = services.nextConnection();
            ChannelFuture connect = connectFromOurPorts();
            facts.accept(new ConnectionOpened(id, Leg.SERVER, new FourTuple(local(), remote), client, host, startedAt));
            if (connect.isDone()) {
                ended(connect);
            } else {
                connect.addListener(f -> ended(connect));
            }
        }

        /** A port may be taken for this destination, by us or in TIME_WAIT: then the next one, and at last the kernel's choice. */
        private ChannelFuture connectFromOurPorts() {
            for (int i = 0; i < LocalPorts.TRIES; i++) {
                open();
                int candidate = services.ports().next();
                ChannelFuture bind = channel.bind(new InetSocketAddress(candidate));
                if (bind.isSuccess()) {
                    ChannelFuture connect = connect();
                    if (!(connect.isDone() && isAddressInUse(connect.cause()))) {
                        return connect;
                    }
                }
                channel.close();
            }
            open();
            ChannelFuture connect = connect();
            // Where the kernel has no address for it either, it was never our ports: IPv6 that is switched off says the same.
            if (!(connect.isDone() && isAddressInUse(connect.cause()))) {
                services.options().portRangeExhausted().run();
            }
            return connect;
        }

        private void open() {
            channel = new EpollSocketChannel();
            channel.config().setOption(ChannelOption.TCP_NODELAY, true);
            channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
            channel.config().setOption(ChannelOption.AUTO_READ, false);
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            // An origin that will not take the rest of a request may have said why: what it sent is read before we close.
            channel.config().setOption(ChannelOption.AUTO_CLOSE, false);
            channel.config().setOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, services.options().timeouts().connect());
            channel.config().setOption(EpollChannelOption.TCP_KEEPIDLE, 60);
            channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
            services.backlog().govern(channel.config());
            tap = new ConnectionTap(id, Leg.SERVER, client, facts);
            channel.pipeline().addLast(tap);
            loop.register(channel);
        }

        private ChannelFuture connect() {
            startedAt = WallClock.now();
            return channel.connect(remote.toSocketAddress());
        }

        /** Known as soon as connect has been called; where that failed at once, what was bound. */
        private Endpoint local() {
            InetSocketAddress bound = channel.localAddress();
            if (bound == null || bound.getAddress() == null) {
                return new Endpoint(remote.address().isLoopback() ? remote.address() : IpAddress.v4(0), 0);
            }
            Endpoint local = Endpoint.of(bound);
            return local.address().isUnspecified() && remote.address().isLoopback() ? new Endpoint(remote.address(), local.port()) : local;
        }

        private void ended(ChannelFuture connect) {
            if (done) {
                return;
            }
            if (connect.isSuccess()) {
                facts.accept(new ConnectionEstablished(tap.id(), client, WallClock.now()));
                won(this);
            } else {
                lost(this, connect.cause());
            }
        }
    }

    private static boolean isAddressInUse(Throwable cause) {
        return cause instanceof BindException
                || ChannelFault.isErrno(cause, ChannelFault.ADDRESS_NOT_AVAILABLE) || ChannelFault.isErrno(cause, ChannelFault.ADDRESS_IN_USE);
    }
}
