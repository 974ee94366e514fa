package dev.plumbline.analyze;

import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.Timing;
import dev.plumbline.wire.Leg;
import java.util.List;
import java.util.Optional;

/**
 * All that is known of one exchange that has ended.
 *
 * @param role what kind of exchange it was
 * @param failure what went wrong, as the relay put it; empty when nothing did
 * @param faultCode the same for programs
 * @param answeredByProxy whether the response was ours
 * @param beganAt its request's first octet at our socket, nanoseconds since 1970
 * @param endedAt its end as our sockets saw it
 * @param precedingEndedAt when the exchange before it on its client connection had been answered; −1 when there was none
 * @param expectsContinue whether the client said that it would wait for a 100 (Continue) before it sends its content (RFC 9110 §10.1.1)
 * @param isDirect whether there was no proxy in between, as in a dump made elsewhere: then both legs are the one connection
 * @param server empty when it had no server leg
 * @param attempts connections that were tried for it and did not become its server leg, in the order they were opened
 */
public record ExchangeEvidence(
        Role role, String failure, String faultCode, boolean answeredByProxy, long beganAt, long endedAt, long precedingEndedAt, Timing timing,
        boolean expectsContinue, boolean isDirect, LegEvidence client, Optional<LegEvidence> server, List<LegEvidence> attempts) {
    public ExchangeEvidence {
        attempts = List.copyOf(attempts);
    }

    /** Where its time went. */
    public TimeSplit split() {
        return TimeSplitter.split(this);
    }

    /** Whether the client waited for a 100 (Continue), or for an answer instead. One that has sent all, at a time that is not known, may not have. */
    boolean hasWaitedToGoOn() {
        return expectsContinue && (allowedAt() >= 0 || timing.contentFirstAt() >= 0 || client.request().filter(request -> !request.isWhole()).isPresent());
    }

    /** When the client that waited for a 100 (Continue) had that or went on without; −1 where it did neither before it was answered. */
    long goneOnAt() {
        long allowedAt = allowedAt();
        long contentAt = timing.contentFirstAt();
        long at = allowedAt < 0 || contentAt >= 0 && contentAt < allowedAt ? contentAt : allowedAt;
        boolean wasAnswered = server.flatMap(LegEvidence::response).map(MessageEvidence::first).filter(first -> first.isKnown() && first.at() <= at).isPresent();
        return expectsContinue && !wasAnswered ? at : -1;
    }

    /** Whether it went on without. */
    boolean hasGoneOnUnasked() {
        return goneOnAt() >= 0 && goneOnAt() != allowedAt();
    }

    private long allowedAt() {
        return server.map(LegEvidence::continueAt).orElse(-1L);
    }

    /**
     * What there is to say of it; empty when that is nothing.
     *
     * @param split its own
     */
    public Optional<Diagnosis> diagnosis(TimeSplit split) {
        Optional<Diagnosis> found = new FailureRules(this, split).judge().or(() -> faultCode.isEmpty() ? new DelayRules(this, split).judge() : Optional.empty());
        return isDirect ? found.map(diagnosis -> diagnosis.on(Leg.CLIENT)) : found;
    }
}
