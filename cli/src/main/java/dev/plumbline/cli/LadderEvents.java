package dev.plumbline.cli;

import dev.plumbline.cli.Paired.LegView;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.Timing;
import dev.plumbline.recording.ConnectionRow;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.wire.Leg;
import java.util.ArrayList;
import java.util.List;

/**
 * What happened at the proxy between the packets of an exchange, as its sockets told.
 *
 * <p>Owned by: one thread, while it makes a list.
 */
final class LadderEvents {
    /** A step shorter than this is one event, not two. */
    private static final long ONE_EVENT_NANOS = 200_000;

    private final List<LadderRow> events = new ArrayList<>();

    private LadderEvents() {
    }

    static List<LadderRow> of(ExchangeRow row, List<LegView> legs) {
        LadderEvents made = new LadderEvents();
        legs.stream().filter(leg -> leg.leg() == Leg.CLIENT && leg.nth() == 1).flatMap(leg -> leg.connection().stream())
                .flatMap(connection -> connection.tls().stream()).forEach(made::clientTls);
        row.messages().stream().filter(message -> message.key().kind() == MessageKind.INTERIM).forEach(made::interim);
        row.timing().ifPresent(timing -> made.timed(row, timing));
        if (!row.failure().isEmpty() && row.endedAt() >= 0) {
            made.at(row.endedAt(), Leg.CLIENT, "failed: " + (row.faultCode().isEmpty() ? row.failure() : row.faultCode()));
        }
        return made.events;
    }

    private void clientTls(ConnectionRow.Tls tls) {
        step(Leg.CLIENT, tls.startedAt(), tls.at(), "TLS begins", tls.failure().isEmpty() ? tls.version() + " ready" : "TLS failed", "TLS");
    }

    private void interim(MessageRow message) {
        at(message.firstAt(), message.key().leg(), message.status() + (message.key().leg() == Leg.SERVER ? " read" : " passed on"));
    }

    private void timed(ExchangeRow row, Timing t) {
        String status = row.status() == 0 ? "" : " " + row.status();
        step(Leg.CLIENT, t.requestFirstAt(), t.requestLastAt(), row.method() + " begins", "request read whole", row.method() + " read");
        step(Leg.SERVER, t.resolveStartAt(), t.resolveEndAt(), "name look-up", "name found", "name look-up");
        step(Leg.SERVER, t.connectStartAt(), t.connectEndAt(), "connect", "connected", "connected");
        step(Leg.SERVER, t.tlsStartAt(), t.tlsEndAt(), "TLS begins", "TLS ready", "TLS ready");
        step(Leg.SERVER, t.sendStartAt(), t.sendEndAt(), "request written first", "request written whole", "request written");
        step(Leg.SERVER, t.responseFirstAt(), t.responseLastAt(), "response" + status + " begins", "response read whole", "response" + status + " read");
        step(Leg.CLIENT, t.answerFirstAt(), t.answerLastAt(), "answer" + status + " begins", "answer written whole", "answer" + status + " written");
    }

    private void step(Leg leg, long from, long to, String begins, String ends, String both) {
        if (from >= 0 && to >= 0 && to - from < ONE_EVENT_NANOS) {
            at(to, leg, both);
        } else {
            at(from, leg, begins);
            at(to, leg, ends);
        }
    }

    private void at(long at, Leg leg, String text) {
        if (at >= 0) {
            events.add(LadderRow.event(at, leg, text));
        }
    }
}
