package dev.plumbline.cli;

import dev.plumbline.analyze.Severity;
import dev.plumbline.cli.Look.Ink;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.Segment;
import dev.plumbline.recording.Carried;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Draws single lines of a ladder: packet id, time, then two or three lifelines with a lane between each two.
 *
 * <p>Owned by: nobody, it is immutable.
 * <p>Limits: {@value #NARROW} columns a lane, so that two lanes and their margin take 98; wider on a wide terminal.
 */
final class LadderPen {
    private static final int ID = 8;
    private static final int TIME = 10;
    private static final int NARROW = 38;
    private static final int WIDE = 56;

    private final Look look;
    private final ExchangeId exchange;
    private final int lanes;
    private final int lane;
    private final ArrowPen arrows;

    /** @param lanes 1 where there is a client's leg alone, else 2 */
    LadderPen(Look look, ExchangeId exchange, int lanes) {
        this.look = look;
        this.exchange = exchange;
        this.lanes = lanes;
        int room = (look.width() - ID - TIME - 1 - (lanes + 1)) / lanes;
        this.lane = Math.max(lanes == 1 ? WIDE : NARROW, Math.min(WIDE, room));
        this.arrows = new ArrowPen(look, lane);
    }

    String titles(String peer) {
        String left = margin("", "");
        if (lanes == 1) {
            return left + "client" + " ".repeat(lane + 2 - "client".length() - peer.length()) + peer;
        }
        String middle = centred(peer, lane * 2 + 3 - "client".length() - "origin".length());
        return left + "client" + middle + "origin";
    }

    String addresses(FourTuple client, FourTuple server) {
        String first = client.initiator().toString();
        String second = client.responder().toString();
        String left = first + " ".repeat(Math.max(1, lane - Columns.of(first) - Columns.of(second))) + second;
        if (server == null || lanes == 1) {
            return margin("", "") + left;
        }
        String third = server.initiator().toString();
        String fourth = server.responder().toString();
        return margin("", "") + Columns.padEnd(left, lane + 1) + line() + " " + third
                + " ".repeat(Math.max(1, lane - Columns.of(third) - Columns.of(fourth))) + fourth;
    }

    String packet(LadderRow row, String since) {
        PacketRow packet = row.packet().orElseThrow();
        boolean own = row.carries(exchange);
        String arrow = arrows.arrow(packet.heading(), own, label(row, packet));
        boolean bad = row.isAgain() || row.notes().stream().anyMatch(code -> code.severity() != Severity.NOTE);
        String inked = bad ? look.ink(Ink.WARN, arrow) : own ? look.leg(row.leg(), arrow) : look.ink(Ink.DIM, arrow);
        return look.ink(Ink.DIM, margin(packet.id().toString(), since)) + lifelines(row.leg(), inked);
    }

    String event(LadderRow row, String since) {
        String text = look.cut(look.safe(row.text()), lane - 2);
        // Without a lane for it, what went on towards the origin still has its place in time.
        boolean left = row.leg() == Leg.CLIENT || lanes == 1;
        String dot = look.isUnicode() ? "●" : "*";
        String blank = " ".repeat(lane);
        String before = left ? look.ink(Ink.STRONG, Columns.padStart(text, lane - 1)) + " " : blank;
        String right = row.leg() == Leg.SERVER ? " " + look.ink(Ink.STRONG, Columns.padEnd(text, lane - 1)) : blank;
        return look.ink(Ink.DIM, margin("", since)) + line() + before + dot + (lanes == 1 ? "" : right + line());
    }

    String gap(long nanos) {
        String dots = look.isUnicode() ? "┆" : ":";
        String lanesOfDots = dots + (" ".repeat(lane) + dots).repeat(lanes);
        String mark = (look.isUnicode() ? "· " : ". ") + Quantity.duration(nanos);
        return Columns.padEnd(Columns.padStart(mark, ID + TIME - 1), ID + TIME + 1) + lanesOfDots;
    }

    /** A line for each heading in which something was folded. */
    List<String> folds(LadderText.Fold fold) {
        List<String> lines = new ArrayList<>(2);
        for (Heading heading : new Heading[] {Heading.TO_CLIENT, Heading.TO_SERVER}) {
            String left = folded(fold, Leg.CLIENT, heading);
            String right = folded(fold, Leg.SERVER, heading);
            if (!left.isBlank() || !right.isBlank()) {
                lines.add(look.ink(Ink.DIM, margin("", "") + line() + left + line() + (lanes == 1 ? "" : right + line())));
            }
        }
        return lines;
    }

    private String folded(LadderText.Fold fold, Leg leg, Heading heading) {
        long segments = fold.segments(leg, heading.ordinal());
        long octets = fold.octets(leg, heading.ordinal());
        if (segments == 0) {
            return " ".repeat(lane);
        }
        String start = look.arrow(heading) + " " + look.ellipsis() + " " + String.format(Locale.ROOT, "%,d more ", segments);
        if (octets == 0) {
            return Columns.padEnd(look.cut(start + (segments == 1 ? "ACK" : "ACKs"), lane), lane);
        }
        String text = start + (segments == 1 ? "segment, " : "segments, ");
        String exact = text + String.format(Locale.ROOT, "%,d octets", octets);
        String fitting = Columns.of(exact) <= lane ? exact : text + Quantity.octets(octets);
        return Columns.padEnd(look.cut(fitting, lane), lane);
    }

    private String margin(String id, String time) {
        return Columns.padEnd(Columns.padEnd(id, ID) + time, ID + TIME + 1);
    }

    private String lifelines(Leg leg, String arrow) {
        String blank = " ".repeat(lane);
        String left = leg == Leg.CLIENT ? arrow : blank;
        return line() + left + line() + (lanes == 1 ? "" : (leg == Leg.SERVER ? arrow : blank) + line());
    }

    /** From the fullest to the shortest. */
    private List<String> label(LadderRow row, PacketRow packet) {
        String flags = "[" + PacketLine.flags(packet.flags()) + "]";
        String seq = " " + (packet.sighting() == Sighting.UNPLACED ? "?" : seq(packet));
        String ack = (packet.flags() & Segment.ACK) == 0 ? "" : " ack " + (packet.ackOffset() < 0 ? "?" : packet.ackOffset() + 1);
        String what = words(row);
        String judged = row.notes().stream().map(code -> " " + code.word()).collect(Collectors.joining(","));
        return List.of(flags + seq + ack + what + judged, flags + seq + what + judged, flags + seq + judged, flags + what + judged, flags + judged, flags + what, flags);
    }

    private static String seq(PacketRow packet) {
        long from = packet.offset() + 1;
        return packet.payloadLength() == 0 ? Long.toString(from) : from + ":" + (from + packet.payloadLength());
    }

    private String words(LadderRow row) {
        Set<String> words = new LinkedHashSet<>();
        for (Carried part : row.carried()) {
            boolean own = part.message().exchange().equals(exchange);
            words.add((own ? "" : part.message().exchange() + " ") + part.message().kind().word());
        }
        String again = row.isAgain() ? " " + look.repeatMark().strip() : "";
        return (words.isEmpty() ? "" : " " + String.join(", ", words)) + again;
    }

    private String line() {
        return arrows.lifeline();
    }

    private static String centred(String text, int columns) {
        int before = Math.max(1, (columns - text.length()) / 2);
        return " ".repeat(before) + text + " ".repeat(Math.max(1, columns - before - text.length()));
    }
}
