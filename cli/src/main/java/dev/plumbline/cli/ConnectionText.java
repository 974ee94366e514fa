package dev.plumbline.cli;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.FlowStatistics;
import dev.plumbline.analyze.Severity;
import dev.plumbline.cli.Look.Ink;
import dev.plumbline.fact.Segment;
import dev.plumbline.fact.TcpInfo;
import dev.plumbline.fact.TcpOptions;
import dev.plumbline.recording.ConnectionRow;
import dev.plumbline.recording.ConnectionUse;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One connection in full as a person reads it: handshake drawn, TLS, what it carried, its exchanges with the gaps between
 * them, what was judged, close drawn.
 *
 * <p>Owned by: one thread, the recording's.
 */
final class ConnectionText {
    /** Exchanges, and annotations, that are shown unless all are wanted. */
    static final int MOST = 100;
    private static final int LANE = 76;
    private static final int MARGIN = 19;

    private final Look look;
    private final Peers peers;
    private final boolean all;
    private final ConnectionView view;
    private final ConnectionRow row;
    private final Consumer<String> out;
    private final ArrowPen arrows;

    ConnectionText(Look look, ConnectionView view, boolean all, Consumer<String> out) {
        this.look = look;
        this.peers = Peers.of(view.recording());
        this.all = all;
        this.view = view;
        this.row = view.row();
        this.out = out;
        this.arrows = new ArrowPen(look, LANE);
    }

    void print() {
        title();
        handshake();
        row.tls().forEach(tls -> line("TLS", PairedText.tls(look, tls) + (tls.at() < 0 ? "" : ", took " + Quantity.duration(tls.at() - tls.startedAt()))));
        view.statistics().ifPresent(this::traffic);
        row.tcpInfo().ifPresent(this::kernel);
        exchanges();
        annotations();
        close();
    }

    private void title() {
        String served = row.leg() == Leg.SERVER ? "server leg of " + row.client() : "client leg";
        out.accept(look.ink(Ink.STRONG, row.id() + "  " + served + "  " + row.tuple().initiator() + " " + look.arrow(Heading.TO_SERVER) + " " + row.tuple().responder()
                + (row.host().isEmpty() ? "" : "  " + look.safe(row.host()))));
        out.accept(look.ink(Ink.DIM, "opened " + Quantity.dateAndTime(row.openedAt(), look.zone())
                + (row.closedAt() < 0 ? ", still open" : ", lived " + Quantity.duration(row.closedAt() - row.openedAt()))
                + row.flow().map(flow -> ", " + flow).orElse(", no flow could be told to be it")));
        view.reuse().flatMap(reuse -> reuse.whyNew()).ifPresent(why -> out.accept("opened because: " + look.sentence(why.text())));
    }

    private void handshake() {
        out.accept("");
        if (view.handshake().isEmpty()) {
            out.accept("handshake  " + roundTrip().filter(trip -> row.closedAt() < 0).map(trip -> "drawn when the connection is over: " + trip).orElse("not seen"));
            return;
        }
        ends("handshake");
        view.handshake().forEach(packet -> out.accept(drawn(packet, options(packet))));
        roundTrip().ifPresent(trip -> out.accept(" ".repeat(MARGIN) + trip));
    }

    private Optional<String> roundTrip() {
        return view.statistics().filter(all -> all.handshakeNanos() >= 0).map(all -> "SYN to SYN+ACK "
                + Quantity.fine(all.synToSynAckNanos(), look) + ", SYN+ACK to ACK " + Quantity.fine(all.synAckToAckNanos(), look)
                + ", round trip " + Quantity.fine(all.handshakeNanos(), look));
    }

    private void ends(String what) {
        String left = peers.initiator(row.leg());
        String right = peers.responder(row.leg());
        out.accept(look.ink(Ink.DIM, Columns.padEnd(what, MARGIN) + left + " ".repeat(LANE + 2 - left.length() - right.length()) + right));
    }

