package dev.plumbline.dump;

import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.dump.stream.Reassembly;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.fact.RelayFact.ConnectionClosed;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.Heading;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * One flow of the dump, read as a connection: puts its octets in order, has them read, and says how it ended.
 *
 * <p>Owned by: the importing thread.
 */
final class DumpedConnection implements TunnelVerdict {
    final ConnectionLog log;
    private final Reading reading;
    private final boolean isRead;
    private final Reassembly toServer;
    private final Reassembly toClient;
    private final long[] octets = new long[2];
    private final long[] acked = new long[2];
    private final boolean[] fins = new boolean[2];
    private final boolean[] isSeen = new boolean[2];
    /** Where its octets belong is known. */
    private final boolean[] isPlaced = new boolean[2];
    /** It is, or was too, on an interface that the flow is not read from. */
    private final boolean[] isElsewhere = new boolean[2];
    /** The other side acknowledged something of it. */
    private final boolean[] isAcknowledged = new boolean[2];
    private long lastAt;
    private Heading firstFin;
    private Heading reset;
    private boolean isAnswered;
    private long endedAt = -1;
    private final Readings readings;
    private long memory;

    /** @param synSeen whether its offsets are known; otherwise nothing of it is read */
    DumpedConnection(ConnectionLog log, boolean synSeen, Readings readings, long at) {
        this.log = log;
        this.isRead = synSeen;
        this.readings = readings;
        this.lastAt = at;
        this.reading = readings.inClear(log, this);
        this.toServer = new Reassembly(Heading.TO_SERVER, reading, readings.held());
        this.toClient = new Reassembly(Heading.TO_CLIENT, reading, readings.held());
        if (!synSeen) {
            log.unread(Unread.BEGAN_BEFORE, "began before the dump: no SYN, so its messages have no place");
        }
    }

    /**
     * Takes a segment that found its place.
     *
     * @param offset as in {@link dev.plumbline.correlate.Finding.PacketPlaced}; so are the next two
     * @param frame holds the payload from {@code index} on
     */
    void segment(Heading heading, long offset, long ackOffset, Sighting sighting, Segment segment, ByteBuffer frame, int index) {
        lastAt = segment.at();
        int way = heading.ordinal();
        isSeen[way] = true;
        isAcknowledged[1 - way] |= segment.has(Segment.ACK) && !segment.has(Segment.RST);
        isAnswered |= heading == Heading.TO_CLIENT && segment.has(Segment.SYN) && segment.has(Segment.ACK);
        if (sighting == Sighting.UNPLACED) {
            octets[way] += isPlaced[way] || segment.has(Segment.RST) ? 0 : segment.payloadLength();
            unplaced(heading, ackOffset, segment);
            return;
        }
        octets[way] = isPlaced[way] ? octets[way] : 0;
        isPlaced[way] = true;
        if (ackOffset > 0 && !segment.has(Segment.RST)) {
            acked[1 - way] = Math.max(acked[1 - way], ackOffset);
            side(heading.opposite()).acknowledged(ackOffset);
        }
        boolean isNew = sighting == Sighting.FIRST || sighting == Sighting.MIXED;
        if (isNew) {
            octets[way] = Math.max(octets[way], offset + segment.payloadLength());
            side(heading).offer(offset, frame, index, segment.capturedPayload(), segment.at());
        }
        if (segment.has(Segment.RST)) {
            rst(heading, offset, segment);
        } else if (segment.has(Segment.FIN)) {
            fin(heading, offset + segment.payloadLength(), segment);
        }
        if (isNew || toServer.isHolding() || toClient.isHolding()) {
            settle(segment.at());
            account(reading.memory());
        }
    }

    /** A segment of that heading is on another interface. */
    void elsewhere(Heading heading) {
        isElsewhere[heading.ordinal()] = true;
    }

    /** When both sides had finished, or one had broken it off; −1 while neither is so. */
    long endedAt() {
        return endedAt;
    }

    long lastAt() {
        return lastAt;
    }

