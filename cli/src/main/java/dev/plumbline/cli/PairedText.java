package dev.plumbline.cli;

import dev.plumbline.cli.Look.Ink;
import dev.plumbline.cli.Paired.LegView;
import dev.plumbline.cli.SegmentTable.Table;
import dev.plumbline.correlate.Coverage;
import dev.plumbline.correlate.Coverage.Reason;
import dev.plumbline.correlate.Finding.Ending;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.TcpInfo;
import dev.plumbline.fact.Timing;
import dev.plumbline.recording.ConnectionRow;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.WireRange;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One exchange as a person reads it: a title, the heads beside the segments where the terminal is wide enough and above
 * them where it is not, then connections, timing and content.
 *
 * <p>Owned by: one thread, as the recording that the preview reads is.
 */
final class PairedText {
    private static final String BETWEEN = "  ";
    private static final int LEAST_HEADS = 40;
    private static final int MOST_GAPS = 4;

    private final Look look;
    private final ContentPreview preview;
    private final SegmentTable table;
    private final boolean all;
    private final Peers peers;

    /** @param all whether a long table of segments is shown whole */
    PairedText(Look look, Peers peers, ContentPreview preview, boolean all) {
        this.look = look;
        this.preview = preview;
        this.table = new SegmentTable(look, all);
        this.all = all;
        this.peers = peers;
    }

    /** Line by line: a table that is wanted whole can be longer than memory. */
    void write(Paired paired, Consumer<String> out) {
        AnalysisText analysis = new AnalysisText(look, paired.analysis(), peers);
        title(look, paired.row()).forEach(out);
        analysis.diagnosis().forEach(out);
        out.accept("");
        headsAndSegments(paired, out);
        section(analysis.annotations(paired.row().beganAt(), all), out);
        paired.analysis().split().ifPresent(split -> section(new SplitText(look, split).lines(), out));
        for (LegView leg : paired.legs()) {
            section(leg(leg, analysis.reuse(leg.leg())), out);
        }
        if (!peers.isDump()) {
            // The steps of a dump are its packets': the split has them, and no socket has told anything else.
            paired.row().timing().ifPresent(timing -> section(timing(paired.row(), timing), out));
        }
        preview.lines(paired).forEach(out);
    }

    private static void section(List<String> lines, Consumer<String> out) {
        if (!lines.isEmpty()) {
            out.accept("");
            lines.forEach(out);
        }
    }

    static List<String> title(Look look, ExchangeRow row) {
        List<String> out = new ArrayList<>();
        String status = row.status() == 0 ? "no response" : Integer.toString(row.status());
        String took = row.took() < 0 ? "still going on" : Quantity.duration(row.took());
        out.add(look.ink(Ink.STRONG, row.id() + "  " + LogLine.request(look, row)) + "  " + status + "  " + took);
        out.add(look.ink(Ink.DIM, "began " + Quantity.dateAndTime(row.beganAt(), look.zone())
                + (row.isTunnel() ? ", tunnel" + (row.sni().isEmpty() ? "" : ", SNI " + look.safe(row.sni())) : "")
                + (row.role() == Role.INTERCEPTED_CONNECT ? ", tunnel that was read into: its exchanges follow" : "")
                + (row.answeredByProxy() ? ", answered by the proxy" : "")));
        if (!row.failure().isEmpty()) {
            out.add(look.ink(Ink.BAD, "failed: " + look.safe(row.failure()) + (row.faultCode().isEmpty() ? "" : " (" + look.safe(row.faultCode()) + ")")));
        }
        return out;
    }

    private void headsAndSegments(Paired paired, Consumer<String> out) {
        List<String> heads = heads(paired.row());
        Optional<String> absence = absence(look, paired.row(), paired.segments());
        boolean hasTable = !paired.segments().isEmpty();
        Table segments = hasTable ? table.table(paired) : new Table(Columns.of(absence.orElse("")), absence::ifPresent);
        int room = look.width() - segments.width() - BETWEEN.length() - 1;
        if (room < LEAST_HEADS) {
            heads.forEach(out);
            if (!heads.isEmpty()) {
                out.accept("");
            }
            segments.lines().accept(out);
            absence.filter(line -> hasTable).ifPresent(out);
            return;
        }
        int width = Math.min(room, heads.stream().mapToInt(Columns::of).max().orElse(0));
        Iterator<String> beside = heads.iterator();
        segments.lines().accept(line -> out.accept(padded(beside, width) + line));
        while (beside.hasNext()) {
            out.accept(padded(beside, width).stripTrailing());
        }
        absence.filter(line -> hasTable).ifPresent(out);
    }

