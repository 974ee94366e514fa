package dev.plumbline.recording;

import java.util.regex.Pattern;

/**
 * Whether the index ends with the packets, as far as the rows can tell. Where it does not, any flow whose last packet is not known may have had
 * more of them.
 *
 * <p>Owned by: one thread at a time.
 */
final class IndexEnd {
    private static final String ENDED = "SELECT 1 FROM meta WHERE name = 'ended_at'";
    private static final String LIMIT_REACHED = "SELECT value FROM meta WHERE name = 'limit_reached'";
    private static final String NEWEST = "SELECT first_packet FROM flow ORDER BY id DESC LIMIT 1";
    private static final Pattern RECORDS_LOST = Pattern.compile("\\b[1-9][0-9]*" + Store.RECORDS_NOT_WRITTEN);
    private final ReadDatabase database;
    private final PacketIndex index;

    IndexEnd(ReadDatabase database, PacketIndex index) {
        this.database = database;
        this.index = index;
    }

    /** Whether records may be missing at its end, of a flow whose last packet is not known. */
    boolean isDoubtful() {
        // At its end a recording tells the last packet of every flow: that of this one was given up, and records with it.
        boolean hasEnded = database.one(ENDED, r -> r.getInt(1)).isPresent();
        return hasEnded || database.one(LIMIT_REACHED, r -> String.valueOf(r.getString(1))).filter(text -> RECORDS_LOST.matcher(text).find()).isPresent()
                || database.one(NEWEST, r -> r.getLong(1)).orElse(0L) > index.count();
    }
}
