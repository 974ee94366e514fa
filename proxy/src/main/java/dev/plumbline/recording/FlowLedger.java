package dev.plumbline.recording;

import dev.plumbline.correlate.Finding.FlowSeen;
import dev.plumbline.correlate.Finding.PieceSeen;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.Heading;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The flows, where each one's packets end in the index, and which octets were repeated: what lets a reader look into a
 * part of the index only.
 *
 * <p>Owned by: the recorder thread.
 * <p>Limits: {@value #MAX_LIVE} flows with recent packets; beyond, the quietest is taken for ended, until it speaks again.
 */
final class FlowLedger {
    static final int MAX_LIVE = 1 << 17;
    private static final long QUIET_NANOS = 15_000_000_000L;
    private static final String FLOW = "INSERT OR REPLACE INTO flow VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)";
    private static final String LAST = "UPDATE flow SET last_packet = ? WHERE id = ?";
    private static final String PIECE = "INSERT OR REPLACE INTO piece VALUES (?, ?, ?, ?, ?, ?)";
    private final Map<Integer, Span> live = new LinkedHashMap<>(1024, 0.75f, true);
    private final Consumer<Database.Row> rows;

    /** Of the packet placed last; null when there is none. */
    private Span latest;

    private static final class Span {
        final int flow;
        long last;
        long heardAt;

        Span(int flow) {
            this.flow = flow;
        }
    }

    FlowLedger(Consumer<Database.Row> rows) {
        this.rows = rows;
    }

    void seen(FlowSeen f, long now) {
        rows.accept(db -> db.run(FLOW, f.flow().number(), f.tuple().initiator().toString(), f.tuple().responder().toString(),
                f.generation(), f.capture(), f.synSeen() ? 1 : 0, f.firstPacket().number(), f.at()));
        enter(f.flow().number(), f.firstPacket().number(), now);
    }

    void placed(long packet, int flow, Heading heading, long offset, Sighting sighting, Segment segment, long now) {
        // Packets of one flow come in bursts, and who spoke last need not be moved to the end of the order.
        Span span = latest != null && latest.flow == flow ? latest : live.get(flow);
        if (span == null) {
            reopen(flow);
            span = enter(flow, packet, now);
        }
        latest = span;
        span.last = Math.max(span.last, packet);
        span.heardAt = now;
        if (sighting == Sighting.REPEAT) {
            piece(flow, packet, offset, offset + segment.payloadLength(), heading.word(), false);
        }
    }

    void piece(PieceSeen seen) {
        piece(seen.flow().number(), seen.packet().number(), seen.range().start(), seen.range().end(), seen.heading().word(), seen.first());
    }

    void tick(long now) {
        for (Iterator<Map.Entry<Integer, Span>> each = live.entrySet().iterator(); each.hasNext();) {
            Map.Entry<Integer, Span> eldest = each.next();
            if (now - eldest.getValue().heardAt < QUIET_NANOS && live.size() <= MAX_LIVE) {
                return;
            }
            leave(eldest.getKey(), eldest.getValue());
            each.remove();
            latest = null;
        }
    }

    void finish() {
        live.forEach(this::leave);
        live.clear();
        latest = null;
    }

    /** It had been taken for ended. */
    private void reopen(int flow) {
        rows.accept(db -> db.run(LAST, null, flow));
    }

    private Span enter(int flow, long packet, long now) {
        Span span = new Span(flow);
        span.last = packet;
        span.heardAt = now;
        live.put(flow, span);
        return span;
    }

    private void leave(int flow, Span span) {
        long last = span.last;
        rows.accept(db -> db.run(LAST, last, flow));
    }

    private void piece(int flow, long packet, long start, long end, String heading, boolean first) {
        rows.accept(db -> db.run(PIECE, flow, packet, start, end, heading, first ? "first" : "repeat"));
    }
}
