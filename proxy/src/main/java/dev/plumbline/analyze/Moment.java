package dev.plumbline.analyze;

/**
 * A point in time and what it was read from.
 *
 * @param at nanoseconds since 1970; −1 when it is not known
 */
record Moment(long at, Source source) {
    static final Moment UNKNOWN = new Moment(-1, Source.SOCKETS);

    boolean isKnown() {
        return at >= 0;
    }

    /** What a stretch between the two rests on. */
    Source and(Moment other) {
        return source == other.source ? source : Source.BOTH;
    }
}
