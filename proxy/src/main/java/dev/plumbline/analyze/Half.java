package dev.plumbline.analyze;

import dev.plumbline.fact.TcpOptions;
import dev.plumbline.wire.SeqNumber;

/**
 * One heading of a flow: what its sender has sent, and what it last said to the other side.
 *
 * <pre>
 *   −1       0            contiguous          next
 *    | SYN   | octets … … | hole | octets … … |        −1 ≤ contiguous ≤ next, as long as nobody talks nonsense
 * </pre>
 *
 * <p>Offsets count from the octet after the SYN. Without a SYN the first octet seen, or else the first one that was
 * acknowledged, is offset 0.
 *
 * <p>Owned by: its flow's analysis. Units: stream offsets; nanoseconds since 1970. {@link #NONE} where nothing is known.
 */
final class Half {
    static final long NONE = Long.MIN_VALUE;
    /** Its SYN was not seen. */
    private static final int SCALE_UNKNOWN = -1;
    /** One of the two did not offer to scale, so neither does (RFC 7323 §2.2). */
    private static final int SCALE_UNUSED = -2;

    final Outstanding outstanding;

    /** One past the highest octet seen, SYN and FIN counted; NONE before its first segment. */
    long next = NONE;
    /** The packet that moved {@link #next}. */
    long nextPacket;
    long nextAt;
    /** Up to where it was seen without a hole, or up to where the other side claimed to have it; NONE before its first segment. */
    long contiguous = NONE;
    /** One past the highest octet that was sent again. */
    long resentEnd = NONE;

    /** What it awaits of the other heading, by its last segment; NONE without ACK. */
    long lastAck = NONE;
    /** The packet that said so first. */
    long lastAckPacket;
    /** Time of its last segment. */
    long heardAt;
    /** Its last segment. */
    long heardPacket;
    int duplicateAcks;
    /** An acknowledgement of octets never seen was told, and is not told again until it awaits something else. */
    boolean hasToldUnseen;

    /** As in its last header, not scaled; −1 before its first segment. */
    int window = -1;
    /** Since when its window is 0; NONE while it is not. */
    long zeroAt = NONE;
    long zeroPacket;
    /** Whether its last segment was a keep-alive, a zero window probe. */
    boolean saidKeepAlive;
    boolean saidProbe;

    /** No hole was met since the other side acknowledged something: what is outstanding is known. */
    boolean isInFlightKnown = true;
    /** It sent a SYN and no later segment with an acknowledgement: its window is not scaled yet. */
    boolean isOpening;

    final Tally tally = new Tally();
    private int scale = SCALE_UNKNOWN;
    private int base;
    private boolean hasBase;

    Half(int mostOutstanding) {
        outstanding = new Outstanding(mostOutstanding);
    }

    boolean hasBase() {
        return hasBase;
    }

    /** Whether some segment of it was seen, so that it is known what comes next. */
    boolean hasSent() {
        return next != NONE;
    }

    boolean beganWith(int initialSeq) {
        return hasBase && base == initialSeq;
    }

    /** @param initialSeq sequence number of the SYN, or one less than that of the octet taken for the first */
    void begin(int initialSeq) {
        base = initialSeq;
        hasBase = true;
    }

    /** It began elsewhere than was believed. */
    void beginAgain(int initialSeq, Half other) {
        long shift = base - initialSeq;
        base = initialSeq;
        next += hasSent() ? shift : 0;
        contiguous += contiguous == NONE ? 0 : shift;
        resentEnd += resentEnd == NONE ? 0 : shift;
        outstanding.shift(shift);
        other.lastAck += other.lastAck == NONE ? 0 : shift;
    }

    /** The offset an acknowledgement of this heading means: near what was seen without a hole, whatever a stray segment claimed since. */
    long acknowledgedBy(int ack) {
        return SeqNumber.offset(ack, base, contiguous == NONE ? 0 : contiguous);
    }

    /** The offset a sequence number of this heading means. */
    long offsetOf(int seq) {
        return SeqNumber.offset(seq, base, hasSent() ? next : 0);
    }

    void offers(TcpOptions options, boolean isAnswer, Half other) {
        tally.options = options;
        if (options.windowScale() >= 0) {
            scale = isAnswer && other.scale == SCALE_UNUSED ? SCALE_UNUSED : options.windowScale();
        } else if (scale == SCALE_UNKNOWN && options.whole()) {
            scale = SCALE_UNUSED;
            other.scale = SCALE_UNUSED;
        }
    }

    boolean isScaleKnown() {
        return scale != SCALE_UNKNOWN;
    }

    /** What the window of its last segment means, in octets. */
    long announced() {
        return scaled(window, isOpening);
    }

    /** What a window of its headers means, in octets; as it stands when the scale is not known. In a SYN none is scaled (RFC 7323 §2.2). */
    long scaled(int inHeader, boolean isSyn) {
        return (long) inHeader << (isSyn || scale < 0 ? 0 : scale);
    }
}
