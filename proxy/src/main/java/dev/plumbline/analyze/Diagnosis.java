package dev.plumbline.analyze;

import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.util.List;
import java.util.Optional;

/**
 * What there is to say of an exchange: one sentence, with its evidence.
 *
 * @param leg where it happened; empty where it is of neither
 * @param sentence for people; it names packets itself
 * @param packets the evidence, ascending; empty where it is what our sockets told
 * @param source what it rests on
 */
public record Diagnosis(Severity severity, Code code, Optional<Leg> leg, Sentence sentence, List<PacketId> packets, Source source) {
    public Diagnosis {
        packets = List.copyOf(packets);
    }

    /** One whose sentence names no packet. */
    public Diagnosis(Severity severity, Code code, Optional<Leg> leg, String text, List<PacketId> packets, Source source) {
        this(severity, code, leg, Sentence.plain(text), packets, source);
    }

    /** The sentence with packets' ids. */
    public String text() {
        return sentence.of(Sentences::packets);
    }

    /** The same of that leg, unless it is of neither. */
    Diagnosis on(Leg other) {
        return new Diagnosis(severity, code, leg.map(any -> other), sentence, packets, source);
    }

    /** Whether {@code start} says it as it happens. */
    public boolean isBadNews() {
        return severity != Severity.NOTE;
    }

    /** What kind of thing it is. */
    public enum Code {
        NAME_UNRESOLVED, CONNECT_REFUSED, CONNECT_UNANSWERED, CONNECT_FAILED, ORIGIN_TLS_FAILED, CLIENT_TLS_FAILED,
        /** The origin closed an idle connection as we sent a request on it. */
        IDLE_RACE,
        ORIGIN_RESET, ORIGIN_CLOSED, RESPONSE_CUT, CLIENT_GONE,
        LOSS, ZERO_WINDOW, DELAYED_ACK,
        SLOW_LOOKUP, SLOW_CONNECT, SLOW_TLS, SLOW_CONTINUE, SLOW_ORIGIN, SLOW_REQUEST, SLOW_RESPONSE, SLOW_CLIENT, SLOW_PROXY;

        /** For programs: {@code connect-refused}. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }
}