    private String drawn(PacketRow packet, String words) {
        String flags = "[" + PacketLine.flags(packet.flags()) + "] ";
        String seq = Long.toString(packet.offset() + 1);
        String ack = (packet.flags() & Segment.ACK) == 0 || packet.ackOffset() < 0 ? "" : " ack " + (packet.ackOffset() + 1);
        String arrow = arrows.arrow(packet.heading(), false, List.of(flags + seq + ack + words, flags + seq + ack));
        String margin = Columns.padEnd(Columns.padEnd(packet.id().toString(), 8) + Quantity.sinceStart(packet.at() - row.openedAt()), MARGIN);
        return look.ink(Ink.DIM, margin) + arrows.lifeline() + look.leg(row.leg(), arrow) + arrows.lifeline();
    }

    /** What a SYN offered. */
    private String options(PacketRow packet) {
        if ((packet.flags() & Segment.SYN) == 0 || view.statistics().isEmpty()) {
            return "";
        }
        FlowStatistics all = view.statistics().get();
        TcpOptions offered = (packet.heading() == Heading.TO_SERVER ? all.toServer() : all.toClient()).options();
        List<String> words = new ArrayList<>();
        if (offered.mss() >= 0) {
            words.add("mss " + offered.mss());
        }
        if (offered.windowScale() >= 0) {
            words.add("window scale " + offered.windowScale());
        }
        if (offered.sackPermitted()) {
            words.add("sack");
        }
        if (offered.timestamps()) {
            words.add("timestamps");
        }
        return (words.isEmpty() ? " no options" : " " + String.join(", ", words)) + (offered.whole() ? "" : ", options captured in part");
    }

    private void traffic(FlowStatistics all) {
        FlowStatistics.Side up = all.toServer();
        FlowStatistics.Side down = all.toClient();
        out.accept("");
        out.accept(look.ink(Ink.DIM, columns("on the wire", "by the " + peers.initiator(row.leg()), "by the " + peers.responder(row.leg()))));
        counted("segments", up.segments(), down.segments());
        counted("octets", up.octets(), down.octets());
        counted("retransmissions", up.retransmissions(), down.retransmissions());
        if (up.retransmissions() + down.retransmissions() > 0) {
            counted("octets in them", up.retransmittedOctets(), down.retransmittedOctets());
        }
        counted("out of order", up.outOfOrder(), down.outOfOrder());
        counted("duplicate ACKs", up.duplicateAcks(), down.duplicateAcks());
        counted("most in flight", up.maxInFlight(), down.maxInFlight());
        out.accept(columns("  rtt, least", rtt(up, up.rttMinNanos()), rtt(down, down.rttMinNanos())));
        out.accept(columns("  rtt, mean", rtt(up, up.rttMeanNanos()), rtt(down, down.rttMeanNanos())));
        out.accept(columns("  rtt, most", rtt(up, up.rttMaxNanos()), rtt(down, down.rttMaxNanos())));
        if (!all.whole()) {
            out.accept(look.ink(Ink.WARN, "  counted in part: records of packets are missing from the index"));
        }
    }

    private void counted(String name, long up, long down) {
        out.accept(columns("  " + name, number(up), number(down)));
    }

    private static String number(long count) {
        return count < 0 ? "-" : String.format(Locale.ROOT, "%,d", count);
    }

    private String rtt(FlowStatistics.Side side, long nanos) {
        return side.rttSamples() == 0 ? "-" : Quantity.fine(nanos, look);
    }

    private static String columns(String name, String up, String down) {
        return Columns.padEnd(name, MARGIN) + Columns.padStart(up, 15) + Columns.padStart(down, 16);
    }

