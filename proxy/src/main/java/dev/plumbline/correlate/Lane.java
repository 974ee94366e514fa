package dev.plumbline.correlate;

import dev.plumbline.correlate.Coverage.Reason;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.SeqNumber;
import dev.plumbline.wire.WireRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * One heading of a flow: where its offsets begin, which octets were seen, which of them no kept packet holds, and who
 * carried what lately.
 *
 * <p>Offsets are believed within 2^30 of what the other side acknowledged (or of what was seen without a hole, if more):
 * no window is larger (RFC 7323 §2.3), and a stray segment far off can then move nothing that later ones are measured by.
 *
 * <p>Owned by: the recorder thread.
 * <p>Limits: see {@link CorrelatorLimits}.
 */
final class Lane implements SeenOctets.Pieces {
    /** {@link #offsetOf} when there is no believable offset. */
    static final long NOWHERE = Long.MIN_VALUE;
    private static final long BELIEVABLE = 1L << 30;

    private final int maxIslands;
    private final SeenOctets seen = new SeenOctets();
    private final UnheldOctets unheld;
    /** Holes given up because there were too many: of what comes there later nobody can say whether it is the first. */
    private final UnheldOctets givenUp;
    private final CarrierLog log;
    private SeqNumber initial;
    private long acked;
    private long highest;
    private long highestAt = -1;
    private long fin = -1;

    private Segment adding;
    private long addingPacket;
    private boolean someFirst;
    private boolean someRepeat;
    private boolean someTooLate;
    private long[] pieces = new long[2];
    private int pieceCount;

    Lane(int maxIslands, CarrierLog.Budget budget) {
        this.maxIslands = maxIslands;
        this.unheld = new UnheldOctets(maxIslands);
        this.givenUp = new UnheldOctets(maxIslands);
        this.log = new CarrierLog(budget);
    }

    boolean isKnown() {
        return initial != null;
    }

    void begin(int initialSeq) {
        initial = new SeqNumber(initialSeq);
    }

    boolean beganWith(int initialSeq) {
        return initial != null && initial.bits() == initialSeq;
    }

    /** The offset a sequence number of this heading means, from −1 on, or {@link #NOWHERE}. */
    long offsetOf(int seq) {
        if (initial == null) {
            return NOWHERE;
        }
        long base = Math.max(acked, seen.contiguousEnd());
        long offset = SeqNumber.offset(seq, initial.bits(), base);
        return offset < -1 || Math.abs(offset - base) >= BELIEVABLE ? NOWHERE : offset;
    }

    /** The other side awaits {@code offset} next. */
    void acknowledged(long offset) {
        long payload = fin >= 0 ? Math.min(offset, fin) : offset;
        acked = Math.max(acked, payload);
    }

    /** A FIN stood at {@code offset}; false when another one did before. */
    boolean finished(long offset) {
        if (fin < 0) {
            fin = offset;
            acked = Math.min(acked, fin);
        }
        return fin == offset;
    }

    /** Offset of the FIN, which is how many octets there were; −1 when none was seen. */
    long fin() {
        return fin;
    }

    long acked() {
        return acked;
    }

    /** One past the highest octet known to have been sent. */
    long sentEnd() {
        return Math.max(Math.max(highest, acked), fin);
    }

    /** When the highest octet was seen; −1 when none was. */
    long highestAt() {
        return highestAt;
    }

    /** Takes a segment's payload, which begins at {@code offset} ≥ −1. Afterwards the pieces tell what it was. */
    Sighting take(long packet, Segment segment, long offset) {
        pieceCount = 0;
        long from = Math.max(0, offset);
        long to = offset + segment.payloadLength();
        // RFC 9293 §3.8.4: a keep-alive may carry one octet of garbage just below what was acknowledged.
        boolean isProbe = segment.payloadLength() == 1 && offset < acked && !seen.covers(from);
        if (from >= to || isProbe) {
            return Sighting.REPEAT;
        }
        adding = segment;
        addingPacket = packet;
        someFirst = false;
        someRepeat = false;
        someTooLate = false;
        seen.add(from, to, this);
        // A quiet flow must not hold on to its last segment.
        adding = null;
        while (seen.islands() > maxIslands) {
            WireRange hole = seen.closeOldestHole();
            givenUp.add(hole.start(), hole.end(), Reason.LIMIT);
        }
        if (to > highest) {
            highest = to;
            highestAt = segment.at();
        }
        if (someTooLate) {
            return someFirst || someRepeat ? Sighting.MIXED : Sighting.UNPLACED;
        }
        return !someRepeat ? Sighting.FIRST : !someFirst ? Sighting.REPEAT : Sighting.MIXED;
    }

    @Override
    public void piece(long from, long to, boolean first) {
        if (first || givenUp.size() == 0) {
            placed(from, to, first);
            return;
        }
        List<UnheldOctets.Part> tooLate = new ArrayList<>(1);
        givenUp.within(from, to, tooLate);
        someTooLate |= !tooLate.isEmpty();
        long at = from;
        for (UnheldOctets.Part part : tooLate) {
            if (at < part.range().start()) {
                placed(at, part.range().start(), false);
            }
            at = part.range().end();
        }
        if (at < to) {
            placed(at, to, false);
        }
    }

    private void placed(long from, long to, boolean first) {
        someFirst |= first;
        someRepeat |= !first;
        log.add(from, to, addingPacket, adding.at(), !first);
        boolean isKept = adding.file() >= 0;
        if (isKept && adding.capturedPayload() >= adding.payloadLength()) {
            if (unheld.size() > 0) {
                unheld.remove(from, to);
            }
        } else if (first) {
            unheld.add(from, to, isKept ? Reason.SNAPPED : Reason.LIMIT);
        }
        if (pieceCount * 2 == pieces.length) {
            pieces = Arrays.copyOf(pieces, pieces.length * 2);
        }
        pieces[pieceCount * 2] = from;
        pieces[pieceCount++ * 2 + 1] = first ? to : -to;
    }

    /** Tells the pieces of the last segment taken, without those that came too late to be told first from repeat. */
    void pieces(SeenOctets.Pieces each) {
        for (int i = 0; i < pieceCount; i++) {
            long to = pieces[i * 2 + 1];
            each.piece(pieces[i * 2], Math.abs(to), to > 0);
        }
    }

    boolean covers(WireRange range) {
        return seen.covers(range.start(), range.end());
    }

    /** Whether kept packets hold every octet that was seen. */
    boolean holdsAllSeen() {
        return unheld.size() == 0 && givenUp.size() == 0;
    }

    /** The parts of {@code range} that no packet showed. */
    void missing(WireRange range, BiConsumer<Long, Long> parts) {
        seen.missing(range.start(), range.end(), parts);
    }

    /** The parts of {@code range} that were seen but are not held. */
    void unheld(WireRange range, List<UnheldOctets.Part> into) {
        unheld.within(range.start(), range.end(), into);
        givenUp.within(range.start(), range.end(), into);
    }

    CarrierLog log() {
        return log;
    }
}
