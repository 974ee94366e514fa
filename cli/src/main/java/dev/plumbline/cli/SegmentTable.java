package dev.plumbline.cli;

import dev.plumbline.cli.Look.Ink;
import dev.plumbline.cli.Paired.Part;
import dev.plumbline.cli.Paired.SegmentView;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.Segment;
import dev.plumbline.recording.PacketRow;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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

    List<String> lines(Paired paired) {
        List<SegmentView> segments = paired.segments();
        boolean cut = !all && segments.size() > HEAD + TAIL + 1;
        List<SegmentView> shown = new ArrayList<>(cut ? segments.subList(0, HEAD) : segments);
        if (cut) {
            shown.addAll(segments.subList(segments.size() - TAIL, segments.size()));
        }
        List<String[]> cells = new ArrayList<>();
        cells.add(TITLES);
        shown.forEach(segment -> cells.add(cells(segment, paired.row().beganAt())));
        int[] widths = widths(cells);
        List<String> lines = new ArrayList<>();
        lines.add(look.ink(Ink.DIM, line(TITLES, widths)));
        for (int i = 0; i < shown.size(); i++) {
            if (cut && i == HEAD) {
                lines.add(look.ink(Ink.DIM, look.ellipsis() + " " + (segments.size() - HEAD - TAIL) + " more segments (--all shows them)"));
            }
            lines.add(coloured(shown.get(i), line(cells.get(i + 1), widths)));
        }
        return lines;
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

    private static int[] widths(List<String[]> cells) {
        int[] widths = new int[TITLES.length];
        for (String[] row : cells) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], Columns.of(row[i]));
            }
        }
        return widths;
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
