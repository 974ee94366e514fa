package dev.plumbline.correlate;

import dev.plumbline.correlate.Finding.Ending;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.PacketId;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * How a flow ends: the first FIN of each heading, the packets that acknowledge them first, the first RST.
 *
 * <p>A RST after both FINs ends nothing any more; it belongs to the close all the same. Nor does one from a side that has sent its
 * FIN: its socket was closed whole, and what came for it after that had nowhere to go. A close_notify in answer to one does that.
 *
 * <p>Owned by: the recorder thread.
 */
final class CloseWatch {
    private final long[] fins = new long[2];
    private final long[] acks = new long[2];
    private final long[] finsAt = {-1, -1};
    private long rst;
    private Heading firstFin;
    private Heading rstBy;
    private boolean rstEnded;
    private long lastAt = -1;

    void fin(Heading heading, long packet, long at) {
        if (fins[heading.ordinal()] == 0) {
            fins[heading.ordinal()] = packet;
            finsAt[heading.ordinal()] = at;
            firstFin = firstFin == null ? heading : firstFin;
            lastAt = at;
        }
    }

    /** The FIN of {@code heading} was acknowledged. */
    void finAcked(Heading heading, long packet, long at) {
        if (fins[heading.ordinal()] != 0 && acks[heading.ordinal()] == 0) {
            acks[heading.ordinal()] = packet;
            lastAt = at;
        }
    }

    void rst(Heading heading, long packet, long at) {
        if (rst == 0) {
            rst = packet;
            rstBy = heading;
            rstEnded = !hasFin(heading) && !hasBothFins();
            lastAt = at;
        }
    }

    /** When the first FIN of {@code heading} was seen; −1 when none was. */
    long finAt(Heading heading) {
        return finsAt[heading.ordinal()];
    }

    /** Whether no new octet can come: the tuple may be used again. */
    boolean isClosed() {
        return rst != 0 || hasBothFins();
    }

    /** Whether nothing at all is awaited any more. */
    boolean isOver() {
        return rst != 0 || acks[0] != 0 && acks[1] != 0;
    }

    /** When the last packet of the close so far was seen; −1 when there is none. */
    long lastAt() {
        return lastAt;
    }

    /** @param stillOpen what it is when no packet ends it */
    Ending how(Ending stillOpen) {
        return rstEnded ? Ending.RST : firstFin != null ? Ending.FIN : stillOpen;
    }

    Optional<Heading> by() {
        return Optional.ofNullable(rstEnded ? rstBy : firstFin);
    }

    List<PacketId> packets() {
        return LongStream.of(fins[0], fins[1], acks[0], acks[1], rst).filter(p -> p != 0).distinct().sorted().mapToObj(PacketId::new).toList();
    }

    private boolean hasFin(Heading heading) {
        return fins[heading.ordinal()] != 0;
    }

    private boolean hasBothFins() {
        return fins[0] != 0 && fins[1] != 0;
    }
}