    private void kernel(TcpInfo info) {
        String rtt = info.rttMicros() < 0 ? "rtt unknown" : "rtt " + Quantity.fine(info.rttMicros() * 1000, look);
        String least = info.minRttMicros() < 0 ? "" : ", least " + Quantity.fine(info.minRttMicros() * 1000, look);
        String again = info.retransmissions() < 0 ? "retransmissions unknown" : Quantity.count(info.retransmissions(), "retransmission") + " of ours";
        line("kernel", rtt + least + ", " + again + (info.mss() < 0 ? "" : ", mss " + info.mss()) + " (our socket's last word)");
    }

    private void line(String name, String text) {
        out.accept(Columns.padEnd(name, 11) + text);
    }

    private void exchanges() {
        out.accept("");
        out.accept(look.ink(Ink.DIM, view.exchangeCount() == 0 ? "no exchanges" : Quantity.count(view.exchangeCount(), "exchange")));
        long[] shown = {0};
        view.uses(use -> {
            if (all || shown[0] < MOST) {
                exchange(use);
            }
            shown[0]++;
        });
        more(shown[0], "exchange");
    }

    private void exchange(ConnectionUse use) {
        String what = view.recording().exchange(use.exchange())
                .map(exchange -> LogLine.request(look, exchange) + "  " + (exchange.status() == 0 ? "no response" : exchange.status())).orElse("");
        String idle = use.idleNanos() == 0 && use.nth() > 1 ? "at once" : "idle " + Quantity.duration(use.idleNanos());
        String took = use.endedAt() < 0 ? look.ellipsis() : Quantity.duration(Math.max(0, use.endedAt() - use.beganAt()));
        String line = "  " + Columns.padEnd(use.nth() + "", 4) + Columns.padEnd(use.exchange().toString(), 8) + Columns.padEnd(Quantity.sinceStart(use.beganAt() - row.openedAt()), 12)
                + Columns.padEnd(idle, 14) + Columns.padStart(took, 8) + "  " + what;
        out.accept(look.width() == 0 ? line : look.cut(line, look.width()));
    }

    private void annotations() {
        long[] shown = {0};
        view.annotations(annotation -> {
            if (shown[0] == 0) {
                out.accept("");
                out.accept(look.ink(Ink.DIM, "annotations"));
            }
            if (all || shown[0] < MOST) {
                out.accept("  " + annotated(look, peers, annotation, row.leg(), row.openedAt()));
            }
            shown[0]++;
        });
        more(shown[0], "annotation");
    }

    /** {@code p17     +0.021502  retransmission  of 825 octets 8.0 ms after p6}. */
    static String annotated(Look look, Peers peers, Annotation annotation, Leg leg, long since) {
        Severity severity = annotation.code().severity();
        String text = Columns.padEnd(annotation.packets().get(0).toString(), 8) + Columns.padEnd(Quantity.sinceStart(annotation.at() - since), 11)
                + Columns.padEnd(annotation.code().word(), 23) + " " + look.sentence(peers.said(annotation, leg));
        return severity == Severity.ERROR ? look.ink(Ink.BAD, text) : severity == Severity.WARN ? look.ink(Ink.WARN, text) : text;
    }

    private void more(long count, String noun) {
        if (!all && count > MOST) {
            out.accept(look.ink(Ink.DIM, "  " + look.ellipsis() + " " + Quantity.count(count - MOST, "more " + noun) + " (--all shows them)"));
        }
    }

    private void close() {
        out.accept("");
        if (!view.close().isEmpty()) {
            ends("close");
            view.close().forEach(packet -> out.accept(drawn(packet, "")));
        }
        List<Heading> fins = view.close().stream().filter(packet -> (packet.flags() & Segment.FIN) != 0).map(PacketRow::heading).distinct().toList();
        String half = fins.size() == 1 ? ", half-closed: the " + peers.sender(row.leg(), fins.get(0).opposite()) + " sent no FIN" : "";
        line("ended", peers.ended(row) + half + (row.reason().isEmpty() ? "" : ": " + look.safe(row.reason())));
    }
}
