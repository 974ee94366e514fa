package dev.plumbline.relay;

import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.RelayFact.RecordMoved;
import dev.plumbline.fact.RelayFact.TlsBegan;
import dev.plumbline.fact.RelayFact.TlsEstablished;
import dev.plumbline.fact.RelayFact.TlsSecret;
import dev.plumbline.relay.tls.Direction;
import dev.plumbline.relay.tls.KeyLog;
import dev.plumbline.relay.tls.PeerCertificate;
import dev.plumbline.relay.tls.RecordListener;
import dev.plumbline.relay.tls.TlsEnd;
import dev.plumbline.relay.tls.TlsFacts;
import dev.plumbline.relay.tls.TlsFailure;
import dev.plumbline.relay.tls.TlsPhase;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Puts a leg under TLS and tells all there is to tell of it: its records, its secrets, how the handshake went.
 *
 * <p>Owned by: the channel's event loop.
 */
final class SecuredLeg implements RecordListener, KeyLog {
    private final HttpLeg leg;
    private final ConnectionId client;
    private final FactSink facts;
    private final int phase;
    private long startedAt;

    private SecuredLeg(HttpLeg leg, ConnectionId client, FactSink facts) {
        this.leg = leg;
        this.client = client;
        this.facts = facts;
        this.phase = leg.phase + 1;
    }

    /**
     * Begins the leg's next phase, under TLS.
     *
     * @param leg has used up everything before the phase
     * @param makeEnd makes our end, given where its secrets are to go
     * @param timeoutMillis for the handshake
     * @param leftovers octets of the new phase that have been read already; taken over
     * @param done hears of the handshake's end, with the failure if it failed
     */
    static void begin(
            HttpLeg leg, ConnectionId client, Function<KeyLog, TlsEnd> makeEnd, int timeoutMillis, String sni, ByteBuf leftovers,
            Consumer<Optional<TlsFailure>> done) {
        SecuredLeg secured = new SecuredLeg(leg, client, leg.facts);
        long inStart = leg.tap.count(leg.tap.leg() == Leg.CLIENT ? Heading.TO_SERVER : Heading.TO_CLIENT) - leftovers.readableBytes();
        long outStart = leg.tap.count(leg.tap.leg() == Leg.CLIENT ? Heading.TO_CLIENT : Heading.TO_SERVER);
        secured.startedAt = WallClock.now();
        boolean isClientLeg = leg.tap.leg() == Leg.CLIENT;
        leg.facts.accept(new TlsBegan(
                leg.id(), client, secured.phase, isClientLeg ? inStart : outStart, isClientLeg ? outStart : inStart, secured.startedAt));
        leg.beginPhase(secured.phase);
        TlsEnd end = makeEnd.apply(secured);
        end.handler().setHandshakeTimeoutMillis(timeoutMillis);
        end.handshake().addListener(future -> {
            Optional<TlsFailure> failure = future.isSuccess() ? Optional.empty() : Optional.of(leg.tap.wasReset() ? end.failure().byReset() : end.failure());
            secured.tell(end, sni, failure);
            done.accept(failure);
        });
        leg.securedBy(TlsPhase.install(
                leg.ctx.pipeline(), leg.ctx.pipeline().context(leg.tap).name(), end, inStart, outStart, secured, leftovers));
    }

    @Override
    public void record(Direction direction, int contentType, long wireStart, long wireEnd, long plainStart, long plainEnd, boolean exact) {
        facts.accept(new RecordMoved(
                leg.id(), client, phase, heading(direction), contentType, wireStart, wireEnd, plainStart, plainEnd, exact, WallClock.now()));
    }

    @Override
    public void line(String line) {
        facts.accept(new TlsSecret(leg.id(), client, line, WallClock.now()));
    }

    private Heading heading(Direction direction) {
        return (direction == Direction.INBOUND) == (leg.tap.leg() == Leg.CLIENT) ? Heading.TO_SERVER : Heading.TO_CLIENT;
    }

    private void tell(TlsEnd end, String sni, Optional<TlsFailure> failure) {
        if (failure.isPresent()) {
            facts.accept(new TlsEstablished(
                    leg.id(), client, phase, "", "", "", sni, Optional.empty(), "", failure.get().reason(), startedAt, WallClock.now()));
            return;
        }
        TlsFacts agreed = end.facts();
        facts.accept(new TlsEstablished(
                leg.id(), client, phase, agreed.protocol(), agreed.cipherSuite(), agreed.alpn().orElse(""), agreed.sni().orElse(sni),
                Optional.of(agreed.isResumed()), agreed.peerChain().stream().findFirst().map(SecuredLeg::line).orElse(""), "",
                startedAt, WallClock.now()));
    }

    private static String line(PeerCertificate certificate) {
        return "subject=" + certificate.subject() + "; issuer=" + certificate.issuer() + "; notAfter=" + certificate.notAfter()
                + "; sha256=" + certificate.sha256();
    }
}