    /** Why there are no segments, or not all. */
    static Optional<String> absence(Look look, ExchangeRow row, Segments segments) {
        long count = segments.unrecorded();
        if (count > 0) {
            return Optional.of(look.ink(Ink.WARN, Quantity.count(count, "segment") + " that carried it not shown: the records are missing from the index"));
        }
        return segments.isEmpty() ? Optional.of("no packets: " + whyNone(row)) : Optional.empty();
    }

    private String padded(Iterator<String> heads, int width) {
        return Columns.padEnd(heads.hasNext() ? look.cut(heads.next(), width) : "", width) + BETWEEN;
    }

    private static String whyNone(ExchangeRow row) {
        return row.messages().stream().flatMap(message -> message.reason().stream()).findFirst().map(Reason::word).orElse("none carried this exchange");
    }

    /** As the client sent and got them; what we changed on the way is said below. */
    private List<String> heads(ExchangeRow row) {
        List<String> out = new ArrayList<>();
        for (MessageRow message : row.messages()) {
            if (message.key().leg() == Leg.CLIENT && message.head().length > 0) {
                if (!out.isEmpty()) {
                    out.add("");
                }
                headLines(message).forEach(line -> out.add(look.safe(line)));
                row.messages().stream().filter(other -> isCounterpart(message, other)).findFirst()
                        .ifPresent(other -> out.addAll(changes(message, other)));
            }
        }
        return out;
    }

    private static boolean isCounterpart(MessageRow client, MessageRow other) {
        return other.key().leg() == Leg.SERVER && other.key().kind() == client.key().kind() && other.key().ordinal() == client.key().ordinal();
    }

    private List<String> changes(MessageRow client, MessageRow server) {
        List<String> here = headLines(client);
        List<String> there = headLines(server);
        List<String> out = new ArrayList<>();
        boolean request = client.key().kind() == MessageKind.REQUEST;
        here.stream().filter(line -> !there.contains(line)).forEach(line -> out.add((request ? "  not to the origin: " : "  not from the origin: ") + look.safe(line)));
        there.stream().filter(line -> !here.contains(line)).forEach(line -> out.add((request ? "  to the origin: " : "  from the origin: ") + look.safe(line)));
        return out;
    }

    static List<String> headLines(MessageRow message) {
        return Escaper.decode(message.head()).lines().filter(line -> !line.isEmpty()).collect(Collectors.toList());
    }

    private List<String> leg(LegView leg, String reuse) {
        List<String> out = new ArrayList<>();
        String name = look.leg(leg.leg(), Columns.padEnd(leg.leg().word(), 6));
        String nth = "exchange " + leg.nth() + " on it" + (reuse.isEmpty() ? "" : ", " + reuse);
        if (leg.connection().isEmpty()) {
            out.add(name + "  " + leg.id() + "  (the recording lost this connection)");
        } else {
            ConnectionRow connection = leg.connection().get();
            out.add(name + "  " + connection.id() + "  " + tuple(connection.tuple())
                    + connection.flow().map(flow -> "  " + flow).orElse("") + "  " + nth);
            connection.tls().forEach(tls -> out.add("        " + tls(look, tls)));
            out.add("        " + ending(connection));
            connection.tcpInfo().ifPresent(info -> out.add("        " + kernel(info)));
        }
        leg.messages().forEach(message -> out.add("        " + coverage(message)));
        return out;
    }

    private String tuple(FourTuple tuple) {
        return tuple.initiator() + " " + look.arrow(Heading.TO_SERVER) + " " + tuple.responder();
    }

    static String tls(Look look, ConnectionRow.Tls tls) {
        if (!tls.failure().isEmpty()) {
            return look.ink(Ink.BAD, "TLS failed: " + look.safe(tls.failure()));
        }
        return look.safe(tls.version() + " " + tls.cipher() + (tls.alpn().isEmpty() ? "" : ", ALPN " + tls.alpn())
                + (tls.sni().isEmpty() ? "" : ", SNI " + tls.sni()) + tls.resumed().map(resumed -> resumed ? ", resumed" : ", full handshake").orElse("")
                + (tls.peerCertificate().isEmpty() ? "" : ", " + tls.peerCertificate()));
    }

