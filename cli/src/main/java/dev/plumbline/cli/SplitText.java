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
    private static final int BAR = 30;

    private final Look look;
    private final TimeSplit split;

    SplitText(Look look, TimeSplit split) {
        this.look = look;
        this.split = split;
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
        boolean[] filled = new boolean[BAR];
        for (Slice slice : split.slices()) {
            if (slice.part() == share.part() && slice.leg().equals(share.leg()) && slice.source() == share.source()) {
                int from = cell(slice.from());
                for (int i = from; i <= Math.max(from, cell(slice.to() - 1)); i++) {
                    filled[i] = true;
                }
            }
        }
        StringBuilder bar = new StringBuilder(BAR);
        for (boolean cell : filled) {
            bar.append(cell ? look.isUnicode() ? '█' : '#' : ' ');
        }
        String side = look.isUnicode() ? "│" : "|";
        return side + ink(share, bar.toString()) + side;
    }

    private int cell(long at) {
        return (int) Math.min(BAR - 1, (double) (at - split.start()) / split.nanos() * BAR);
    }

    private String ink(Share share, String bar) {
        if (share.part().isStall()) {
            return look.ink(Ink.BAD, bar);
        }
        return share.part() == Part.PROXY || share.part() == Part.KERNEL || share.leg().isEmpty() ? bar : look.leg(share.leg().orElse(Leg.CLIENT), bar);
    }
}