    /** Nothing more is told of it. {@code isEnd}: because the dump is over. */
    void close(boolean isEnd, long at) {
        Optional<String> missing = missing();
        missing.ifPresent(side -> log.unread(Unread.GAP, side));
        String why = missing.isPresent() ? missing.get()
                : reset != null && firstFin == reset.opposite() ? "the " + who(firstFin) + " closed its side, and the " + who(reset) + " reset the connection"
                : reset != null ? "the " + who(reset) + " reset the connection"
                : fins[0] && fins[1] ? "the connection was closed"
                : firstFin != null ? "the " + who(firstFin) + " closed its side, and the " + (isEnd ? "dump ends" : "connection fell silent")
                : isEnd ? "the dump ends" : "the connection fell silent";
        if (isInVain()) {
            log.unread(Unread.NOT_CONNECTED, reset != null ? "refused by the origin" : "never answered");
        }
        if (isRead) {
            toServer.finish(lastAt);
            toClient.finish(lastAt);
            settle(lastAt);
            reading.close(new Closing(why, missing.isPresent() || !isEnd && endedAt < 0), Math.max(lastAt, endedAt));
        }
        if (!isEnd && endedAt < 0) {
            log.unread(Unread.CROWDED, "no longer followed: too many connections at once, and it was silent the longest");
        }
        account(0);
        String reason = log.reason();
        if (endedAt < 0 && isEnd) {
            reason = reason.isEmpty() ? "still open when the dump ends" : reason + "; still open when the dump ends";
        }
        log.tell(new ConnectionClosed(log.id, log.id, octets[0], octets[1], how(), reason, Optional.empty(), endedAt >= 0 ? endedAt : at));
    }

    /** The dump was made by a filter for one direction, or where only one came by; or it lacks the SYN of one side. */
    private Optional<String> missing() {
        for (Heading heading : Heading.values()) {
            int way = heading.ordinal();
            if (isRead && !isPlaced[way] && isAcknowledged[way]) {
                return Optional.of(isSeen[way] ? "the " + who(heading) + "'s SYN is not in the dump, so what it sent has no place"
                        : isElsewhere[way] ? "what the " + who(heading) + " sent is on another interface of the dump than the " + who(heading.opposite()) + "'s SYN"
                        : "nothing that the " + who(heading) + " sent is in the dump");
            }
        }
        return Optional.empty();
    }

    @Override
    public void isRead(String sni, long at) {
        // Its exchanges say so.
    }

    @Override
    public void isOpaque(Unread why, String reason, String sni, long at) {
        log.unread(why, sni.isEmpty() ? reason : reason + ", SNI " + sni);
    }

    /** Whether the origin never took part, for all that is in the dump. */
    private boolean isInVain() {
        return isRead && !isAnswered && !isAcknowledged[Heading.TO_CLIENT.ordinal()];
    }

    private void account(long now) {
        readings.held().add(now - memory);
        memory = now;
    }

    private Close how() {
        if (reset != null) {
            return isInVain() ? Close.NOT_CONNECTED : Close.RESET;
        }
        return endedAt < 0 ? Close.SHUTDOWN : firstFin == Heading.TO_SERVER ? Close.BY_PEER : Close.BY_US;
    }

    private static String who(Heading heading) {
        return heading == Heading.TO_SERVER ? "client" : "origin";
    }

    private void unplaced(Heading heading, long ackOffset, Segment segment) {
        boolean refuses = segment.has(Segment.RST) && ackOffset >= 0 && !isAnswered;
        if (refuses || !isRead && segment.has(Segment.RST)) {
            reset = heading;
            endedAt = endedAt < 0 ? segment.at() : endedAt;
        } else if (!isPlaced[heading.ordinal()] && segment.has(Segment.FIN)) {
            finished(heading, segment.at());
        }
    }

    private void rst(Heading heading, long offset, Segment segment) {
        // RFC 9293 3.10.7: one below what was acknowledged is not of this time. After a FIN it ends nothing any more.
        if (offset >= acked[heading.ordinal()] && endedAt < 0) {
            reset = fins[heading.ordinal()] ? null : heading;
            endedAt = segment.at();
        }
    }

    private void fin(Heading heading, long end, Segment segment) {
        side(heading).endsAt(end, segment.at());
        finished(heading, segment.at());
    }

    private void finished(Heading heading, long at) {
        firstFin = firstFin == null && reset == null ? heading : firstFin;
        fins[heading.ordinal()] = true;
        if (fins[0] && fins[1] && endedAt < 0) {
            endedAt = at;
        }
    }

    private Reassembly side(Heading heading) {
        return heading == Heading.TO_SERVER ? toServer : toClient;
    }

    /** What one heading waits for can be in the other. */
    private void settle(long at) {
        long before;
        do {
            before = toServer.next() + toClient.next();
            toClient.advance(at);
            toServer.advance(at);
        } while (toServer.next() + toClient.next() != before && (toServer.isHolding() || toClient.isHolding()));
    }
}
