package dev.plumbline.relay.tls;

import io.netty.buffer.ByteBuf;

/**
 * Finds record boundaries in a stream of octets, however it is cut, without holding on to any of it.
 *
 * <pre>
 *   0      1      2      3      4      5
 *   | type | 3    | minor| length      | length octets ...
 * </pre>
 *
 * <p>Owned by: the channel's event loop.
 * <br>Limits: a length above 2^14 + 2048 (RFC 5246 section 6.2.3, the larger of the two limits) is no record.
 */
final class RecordFramer {
    static final int HEADER = 5;
    static final int APPLICATION_DATA = 23;
    private static final int FIRST_TYPE = 20;
    private static final int LAST_TYPE = 24;
    private static final int MAX_LENGTH = (1 << 14) + 2048;

    private long offset;
    private long start;
    private int headerOctets;
    private int type;
    private int length;
    private int missing;
    private boolean complete;
    private boolean lost;

    RecordFramer(long offset) {
        this.offset = offset;
        this.start = offset;
    }

    /**
     * Takes octets up to the end of the current record.
     *
     * @return how many it took, all {@code available} when the record goes on
     */
    int advance(ByteBuf buffer, int index, int available) {
        if (complete) {
            next();
        }
        int at = index;
        int end = index + available;
        while (headerOctets < HEADER && at < end) {
            header(buffer.getUnsignedByte(at++));
        }
        if (headerOctets == HEADER && !lost) {
            int taken = Math.min(missing, end - at);
            at += taken;
            missing -= taken;
            complete = missing == 0;
        } else if (lost) {
            at = end;
        }
        offset += at - index;
        return at - index;
    }

    private void next() {
        start = offset;
        headerOctets = 0;
        complete = false;
    }

    private void header(int octet) {
        switch (headerOctets++) {
            case 0 -> type = octet;
            case 1 -> lost = octet != 3;
            case 2 -> { /* the minor version means nothing here: RFC 8446 section 5.1 */ }
            case 3 -> length = octet << 8;
            default -> {
                length |= octet;
                missing = length;
                lost |= type < FIRST_TYPE || type > LAST_TYPE || length > MAX_LENGTH;
            }
        }
    }

    /** Takes octets that are no records any more. */
    void skip(int octets) {
        offset += octets;
    }

    boolean isComplete() {
        return complete;
    }

    /** True when what began at {@link #start()} cannot be a record. */
    boolean isLost() {
        return lost;
    }

    boolean isInsideRecord() {
        return !complete && headerOctets > 0;
    }

    int type() {
        return type;
    }

    /** The length that the header states, without the header. */
    int length() {
        return length;
    }

    long start() {
        return start;
    }

    /** The offset behind the last octet taken. */
    long offset() {
        return offset;
    }
}
