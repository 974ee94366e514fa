package dev.plumbline.cli;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.AnnotationText;
import dev.plumbline.analyze.Ends;
import dev.plumbline.correlate.Finding.Ending;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.recording.ConnectionRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import java.util.Optional;

/**
 * What the ends of a connection are called.
 *
 * @param isDump whether the recording was made from a dump: then its one leg goes from the client to the origin, as far as the dump can tell
 */
record Peers(boolean isDump) {
    static Peers of(Recording recording) {
        return new Peers(recording.summary().isImported());
    }

    String initiator(Leg leg) {
        return ends(leg).initiator();
    }

    String responder(Leg leg) {
        return ends(leg).responder();
    }

    /** Who sends in that heading. */
    String sender(Leg leg, Heading heading) {
        return ends(leg).sender(heading);
    }

    String said(Annotation annotation, Leg leg) {
        return AnnotationText.PLAIN.of(annotation, ends(leg));
    }

    private Ends ends(Leg leg) {
        return Ends.of(leg, isDump);
    }

    /** {@code fin by origin}; where no packet shows it, what our socket saw: {@code closed by origin}. */
    String ended(ConnectionRow row) {
        if (row.close().equals(Optional.of(Close.NOT_CONNECTED))) {
            return row.ending() == Ending.RST ? "refused by " + responder(row.leg()) : "not connected";
        }
        if (row.ending() == Ending.FIN || row.ending() == Ending.RST) {
            return row.ending().word() + row.endedBy().map(heading -> " by " + sender(row.leg(), heading)).orElse("");
        }
        if (row.closedAt() < 0) {
            return "open";
        }
        String other = row.leg() == Leg.CLIENT ? initiator(row.leg()) : responder(row.leg());
        return row.close().map(close -> switch (close) {
            case BY_US -> "closed by " + (row.leg() == Leg.CLIENT ? responder(row.leg()) : initiator(row.leg()));
            case BY_PEER -> "closed by " + other;
            case RESET -> "reset";
            case NOT_CONNECTED -> "not connected";
            case SHUTDOWN -> isDump ? "open" : "proxy stopped";
        }).orElse("unknown");
    }
}
