package dev.plumbline.relay;

import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.RelayFact.ContentSeen;
import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.fact.RelayFact.MessageBegan;
import dev.plumbline.fact.RelayFact.MessageEnded;
import dev.plumbline.wire.ConnectionId;
import io.netty.buffer.ByteBuf;

/**
 * Tells one message on one leg as it passes: begun, content up to the cap, ended. Ends once, whatever happens.
 *
 * <p>Owned by: the connection's event loop.
 */
final class MessageLog {
    private static final byte[] NONE = new byte[0];

    private final FactSink facts;
    private final MessageKey key;
    private long contentLeft;
    private long contentOctets;
    private boolean begun;
    private boolean ended;

    /** @param contentCap octets of content to tell at most */
    MessageLog(FactSink facts, MessageKey key, long contentCap) {
        this.facts = facts;
        this.key = key;
        this.contentLeft = contentCap;
    }

    void began(ConnectionId connection, int phase, long plainStart, byte[] head, int status, long firstAt) {
        begun = true;
        facts.accept(new MessageBegan(key, connection, phase, plainStart, head, status, firstAt, WallClock.now()));
    }

    /** Copies what the cap and the budget allow. Gaps are not told: once the budget refuses, the rest is left out. */
    void content(ByteBuf buffer, int index, int length) {
        if (!isOpen()) {
            return;
        }
        contentOctets += length;
        if (contentLeft == 0) {
            return;
        }
        int wanted = (int) Math.min(contentLeft, length);
        int granted = facts.reserveContent(wanted);
        if (granted > 0) {
            byte[] copy = new byte[granted];
            buffer.getBytes(index, copy);
            facts.accept(new ContentSeen(key, copy, WallClock.now()));
        }
        contentLeft = granted < wanted ? 0 : contentLeft - granted;
    }

    void ended(long plainEnd, long contentLength, End end) {
        ended(plainEnd, contentLength, NONE, end);
    }

    void ended(long plainEnd, long contentLength, byte[] trailers, End end) {
        if (!ended) {
            ended = true;
            facts.accept(new MessageEnded(key, plainEnd, contentLength, trailers, end, WallClock.now()));
        }
    }

    /** For when everything stops: only what was on its way is cut. */
    void cutIfOpen(long plainEnd, long contentLength) {
        if (isOpen()) {
            ended(plainEnd, contentLength, End.CUT);
        }
    }

    /** Octets of content that came in so far, whether told or not. */
    long contentOctets() {
        return contentOctets;
    }

    boolean isOpen() {
        return begun && !ended;
    }
}
