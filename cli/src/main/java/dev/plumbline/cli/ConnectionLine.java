package dev.plumbline.cli;

import dev.plumbline.analyze.FlowStatistics;
import dev.plumbline.cli.Look.Ink;
import dev.plumbline.correlate.Finding.Ending;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.recording.ConnectionRow;
import dev.plumbline.wire.Heading;
import java.util.Optional;

/**
 * One connection on one line, in columns of fixed place; what has no bound comes last.
 *
 * <pre>
 *  id     leg          rtt  to server  to client  segments  again  exchanges   lifetime  ended           peers
 *  c2     server   12.0 ms     1.3 kB      120 B      12+9      1          3     1.20 s  fin by origin   192.0.2.7:40100 → 198.51.100.4:443 example.com
 * </pre>
 *
 * <p>Owned by: nobody, it is immutable.
 */
final class ConnectionLine {
    private static final int[] WIDTHS = {6, 6, 8, 9, 9, 9, 5, 9, 8, 17};
    private static final boolean[] RIGHT = {false, false, true, true, true, true, true, true, true, false};
    private static final String[] TITLES = {"id", "leg", "rtt", "to server", "to client", "segments", "again", "exchanges", "lifetime", "ended"};

    /** Columns of all cells, and of all before the last. */
    private static final int ALL = 98;
    private static final int ALL_BUT_ENDED = 79;
    /** Two addresses and a name. */
    private static final int PEERS = 50;

    private final Look look;
    private final Peers peers;

    ConnectionLine(Look look, Peers peers) {
        this.look = look;
        this.peers = peers;
    }

    String titles() {
        return look.ink(Ink.DIM, folded(columns(TITLES), "peers"));
    }

    String of(ConnectionRow row, Optional<FlowStatistics> statistics, long exchanges) {
        long rtt = statistics.map(FlowStatistics::handshakeNanos).orElse(-1L);
        String doubt = statistics.filter(all -> !all.whole()).isPresent() ? "?" : "";
        String[] cells = {
            row.id().toString(), row.leg().word(),
            rtt < 0 ? "-" : Quantity.fine(rtt, look),
            octets(row.toServer(), statistics.map(FlowStatistics::toServer)),
            octets(row.toClient(), statistics.map(FlowStatistics::toClient)),
            statistics.map(all -> all.toServer().segments() + "+" + all.toClient().segments() + doubt).orElse("?"),
            statistics.map(all -> all.toServer().retransmissions() + all.toClient().retransmissions() + doubt).orElse("?"),
            Long.toString(exchanges),
            row.closedAt() < 0 ? look.ellipsis() : Quantity.duration(row.closedAt() - row.openedAt()),
            peers.ended(row)};
        String ends = row.tuple().initiator() + " " + look.arrow(Heading.TO_SERVER) + " " + row.tuple().responder()
                + (row.host().isEmpty() ? "" : " " + look.safe(row.host()));
        String line = folded(columns(cells), ends);
        boolean failed = row.ending() == Ending.RST || row.close().filter(close -> close == Close.NOT_CONNECTED).isPresent();
        return failed ? look.ink(Ink.BAD, line) : look.leg(row.leg(), line);
    }

    /** On one line where the terminal is wide enough, otherwise the last columns stand on a second. */
    private String folded(String cells, String ends) {
        if (look.width() == 0) {
            return cells + ends;
        }
        if (look.width() >= ALL + PEERS) {
            return look.cut(cells + ends, look.width());
        }
        int at = look.width() >= ALL ? ALL : ALL_BUT_ENDED;
        String indent = " ".repeat(WIDTHS[0] + 1);
        return Columns.prefix(cells, at).stripTrailing() + "\n" + look.cut(indent + cells.substring(Columns.prefix(cells, at).length()) + ends, look.width());
    }

    /** Our socket's count; while it is open, that of the wire. */
    private static String octets(long socket, Optional<FlowStatistics.Side> wire) {
        return socket >= 0 ? Quantity.octets(socket) : wire.map(side -> Quantity.octets(side.octets())).orElse("-");
    }

    private static String columns(String[] cells) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            out.append(RIGHT[i] ? Columns.padStart(cells[i], WIDTHS[i]) : Columns.padEnd(cells[i], WIDTHS[i])).append(i == cells.length - 2 ? "  " : " ");
        }
        return out.append(' ').toString();
    }
}