    private String ending(ConnectionRow connection) {
        if (connection.closedAt() < 0) {
            return "open";
        }
        if (peers.isDump()) {
            // There was no socket of ours: what the packets show is all there is.
            return peers.ended(connection) + (connection.reason().isEmpty() ? "" : ": " + look.safe(connection.reason()));
        }
        String socket = connection.close().map(PairedText::words).orElse("closed");
        String wire = connection.ending() == Ending.FIN || connection.ending() == Ending.RST
                ? ", on the wire " + connection.ending().word().toUpperCase(Locale.ROOT)
                        + connection.endedBy().map(heading -> heading == Heading.TO_SERVER ? " by the initiator" : " by the responder").orElse("")
                : "";
        return socket + wire + (connection.reason().isEmpty() ? "" : ": " + look.safe(connection.reason()));
    }

    private static String words(Close close) {
        return switch (close) {
            case BY_US -> "closed by us";
            case BY_PEER -> "closed by the peer";
            case RESET -> "reset";
            case NOT_CONNECTED -> "never connected";
            case SHUTDOWN -> "closed as the proxy stopped";
        };
    }

    private String kernel(TcpInfo info) {
        String rtt = info.rttMicros() < 0 ? "rtt unknown" : "rtt " + Quantity.fine(info.rttMicros() * 1000, look);
        return rtt + ", " + (info.retransmissions() < 0 ? "retransmissions unknown" : Quantity.count(info.retransmissions(), "retransmission") + " of ours")
                + " (kernel's count, whole connection)";
    }

    private String coverage(MessageRow message) {
        long octets = message.ranges().stream().mapToLong(WireRange::length).sum();
        String kind = message.key().kind() == MessageKind.INTERIM ? "interim " + message.status() : message.key().kind().word();
        String line = Columns.padEnd(kind, 17) + message.coverage().word() + message.reason().map(reason -> " (" + reason.word() + ")").orElse("");
        if (message.octets() < 0) {
            return line + ", not counted yet";
        }
        boolean haveLeft = message.reason().filter(reason -> reason == Reason.UNSENT).isEmpty();
        line += ", " + Quantity.count(octets, "octet") + (haveLeft ? " on the wire" : " to be sent");
        if (message.coverage() == Coverage.COMPLETE || message.segments() > 0) {
            line += " in " + Quantity.count(message.segments(), "segment") + (message.repeats() > 0 ? ", " + message.repeats() + " again" : "");
        }
        return message.gaps().isEmpty() ? line : line + look.ink(Ink.BAD, "; missing " + gaps(message.gaps()));
    }

    /** Relative as the table's seq: the first payload octet is 1. */
    private String gaps(List<WireRange> gaps) {
        String some = gaps.stream().limit(MOST_GAPS).map(gap -> "seq " + (gap.start() + 1) + " to " + gap.end()).collect(Collectors.joining(", "));
        return gaps.size() > MOST_GAPS ? some + " and " + (gaps.size() - MOST_GAPS) + " more" : some;
    }

    private List<String> timing(ExchangeRow row, Timing timing) {
        List<String> out = new ArrayList<>();
        out.add(look.ink(Ink.DIM, "timing            from       for"));
        step(out, row, "client sends", timing.requestFirstAt(), timing.requestLastAt());
        step(out, row, "name look-up", timing.resolveStartAt(), timing.resolveEndAt());
        step(out, row, "connect", timing.connectStartAt(), timing.connectEndAt());
        step(out, row, "TLS", timing.tlsStartAt(), timing.tlsEndAt());
        step(out, row, "send", timing.sendStartAt(), timing.sendEndAt());
        step(out, row, "wait", timing.sendEndAt(), timing.responseFirstAt());
        step(out, row, "receive", timing.responseFirstAt(), timing.responseLastAt());
        step(out, row, "client receives", timing.answerFirstAt(), timing.answerLastAt());
        return out;
    }

    private static void step(List<String> out, ExchangeRow row, String name, long from, long to) {
        if (from != Timing.NEVER && to != Timing.NEVER) {
            out.add("  " + Columns.padEnd(name, 16) + Columns.padEnd(Quantity.sinceStart(from - row.beganAt()), 11) + Quantity.duration(to - from));
        }
    }
}
