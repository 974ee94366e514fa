package dev.plumbline.analyze;

import dev.plumbline.wire.Heading;
import dev.plumbline.wire.WireRange;
import java.util.List;

/**
 * What an exchange took up of one leg: the octets of its messages, and the time. Says which annotations of the leg's flow
 * touch it: those about octets, when they are about some of its own; those about none, when they fall into its time.
 *
 * @param toServer wire ranges of its messages in that heading, ascending
 * @param toClient wire ranges of its messages in the other
 * @param from nanoseconds since 1970
 * @param until the last moment of it
 */
public record LegSpan(List<WireRange> toServer, List<WireRange> toClient, long from, long until) {
    /** Packets come a little before our sockets tell of their octets, and may come again long after. */
    private static final long BEFORE_NANOS = 1_000_000_000L;
    private static final long AFTER_NANOS = 10_000_000_000L;

    public LegSpan {
        toServer = List.copyOf(toServer);
        toClient = List.copyOf(toClient);
    }

    public boolean touches(Annotation annotation) {
        if (annotation.range().isEmpty()) {
            return annotation.at() >= from && annotation.at() <= until;
        }
        WireRange about = annotation.range().get();
        List<WireRange> own = annotation.heading() == Heading.TO_SERVER ? toServer : toClient;
        return own.stream().anyMatch(range -> range.start() < about.end() && about.start() < range.end());
    }

    /** No annotation from before that time touches it. */
    public long earliest() {
        return from - BEFORE_NANOS;
    }

    /** None from after that time is looked for: octets sent again later than that had no part in it. */
    public long latest() {
        return until > Long.MAX_VALUE - AFTER_NANOS ? Long.MAX_VALUE : until + AFTER_NANOS;
    }

    /** Those that touch it, in their order. */
    public List<Annotation> of(List<Annotation> annotations) {
        return annotations.stream().filter(this::touches).toList();
    }
}
