package dev.plumbline.recording;

import dev.plumbline.correlate.Coverage;
import dev.plumbline.correlate.Finding.MessageCovered;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.RelayFact.MessageBegan;
import dev.plumbline.fact.RelayFact.MessageEnded;
import dev.plumbline.wire.PlainRange;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A message while facts and findings on it still come.
 *
 * <p>Owned by: the recorder thread.
 */
final class OpenMessage {
    private static final byte[] NONE = {};
    private static final long[] NOWHERE = {};
    final MessageBegan began;
    MessageEnded ended;
    MessageCovered covered;
    /** Octets of content seen so far. */
    long contentSeen;
    /** Octets of content kept. */
    long stored;
    /** No content of it is kept from here on, since what is kept must be a beginning without holes. */
    boolean contentStopped;
    private long[] extents = NOWHERE;
    private int extentCount;

    OpenMessage(MessageBegan began) {
        this.began = began;
    }

    MessageKey key() {
        return began.message();
    }

    boolean isSettled() {
        return ended == null || covered != null;
    }

    long contentLength() {
        return ended == null ? contentSeen : ended.contentLength();
    }

    byte[] trailers() {
        return ended == null ? NONE : ended.trailers();
    }

    long plainEnd() {
        return ended == null ? began.plainStart() : ended.plainEnd();
    }

    /** @param position where in the content file the next {@code length} octets lie */
    void stored(long position, int length) {
        stored += length;
        if (extentCount > 0 && extents[extentCount - 2] + extents[extentCount - 1] == position) {
            extents[extentCount - 1] += length;
            return;
        }
        if (extentCount == extents.length) {
            extents = Arrays.copyOf(extents, Math.max(2, extents.length * 2));
        }
        extents[extentCount++] = position;
        extents[extentCount++] = length;
    }

    /** Tells where its content is, position and length by turns, as far as it is there in one piece. */
    void extents(ContentWriter content, Packed into) {
        into.pairs(extents, held(content));
    }

    private int held(ContentWriter content) {
        int n = 0;
        while (n < extentCount && content.holds(extents[n], extents[n + 1])) {
            n += 2;
        }
        return n;
    }

    MessageRow toRow(ContentWriter content) {
        int held = held(content);
        long kept = 0;
        for (int i = 1; i < held; i += 2) {
            kept += extents[i];
        }
        boolean known = covered != null;
        return new MessageRow(
                key(), began.connection(), began.phase(), new PlainRange(began.plainStart(), plainEnd()), began.head(), trailers(),
                began.status(), contentLength(), kept, held == 0 ? -1 : extents[0],
                ended == null ? Optional.empty() : Optional.of(ended.end()), began.firstAt(), ended == null ? -1 : ended.lastAt(),
                known ? covered.flow() : Optional.empty(), known ? covered.ranges() : List.of(), known ? covered.gaps() : List.of(),
                known ? covered.coverage() : Coverage.PENDING, known ? covered.reason() : Optional.empty(),
                known ? covered.firstPacket() : Optional.empty(), known ? covered.lastPacket() : Optional.empty(),
                known ? covered.segments() : 0, known ? covered.repeats() : 0, known ? covered.firstAt() : -1, known ? covered.lastAt() : -1);
    }
}
