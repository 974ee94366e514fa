package dev.plumbline.cli;

import dev.plumbline.cli.Look.Ink;
import dev.plumbline.cli.Paired.LegView;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Leg;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * An exchange as a sequence diagram, line by line. Packets that carried it are drawn heavy.
 *
 * <pre>
 *                    client                              proxy                              origin
 *  p4     -0.000014  │━[P.] 1:804 ack 1 request━━━━━━━━━━►│                                     │
 *         +0.000010  │                           GET read ●                                     │
 *         · 1.39 ms  ┆                                    ┆                                     ┆
 *  p6     +0.001502  │                                    │━[P.] 518:1343 ack 291 request━━━━━━►│
 * </pre>
 *
 * <p>Owned by: one thread. Holds {@value #MOST_ROWS} rows: a longer run of bulk is told in one line.
 */
final class LadderText {
    /** As many bulk packets in a row are still shown one by one. */
    static final int MOST_ROWS = 6;
    private static final long LEAST_GAP_NANOS = 1_000_000;
    private static final int GAPS_PER_EXCHANGE = 20;

    private final Look look;
    private final boolean all;
    private final ExchangeRow exchange;
    private final LadderPen pen;
    private final Consumer<String> out;
    private final long gapNanos;
    private final List<LadderRow> run = new ArrayList<>();
    private Fold fold = new Fold();
    private long lastAt = Long.MIN_VALUE;

    /** @param all whether long runs are shown whole */
    LadderText(Look look, ExchangeRow exchange, int legs, boolean all, Consumer<String> out) {
        this.look = look;
        this.all = all;
        this.exchange = exchange;
        this.pen = new LadderPen(look, exchange.id(), legs);
        this.out = out;
        long took = Math.max(0, exchange.took());
        this.gapNanos = Math.max(LEAST_GAP_NANOS, took / GAPS_PER_EXCHANGE);
    }

    /** @param peer what stands at the other end of the client's leg */
    void head(List<LegView> legs, String peer) {
        out.accept(look.ink(Ink.DIM, pen.titles(peer)));
        FourTuple client = legs.get(0).connection().map(row -> row.tuple()).orElse(null);
        FourTuple server = legs.size() < 2 ? null : legs.get(1).connection().map(row -> row.tuple()).orElse(null);
        if (client != null) {
            out.accept(look.ink(Ink.DIM, pen.addresses(client, server)));
        }
    }

    void row(LadderRow row) {
        if (!all && row.isBulk()) {
            run.add(row);
            if (run.size() > MOST_ROWS) {
                fold(run);
            }
            return;
        }
        endRun();
        paint(row);
    }

    void end() {
        endRun();
    }

    private void fold(List<LadderRow> rows) {
        rows.forEach(fold::add);
        rows.clear();
    }

    private void endRun() {
        if (fold.isEmpty()) {
            run.forEach(this::paint);
            run.clear();
            return;
        }
        fold(run);
        gapBefore(fold.firstAt);
        pen.folds(fold).forEach(out);
        lastAt = fold.lastAt;
        fold = new Fold();
    }

    private void paint(LadderRow row) {
        gapBefore(row.at());
        out.accept(row.packet().isPresent() ? pen.packet(row, since(row.at())) : pen.event(row, since(row.at())));
        lastAt = row.at();
    }

    private void gapBefore(long at) {
        if (lastAt != Long.MIN_VALUE && at - lastAt >= gapNanos) {
            out.accept(look.ink(Ink.DIM, pen.gap(at - lastAt)));
        }
    }

    private String since(long at) {
        return Quantity.sinceStart(at - exchange.beganAt());
    }

    /** A run of bulk packets as counts, by leg and heading. */
    static final class Fold {
        private final long[] segments = new long[4];
        private final long[] octets = new long[4];
        private long firstAt = Long.MIN_VALUE;
        private long lastAt;

        boolean isEmpty() {
            return firstAt == Long.MIN_VALUE;
        }

        void add(LadderRow row) {
            var packet = row.packet().orElseThrow();
            firstAt = isEmpty() ? row.at() : firstAt;
            lastAt = row.at();
            segments[slot(row.leg(), packet.heading().ordinal())]++;
            octets[slot(row.leg(), packet.heading().ordinal())] += packet.payloadLength();
        }

        long segments(Leg leg, int heading) {
            return segments[slot(leg, heading)];
        }

        long octets(Leg leg, int heading) {
            return octets[slot(leg, heading)];
        }

        private static int slot(Leg leg, int heading) {
            return leg.ordinal() * 2 + heading;
        }
    }
}
