package dev.plumbline.relay.tls;

import static dev.plumbline.relay.tls.RecordFramer.APPLICATION_DATA;
import static dev.plumbline.relay.tls.RecordFramer.HEADER;

import java.util.Arrays;

/**
 * The records that one outermost flush produced, until it is known which of them carry its plaintext.
 *
 * <p>A sealer puts its own messages (tickets, KeyUpdate) before the application data of a flush, never behind it, and
 * in TLS 1.3 both look alike from outside. So the application records are the shortest suffix whose plaintext lengths
 * (record length less overhead) sum up to what was flushed. All terms of interest are positive, so the cut is unique.
 *
 * <p>Owned by: the channel's event loop. Arrays are reused from flush to flush.
 */
final class SealedRecords {
    private static final int INITIAL = 32;

    private int[] types = new int[INITIAL];
    private int[] lengths = new int[INITIAL];
    private long[] starts = new long[INITIAL];
    private int count;

    void add(int type, long start, int length) {
        if (count == types.length) {
            types = Arrays.copyOf(types, count * 2);
            lengths = Arrays.copyOf(lengths, count * 2);
            starts = Arrays.copyOf(starts, count * 2);
        }
        types[count] = type;
        lengths[count] = length;
        starts[count++] = start;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /**
     * Reports all records and forgets them.
     *
     * @param plain octets of plaintext that the flush was given
     * @param plainStart the offset of the first of them
     * @return whether every record's plaintext is known
     */
    boolean settle(Sealing sealing, long plain, long plainStart, RecordListener listener) {
        int first = plain == 0 ? count : firstApplicationRecord(sealing, plain);
        boolean exact = first >= 0;
        if (exact) {
            emit(first, plain, plainStart, sealing.overhead(), listener);
        } else {
            emitInterval(plain, plainStart, listener);
        }
        count = 0;
        return exact;
    }

    /** The index of the first record with plaintext of this flush, or -1 when the lengths do not say. */
    private int firstApplicationRecord(Sealing sealing, long plain) {
        if (sealing.overhead() == Sealing.UNKNOWN) {
            return onlyApplicationRecord();
        }
        long sum = 0;
        for (int i = count - 1; i >= 0; i--) {
            if (types[i] == APPLICATION_DATA) {
                sum += lengths[i] - sealing.overhead();
                if (sum == plain) {
                    return sealing.tls13() || isFirstWithContent(i, sealing.overhead()) ? i : -1;
                }
            }
            if (sum > plain) {
                return -1;
            }
        }
        return -1;
    }

    /** Up to TLS 1.2 application data has a type of its own, so no such record may be left over. */
    private boolean isFirstWithContent(int index, int overhead) {
        for (int i = 0; i < index; i++) {
            if (types[i] == APPLICATION_DATA && lengths[i] != overhead) {
                return false;
            }
        }
        return true;
    }

    /** With variable padding, plaintext is known only when a single record can hold it. */
    private int onlyApplicationRecord() {
        int only = -1;
        for (int i = 0; i < count; i++) {
            if (types[i] == APPLICATION_DATA) {
                if (only >= 0) {
                    return -1;
                }
                only = i;
            }
        }
        return only;
    }

    private void emit(int first, long plain, long plainStart, int overhead, RecordListener listener) {
        long at = plainStart;
        long end = plainStart + plain;
        for (int i = 0; i < count; i++) {
            long octets = 0;
            if (i >= first && types[i] == APPLICATION_DATA) {
                octets = overhead == Sealing.UNKNOWN ? plain : Math.min(lengths[i] - overhead, end - at);
            }
            listener.record(Direction.OUTBOUND, types[i], starts[i], wireEnd(i), at, at + octets, true);
            at += octets;
        }
    }

    /** One row for all application records: the flush is certain even where the records are not. */
    private void emitInterval(long plain, long plainStart, RecordListener listener) {
        int from = 0;
        while (from < count && types[from] != APPLICATION_DATA) {
            emitEmpty(from++, plainStart, listener);
        }
        int to = count;
        while (to > from && types[to - 1] != APPLICATION_DATA) {
            to--;
        }
        if (from < to) {
            listener.record(Direction.OUTBOUND, APPLICATION_DATA, starts[from], wireEnd(to - 1), plainStart,
                    plainStart + plain, false);
        }
        for (int i = to; i < count; i++) {
            emitEmpty(i, plainStart + plain, listener);
        }
    }

    private void emitEmpty(int i, long plainAt, RecordListener listener) {
        listener.record(Direction.OUTBOUND, types[i], starts[i], wireEnd(i), plainAt, plainAt, true);
    }

    private long wireEnd(int i) {
        return starts[i] + HEADER + lengths[i];
    }
}
