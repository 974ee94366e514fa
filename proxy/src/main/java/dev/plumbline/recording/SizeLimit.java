package dev.plumbline.recording;

import dev.plumbline.fact.DiskBudget;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of the disk the recording may still take.
 *
 * <pre>
 *  0                                max − 3r      max − 2r      max − r        max
 *  |── all is kept ───────────────────|─ no packets ─|─ no content ─|─ nothing ───|
 *                                                                    room for the write-ahead log, and for corrections,
 *                                                                    which may go past max
 *  r = max / 16, at least 1 MiB, at most 256 MiB
 * </pre>
 *
 * <p>A floor of free space, 512 MiB or 5 % of the file system, whichever is smaller, acts the same: packets and content
 * stop below it, the account below a quarter of it; they go on when there is a tenth more than it again.
 *
 * <p>Owned by: {@link #take} and {@link #isRefusing} any thread; the rest the recorder thread.
 */
final class SizeLimit implements DiskBudget {
    private static final long MEGA = 1 << 20;
    private final Path directory;
    private final long max;
    private final long reserve;
    private final AtomicLong streamed = new AtomicLong();
    private volatile long account;
    private volatile boolean belowFloor;
    private volatile boolean belowHardFloor;
    private volatile boolean packetsRefused;
    private volatile boolean contentRefused;
    private volatile boolean accountRefused;
    /** What was refused at some time, in words. Kept though room may come again: it stays left out. */
    private volatile boolean packetsLeftOut;
    private volatile boolean contentLeftOut;
    private volatile boolean accountLeftOut;
    /** Why it was: either, or both at different times. */
    private volatile boolean byFloor;
    private volatile boolean byMax;

    SizeLimit(Path directory, long max) {
        this.directory = directory;
        this.max = max;
        this.reserve = Math.max(MEGA, Math.min(256 * MEGA, max / 16));
    }

    @Override
    public boolean take(Use use, long octets) {
        long ceiling = max - reserve * (use == Use.PACKETS ? 3 : use == Use.CONTENT ? 2 : 1);
        boolean starved = use == Use.ACCOUNT ? belowHardFloor : belowFloor;
        if (starved || streamed.get() + account + octets > ceiling) {
            refuse(use, true);
            because(starved);
            return false;
        }
        refuse(use, false);
        if (use != Use.ACCOUNT) {
            streamed.addAndGet(octets);
        }
        return true;
    }

    /** Whether the last who asked for that was refused. */
    boolean isRefusing(Use use) {
        return use == Use.PACKETS ? packetsRefused : use == Use.CONTENT ? contentRefused : accountRefused;
    }

    /** Whether {@code octets} of content could be taken now; for a look before octets are copied. */
    boolean hasRoomForContent() {
        return !belowFloor && streamed.get() + account < max - 2 * reserve;
    }

    /** The size of what the recorder itself writes, as it is on disk now: it is measured, not taken. */
    void measured(long accountOctets) {
        account = accountOctets;
    }

    /** Octets left to the very end, past all that is refused. */
    long room() {
        return max - streamed.get() - account;
    }

    /** {@code octets}, or an eighth of the limit where that is less. */
    long atMost(long octets) {
        return Math.min(octets, max / 8);
    }

    /** Whether so little is left that the write-ahead log has to be kept short. */
    boolean isNear() {
        return room() < 4 * reserve;
    }

    /** Looks at the free space. */
    void look() {
        try {
            FileStore store = Files.getFileStore(directory);
            looked(store.getUsableSpace(), store.getTotalSpace());
        } catch (IOException e) {
            belowFloor = true;
        }
    }

    /** The free space is so many octets of so many. */
    void looked(long free, long total) {
        long floor = Math.min(512 * MEGA, total / 20);
        belowFloor = free < (belowFloor ? floor + floor / 10 : floor);
        belowHardFloor = free < (belowHardFloor ? floor / 4 + floor / 40 : floor / 4);
    }

    /** One line on what was not kept, or not all of it, and why; empty when all was. */
    String text() {
        String what = packetsLeftOut ? "packets" : "";
        what += contentLeftOut ? (what.isEmpty() ? "" : ", ") + "content" : "";
        what += accountLeftOut ? (what.isEmpty() ? "" : ", ") + "exchanges" : "";
        if (what.isEmpty()) {
            return "";
        }
        return what + " not kept: " + (byFloor ? "disk nearly full" : "") + (byFloor && byMax ? ", " : "") + (byMax ? "limit of " + (max / MEGA) + " MiB" : "");
    }

    private void because(boolean starved) {
        if (starved && !byFloor) {
            byFloor = true;
        } else if (!starved && !byMax) {
            byMax = true;
        }
    }

    /** Written only on a change: the flags stay in the caches of all cores. */
    private void refuse(Use use, boolean refused) {
        if (isRefusing(use) == refused) {
            return;
        }
        switch (use) {
            case PACKETS -> packetsRefused = refused;
            case CONTENT -> contentRefused = refused;
            case ACCOUNT -> accountRefused = refused;
        }
        if (refused) {
            leftOut(use);
        }
    }

    private void leftOut(Use use) {
        switch (use) {
            case PACKETS -> packetsLeftOut = true;
            case CONTENT -> contentLeftOut = true;
            case ACCOUNT -> accountLeftOut = true;
        }
    }
}
