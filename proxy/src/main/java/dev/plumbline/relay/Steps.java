package dev.plumbline.relay;

import dev.plumbline.fact.Timing;

/** The clock readings of one exchange as they come in; see {@link Timing} for each. Owned by: its event loop. */
final class Steps {
    long requestFirstAt = Timing.NEVER;
    long requestLastAt = Timing.NEVER;
    Dial.Steps dial = new Dial.Steps(Timing.NEVER, Timing.NEVER, Timing.NEVER, Timing.NEVER);
    long tlsStartAt = Timing.NEVER;
    long tlsEndAt = Timing.NEVER;
    long sendStartAt = Timing.NEVER;
    long sendEndAt = Timing.NEVER;
    long responseFirstAt = Timing.NEVER;
    long responseLastAt = Timing.NEVER;
    long answerFirstAt = Timing.NEVER;
    long answerLastAt = Timing.NEVER;
    long contentFirstAt = Timing.NEVER;

    Timing timing() {
        return new Timing(
                requestFirstAt, requestLastAt, dial.resolveStartAt(), dial.resolveEndAt(), dial.connectStartAt(), dial.connectEndAt(),
                tlsStartAt, tlsEndAt, sendStartAt, sendEndAt, responseFirstAt, responseLastAt, answerFirstAt, answerLastAt, contentFirstAt);
    }
}
