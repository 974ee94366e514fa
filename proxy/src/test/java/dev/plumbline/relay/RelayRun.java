package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.ca.CertificateAuthority;
import dev.plumbline.ca.LeafCache;
import dev.plumbline.fact.Fact;
import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.RelayFact;
import dev.plumbline.relay.tls.OriginTls;
import dev.plumbline.relay.tls.ServerTls;
import dev.plumbline.relay.tls.TlsProvider;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.IpAddress;
import io.netty.util.NetUtil;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A relay under test, and all it told. When it is closed, what it told must obey {@link FactRules}, and no buffer may have
 * leaked.
 */
final class RelayRun implements AutoCloseable {
    /** Closing gives two seconds to what is under way; a busy machine takes its own on top. */
    static final long CLOSED_MILLIS = 6_000;

    static {
        Leaks.listen();
    }

    final List<Fact> facts = Collections.synchronizedList(new ArrayList<>());
    final Relay relay;
    final Path caFile;
    private final LeafCache leaves;
    private boolean closed;

    private RelayRun(Setup setup) throws Exception {
        CertificateAuthority authority = CertificateAuthority.open(Files.createTempDirectory("plumbline-ca"));
        caFile = authority.certificateFile();
        leaves = new LeafCache(authority);
        RelayOptions options = setup.options.apply(new RelayOptions(
                new Endpoint(IpAddress.v4(0x7f000001), 0), setup.loops, List.of(), Passthrough.NONE, 1 << 20, false, () -> { },
                RelayOptions.Timeouts.DEFAULTS));
        relay = Relay.bind(options, authority, leaves, ServerTls.create(setup.provider), setup.trust.apply(OriginTls.builder(setup.provider)).build(),
                source -> facts::add, setup.resolver, setup.clientLimit, setup.room, setup.backlog);
        relay.start();
    }

    /** What differs from one relay under test to another. */
    static final class Setup {
        private TlsProvider provider = TlsProvider.best();
        private UnaryOperator<RelayOptions> options = o -> o;
        private UnaryOperator<OriginTls.Builder> trust = OriginTls.Builder::insecure;
        private Resolver resolver = new Resolver();
        private int loops = 1;
        private int clientLimit = ServerLimits.CLIENT_CONNECTIONS;
        private Room room = Room.ofHeap();
        private Backlog backlog = new Backlog(Backlog.PLENTY);

        Setup provider(TlsProvider wanted) {
            provider = wanted;
            return this;
        }

        Setup options(UnaryOperator<RelayOptions> adjust) {
            options = adjust;
            return this;
        }

        Setup timeouts(RelayOptions.Timeouts timeouts) {
            return options(o -> new RelayOptions(
                    o.listen(), o.loops(), o.ownPorts(), o.passthrough(), o.contentCap(), o.sampleSockets(), o.portRangeExhausted(), timeouts));
        }

        Setup loops(int count) {
            loops = count;
            return this;
        }

        Setup passthrough(String... hosts) {
            return options(o -> new RelayOptions(
                    o.listen(), o.loops(), o.ownPorts(), new Passthrough(List.of(hosts)), o.contentCap(), o.sampleSockets(),
                    o.portRangeExhausted(), o.timeouts()));
        }

        Setup trust(UnaryOperator<OriginTls.Builder> whom) {
            trust = whom;
            return this;
        }

        /** Every name has these addresses; none at all is one that is not known. */
        Setup addresses(String... literals) {
            List<IpAddress> all = Stream.of(literals).map(NetUtil::createByteArrayFromIpAddressString).map(IpAddress::of).toList();
            return lookUp(name -> all.isEmpty() ? Resolver.Answer.failed("no address is known for " + name) : new Resolver.Answer(all, ""));
        }

        Setup lookUp(Function<String, Resolver.Answer> how) {
            resolver = new Resolver(how);
            return this;
        }

        Setup clientLimit(int limit) {
            clientLimit = limit;
            return this;
        }

        /** @param octets of memory for connections, exchanges and heads */
        Setup room(Room wanted) {
            room = wanted;
            return this;
        }

        Setup backlog(Backlog wanted) {
            backlog = wanted;
            return this;
        }

        RelayRun start() throws Exception {
            return new RelayRun(this);
        }
    }

    static Setup setup() {
        return new Setup();
    }

    static RelayRun plain() throws Exception {
        return setup().start();
    }

    static RelayRun with(UnaryOperator<RelayOptions> adjust) throws Exception {
        return setup().options(adjust).start();
    }

    static RelayRun verifying(TlsProvider provider, UnaryOperator<OriginTls.Builder> trust) throws Exception {
        return setup().provider(provider).trust(trust).start();
    }

    int port() {
        return relay.address().port();
    }

    RawOrigin.Peer client() throws Exception {
        return RawOrigin.Peer.to(port());
    }

    <F extends Fact> Stream<F> all(Class<F> kind) {
        synchronized (facts) {
            return List.copyOf(facts).stream().filter(kind::isInstance).map(kind::cast);
        }
    }

    /** Waits, a few seconds at most, until a fact of this kind and nature has been told. */
    <F extends Fact> F await(Class<F> kind, Predicate<F> wanted) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(8);
        while (System.nanoTime() < until) {
            F found = all(kind).filter(wanted).findFirst().orElse(null);
            if (found != null) {
                return found;
            }
            Thread.sleep(2);
        }
        throw new AssertionError("not told: " + kind.getSimpleName() + "; told: " + all(Fact.class).map(f -> f.getClass().getSimpleName()).toList());
    }

    RelayFact.ExchangeEnded ended(String exchange) throws InterruptedException {
        return await(RelayFact.ExchangeEnded.class, e -> e.exchange().toString().equals(exchange));
    }

    RelayFact.MessageEnded ended(MessageKey message) throws InterruptedException {
        return await(RelayFact.MessageEnded.class, e -> e.message().equals(message));
    }

    /** Waits until all clients are gone and all legs with them, as the facts tell it. */
    void awaitQuiet() throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (System.nanoTime() < until) {
            if (relay.isIdle() && all(RelayFact.ConnectionOpened.class).count() == all(RelayFact.ConnectionClosed.class).count()) {
                return;
            }
            Thread.sleep(2);
        }
        List<RelayFact.ConnectionOpened> open = all(RelayFact.ConnectionOpened.class)
                .filter(o -> all(RelayFact.ConnectionClosed.class).noneMatch(c -> c.id().equals(o.id()))).toList();
        throw new AssertionError("still open: " + open + "\n" + all(RelayFact.class).filter(f -> !(f instanceof RelayFact.RecordMoved))
                .filter(f -> open.stream().anyMatch(o -> o.client().equals(f.client()))).map(Object::toString).collect(Collectors.joining("\n")));
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        relay.close();
        leaves.close();
        FactRules.hold(all(Fact.class).toList());
        lookForLeaks();
    }

    private static void lookForLeaks() {
        List<String> found = Leaks.found();
        assertThat(found).as("leaked buffers").isEmpty();
    }
}
