package dev.plumbline.relay;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that connections, exchanges and their heads may take together. Each limit of its own is harmless; ten thousand
 * clients that all use theirs up would end the process, and the traffic of everybody with it. So what is kept is counted before
 * it is kept, and who comes when there is no room is told 503.
 *
 * <p>It is an estimate, of what the relay and the recorder keep on the heap: measured with long polls and no capture, a client
 * connection is 4.7 KB, with 2 KB that its parser keeps, and an exchange with its server leg 4 KB; with capture two flows are 3 KB more.
 *
 * <p>Owned by: any thread; a {@link Share} by the event loop of its connection.
 * <p>Units: octets.
 */
final class Room {
    static final int CONNECTION = 7 << 10;
    static final int EXCHANGE = 2 << 10;
    /** A head is kept as it came and as it was passed on, until its exchange is over. */
    private static final int COPIES = 2;

    private final long most;
    private final AtomicLong taken = new AtomicLong();

    Room(long most) {
        this.most = most;
    }

    /** Three eighths of the heap: queues, content on its way to the disk and young objects need the rest. */
    static Room ofHeap() {
        return new Room(Runtime.getRuntime().maxMemory() / 8 * 3);
    }

    /** What somebody hears who came when there was none. */
    Failure failure() {
        return new Failure(503, "no-room", "The connections and exchanges under way take all the memory this proxy has for them, "
                + (most >> 20) + " MiB.");
    }

    /** Octets taken by all. */
    long taken() {
        return taken.get();
    }

    Share share() {
        return new Share();
    }

    /** What one connection or exchange has of it. */
    final class Share {
        private long held;

        /** Has {@code octets} from now on, unless that were more than before and too much: then all stays as it is. */
        boolean holds(long octets) {
            long more = octets - held;
            if (more > 0 && taken.addAndGet(more) > most) {
                taken.addAndGet(-more);
                return false;
            }
            if (more < 0) {
                taken.addAndGet(more);
            }
            held = octets;
            return true;
        }

        /** Keeps a head, or a trailer section, of so many octets besides. */
        boolean keeps(int octets) {
            return holds(held + (long) COPIES * octets);
        }

        void giveUp() {
            holds(0);
        }
    }
}
