package dev.plumbline.cli;

import dev.plumbline.analyze.Histogram;
import dev.plumbline.cli.Look.Ink;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What a recording amounts to, as a person reads it: all hosts, then each. */
final class StatsText {
    /** Hosts that are shown unless all are wanted. */
    static final int MOST = 10;
    private static final int NAME = 22;
    private static final int CELL = 10;
    /** On a narrower terminal the columns stand closer together. */
    private static final int NARROW = 84;

    private final Look look;
    private final Peers peers;
    private final Consumer<String> out;

    StatsText(Look look, Peers peers, Consumer<String> out) {
        this.look = look;
        this.peers = peers;
        this.out = out;
    }

    void print(RecordingStatistics all, boolean everyHost) {
        out.accept(look.ink(Ink.STRONG, "all hosts") + "  " + Quantity.dateAndTime(all.firstAt(), look.zone()) + " to "
                + Quantity.dateAndTime(all.lastAt(), look.zone()));
        for (Leg leg : Leg.values()) {
            connections(leg, all.connections(leg));
        }
        host(all.overall());
        List<HostStatistics> hosts = all.hosts();
        hosts.stream().limit(everyHost ? hosts.size() : MOST).forEach(host -> {
            out.accept("");
            out.accept(look.ink(Ink.STRONG, look.safe(host.host().isEmpty() ? "(no host)" : host.host())));
            host(host);
        });
        if (everyHost) {
            all.rest().ifPresent(rest -> {
                out.accept("");
                out.accept(look.ink(Ink.STRONG, "all others") + "  beyond the first " + hosts.size() + " hosts");
                host(rest);
            });
        } else if (hosts.size() > MOST) {
            out.accept("");
            out.accept(look.ink(Ink.DIM, look.ellipsis() + " " + Quantity.count(hosts.size() - MOST, "more host") + all.rest().map(rest -> " and all others").orElse("")
                    + " (--all shows them)"));
        }
    }

    private void host(HostStatistics host) {
        line("exchanges", String.format(Locale.ROOT, "%,d", host.exchanges())
                + (host.failures() > 0 ? ", " + look.ink(Ink.BAD, String.format(Locale.ROOT, "%,d failed", host.failures())) : ", none failed")
                + (host.tunnels() > 0 ? ", " + Quantity.count(host.tunnels(), "tunnel") : "")
                + (host.goingOn() > 0 ? ", " + host.goingOn() + " still going on" : ""));
        line("octets", Quantity.octets(host.octets(Heading.TO_SERVER)) + " to servers, " + Quantity.octets(host.octets(Heading.TO_CLIENT)) + " to clients");
        for (Leg leg : Leg.values()) {
            leg(leg, host.leg(leg));
        }
        if (!host.diagnoses().isEmpty()) {
            line("diagnosis", host.diagnoses().entrySet().stream().sorted((a, b) -> Long.compare(b.getValue(), a.getValue()))
                    .map(each -> each.getKey().word() + " " + each.getValue()).collect(Collectors.joining(", ")));
        }
        if (host.durations().count() > 0) {
            out.accept(look.ink(Ink.DIM, row("", "p50", "p90", "p95", "p99", "max", "of")));
            percentiles("duration", host.durations());
            host.parts().forEach((part, histogram) -> percentiles("  " + part.label(), histogram));
        }
    }

    private void leg(Leg leg, HostStatistics.LegCounts counts) {
        long known = counts.onNew() + counts.onReused();
        if (known + counts.segments() + counts.again() + counts.notSeenWhole() == 0) {
            return;
        }
        line(leg.word() + " leg", (known == 0 ? "" : counts.onNew() + " on new connections, " + counts.onReused() + " on used ones; ")
                + segments(counts));
    }

    private static String segments(HostStatistics.LegCounts counts) {
        if (counts.segments() == 0 && counts.notSeenWhole() > 0) {
            return "no packets";
        }
        return Quantity.count(counts.segments(), "segment") + " carried them, " + again(counts.again(), counts.segments() + counts.again()) + " again"
                + (counts.notSeenWhole() == 0 ? "" : String.format(Locale.ROOT, "; %,d of %,d messages not seen whole", counts.notSeenWhole(), counts.messages()));
    }

    private void connections(Leg leg, RecordingStatistics.Connections all) {
        if (all.opened() == 0) {
            return;
        }
        line(leg.word() + " side", Quantity.count(all.opened(), "connection") + (all.measured() == 0 ? ", none with packets" : "; retransmitted by the "
                + peers.initiator(leg) + " " + again(all.retransmissions(Heading.TO_SERVER), all.segments(Heading.TO_SERVER)) + ", by the "
                + peers.responder(leg) + " " + again(all.retransmissions(Heading.TO_CLIENT), all.segments(Heading.TO_CLIENT))
                + (all.measuredInPart() == 0 ? "" : "; " + all.measuredInPart() + " counted in part: records of packets are missing from the index")));
    }

    /** {@code 3 (0.71 %)}. */
    private static String again(long some, long all) {
        return some == 0 || all == 0 ? Long.toString(some) : String.format(Locale.ROOT, "%,d (%.2f %%)", some, 100.0 * some / all);
    }

    private void percentiles(String name, Histogram all) {
        out.accept(row(name, fine(all.percentile(50)), fine(all.percentile(90)), fine(all.percentile(95)), fine(all.percentile(99)), fine(all.most()),
                String.format(Locale.ROOT, "%,d", all.count())));
    }

    private String fine(long nanos) {
        return Quantity.fine(nanos, look);
    }

    private String row(String name, String... cells) {
        StringBuilder out = new StringBuilder("  ").append(Columns.padEnd(name, NAME));
        for (String cell : cells) {
            out.append(Columns.padStart(cell, look.width() > 0 && look.width() < NARROW ? CELL - 1 : CELL));
        }
        return out.toString();
    }

    private void line(String name, String text) {
        out.accept("  " + Columns.padEnd(name, 13) + text);
    }
}
