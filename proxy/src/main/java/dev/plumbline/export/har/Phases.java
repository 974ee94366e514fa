package dev.plumbline.export.har;

import static dev.plumbline.fact.Timing.NEVER;

import dev.plumbline.fact.Timing;
import java.util.stream.LongStream;

/**
 * How the time from the client's first octet to the client's last octet was spent, as HAR wants it: phases that do not
 * overlap and add up.
 *
 * <p>One cursor walks from the start to the end. Each step of the server leg takes what lies between the cursor and its
 * own end; what no step takes is {@code blocked}: the proxy's own time, queueing, and a client slower than the origin.
 *
 * <pre>
 *  |blocked| dns |b| connect            |b| send  | wait | receive      | blocked |
 *                  | tcp      | ssl     |
 *  requestFirstAt                                                       answerLastAt
 * </pre>
 *
 * <p>What goes through a tunnel after its head counts as {@code receive}, whichever way it goes: HAR has no other word for it.
 *
 * <p>Where steps overlap the later one has the overlap: what is sent after the response began counts as {@code receive}.
 * A step that ended before the start does not apply (a server leg connected ahead of the request). A step that never
 * ended lasts until our own answer began.
 *
 * <p>Units: nanoseconds; −1 where a phase does not apply.
 * <p>Source: HAR 1.2, timings.
 */
record Phases(long start, long blocked, long dns, long connect, long ssl, long send, long waiting, long receive) {

    static Phases of(Timing timing, long beganAt, long endedAt) {
        return of(timing, beganAt, endedAt, false);
    }

    /** Of an exchange that became a tunnel, which lasted until {@code endedAt}. */
    static Phases ofTunnel(Timing timing, long beganAt, long endedAt) {
        return of(timing, beganAt, endedAt, true);
    }

    private static Phases of(Timing timing, long beganAt, long endedAt, boolean isTunnel) {
        long start = timing.requestFirstAt() == NEVER ? beganAt : timing.requestFirstAt();
        long last = timing.answerLastAt() == NEVER ? latest(timing, endedAt) : isTunnel ? Math.max(endedAt, timing.answerLastAt()) : timing.answerLastAt();
        long end = Math.max(start, last);
        long answered = timing.answerFirstAt() == NEVER ? end : timing.answerFirstAt();
        Cursor cursor = new Cursor(start, end);
        long dns = cursor.step(timing.resolveStartAt(), or(timing.resolveEndAt(), answered));
        long tcp = cursor.step(timing.connectStartAt(), or(timing.connectEndAt(), answered));
        long ssl = cursor.step(timing.tlsStartAt(), or(timing.tlsEndAt(), answered));
        long responded = or(timing.responseFirstAt(), answered);
        long sent = Math.min(or(timing.sendEndAt(), responded), responded);
        long send = cursor.step(timing.sendStartAt(), sent);
        long waiting = timing.sendStartAt() == NEVER ? 0 : cursor.step(sent, responded);
        long receive = cursor.step(timing.responseFirstAt(), or(timing.responseLastAt(), end));
        long carried = isTunnel ? cursor.step(or(timing.answerLastAt(), end), end) : -1;
        long connect = tcp < 0 && ssl < 0 ? -1 : Math.max(0, tcp) + Math.max(0, ssl);
        return new Phases(start, end - start - cursor.taken, dns, connect, ssl, Math.max(0, send), Math.max(0, waiting), Math.max(0, receive) + Math.max(0, carried));
    }

    /** All of it: the phases that apply, {@code ssl} being part of {@code connect}. */
    long total() {
        return blocked + Math.max(0, dns) + Math.max(0, connect) + send + waiting + receive;
    }

    private static long or(long at, long otherwise) {
        return at == NEVER ? otherwise : at;
    }

    private static long latest(Timing t, long endedAt) {
        return LongStream.of(endedAt, t.requestLastAt(), t.resolveEndAt(), t.connectEndAt(), t.tlsEndAt(), t.sendEndAt(), t.responseFirstAt(),
                t.responseLastAt(), t.answerFirstAt()).max().orElse(endedAt);
    }

    private static final class Cursor {
        private final long start;
        private final long end;
        private long at;
        private long taken;

        Cursor(long start, long end) {
            this.start = start;
            this.end = end;
            this.at = start;
        }

        /** @return how much of the time the step takes; −1 when it did not happen, or not within this time */
        long step(long from, long to) {
            if (from == NEVER || from < start && to <= start || from > end) {
                return -1;
            }
            long begin = Math.max(from, at);
            long finish = Math.max(begin, Math.min(to, end));
            at = finish;
            taken += finish - begin;
            return finish - begin;
        }
    }
}
