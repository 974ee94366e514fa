package dev.plumbline.dump;

import dev.plumbline.dump.http.SeenHead;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.ContentSeen;
import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.fact.RelayFact.ExchangeBegan;
import dev.plumbline.fact.RelayFact.ExchangeEnded;
import dev.plumbline.fact.RelayFact.MessageBegan;
import dev.plumbline.fact.RelayFact.MessageEnded;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.RelayFact.RoleChanged;
import dev.plumbline.fact.Timing;
import dev.plumbline.recording.RecorderOptions;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Leg;
import java.nio.ByteBuffer;

/**
 * Tells one exchange of a dump: its beginning, its messages on the one leg there is, its end.
 *
 * <p>Times are those of the packets: a message's first octet and its last.
 *
 * <p>Owned by: the importing thread.
 */
final class SeenExchange {
    /** As many as the proxy relays of one exchange. */
    static final int MOST_INTERIMS = 100;
    private static final byte[] NONE = {};

    final ExchangeId id;
    final SeenHead request;
    private final ConnectionLog log;
    private final int phase;
    private long requestFirstAt = Timing.NEVER;
    private long requestLastAt = Timing.NEVER;
    private long contentFirstAt = Timing.NEVER;
    /** False where that is missing: then nobody can say when it came. */
    private boolean isContentFirstSeen = true;
    private long responseFirstAt = Timing.NEVER;
    private long responseLastAt = Timing.NEVER;
    private boolean requestEnded;
    private boolean responseBegan;
    private boolean responseEnded;
    private boolean ended;
    private boolean tunnels;
    private int interims;
    private String failure = "";
    private String faultCode = "";
    private final Copy requestCopy;
    private final Copy responseCopy;

    /** How much content of a message is still told. */
    private final class Copy {
        private final MessageKey key;
        private long left = RecorderOptions.DEFAULT_CONTENT_CAP;

        Copy(MessageKind kind) {
            this.key = new MessageKey(id, Leg.CLIENT, kind);
        }

        void take(ByteBuffer from, int index, int length, long at) {
            int wanted = (int) Math.min(left, length);
            if (wanted > 0) {
                byte[] copy = new byte[wanted];
                from.get(index, copy);
                log.tell(new ContentSeen(key, copy, at));
                left -= wanted;
            }
        }

        /** What is kept is a beginning without holes. */
        void stop() {
            left = 0;
        }
    }

    SeenExchange(ConnectionLog log, int phase, SeenHead request) {
        this.log = log;
        this.phase = phase;
        this.request = request;
        this.id = log.nextExchange();
        this.requestCopy = new Copy(MessageKind.REQUEST);
        this.responseCopy = new Copy(MessageKind.RESPONSE);
    }

    void began(SeenTarget target, long plainStart, long firstAt, long at) {
        requestFirstAt = firstAt;
        log.tell(new ExchangeBegan(id, request.method(), target.scheme(), target.authority(), target.path(), Role.MESSAGE, firstAt));
        log.tell(new MessageBegan(requestCopy.key, log.id, phase, plainStart, request.octets(), 0, firstAt, at));
    }

    void requestContent(ByteBuffer from, int index, int length, long at) {
        if (contentFirstAt == Timing.NEVER && request.expectsContinue() && isContentFirstSeen) {
            contentFirstAt = at;
        }
        requestCopy.take(from, index, length, at);
    }

    void responseContent(ByteBuffer from, int index, int length, long at) {
        responseCopy.take(from, index, length, at);
    }

    /** Octets of the message's content are missing. */
    void contentMissing(boolean ofRequest) {
        isContentFirstSeen &= !ofRequest;
        (ofRequest ? requestCopy : responseCopy).stop();
    }

    void requestEnded(long plainEnd, long contentLength, byte[] trailers, End end, long at) {
        requestEnded = true;
        requestLastAt = at;
        log.tell(new MessageEnded(requestCopy.key, plainEnd, contentLength, trailers, end, at));
        endIfDone(at);
    }

    /** @return false when there were too many: then it is not told */
    boolean interim(SeenHead head, long plainStart, long plainEnd, long firstAt, long at) {
        if (interims == MOST_INTERIMS) {
            return false;
        }
        MessageKey key = new MessageKey(id, Leg.CLIENT, MessageKind.INTERIM, interims++);
        log.tell(new MessageBegan(key, log.id, phase, plainStart, head.octets(), head.status(), firstAt, at));
        log.tell(new MessageEnded(key, plainEnd, 0, NONE, End.COMPLETE, at));
        return true;
    }

    void responseBegan(SeenHead head, long plainStart, long firstAt, long at) {
        responseBegan = true;
        responseFirstAt = firstAt;
        log.tell(new MessageBegan(responseCopy.key, log.id, phase, plainStart, head.octets(), head.status(), firstAt, at));
    }

    void responseCutInHead(byte[] head, long plainStart, long plainEnd, long firstAt, long at) {
        responseBegan = true;
        responseFirstAt = firstAt;
        log.tell(new MessageBegan(responseCopy.key, log.id, phase, plainStart, head, 0, firstAt, at));
        responseEnded(plainEnd, 0, NONE, End.CUT, at);
    }

    void responseEnded(long plainEnd, long contentLength, byte[] trailers, End end, long at) {
        responseEnded = true;
        responseLastAt = at;
        log.tell(new MessageEnded(responseCopy.key, plainEnd, contentLength, trailers, end, at));
        endIfDone(at);
    }

    /** Its response opened a tunnel: it ends when that does, or when it is known what goes on inside. */
    void tunnels() {
        tunnels = true;
    }

    void isRead(String sni, long at) {
        log.intercepts();
        log.tell(new RoleChanged(id, Role.INTERCEPTED_CONNECT, sni, at));
        tunnels = false;
        endIfDone(at);
    }

    void isOpaque(String sni, long at) {
        log.tell(new RoleChanged(id, Role.TUNNEL, sni, at));
    }

    void tunnelBegan(MessageKind kind, long plainStart, long at) {
        log.tell(new MessageBegan(new MessageKey(id, Leg.CLIENT, kind), log.id, phase, plainStart, NONE, 0, at, at));
    }

    void tunnelEnded(MessageKind kind, long plainEnd, long octets, End end, long at) {
        log.tell(new MessageEnded(new MessageKey(id, Leg.CLIENT, kind), plainEnd, octets, NONE, end, at));
    }

    void tunnelOver(long at) {
        tunnels = false;
        responseLastAt = Math.max(responseLastAt, at);
        endIfDone(at);
    }

    boolean hasResponse() {
        return responseBegan;
    }

    boolean hasRequestEnded() {
        return requestEnded;
    }

    boolean hasResponseEnded() {
        return responseEnded;
    }

    /** What went wrong first. */
    void failed(String code, String sentence) {
        if (failure.isEmpty()) {
            faultCode = code;
            failure = sentence;
        }
    }

    /** The last word, whatever is missing. */
    void end(long at) {
        if (!ended) {
            ended = true;
            Timing timing = new Timing(
                    requestFirstAt, requestLastAt, Timing.NEVER, Timing.NEVER, Timing.NEVER, Timing.NEVER, Timing.NEVER, Timing.NEVER,
                    requestFirstAt, requestLastAt, responseFirstAt, responseLastAt, responseFirstAt, responseLastAt, contentFirstAt);
            log.tell(new ExchangeEnded(id, failure, faultCode, false, timing, at));
        }
    }

    private void endIfDone(long at) {
        if (requestEnded && responseEnded && !tunnels) {
            end(Math.max(Math.max(requestLastAt, responseLastAt), at));
        }
    }
}
