package dev.plumbline.recording;

import java.util.Arrays;

/**
 * Which row of the database each exchange is. The recorder keeps no index of that, since it would cost every exchange what
 * few readers ask for: a reader makes its own, with one walk over the table.
 *
 * <p>Owned by: one thread at a time.
 * <p>Limits: 16 octets per exchange, and as many again while it is made.
 */
final class ExchangeRows {
    private static final String ALL = "SELECT id, n FROM exchange ORDER BY id";
    private long[] keys = new long[1024];
    private long[] rows = new long[1024];
    private int size;

    ExchangeRows(ReadDatabase database) {
        database.each(ALL, r -> add(r.getLong(1), r.getLong(2)), ignored -> { });
    }

    /** 0 when there is none. */
    long rowOf(long key) {
        int at = Arrays.binarySearch(keys, 0, size, key);
        return at < 0 ? 0 : rows[at];
    }

    private Void add(long key, long row) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
            rows = Arrays.copyOf(rows, size * 2);
        }
        keys[size] = key;
        rows[size++] = row;
        return null;
    }
}
