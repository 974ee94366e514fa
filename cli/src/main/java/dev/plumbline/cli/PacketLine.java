package dev.plumbline.cli;

import dev.plumbline.cli.Look.Ink;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.Segment;
import dev.plumbline.recording.BoundFlow;
import dev.plumbline.recording.Carried;
import dev.plumbline.recording.FlowRow;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.Heading;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One segment on one line, as {@code tcpdump} writes it, with what it carried behind it.
 *
 * <pre>
 *  12:00:01.123456789 p22      client  127.0.0.1:53122 > 127.0.0.1:8080: Flags [P.], seq 1:804, ack 1, win 65536, length 803  c1.2 request client
 * </pre>
 *
 * <p>Owned by: one thread. There can be millions of lines, hence no formatter.
 */
final class PacketLine {
    private static final int ID = 8;
    private static final int LEG = 7;
    private static final long SECOND = 1_000_000_000;
    private static final String LETTERS = "FSRP.UEW";
    private static final int[] BITS = {Segment.FIN, Segment.SYN, Segment.RST, Segment.PSH, Segment.ACK, Segment.URG, 0x40, 0x80};

    private final Look look;
    private long second = Long.MIN_VALUE;
    private String timeOfDay = "";

    PacketLine(Look look) {
        this.look = look;
    }

    String of(PacketRow packet, BoundFlow flow, List<Carried> carried, int windowShift) {
        StringBuilder out = new StringBuilder(160);
        appendTime(out, packet.at());
        String before = look.ink(Ink.DIM, out.toString());
        out.setLength(0);
        out.append(' ').append(packet.id());
        pad(out, 1 + ID);
        out.append(' ').append(leg(flow));
        pad(out, 1 + ID + 1 + LEG);
        out.append(' ').append(path(packet, flow)).append(": Flags [").append(flags(packet.flags())).append(']');
        appendNumbers(out, packet);
        out.append(", win ").append(window(packet, windowShift)).append(", length ").append(packet.payloadLength());
        String head = flow.uses().isEmpty() ? look.ink(Ink.DIM, out.toString()) : look.leg(flow.uses().get(0).leg(), out.toString());
        String words = words(packet, carried);
        return before + head + (words.isEmpty() ? "" : "  " + look.ink(packet.sighting() == Sighting.FIRST ? Ink.STRONG : Ink.WARN, words));
    }

    private void appendTime(StringBuilder out, long at) {
        long seconds = Math.floorDiv(at, SECOND);
        if (seconds != second) {
            second = seconds;
            var time = Instant.ofEpochSecond(seconds).atZone(look.zone());
            timeOfDay = two(time.getHour()) + ":" + two(time.getMinute()) + ":" + two(time.getSecond()) + ".";
        }
        String nanos = Long.toString(SECOND + Math.floorMod(at, SECOND));
        out.append(timeOfDay).append(nanos, 1, nanos.length());
    }

    private static String two(int number) {
        return number < 10 ? "0" + number : Integer.toString(number);
    }

    private static void pad(StringBuilder out, int to) {
        while (out.length() < to) {
            out.append(' ');
        }
    }

    /** {@code client}, {@code server}, both where one flow is a leg of two, {@code foreign} where it is none of ours. */
    static String leg(BoundFlow flow) {
        if (flow.uses().size() == 1) {
            return flow.uses().get(0).leg().word();
        }
        return flow.isForeign() ? "foreign" : flow.uses().stream().map(use -> use.leg().word()).distinct().collect(Collectors.joining("+"));
    }

    private static String path(PacketRow packet, BoundFlow flow) {
        return source(packet, flow) + " > " + destination(packet, flow);
    }

    /** {@code ?} when the recording lost the flow. */
    static String source(PacketRow packet, BoundFlow flow) {
        return flow.row().map(row -> end(row, packet.heading() == Heading.TO_SERVER).toString()).orElse("?");
    }

    static String destination(PacketRow packet, BoundFlow flow) {
        return flow.row().map(row -> end(row, packet.heading() == Heading.TO_CLIENT).toString()).orElse("?");
    }

    private static Endpoint end(FlowRow row, boolean initiator) {
        return initiator ? row.tuple().initiator() : row.tuple().responder();
    }

    /** As tcpdump has them: {@code S}, {@code S.}, {@code P.}, {@code .}; {@code none} where no flag is set. */
    static String flags(int flags) {
        if (flags == 0) {
            return "none";
        }
        StringBuilder out = new StringBuilder(4);
        for (int i = 0; i < BITS.length; i++) {
            if ((flags & BITS[i]) != 0) {
                out.append(LETTERS.charAt(i));
            }
        }
        return out.toString();
    }

    /** Relative as in Wireshark: the SYN is 0, the first payload octet 1. */
    private static void appendNumbers(StringBuilder out, PacketRow packet) {
        boolean placed = packet.sighting() != Sighting.UNPLACED;
        boolean marks = (packet.flags() & (Segment.SYN | Segment.FIN | Segment.RST)) != 0;
        if (packet.payloadLength() > 0 || marks) {
            out.append(", seq ");
            if (!placed) {
                out.append('?');
            } else {
                out.append(packet.offset() + 1);
                if (packet.payloadLength() > 0) {
                    out.append(':').append(packet.offset() + 1 + packet.payloadLength());
                }
            }
        }
        if ((packet.flags() & Segment.ACK) != 0) {
            out.append(", ack ").append(packet.ackOffset() < 0 ? "?" : Long.toString(packet.ackOffset() + 1));
        }
    }

    /** Scaled where the scale is known, marked where it is not. The window of a SYN is never scaled (RFC 7323 §2.2). */
    private static String window(PacketRow packet, int shift) {
        if ((packet.flags() & Segment.SYN) != 0) {
            return Integer.toString(packet.window());
        }
        return shift < 0 ? packet.window() + " unscaled" : Long.toString((long) packet.window() << shift);
    }

    private static String words(PacketRow packet, List<Carried> carried) {
        if (packet.sighting() == Sighting.ELSEWHERE) {
            return "seen on another interface first";
        }
        if (carried.isEmpty()) {
            return "";
        }
        Set<String> words = new LinkedHashSet<>();
        carried.forEach(part -> words.add(word(part) + again(packet.sighting())));
        return String.join(", ", words);
    }

    private static String again(Sighting sighting) {
        return sighting == Sighting.REPEAT ? " (again)" : sighting == Sighting.MIXED ? " (partly again)" : "";
    }

    private static String word(Carried part) {
        String status = part.message().kind() == MessageKind.INTERIM ? " " + part.status() : "";
        return part.message().exchange() + " " + part.message().kind().word() + status + " " + part.message().leg().word();
    }
}
