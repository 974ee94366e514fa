package dev.plumbline.cli;

import dev.plumbline.cli.Look.Ink;
import dev.plumbline.cli.Paired.Part;
import dev.plumbline.cli.Paired.SegmentView;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.Segment;
import dev.plumbline.recording.PacketRow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The packets of an exchange as a table.
 *
 * <pre>
 *  packet  time       leg       flags       seq  ack  len  carried
 *  p12     +0.000214  client →  [PSH, ACK]    1    1  803  c1.2 request
 * </pre>
 */
final class SegmentTable {
    private static final String GAP = "  ";
    /** Rows kept at either end when a table is cut in its middle. */
    private static final int HEAD = 40;
    private static final int TAIL = 20;
    private static final String[] TITLES = {"packet", "time", "leg", "flags", "seq", "ack", "len", "carried"};
    private static final boolean[] RIGHT = {false, false, false, false, true, true, true, false};

    private final Look look;
    private final boolean all;

    SegmentTable(Look look, boolean all) {
        this.look = look;
        this.all = all;
    }

    /** The rows are read twice: for the width of each column, and when they are asked for. */
    Table table(Paired paired) {
        Rows rows = all ? (row, leftOut) -> paired.segments().forEach(row) : Ends.of(paired.segments());
        int[] widths = new int[TITLES.length];
        int[] gap = {0};
        widen(widths, TITLES);
        long beganAt = paired.row().beganAt();
        rows.forEach(segment -> widen(widths, cells(segment, beganAt)), count -> gap[0] = Columns.of(leftOut(count)));
        int width = Arrays.stream(widths).sum() + (TITLES.length - 1) * GAP.length();
        return new Table(Math.max(width, gap[0]), each -> {
            each.accept(look.ink(Ink.DIM, line(TITLES, widths)));
            rows.forEach(segment -> each.accept(coloured(segment, line(cells(segment, beganAt), widths))),
                    count -> each.accept(look.ink(Ink.DIM, leftOut(count))));
        });
    }

    /**
     * A table ready to be written.
     *
     * @param width columns of its widest line, colours not counted
     * @param lines hands over line after line
     */
    record Table(int width, Consumer<Consumer<String>> lines) {
    }

    /** What a table shows, in order; how many are left out is told where they are. */
    @FunctionalInterface
    private interface Rows {
        void forEach(Consumer<SegmentView> row, LongConsumer leftOut);
    }

    /** The first and the last rows of a table; all of them where one line less would be shown otherwise. */
    private record Ends(List<SegmentView> head, List<SegmentView> tail, long leftOut) implements Rows {
        static Ends of(Segments segments) {
            List<SegmentView> head = new ArrayList<>();
            Deque<SegmentView> tail = new ArrayDeque<>();
            long[] leftOut = {0};
            segments.forEach(segment -> {
                if (head.size() < HEAD) {
                    head.add(segment);
                    return;
                }
                tail.add(segment);
                if (tail.size() > TAIL + 1) {
                    tail.remove();
                    leftOut[0]++;
                }
            });
            if (leftOut[0] > 0) {
                tail.remove();
                leftOut[0]++;
            }
            return new Ends(head, List.copyOf(tail), leftOut[0]);
        }

        @Override
        public void forEach(Consumer<SegmentView> row, LongConsumer count) {
            head.forEach(row);
            if (leftOut > 0) {
                count.accept(leftOut);
            }
            tail.forEach(row);
        }
    }

    private String leftOut(long count) {
        return look.ellipsis() + " " + Quantity.count(count, "segment") + " left out, --all shows them";
    }

    private String coloured(SegmentView segment, String line) {
        if (segment.parts().stream().anyMatch(part -> part.carrier().repeat())) {
            return look.ink(Ink.WARN, line);
        }
        return segment.parts().isEmpty() ? look.ink(Ink.DIM, line) : look.leg(segment.leg(), line);
    }

    private String[] cells(SegmentView segment, long beganAt) {
        PacketRow packet = segment.packet();
        return new String[] {
            packet.id().toString(),
            Quantity.sinceStart(packet.at() - beganAt),
            segment.leg().word() + " " + look.arrow(packet.heading()),
            flags(packet.flags()),
            relative(packet),
            packet.ackOffset() < 0 ? "-" : Long.toString(packet.ackOffset() + 1),
            Integer.toString(packet.payloadLength()),
            carried(segment)
        };
    }

    /** As Wireshark counts: the SYN is 0, the first payload octet 1. A flow whose SYN nobody saw has no such number. */
    static String relative(PacketRow packet) {
        return packet.sighting() == Sighting.UNPLACED ? "?" : Long.toString(packet.offset() + 1);
    }

    static String flags(int flags) {
        List<String> names = new ArrayList<>(3);
        add(names, flags, Segment.FIN, "FIN");
        add(names, flags, Segment.SYN, "SYN");
        add(names, flags, Segment.RST, "RST");
        add(names, flags, Segment.PSH, "PSH");
        add(names, flags, Segment.ACK, "ACK");
        add(names, flags, Segment.URG, "URG");
        add(names, flags, 0x40, "ECE");
        add(names, flags, 0x80, "CWR");
        return "[" + String.join(", ", names) + "]";
    }

    private static void add(List<String> names, int flags, int flag, String name) {
        if ((flags & flag) != 0) {
            names.add(name);
        }
    }

    static String carried(SegmentView segment) {
        Set<String> words = new LinkedHashSet<>();
        for (Part part : segment.parts()) {
            var key = part.message().key();
            String status = key.kind() == MessageKind.INTERIM ? " " + part.message().status() : "";
            words.add(key.exchange() + " " + key.kind().word() + status + (part.carrier().repeat() ? " (again)" : ""));
        }
        if (!segment.role().isEmpty()) {
            words.add(segment.role() + (segment.role().equals("handshake") ? " " + step(segment.packet().flags()) : ""));
        }
        return String.join(", ", words);
    }

    private static String step(int flags) {
        if ((flags & Segment.SYN) == 0) {
            return "ACK";
        }
        return (flags & Segment.ACK) == 0 ? "SYN" : "SYN+ACK";
    }

    private static void widen(int[] widths, String[] row) {
        for (int i = 0; i < row.length; i++) {
            widths[i] = Math.max(widths[i], Columns.of(row[i]));
        }
    }

    private static String line(String[] cells, int[] widths) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            boolean last = i == cells.length - 1;
            out.append(last ? cells[i] : RIGHT[i] ? Columns.padStart(cells[i], widths[i]) : Columns.padEnd(cells[i], widths[i])).append(last ? "" : GAP);
        }
        return out.toString().stripTrailing();
    }
}
