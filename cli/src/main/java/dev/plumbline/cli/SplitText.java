package dev.plumbline.cli;

import dev.plumbline.analyze.Part;
import dev.plumbline.analyze.TimeSplit;
import dev.plumbline.analyze.TimeSplit.Share;
import dev.plumbline.analyze.TimeSplit.Slice;
import dev.plumbline.cli.Look.Ink;
import dev.plumbline.wire.Leg;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Where the time of an exchange went: a row for each part, with a bar where on the exchange's time it lay.
 *
 * <pre>
 *  where the time went             34.1 ms
 *    client  client sends          0.10 ms   0 % │█                             │ packets
 *    server  origin                31.5 ms  92 % │ ████████████████████████████ │ packets
 * </pre>
 *
 * <p>Owned by: nobody, it is immutable.
 */
final class SplitText {
    private static final int LEG = 8;
    private static final int NAME = 20;
    private static final int TIME = 9;
    private static final int MOST_BAR = 30;
    private static final int LEAST_BAR = 10;
    /** What stands before and behind the bar. */
    private static final int BESIDE = 67;

    private final Look look;
    private final TimeSplit split;
    private final int bar;

    SplitText(Look look, TimeSplit split) {
        this.look = look;
        this.split = split;
        this.bar = look.width() == 0 ? MOST_BAR : Math.max(LEAST_BAR, Math.min(MOST_BAR, look.width() - BESIDE));
    }

    List<String> lines() {
        List<String> out = new ArrayList<>();
        out.add(look.ink(Ink.DIM, Columns.padEnd("where the time went", 2 + LEG + NAME) + Columns.padStart(Quantity.duration(split.nanos()), TIME)));
        split.shares().forEach(share -> out.add(row(share)));
        if (!split.ahead().isEmpty()) {
            out.add("  done ahead: " + split.sharesAhead().stream().map(share -> share.part().label() + " " + Quantity.fine(share.nanos(), look)).collect(Collectors.joining(", ")));
        }
        split.doubts().forEach(doubt -> out.add(look.ink(Ink.WARN, "  in doubt: " + look.sentence(doubt))));
        return out;
    }

    private String row(Share share) {
        double percent = split.nanos() == 0 ? 0 : 100.0 * share.nanos() / split.nanos();
        String row = "  " + Columns.padEnd(share.leg().map(Leg::word).orElse(""), LEG) + Columns.padEnd(share.part().label(), NAME)
                + Columns.padStart(Quantity.fine(share.nanos(), look), TIME) + String.format(Locale.ROOT, "%4.0f %% ", percent);
        return row + bar(share) + " " + look.ink(Ink.DIM, share.source().word());
    }

    private String bar(Share share) {
        boolean[] filled = new boolean[bar];
        for (Slice slice : split.slices()) {
            if (slice.part() == share.part() && slice.leg().equals(share.leg()) && slice.source() == share.source()) {
                int from = cell(slice.from());
                for (int i = from; i <= Math.max(from, cell(slice.to() - 1)); i++) {
                    filled[i] = true;
                }
            }
        }
        StringBuilder cells = new StringBuilder(bar);
        for (boolean cell : filled) {
            cells.append(cell ? look.isUnicode() ? '█' : '#' : ' ');
        }
        String side = look.isUnicode() ? "│" : "|";
        return side + ink(share, cells.toString()) + side;
    }

    private int cell(long at) {
        return (int) Math.min(bar - 1, (double) (at - split.start()) / split.nanos() * bar);
    }

    private String ink(Share share, String bar) {
        if (share.part().isStall()) {
            return look.ink(Ink.BAD, bar);
        }
        return share.part() == Part.PROXY || share.part() == Part.KERNEL || share.leg().isEmpty() ? bar : look.leg(share.leg().orElse(Leg.CLIENT), bar);
    }
}
