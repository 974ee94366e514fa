package dev.plumbline.correlate;

import dev.plumbline.fact.Segment;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;

/** Makes the segments of one flow, as they would be captured. Offsets count from 0 after the SYN. */
final class Peer {
    final FourTuple tuple;
    private final FourTuple back;
    private final int clientIsn;
    private final int serverIsn;
    private long clock;
    private long[] next = {0, 0};
    private int file;
    private int snap = Integer.MAX_VALUE;

    Peer(String initiator, String responder, int clientIsn, int serverIsn, long millis) {
        this.tuple = new FourTuple(endpoint(initiator), endpoint(responder));
        this.back = tuple.reversed();
        this.clientIsn = clientIsn;
        this.serverIsn = serverIsn;
        this.clock = Script.millis(millis);
    }

    static Endpoint endpoint(String text) {
        int colon = text.lastIndexOf(':');
        return new Endpoint(Script.address(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
    }

    /** Later segments are captured from then on, a millisecond apart. */
    Peer at(long millis) {
        clock = Script.millis(millis);
        return this;
    }

    Peer unkept() {
        file = -1;
        return this;
    }

    Peer kept() {
        file = 0;
        snap = Integer.MAX_VALUE;
        return this;
    }

    Peer snapped(int octets) {
        snap = octets;
        return this;
    }

    Segment syn() {
        return segment(Heading.TO_SERVER, clientIsn, 0, Segment.SYN, 0);
    }

    Segment synAck() {
        return segment(Heading.TO_CLIENT, serverIsn, clientIsn + 1, Segment.SYN | Segment.ACK, 0);
    }

    Segment ack() {
        return bare(Heading.TO_SERVER, Segment.ACK);
    }

    Segment[] handshake() {
        return new Segment[] {syn(), synAck(), ack()};
    }

    /** The next octets. */
    Segment up(int octets) {
        return data(Heading.TO_SERVER, next[0], octets);
    }

    Segment down(int octets) {
        return data(Heading.TO_CLIENT, next[1], octets);
    }

    Segment upAt(long offset, int octets) {
        return data(Heading.TO_SERVER, offset, octets);
    }

    Segment downAt(long offset, int octets) {
        return data(Heading.TO_CLIENT, offset, octets);
    }

    Segment data(Heading heading, long offset, int octets) {
        next[heading.ordinal()] = Math.max(next[heading.ordinal()], offset + octets);
        return segment(heading, (int) (isn(heading) + 1 + offset), acknowledging(heading), Segment.ACK | Segment.PSH, octets);
    }

    Segment bare(Heading heading, int flags) {
        return segment(heading, (int) (isn(heading) + 1 + next[heading.ordinal()]), acknowledging(heading), flags, 0);
    }

    Segment fin(Heading heading) {
        Segment fin = bare(heading, Segment.FIN | Segment.ACK);
        next[heading.ordinal()]++;
        return fin;
    }

    Segment rst(Heading heading) {
        return bare(heading, Segment.RST);
    }

    /** Octets that no capture will see. */
    Peer skip(Heading heading, long octets) {
        next[heading.ordinal()] += octets;
        return this;
    }

    Segment segment(Heading heading, int seq, int ack, int flags, int octets) {
        long at = clock;
        clock += 1_000_000;
        FourTuple path = heading == Heading.TO_SERVER ? tuple : back;
        return new Segment(at, path, seq, ack, flags, 65_535, octets, Math.min(snap, octets), file, 0, 54 + octets, 54 + octets);
    }

    private int isn(Heading heading) {
        return heading == Heading.TO_SERVER ? clientIsn : serverIsn;
    }

    private int acknowledging(Heading heading) {
        return (int) (isn(heading.opposite()) + 1 + next[heading.opposite().ordinal()]);
    }
}
