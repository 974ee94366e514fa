package dev.plumbline.cli;

import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.analyze.Severity;
import dev.plumbline.cli.Look.Ink;
import dev.plumbline.correlate.Coverage;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.wire.Leg;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One exchange on one line, in columns of fixed place; what has no bound comes last.
 *
 * <pre>
 *  12:00:01.123 c1.2     200 GET       1.2 kB   34.1 ms  client 2+3        server 2+3 ↻1     https://example.com/path
 *  └ began      └ id     │   └ method  └ size   └ took   └ segments that carried request+response, what came again, gaps
 *                        └ status, --- when there was none
 * </pre>
 *
 * <p>Owned by: nobody, it is immutable.
 */
final class LogLine {
    private static final int ID = 7;
    private static final int METHOD = 7;
    private static final int MOST_METHOD = 16;
    private static final int SIZE = 8;
    private static final int LEG = 16;
    /** On a terminal that has no room for the longest counts on both legs. */
    private static final int CLOSE_LEG = 12;
    private static final int ROOM_FOR_COUNTS = 86;
    private static final int LEAST_URL = 24;
    /** On a narrower terminal the address stands on a line of its own. */
    private static final int LEAST_WIDTH = 111;
    /** Where the id stands above. */
    private static final int INDENT = 13;

    private final Look look;
    private final boolean isDump;

    LogLine(Look look) {
        this(look, false);
    }

    /** @param isDump whether there is one leg only, from the client to the origin */
    LogLine(Look look, boolean isDump) {
        this.look = look;
        this.isDump = isDump;
    }

    /** @return without a line end, and with no control character that is not ours */
    String of(ExchangeRow row) {
        String time = Quantity.timeOfDay(row.beganAt(), look.zone());
        String id = Columns.padEnd(row.id().toString(), ID);
        String status = row.status() == 0 ? "---" : Integer.toString(row.status());
        String method = Columns.padEnd(look.cut(method(look, row), MOST_METHOD), METHOD);
        String size = Columns.padStart(size(row), SIZE);
        String took = Columns.padStart(row.took() < 0 ? look.ellipsis() : Quantity.duration(row.took()), SIZE);
        String client = Columns.padEnd(leg(row, Leg.CLIENT), look.width() > 0 && look.width() < ROOM_FOR_COUNTS ? CLOSE_LEG : LEG);
        String server = isDump ? "" : Columns.padEnd(leg(row, Leg.SERVER), LEG);
        String counts = isDump ? client : client + " " + server;
        boolean isNarrow = look.width() > 0 && look.width() < (isDump ? LEAST_WIDTH - LEG - 1 : LEAST_WIDTH);
        int before = isNarrow ? INDENT : Columns.of(time + id + status + method + size + took + counts) + 8;
        String rest = rest(row, look.width() == 0 ? 0 : Math.max(LEAST_URL, look.width() - before));
        return look.ink(Ink.DIM, time) + " " + look.ink(Ink.STRONG, id) + " " + look.ink(statusInk(row), status) + " " + method + " " + size + " " + took
                + "  " + look.leg(Leg.CLIENT, isDump && isNarrow ? client.stripTrailing() : client)
                + (isDump ? "" : " " + look.leg(Leg.SERVER, isNarrow ? server.stripTrailing() : server)) + (isNarrow ? "\n" + " ".repeat(INDENT) : " ") + rest;
    }

    /** What is bad about it, on a line of its own below, if it is not what the line says already. */
    String under(ExchangeRow row, Diagnosis diagnosis) {
        String said = diagnosis.text() + ".";
        if (!diagnosis.isBadNews() || row.failure().regionMatches(true, 0, said, 0, said.length())) {
            return "";
        }
        String text = look.sentence(diagnosis.text());
        return "\n" + " ".repeat(INDENT) + look.ink(diagnosis.severity() == Severity.ERROR ? Ink.BAD : Ink.WARN, look.width() == 0 ? text : look.cut(text, look.width() - INDENT));
    }

    /** {@code GET https://example.com/}; {@code ?} for what could not be read. */
    static String request(Look look, ExchangeRow row) {
        return method(look, row) + " " + address(look, row);
    }

