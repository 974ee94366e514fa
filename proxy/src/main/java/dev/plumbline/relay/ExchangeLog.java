package dev.plumbline.relay;

import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.ExchangeBegan;
import dev.plumbline.fact.RelayFact.ExchangeEnded;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.RelayFact.RoleChanged;
import dev.plumbline.fact.RelayFact.SocketSampled;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Leg;

/**
 * Tells one exchange: its beginning, its four messages, its steps, what went wrong, its end.
 *
 * <p>Owned by: the client connection's event loop.
 */
final class ExchangeLog {
    private final ExchangeId id;
    private final FactSink facts;
    final Steps steps = new Steps();
    final MessageLog requestIn;
    final MessageLog requestOut;
    final MessageLog responseIn;
    final MessageLog responseOut;
    /** Interim responses on their way to the client. */
    int interimsOpen;
    private boolean answeredByProxy;
    private boolean ended;
    private String failure = "";
    private String faultCode = "";

    ExchangeLog(ExchangeId id, FactSink facts, int contentCap) {
        this.id = id;
        this.facts = facts;
        requestIn = new MessageLog(facts, new MessageKey(id, Leg.CLIENT, MessageKind.REQUEST), contentCap);
        requestOut = message(Leg.SERVER, MessageKind.REQUEST, 0);
        responseIn = new MessageLog(facts, new MessageKey(id, Leg.SERVER, MessageKind.RESPONSE), contentCap);
        // Content is told where it comes in; of an answer of ours that is here.
        responseOut = new MessageLog(facts, new MessageKey(id, Leg.CLIENT, MessageKind.RESPONSE), contentCap);
    }

    /** A message besides the four: its content is not told. */
    MessageLog message(Leg leg, MessageKind kind, int ordinal) {
        return new MessageLog(facts, new MessageKey(id, leg, kind, ordinal), 0);
    }

    /** See {@link ExchangeBegan}. */
    void began(String method, String scheme, String authority, String target, Role role, long firstAt) {
        steps.requestFirstAt = firstAt;
        facts.accept(new ExchangeBegan(id, method, scheme, authority, target, role, firstAt));
    }

    void roleChanged(Role role, String sni) {
        facts.accept(new RoleChanged(id, role, sni, WallClock.now()));
    }

    void answeredByProxy() {
        answeredByProxy = true;
    }

    boolean isAnsweredByProxy() {
        return answeredByProxy;
    }

    /** What went wrong first; what follows from it is not told. */
    void fault(String code, String sentence) {
        if (failure.isEmpty()) {
            faultCode = code;
            failure = sentence;
        }
    }

    boolean hasFault() {
        return !failure.isEmpty();
    }

    /** Whether something is still to be said of a message. */
    boolean hasOpenMessages() {
        return interimsOpen > 0 || requestIn.isOpen() || requestOut.isOpen() || responseIn.isOpen() || responseOut.isOpen();
    }

    /** The last word, once. */
    void ended() {
        if (!ended) {
            ended = true;
            facts.accept(new ExchangeEnded(id, failure, faultCode, answeredByProxy, steps.timing(), WallClock.now()));
        }
    }

    boolean hasEnded() {
        return ended;
    }

    void sample(HttpLeg leg, ConnectionId client) {
        SocketInfo.of(leg.ctx.channel()).ifPresent(info -> facts.accept(new SocketSampled(leg.id(), client, info, WallClock.now())));
    }
}
