package dev.plumbline.correlate;

import java.util.ArrayDeque;

/**
 * When one capture lost packets. The kernel only counts them, so what is known of such a loss is between which two counts it was.
 *
 * <p>Owned by: the recorder thread. Units: nanoseconds since 1970.
 * <p>Limits: {@value #SPANS} spans; beyond it the two oldest are taken for one, with what lies between them.
 */
final class Drops {
    private static final int SPANS = 256;

    private record Span(long from, long to) {
    }

    private final ArrayDeque<Span> spans = new ArrayDeque<>(0);
    private long count;
    private long countedAt;

    /** Nothing was lost before. */
    void began(long at) {
        countedAt = at;
    }

    /** @param soFar how many packets were lost since the capture began */
    void counted(long soFar, long at) {
        if (soFar > count) {
            count = soFar;
            lost(countedAt, at);
        }
        countedAt = at;
    }

    /** Packets were lost at some time between the two. */
    void lost(long from, long to) {
        boolean goesOn = !spans.isEmpty() && spans.peekLast().from() <= from && from <= spans.peekLast().to();
        spans.addLast(goesOn ? new Span(spans.peekLast().from(), Math.max(to, spans.removeLast().to())) : new Span(from, to));
        if (spans.size() > SPANS) {
            Span oldest = spans.removeFirst();
            spans.addFirst(new Span(oldest.from(), spans.removeFirst().to()));
        }
    }

    /** Whether packets of the time from {@code from} to {@code to} may be among the lost. */
    boolean touch(long from, long to) {
        return spans.stream().anyMatch(span -> span.from() <= to && from <= span.to());
    }
}
