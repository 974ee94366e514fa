package dev.plumbline.cli;

import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.analyze.Histogram;
import dev.plumbline.analyze.Part;
import dev.plumbline.analyze.Reuse;
import dev.plumbline.correlate.Coverage;
import dev.plumbline.recording.ExchangeAnalysis;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the exchanges with one host, or all of them, amount to.
 *
 * <p>Owned by: one thread.
 * <p>Limits: a histogram for the duration and one for each part of the split that occurs; nothing grows with the exchanges.
 */
final class HostStatistics {
    private final String host;
    private final Histogram durations = new Histogram();
    private final Map<Part, Histogram> parts = new EnumMap<>(Part.class);
    private final Map<Diagnosis.Code, Long> diagnoses = new EnumMap<>(Diagnosis.Code.class);
    private final Map<Leg, LegCounts> legs = new EnumMap<>(Leg.class);
    private long exchanges;
    private long tunnels;
    private long failures;
    private long goingOn;
    private long octetsToServer;
    private long octetsToClient;

    /** What happened on one leg. */
    static final class LegCounts {
        private long onNew;
        private long onReused;
        private long segments;
        private long again;
        private long messages;
        private long notSeenWhole;

        /** Exchanges that came on a connection of their own. */
        long onNew() {
            return onNew;
        }

        /** Exchanges on a connection that had carried others. Of some exchanges neither is known. */
        long onReused() {
            return onReused;
        }

        /** Segments that carried some of a message first. */
        long segments() {
            return segments;
        }

        /** Segments that carried some of a message again: retransmissions and duplicates. */
        long again() {
            return again;
        }

        long messages() {
            return messages;
        }

        /** Messages of which octets crossed the wire in segments that are not known, and not counted. */
        long notSeenWhole() {
            return notSeenWhole;
        }
    }

    HostStatistics(String host) {
        this.host = host;
        for (Leg leg : Leg.values()) {
            legs.put(leg, new LegCounts());
        }
    }

    void add(ExchangeRow row, ExchangeAnalysis analysis) {
        exchanges++;
        failures += row.failure().isEmpty() ? 0 : 1;
        analysis.diagnosis().ifPresent(diagnosis -> diagnoses.merge(diagnosis.code(), 1L, Long::sum));
        row.messages().forEach(this::add);
        reuse(Leg.CLIENT, analysis.clientReuse());
        reuse(Leg.SERVER, analysis.serverReuse());
        if (row.isTunnel()) {
            tunnels++;
        } else if (row.took() < 0) {
            goingOn++;
        } else {
            durations.add(row.took());
            analysis.split().ifPresent(split -> split.byPart().forEach((part, nanos) -> parts.computeIfAbsent(part, p -> new Histogram()).add(nanos)));
        }
    }

    private void add(MessageRow message) {
        LegCounts leg = legs.get(message.key().leg());
        leg.segments += message.segments();
        leg.again += message.repeats();
        leg.messages++;
        leg.notSeenWhole += isSeenInPart(message) ? 1 : 0;
        if (message.key().leg() == Leg.CLIENT) {
            boolean toServer = message.key().kind().heading() == Heading.TO_SERVER;
            octetsToServer += toServer ? message.plain().length() : 0;
            octetsToClient += toServer ? 0 : message.plain().length();
        }
    }

    private static boolean isSeenInPart(MessageRow message) {
        boolean hasGap = message.coverage() == Coverage.NONE || message.coverage() == Coverage.PARTIAL;
        return hasGap && !message.reason().equals(Optional.of(Coverage.Reason.UNSENT));
    }

    private void reuse(Leg leg, Optional<Reuse> reuse) {
        reuse.ifPresent(known -> {
            legs.get(leg).onNew += known.isNew() ? 1 : 0;
            legs.get(leg).onReused += known.isNew() ? 0 : 1;
        });
    }

    String host() {
        return host;
    }

    /** Tunnels that were carried unread are among them. */
    long exchanges() {
        return exchanges;
    }

    long tunnels() {
        return tunnels;
    }

    long failures() {
        return failures;
    }

    long goingOn() {
        return goingOn;
    }

    /** Octets of messages as the client's leg had them, heads included, TLS not. */
    long octets(Heading heading) {
        return heading == Heading.TO_SERVER ? octetsToServer : octetsToClient;
    }

    /** Of exchanges that ended, tunnels not counted; nanoseconds. */
    Histogram durations() {
        return durations;
    }

    /** Of each part over the exchanges that had it; nanoseconds. */
    Map<Part, Histogram> parts() {
        return parts.isEmpty() ? Map.of() : new EnumMap<>(parts);
    }

    Map<Diagnosis.Code, Long> diagnoses() {
        return diagnoses.isEmpty() ? Map.of() : new EnumMap<>(diagnoses);
    }

    LegCounts leg(Leg leg) {
        return legs.get(leg);
    }
}
