package dev.plumbline.dump;

import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.wire.Heading;
import java.nio.ByteBuffer;

/**
 * Octets that go through a tunnel unread: how many, from when to when. Also says what its exchange becomes, once it is known
 * whether what is inside can be read.
 *
 * <p>Owned by: the importing thread.
 */
final class TunnelReader implements Reading, TunnelVerdict {
    private static final class Way {
        private long start = -1;
        private long end;
        private long firstAt;
        private long lastAt;
        private boolean isTold;

        void moved(long offset, long length, long at) {
            if (start < 0) {
                start = offset;
                firstAt = at;
            }
            end = offset + length;
            lastAt = at;
        }
    }

    private final SeenExchange exchange;
    private final ConnectionLog log;
    private final Way[] ways = {new Way(), new Way()};
    private boolean isDecided;
    private boolean isOpaque;
    private Reading inside;

    TunnelReader(SeenExchange exchange, ConnectionLog log) {
        this.exchange = exchange;
        this.log = log;
    }

    /** Sets who tries to read what goes through; before anything does. */
    void inside(Reading reader) {
        inside = reader;
    }

    @Override
    public int octets(Heading heading, long offset, ByteBuffer from, int index, int length, long at) {
        int taken = inside.octets(heading, offset, from, index, length, at);
        if (taken > 0) {
            moved(heading, offset, taken, at);
        }
        return taken;
    }

    private void moved(Heading heading, long offset, long length, long at) {
        Way way = ways[heading.ordinal()];
        way.moved(offset, length, at);
        tellIfOpaque(heading, way);
    }

    @Override
    public void gap(Heading heading, long offset, long length, long at) {
        inside.gap(heading, offset, length, at);
        moved(heading, offset, length, at);
    }

    @Override
    public void full(Heading heading) {
        inside.full(heading);
    }

    @Override
    public void last(Heading heading) {
        inside.last(heading);
    }

    @Override
    public void end(Heading heading, long at) {
        inside.end(heading, at);
        ways[heading.ordinal()].lastAt = at;
    }

    @Override
    public void isRead(String sni, long at) {
        if (!isDecided) {
            isDecided = true;
            exchange.isRead(sni, at);
        }
    }

    @Override
    public void isOpaque(Unread why, String reason, String sni, long at) {
        log.unread(why, reason);
        if (!isDecided) {
            isDecided = true;
            isOpaque = true;
            exchange.isOpaque(sni, at);
            tellIfOpaque(Heading.TO_SERVER, ways[0]);
            tellIfOpaque(Heading.TO_CLIENT, ways[1]);
        }
    }

    @Override
    public void close(Closing closing, long at) {
        inside.close(closing, at);
        if (!isDecided) {
            isOpaque(Unread.CUT, "nothing is known of what went through the tunnel: " + closing.why(), "", at);
        }
        if (!isOpaque) {
            return;
        }
        for (Heading heading : Heading.values()) {
            Way way = ways[heading.ordinal()];
            if (way.isTold) {
                exchange.tunnelEnded(kind(heading), way.end, way.end - way.start, End.COMPLETE, way.lastAt);
            }
        }
        exchange.tunnelOver(Math.max(ways[0].lastAt, ways[1].lastAt));
        exchange.end(at);
    }

    @Override
    public long memory() {
        return inside.memory();
    }

    private void tellIfOpaque(Heading heading, Way way) {
        if (isOpaque && !way.isTold && way.start >= 0) {
            way.isTold = true;
            exchange.tunnelBegan(kind(heading), way.start, way.firstAt);
        }
    }

    private static MessageKind kind(Heading heading) {
        return heading == Heading.TO_SERVER ? MessageKind.TUNNEL_TO_SERVER : MessageKind.TUNNEL_TO_CLIENT;
    }
}
