package dev.plumbline.correlate;

import dev.plumbline.fact.RelayFact.ConnectionClosed;
import dev.plumbline.fact.RelayFact.ConnectionOpened;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;

/**
 * A connection as our sockets told of it, and the flow it was found to be.
 *
 * <p>Owned by: the recorder thread. Units: times in nanoseconds since 1970.
 */
final class Connection {
    final ConnectionId id;
    final ConnectionId client;
    final Leg leg;
    final FourTuple tuple;
    final long openedAt;
    final Conversation conversation;
    /** Null while it is not bound. */
    Flow flow;
    /** Whether it will stay unbound: a binding was taken back that something had been said on. */
    boolean isDoubted;
    /** Whether several flows could be it, or it and another one this flow, until octet counts tell. */
    boolean isContested;
    /** Whether facts about it were lost. */
    boolean hasLostFacts;
    /** Whether it is its flow by definition, so that no count can contradict that. */
    boolean isClaimed;
    boolean isWaiting;
    /** Whether the packets of its flow may still be on their way. */
    boolean awaitsFlow;
    /** The watermark before which there is no use in looking at it again. */
    long lookAt = Captures.NOTHING_YET;
    /** Whether its last word is said. */
    boolean isSettled;
    private long alignedAfter = -1;
    private long alignedFrom;
    private long alignedUntil;
    private boolean isAlignedLast;
    private final MessageLine[] lines = new MessageLine[2];
    private long closedAt = -1;
    private long toServer = -1;
    private long toClient = -1;
    private long received = -1;

    Connection(ConnectionOpened fact, Conversation conversation, Verdicts verdicts) {
        this.id = fact.id();
        this.client = fact.client();
        this.leg = fact.leg();
        this.tuple = fact.tuple();
        this.openedAt = fact.at();
        this.conversation = conversation;
        lines[0] = new MessageLine(this, Heading.TO_SERVER, verdicts);
        lines[1] = new MessageLine(this, Heading.TO_CLIENT, verdicts);
    }

    MessageLine line(Heading heading) {
        return lines[heading.ordinal()];
    }

    /**
     * It was aligned with others of its conversation.
     *
     * @param changes what the conversation had been told by then
     * @param watermark at which it was
     * @param until which one it would come to the same, if nothing is told
     */
    void aligned(long changes, long watermark, long until, boolean isLast) {
        alignedAfter = changes;
        alignedFrom = watermark;
        alignedUntil = until;
        isAlignedLast = isLast;
    }

    /** Whether to align it again would come to the same. */
    boolean isAligned(long watermark, boolean isLast) {
        return alignedAfter == conversation.changes && watermark >= alignedFrom && watermark < alignedUntil && isLast == isAlignedLast;
    }

    /** Which way our socket sends. */
    Heading outgoing() {
        return leg == Leg.CLIENT ? Heading.TO_CLIENT : Heading.TO_SERVER;
    }

    void closed(ConnectionClosed fact) {
        closedAt = Math.max(0, fact.at());
        toServer = fact.toServer();
        toClient = fact.toClient();
    }

    /** Whether its end may be among the facts that were lost: its flow is over. */
    boolean mayBeOverUnseen() {
        return hasLostFacts && !isClosed() && flow != null && flow.close.isOver();
    }

    /** Its end was not told. It ended when its flow did. */
    void closedUnseen() {
        closedAt = flow.close.lastAt();
    }

    boolean isClosed() {
        return closedAt >= 0;
    }

    /** −1 while it is open. */
    long closedAt() {
        return closedAt;
    }

    /** Whether a message or its own last word waits for something. */
    boolean isPending() {
        return !isSettled && (awaitsFlow || isClosed() || hasLostFacts || lines[0].hasEnded() || lines[1].hasEnded());
    }

    /** When the only thing awaited is the passing of time: until which watermark. */
    long nextLook(CorrelatorLimits limits) {
        boolean onlyTime = isClosed() && !lines[0].hasEnded() && !lines[1].hasEnded() && flow != null && flow.close.isOver();
        return onlyTime ? Math.max(closedAt, flow.close.lastAt()) + limits.settleGraceNanos() : Captures.NOTHING_YET;
    }

    /** Whether something was said of its messages, or all of itself. */
    boolean hasSaid() {
        return isSettled || lines[0].hasSaid() || lines[1].hasSaid();
    }

    /** All has been said: only what tells it from others of its tuple is of use yet. */
    void forgetLines() {
        received = received();
        lines[0] = null;
        lines[1] = null;
    }

    /** How many octets our socket has read, as far as is known. */
    long received() {
        long counted = leg == Leg.CLIENT ? toServer : toClient;
        MessageLine line = line(outgoing().opposite());
        return Math.max(counted, line == null ? received : line.movedTo());
    }

    /** Whether what our socket counted cannot be what {@code candidate} showed. */
    boolean contradicts(Flow candidate, long slackNanos) {
        long end = candidate.lane(outgoing().opposite()).fin();
        if (end >= 0 && received() > end) {
            return true;
        }
        if (!isClosed()) {
            return false;
        }
        if (candidate.firstAt > closedAt + slackNanos) {
            return true;
        }
        if (toServer < 0 || toClient < 0) {
            return false;
        }
        Lane out = candidate.lane(outgoing());
        long sent = outgoing() == Heading.TO_SERVER ? toServer : toClient;
        // A FIN follows all that the socket accepted. Where it was not seen, its acknowledgement counts for one octet.
        return out.acked() > sent + 1 || out.fin() >= 0 && out.fin() != sent;
    }
}
