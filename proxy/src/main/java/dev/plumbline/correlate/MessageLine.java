package dev.plumbline.correlate;

import dev.plumbline.fact.MessageKey;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.PlainRange;
import dev.plumbline.wire.WireRange;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The messages of one heading of one connection, in the order they began, and the phases their octets are counted in.
 *
 * <p>Owned by: the recorder thread.
 * <p>Limits: {@link #MOST_PHASES} phases.
 */
final class MessageLine {
    private static final int MOST_PHASES = 16;

    final Connection connection;
    final Heading heading;
    private final Verdicts verdicts;
    /** By number; null where a phase was never told of. */
    private final List<Phase> phases = new ArrayList<>(2);
    private final List<OpenMessage> unsaid = new ArrayList<>(2);
    private int ended;
    /** One past the last wire octet of the messages said. */
    private long saidTo;
    /** One past the last plain octet of the messages said, of the phase it counts in. */
    private long plainSaidTo;
    private int saidPhase;
    private boolean hasSaid;
    /** One past the last wire octet known to have gone through our socket. */
    private long movedTo;

    MessageLine(Connection connection, Heading heading, Verdicts verdicts) {
        this.connection = connection;
        this.heading = heading;
        this.verdicts = verdicts;
        phases.add(Phase.clear());
    }

    void tlsBegan(int phase, long wireStart) {
        if (phaseOf(phase) == null && phase > 0 && phase < MOST_PHASES) {
            while (phases.size() <= phase) {
                phases.add(null);
            }
            phases.set(phase, Phase.tls(wireStart));
        }
    }

    void recordMoved(int number, long wireStart, long wireEnd, long plainStart, long plainEnd, boolean isExact) {
        tlsBegan(number, wireStart);
        Phase phase = phaseOf(number);
        if (phase == null) {
            return;
        }
        phase.add(wireStart, wireEnd, plainStart, plainEnd);
        movedTo = Math.max(movedTo, wireEnd);
        if (!isExact && plainStart < plainEnd) {
            phase.blur(plainStart, plainEnd);
        }
        keepFlat(number, phase);
        if (ended > 0) {
            saySeen();
        }
    }

    OpenMessage began(MessageKey key, int number, long plainStart) {
        Phase phase = phaseOf(number);
        long start = Math.max(0, plainStart);
        OpenMessage message = new OpenMessage(key, this, number, start, phase == null ? saidTo : phase.floorOf(start));
        message.hasLostFacts = connection.hasLostFacts;
        unsaid.add(message);
        return message;
    }

    void ended(OpenMessage message, long plainEnd, long at) {
        message.ended(plainEnd, at);
        movedTo = message.phase == 0 ? Math.max(movedTo, plainEnd) : movedTo;
        message.hasLostFacts |= connection.hasLostFacts;
        ended++;
        verdicts.ended();
        saySeen();
    }

    /** Something was seen in this heading of the flow: says what has become complete, from the oldest on. */
    void segmentSeen() {
        if (ended > 0) {
            saySeen();
        }
    }

    /**
     * Says all that can be said.
     *
     * @param isLast whether nothing more will come, so that all that ended must be said
     */
    void say(boolean isLast) {
        for (int i = 0; ended > 0 && i < unsaid.size();) {
            OpenMessage message = unsaid.get(i);
            if (message.isEnded() && verdicts.say(message, isLast)) {
                said(i);
            } else {
                i++;
            }
        }
    }

    boolean hasSaid() {
        return hasSaid;
    }

    long movedTo() {
        return movedTo;
    }

    boolean hasEnded() {
        return ended > 0;
    }

    /** Messages that never ended, when their connection is gone. */
    List<OpenMessage> unsaid() {
        return unsaid;
    }

    /** Finds out where {@code message} lies on the wire, if that is known; {@code isLast}: as far as it is known. */
    void map(OpenMessage message, boolean isLast) {
        Phase phase = phaseOf(message.phase);
        if (phase != null && phase.reaches(message.plainEnd)) {
            message.hasLostFacts |= phase.isBlurredAt(message.plainStart) || phase.isBlurredAt(message.plainEnd);
            message.mapped(phase.map(new PlainRange(message.plainStart, message.plainEnd)));
        } else if (isLast || phase != null && phase.isBroken()) {
            message.hasLostFacts = true;
            boolean isKnown = phase != null && message.plainStart < message.plainEnd;
            message.mapped(isKnown ? phase.map(new PlainRange(message.plainStart, message.plainEnd)) : List.of());
        }
    }

    /** Wire ranges in which lost facts hide what carried what. */
    List<WireRange> holes(OpenMessage message) {
        Phase phase = phaseOf(message.phase);
        return phase == null ? List.of() : phase.holes();
    }

    /** No message that is not said has an octet before this wire offset. */
    long frontier() {
        long least = unsaid.isEmpty() ? saidTo : Long.MAX_VALUE;
        for (OpenMessage message : unsaid) {
            least = Math.min(least, message.wireFloor);
        }
        return least;
    }

    /** The wire offsets at which messages that are not said begin and end, as far as known. */
    void borders(LongStream.Builder into) {
        into.add(saidTo);
        for (OpenMessage message : unsaid) {
            into.add(message.wireFloor);
            if (message.isMapped()) {
                into.add(message.wireEnd());
            }
        }
    }

    private void saySeen() {
        for (int i = 0; i < unsaid.size();) {
            OpenMessage message = unsaid.get(i);
            if (!message.isEnded()) {
                i++;
            } else if (verdicts.sayIfSeen(message)) {
                said(i);
            } else {
                verdicts.wait(connection);
                return;
            }
        }
    }

    private void said(int index) {
        OpenMessage message = unsaid.remove(index);
        ended--;
        hasSaid = true;
        verdicts.said();
        saidTo = Math.max(saidTo, message.wireEnd());
        if (message.phase >= saidPhase) {
            plainSaidTo = message.phase == saidPhase ? Math.max(plainSaidTo, message.plainEnd) : message.plainEnd;
            saidPhase = message.phase;
        }
    }

    private void keepFlat(int number, Phase phase) {
        long before = saidPhase == number ? plainSaidTo : 0;
        long open = -1;
        long least = Long.MAX_VALUE;
        for (OpenMessage message : unsaid) {
            if (message.phase == number) {
                least = Math.min(least, message.plainStart);
                open = message.isEnded() ? open : Math.max(open, message.plainStart);
            }
        }
        phase.keepFlat(least == Long.MAX_VALUE ? before : least, open);
    }

    private Phase phaseOf(int number) {
        return number >= 0 && number < phases.size() ? phases.get(number) : null;
    }
}
