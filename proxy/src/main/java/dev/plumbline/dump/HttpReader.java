package dev.plumbline.dump;

import dev.plumbline.dump.http.HeadOctets;
import dev.plumbline.dump.http.SeenBody;
import dev.plumbline.dump.http.SeenHead;
import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.relay.http.Framing;
import dev.plumbline.wire.Heading;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds the exchanges of HTTP/1.1 in the two headings of a connection, or of a phase of one.
 *
 * <pre>
 *  requests    HEAD ─▶ BODY ─▶ HEAD …        AWAIT after CONNECT and Upgrade: what follows depends on the answer
 *  responses   HEAD ─▶ BODY ─▶ HEAD …        a response waits for its request
 *              TUNNEL: another reader has it       LOST: nobody can tell where the next message begins
 * </pre>
 *
 * <p>A gap inside of content is gone over; anywhere else the heading is lost from there on, since where the next message
 * begins would be a guess.
 *
 * <p>Owned by: the importing thread. Limits: {@link #MOST_OPEN} requests without a response, and {@link #MOST_OPEN_OCTETS} of
 * memory for them; {@link SeenExchange#MOST_INTERIMS} interim responses to each are told.
 */
final class HttpReader implements Reading {
    static final int MOST_OPEN = 4096;
    /** As much as may wait of one heading: other connections would have to go for more. */
    static final long MOST_OPEN_OCTETS = 4L << 20;
    /** Whoever ends the connection later did not cut this response: it was our reading that ended. */
    private static final String UNREAD = "response-unread";

    private enum State { HEAD, BODY, AWAIT, TUNNEL, LOST }

    /** One heading: where it is in its message. */
    private static final class Side {
        private final HeadOctets head = new HeadOctets();
        private final SeenBody body = new SeenBody();
        private State state = State.HEAD;
        /** Of the message that is being read. */
        private long start;
        private long firstAt;
        private long position;
        private boolean isFull;
        private boolean isLast;
        private boolean hasEnded;
        /** Empty unless it is lost. */
        private String lostWhy = "";

        long memory() {
            return head.memory() + body.memory();
        }

        boolean isInHead() {
            return state == State.HEAD && !head.isEmpty();
        }
    }

    private final ConnectionLog log;
    private final int phase;
    private final boolean secured;
    private final Function<TunnelVerdict, Reading> insides;
    private final Side requests = new Side();
    private final Side responses = new Side();
    /** Whose response is not whole, oldest first. */
    private final Deque<SeenExchange> open = new ArrayDeque<>();
    /** Whose request is being read, or was read last. */
    private SeenExchange asking;
    private TunnelReader tunnel;
    /** Of the heads of those that are open, and what goes with them. */
    private long openOctets;

    /** @param insides makes the reader of what goes through a tunnel */
    HttpReader(ConnectionLog log, int phase, boolean secured, Function<TunnelVerdict, Reading> insides) {
        this.log = log;
        this.phase = phase;
        this.secured = secured;
        this.insides = insides;
    }

    @Override
    public int octets(Heading heading, long offset, ByteBuffer from, int index, int length, long at) {
        Side side = side(heading);
        int taken = 0;
        while (taken < length) {
            side.position = offset + taken;
            int more = switch (side.state) {
                case HEAD -> head(heading, side, from, index + taken, length - taken, at);
                case BODY -> body(heading, side, from, index + taken, length - taken, at);
                case AWAIT -> side.isFull ? lostAll(length - taken, at) : -1;
                case TUNNEL -> tunnel.octets(heading, side.position, from, index + taken, length - taken, at);
                case LOST -> length - taken;
            };
            if (more < 0 || more == 0 && side.state == State.TUNNEL) {
                break;
            }
            taken += more;
            side.position = offset + taken;
        }
        return taken;
    }

    @Override
    public void gap(Heading heading, long offset, long length, long at) {
        Side side = side(heading);
        side.position = offset;
        if (side.state == State.TUNNEL) {
            tunnel.gap(heading, offset, length, at);
            side.position = offset + length;
        } else if (side.state == State.BODY && side.body.skip(length)) {
            side.position = offset + length;
            SeenExchange exchange = heading == Heading.TO_SERVER ? asking : open.peekFirst();
            exchange.contentMissing(heading == Heading.TO_SERVER);
            if (side.body.isComplete()) {
                messageEnded(heading, side, End.COMPLETE, at);
            }
        } else if (side.state != State.LOST) {
            lose(side, Unread.GAP, length + " octets of the " + word(heading) + "s are not in the dump, from offset " + offset + " on", at);
        }
    }

    @Override
    public void full(Heading heading) {
        side(heading).isFull = true;
        if (tunnel != null) {
            tunnel.full(heading);
        }
    }

    @Override
    public void last(Heading heading) {
        side(heading).isFull = true;
        side(heading).isLast = true;
        if (tunnel != null) {
            tunnel.last(heading);
        }
    }

    @Override
    public void end(Heading heading, long at) {
        Side side = side(heading);
        side.hasEnded = true;
        if (side.state == State.TUNNEL) {
            tunnel.end(heading, at);
        } else if (side.state == State.BODY && side.body.end()) {
            messageEnded(heading, side, End.COMPLETE, at);
        }
    }

    @Override
    public void close(Closing closing, long at) {
        Closing unasked = requests.lostWhy.isEmpty() ? closing : new Closing(requests.lostWhy, true);
        if (asking != null && !asking.hasRequestEnded()) {
            cutRequest(unasked, at);
        }
        if (tunnel != null) {
            tunnel.close(closing, at);
        }
        if (requests.isInHead() && log.exchanges() > 0) {
            log.unread(Unread.CUT, "a request is cut within its head: " + unasked.why());
        }
        cutHead(closing, at);
        cutResponse(closing, at);
        endUnanswered(responses.lostWhy.isEmpty() ? new Closing(unasked.why(), closing.isUnread()) : new Closing(responses.lostWhy, true), at);
    }

    @Override
    public long memory() {
        return requests.memory() + responses.memory() + openOctets + (tunnel == null ? 0 : tunnel.memory());
    }

    private Side side(Heading heading) {
        return heading == Heading.TO_SERVER ? requests : responses;
    }

    private static long memoryOf(SeenExchange exchange) {
        return 2L * exchange.request.octets().length + 1024;
    }

    private static String word(Heading heading) {
        return heading == Heading.TO_SERVER ? "request" : "response";
    }

    private int head(Heading heading, Side side, ByteBuffer from, int index, int length, long at) {
        int skipped = 0;
        if (side.head.isEmpty()) {
            while (skipped < length && (from.get(index + skipped) == '\r' || from.get(index + skipped) == '\n')) {
                skipped++;
            }
            if (skipped == length) {
                return skipped;
            }
            if (heading == Heading.TO_CLIENT && open.isEmpty()) {
                if (!side.isFull && !requests.hasEnded && requests.state != State.LOST) {
                    return skipped > 0 ? skipped : -1;
                }
                lose(side, Unread.MALFORMED, requests.state == State.LOST ? requests.lostWhy : "a response to no request in the dump", at);
                return length;
            }
            side.start = side.position + skipped;
            side.firstAt = at;
        }
        int taken = skipped + side.head.take(from, index + skipped, length - skipped);
        side.position += taken;
        if (side.head.isDone()) {
            byte[] octets = side.head.octets();
            side.head.clear();
            if (heading == Heading.TO_SERVER) {
                request(SeenHead.request(octets), at);
            } else {
                response(SeenHead.response(octets), at);
            }
        } else if (side.head.isTooLong()) {
            side.head.clear();
            lose(side, Unread.MALFORMED, "a " + word(heading) + " head of more than " + HeadOctets.MOST + " octets", at);
        }
        return taken;
    }

    private void request(Optional<SeenHead> read, long at) {
        if (read.isEmpty() || open.size() >= MOST_OPEN || openOctets > MOST_OPEN_OCTETS) {
            lose(requests, Unread.MALFORMED, read.isEmpty() ? "octets that are no HTTP/1 request, where one should begin" : open.size() + " requests without a response", at);
            return;
        }
        SeenHead head = read.get();
        asking = new SeenExchange(log, phase, head);
        asking.began(SeenTarget.of(head, secured, log.tuple), requests.start, requests.firstAt, at);
        open.add(asking);
        openOctets += memoryOf(asking);
        requests.body.begin(head.ofRequest());
        requests.state = State.BODY;
        if (requests.body.isComplete()) {
            messageEnded(Heading.TO_SERVER, requests, End.COMPLETE, at);
        }
    }

    private void response(Optional<SeenHead> read, long at) {
        if (read.isEmpty()) {
            lose(responses, Unread.MALFORMED, "octets that are no HTTP/1 response, where one should begin", at);
            return;
        }
        SeenHead head = read.get();
        SeenExchange exchange = open.getFirst();
        if (head.isInterim()) {
            if (!exchange.interim(head, responses.start, responses.position, responses.firstAt, at)) {
                log.unread(Unread.INTERIMS, "more than " + SeenExchange.MOST_INTERIMS + " interim responses to " + exchange.id + ": those beyond are not told");
            }
            return;
        }
        exchange.responseBegan(head, responses.start, responses.firstAt, at);
        Framing framing = head.ofResponse(exchange.request.method());
        if (framing.kind() == Framing.Kind.TUNNEL) {
            openTunnel(exchange, at);
            return;
        }
        responses.body.begin(framing);
        responses.state = State.BODY;
        if (responses.body.isComplete()) {
            messageEnded(Heading.TO_CLIENT, responses, End.COMPLETE, at);
        }
    }

    private void openTunnel(SeenExchange exchange, long at) {
        exchange.tunnels();
        exchange.responseEnded(responses.position, 0, new byte[0], End.COMPLETE, at);
        openOctets -= memoryOf(open.removeFirst());
        tunnel = new TunnelReader(exchange, log);
        tunnel.inside(insides.apply(tunnel));
        responses.state = State.TUNNEL;
        // A request may go on behind the answer that will make a tunnel of what follows it (RFC 9110 7.8).
        if (requests.state != State.LOST && exchange.hasRequestEnded()) {
            requests.state = State.TUNNEL;
        }
        for (Heading heading : Heading.values()) {
            if (side(heading).isLast) {
                tunnel.last(heading);
            } else if (side(heading).isFull) {
                tunnel.full(heading);
            }
        }
    }

    private int body(Heading heading, Side side, ByteBuffer from, int index, int length, long at) {
        int taken = heading == Heading.TO_SERVER
                ? side.body.take(from, index, length, (b, i, n) -> asking.requestContent(b, i, n, at))
                : side.body.take(from, index, length, (b, i, n) -> open.getFirst().responseContent(b, i, n, at));
        side.position += taken;
        if (side.body.isComplete()) {
            messageEnded(heading, side, End.COMPLETE, at);
        } else if (side.body.isBroken()) {
            String fault = "the " + word(heading) + "'s framing breaks: " + side.body.fault();
            messageEnded(heading, side, End.CUT, at);
            lose(side, Unread.MALFORMED, fault, at);
            return length;
        }
        return taken;
    }

    private void messageEnded(Heading heading, Side side, End end, long at) {
        side.state = State.HEAD;
        if (heading == Heading.TO_SERVER) {
            boolean asksForMore = asking.request.method().equals("CONNECT") || asking.request.hasUpgrade();
            // What follows a CONNECT, or a wish to upgrade, is HTTP only if the answer says so.
            side.state = tunnel != null ? State.TUNNEL : asksForMore && !asking.hasResponse() ? State.AWAIT : State.HEAD;
            asking.requestEnded(side.position, side.body.contentOctets(), side.body.trailers(), end, at);
            if (responses.state == State.LOST) {
                goOnUnanswered(at);
            }
            return;
        }
        SeenExchange exchange = open.removeFirst();
        openOctets -= memoryOf(exchange);
        if (end == End.CUT) {
            exchange.failed(UNREAD, "the response's framing breaks: " + side.body.fault());
        }
        exchange.responseEnded(side.position, side.body.contentOctets(), side.body.trailers(), end, at);
        if (exchange == asking && requests.state == State.AWAIT) {
            requests.state = State.HEAD;
        }
    }

    private void cutRequest(Closing closing, long at) {
        // Whoever asked whether to send its content, and was answered instead, need not send it (RFC 9110 10.1.1).
        boolean isSpared = asking.request.expectsContinue() && asking.hasResponse() && requests.body.contentOctets() == 0;
        if (closing.isUnread() || !isSpared) {
            asking.failed(closing.isUnread() ? "request-unread" : "request-cut", "the request is cut: " + closing.why());
        }
        asking.requestEnded(requests.position, requests.body.contentOctets(), new byte[0], End.CUT, at);
    }

    private int lostAll(int length, long at) {
        lose(requests, Unread.MALFORMED, "no answer says what follows the request", at);
        return length;
    }

    private void lose(Side side, Unread why, String reason, long at) {
        side.state = State.LOST;
        side.lostWhy = reason;
        log.unread(why, reason);
        if (side == responses) {
            cutResponse(new Closing(reason, true), at);
            goOnUnanswered(at);
        }
    }

    /** The response at hand ends before its head did. */
    private void cutHead(Closing closing, long at) {
        SeenExchange exchange = open.peekFirst();
        if (responses.isInHead() && exchange != null && exchange.hasRequestEnded() && !exchange.hasResponse()) {
            exchange.failed(closing.isUnread() ? UNREAD : "no-response", "the response is cut within its head: " + closing.why());
            exchange.responseCutInHead(responses.head.octets(), responses.start, responses.position, responses.firstAt, at);
        }
    }

    /** The response at hand ends here. */
    private void cutResponse(Closing closing, long at) {
        SeenExchange exchange = open.peekFirst();
        if (exchange != null && exchange.hasResponse() && !exchange.hasResponseEnded()) {
            exchange.failed(closing.isUnread() ? UNREAD : "response-cut", "the response is cut after " + responses.body.contentOctets() + " octets of content: " + closing.why());
            exchange.responseEnded(responses.position, responses.body.contentOctets(), new byte[0], End.CUT, at);
        }
    }

    /** Nobody can tell any more which response is whose: what was asked waits for none. */
    private void goOnUnanswered(long at) {
        endUnanswered(new Closing(responses.lostWhy, true), at);
        if (requests.state == State.AWAIT && asking.hasResponse()) {
            requests.state = State.HEAD;
        } else if (requests.state == State.AWAIT) {
            lostAll(0, at);
        }
    }

    private void endUnanswered(Closing closing, long at) {
        while (!open.isEmpty() && open.peekFirst().hasRequestEnded()) {
            SeenExchange exchange = open.removeFirst();
            openOctets -= memoryOf(exchange);
            if (!exchange.hasResponse()) {
                exchange.failed(closing.isUnread() ? UNREAD : "no-response", "no response: " + closing.why());
            }
            exchange.end(at);
        }
    }
}