    private static String method(Look look, ExchangeRow row) {
        return row.method().isEmpty() ? "?" : look.safe(row.method());
    }

    private static String address(Look look, ExchangeRow row) {
        return row.url().isEmpty() ? "?" : look.safe(row.url());
    }

    private String rest(ExchangeRow row, int room) {
        String what = address(look, row) + (row.isTunnel() ? tunnel(row) : "");
        String failure = row.failure().isEmpty() ? "" : "  ! " + look.safe(row.failure());
        if (room > 0 && Columns.of(what + failure) > room) {
            // Why it failed is worth more than the end of a long address.
            int forFailure = Math.min(Columns.of(failure), Math.max(0, room - LEAST_URL));
            what = look.cut(what, room - forFailure);
            failure = look.cut(failure, room - Columns.of(what));
        }
        return what + look.ink(Ink.BAD, failure);
    }

    private String tunnel(ExchangeRow row) {
        return "  tunnel" + (row.sni().isEmpty() ? "" : ", SNI " + look.safe(row.sni()))
                + ", " + tunnelled(row, MessageKind.TUNNEL_TO_SERVER) + " up, " + tunnelled(row, MessageKind.TUNNEL_TO_CLIENT) + " down";
    }

    private String tunnelled(ExchangeRow row, MessageKind kind) {
        return row.message(Leg.CLIENT, kind).map(MessageRow::octets)
                .map(octets -> octets < 0 ? look.ellipsis() : Quantity.octets(octets)).orElse("-");
    }

    private String size(ExchangeRow row) {
        boolean isTunnel = row.isTunnel();
        Optional<MessageRow> body = isTunnel
                ? row.message(Leg.CLIENT, MessageKind.TUNNEL_TO_CLIENT)
                : row.message(Leg.CLIENT, MessageKind.RESPONSE);
        return body.map(message -> isTunnel ? message.octets() : message.contentOctets())
                .map(octets -> octets < 0 ? look.ellipsis() : Quantity.octets(octets)).orElse("-");
    }

    /** {@code client 2+3 ↻1 gap}; {@code server -} when there was no such leg, {@code ?} for a count that nobody knows. */
    private String leg(ExchangeRow row, Leg leg) {
        Predicate<MessageRow> here = message -> message.key().leg() == leg;
        String name = isDump ? "packets" : leg.word();
        if (row.messages().stream().noneMatch(here)) {
            return name + " -";
        }
        int repeats = row.messages().stream().filter(here).mapToInt(MessageRow::repeats).sum();
        boolean gap = row.messages().stream().filter(here).anyMatch(message -> message.coverage() == Coverage.PARTIAL || isUnsent(message));
        return name + " " + count(row, leg, true) + "+" + count(row, leg, false)
                + (repeats > 0 ? " " + look.repeatMark() + repeats : "") + (gap ? " gap" : "");
    }

    private String count(ExchangeRow row, Leg leg, boolean request) {
        int segments = 0;
        boolean any = false;
        boolean known = true;
        boolean pending = false;
        for (MessageRow message : row.messages()) {
            MessageKind kind = message.key().kind();
            boolean wanted = request == (kind == MessageKind.REQUEST || kind == MessageKind.TUNNEL_TO_SERVER);
            if (message.key().leg() == leg && wanted) {
                any = true;
                segments += message.segments();
                known &= message.coverage() != Coverage.NONE || isUnsent(message);
                pending |= message.coverage() == Coverage.PENDING;
            }
        }
        return !any ? "-" : pending ? look.ellipsis() : known || segments > 0 ? Integer.toString(segments) : "?";
    }

    /** Nothing of it left: that is a count one knows. */
    private static boolean isUnsent(MessageRow message) {
        return message.coverage() == Coverage.NONE && message.reason().equals(Optional.of(Coverage.Reason.UNSENT));
    }

    private static Ink statusInk(ExchangeRow row) {
        if (row.status() < 100 || row.status() >= 500 || !row.failure().isEmpty()) {
            return Ink.BAD;
        }
        return row.status() >= 400 ? Ink.WARN : row.status() >= 300 ? Ink.MOVED : Ink.GOOD;
    }
}
