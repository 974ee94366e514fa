package dev.plumbline.relay;

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
import io.netty.util.ResourceLeakDetector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A relay under test, and all it told. Buffers are watched with paranoia. */
final class RelayRun implements AutoCloseable {
    static {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    final List<Fact> facts = new CopyOnWriteArrayList<>();
    final Relay relay;
    final Path caFile;
    private final LeafCache leaves;

    private RelayRun(TlsProvider provider, UnaryOperator<RelayOptions> adjust, UnaryOperator<OriginTls.Builder> trust) throws Exception {
        CertificateAuthority authority = CertificateAuthority.open(Files.createTempDirectory("plumbline-ca"));
        caFile = authority.certificateFile();
        leaves = new LeafCache(authority);
        RelayOptions options = adjust.apply(new RelayOptions(
                new Endpoint(IpAddress.v4(0x7f000001), 0), 1, List.of(), Passthrough.NONE, 1 << 20, false, () -> { },
                RelayOptions.Timeouts.DEFAULTS));
        relay = Relay.bind(options, authority, leaves, ServerTls.create(provider), trust.apply(OriginTls.builder(provider)).build(), this::sink);
        relay.start();
    }

    static RelayRun plain() throws Exception {
        return with(options -> options);
    }

    static RelayRun with(UnaryOperator<RelayOptions> adjust) throws Exception {
        return new RelayRun(TlsProvider.best(), adjust, OriginTls.Builder::insecure);
    }

    static RelayRun verifying(TlsProvider provider, UnaryOperator<OriginTls.Builder> trust) throws Exception {
        return new RelayRun(provider, options -> options, trust);
    }

    private FactSink sink(String source) {
        return facts::add;
    }

    int port() {
        return relay.address().port();
    }

    RawOrigin.Peer client() throws Exception {
        return RawOrigin.Peer.to(port());
    }

    <F extends Fact> Stream<F> all(Class<F> kind) {
        return facts.stream().filter(kind::isInstance).map(kind::cast);
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
        throw new AssertionError("not told: " + kind.getSimpleName() + "; told: " + facts.stream().map(f -> f.getClass().getSimpleName()).toList());
    }

    RelayFact.ExchangeEnded ended(String exchange) throws InterruptedException {
        return await(RelayFact.ExchangeEnded.class, e -> e.exchange().toString().equals(exchange));
    }

    RelayFact.MessageEnded ended(MessageKey message) throws InterruptedException {
        return await(RelayFact.MessageEnded.class, e -> e.message().equals(message));
    }

    @Override
    public void close() {
        relay.close();
        leaves.close();
    }
}
