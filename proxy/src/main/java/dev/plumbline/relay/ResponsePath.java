package dev.plumbline.relay;

import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.relay.http.BodyScanner;
import dev.plumbline.relay.http.ContentSink;
import dev.plumbline.relay.http.ErrorResponse;
import dev.plumbline.relay.http.Forwarding;
import dev.plumbline.relay.http.Framing;
import dev.plumbline.relay.http.Malformed;
import dev.plumbline.relay.http.Persist;
import dev.plumbline.relay.http.Persistence;
import dev.plumbline.relay.http.RequestHead;
import dev.plumbline.relay.http.ResponseHead;
import dev.plumbline.relay.http.Trailers;
import dev.plumbline.wire.Leg;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import java.util.Arrays;

/**
 * The responses to one request on their way from the server leg to the client leg; or an answer of our own.
 *
 * <pre>
 *  interim* ─▶ head ─▶ octets* ─▶ complete
 *                            └──▶ cut: what the client got cannot be taken for whole
 * </pre>
 *
 * <p>Owned by: the client connection's event loop.
 */
final class ResponsePath implements ContentSink {
    private static final byte[] NONE = new byte[0];

    private final Exchange exchange;
    private final ClientLeg client;
    private final ExchangeLog log;
    private ServerLeg server;
    private ResponseHead head;
    private Forwarding forwarding = Forwarding.KEEP;
    private boolean staysAtServer;
    private byte[] trailers = NONE;
    private int interims;
    /** Whether the origin asked for the content with a 100. */
    private boolean continued;
    private boolean begun;
    private boolean done;

    ResponsePath(Exchange exchange, ClientLeg client, ExchangeLog log) {
        this.exchange = exchange;
        this.client = client;
        this.log = log;
    }

    void attach(ServerLeg leg) {
        server = leg;
    }

    /** Whether the client has been given an octet of a final response. */
    boolean hasBegun() {
        return begun;
    }

    /** Whether the client has been given all there will be. */
    boolean isDone() {
        return done;
    }

    /** Whether the server leg can take another request. */
    boolean staysAtServer() {
        return staysAtServer;
    }

    boolean closesClient() {
        return forwarding.persist() == Persist.CLOSE;
    }

    /** Whether an end of the connection in order would now pass for the end of a response under way. */
    boolean wouldLookWhole() {
        return head != null && !done && (forwarding.unchunks() || (head.isChunked() ? server.hasBegunLastChunk() : head.contentLength() < 0));
    }

    void head(ResponseHead response, long plainStart, long firstAt) {
        if (!exchange.hasRoomFor(response.length())) {
            headCut(response.octets(), plainStart, firstAt);
            exchange.serverFault(exchange.noRoom());
            return;
        }
        if (response.isInterim()) {
            interim(response, plainStart, firstAt);
            return;
        }
        RequestHead request = exchange.request().head();
        log.steps.responseFirstAt = firstAt;
        log.responseIn.began(server.id(), server.phase, plainStart, response.octets(), response.status(), firstAt);
        if (response.status() == 101 && (request.upgrade().isEmpty() || !exchange.request().isReceived())) {
            log.responseIn.ended(server.plainIn, 0, End.CUT);
            exchange.serverFault(Failure.badGateway("unasked-upgrade", "The origin switched protocols "
                    + (request.upgrade().isEmpty() ? "though nobody had asked it to." : "before it had the whole request.")));
            return;
        }
        head = response;
        Framing framing = Framing.ofResponse(response, request);
        forwarding = Forwarding.toClient(request, response, framing);
        boolean declines = declinesContent(response);
        if (declines || !exchange.request().isReceived() && !response.keepsConnection()) {
            forwarding = forwarding.closing();
        }
        staysAtServer = !declines && Persistence.serverLegStays(request, response, framing);
        byte[] forwarded = forwarding.of(response);
        begin(forwarded, response.status());
        if (response.status() == 101) {
            upgrade(client.write(Unpooled.wrappedBuffer(forwarded)));
        } else {
            client.writeAndForget(Unpooled.wrappedBuffer(forwarded));
            server.expectBody(framing);
        }
    }

    /**
     * RFC 9110 §10.1.1: refused before the client has sent any of its content, which it may now send or not. Origins and clients
     * differ in what they expect next on the connection (curl sends its next request after a 417), so there is none.
     */
    private boolean declinesContent(ResponseHead response) {
        RequestPath request = exchange.request();
        return response.status() >= 300 && !continued && !request.isReceived() && request.head().expectsContinue() && request.isWithoutContentYet();
    }

    private void begin(byte[] forwarded, int status) {
        begun = true;
        log.steps.answerFirstAt = WallClock.now();
        log.responseOut.began(client.id(), client.phase, client.plainOut, forwarded, status, log.steps.answerFirstAt);
    }

    /** RFC 9110 §15.2: passed on at once; the final response is still to come. */
    private void interim(ResponseHead response, long plainStart, long firstAt) {
        if (interims == ServerLimits.INTERIM_RESPONSES) {
            exchange.serverFault(Failure.badGateway(
                    "too-many-interim", "The origin sent more than " + ServerLimits.INTERIM_RESPONSES + " interim responses."));
            return;
        }
        continued |= response.status() == 100;
        MessageLog in = log.message(Leg.SERVER, MessageKind.INTERIM, interims);
        MessageLog out = log.message(Leg.CLIENT, MessageKind.INTERIM, interims++);
        in.began(server.id(), server.phase, plainStart, response.octets(), response.status(), firstAt);
        in.ended(server.plainIn, 0, End.COMPLETE);
        if (exchange.request().head().minorVersion() == 0 || !client.isActive()) {
            return; // RFC 9110 §15.2: a 1.0 client knows no interim responses.
        }
        byte[] forwarded = Forwarding.KEEP.of(response);
        out.began(client.id(), client.phase, client.plainOut, forwarded, response.status(), WallClock.now());
        ChannelFuture written = client.write(Unpooled.wrappedBuffer(forwarded));
        long plainEnd = client.plainOut;
        log.interimsOpen++;
        written.addListener(f -> {
            log.interimsOpen--;
            out.ended(plainEnd, 0, f.isSuccess() ? End.COMPLETE : End.CUT);
            exchange.tellIfOver();
        });
        client.flush();
    }

    private void upgrade(ChannelFuture headWritten) {
        done = true;
        log.steps.responseLastAt = WallClock.now();
        log.responseIn.ended(server.plainIn, 0, End.COMPLETE);
        endWith(headWritten, 0);
        client.flush();
        exchange.upgraded();
    }

    @Override
    public void content(ByteBuf buffer, int index, int length) {
        log.responseIn.content(buffer, index, length);
        if (forwarding.unchunks() && client.isActive()) {
            client.writeAndForget(buffer.retainedSlice(index, length));
        }
    }

    @Override
    public void trailers(Trailers section) {
        trailers = section.octets();
        exchange.hasRoomFor(trailers.length);
    }

    void octets(ByteBuf octets) {
        if (forwarding.unchunks() || !client.isActive()) {
            octets.release();
        } else {
            client.writeAndForget(octets);
        }
    }

    void complete(BodyScanner body, ByteBuf last) {
        done = true;
        log.steps.responseLastAt = WallClock.now();
        log.responseIn.ended(server.plainIn, body.contentOctets(), trailers, End.COMPLETE);
        ByteBuf octets = last;
        if (forwarding.unchunks()) {
            last.release();
            octets = Unpooled.EMPTY_BUFFER;
        }
        endWith(client.write(octets), body.contentOctets());
        exchange.flushClient();
        exchange.responseComplete();
    }

    /** Of the origin's head no more will come. */
    void headCut(byte[] received, long plainStart, long firstAt) {
        log.responseIn.began(server.id(), server.phase, plainStart, received, 0, firstAt);
        log.responseIn.ended(plainStart + received.length, 0, End.CUT);
    }

    /** The origin's head is no response. */
    void refused(Malformed malformed, byte[] received, long plainStart, long firstAt) {
        headCut(received, plainStart, firstAt);
        ErrorResponse answer = ErrorResponse.ofResponse(malformed);
        exchange.serverFault(new Failure(answer.status(), answer.code(), answer.sentence()));
    }

    /** The origin's body broke the rules after it began, or there is no room for what it holds. */
    void broken(BodyScanner body, ByteBuf before, String code, String sentence) {
        // A forbidden trailer is seen when its section has come whole: without its last octet the message cannot look whole.
        before.writerIndex(Math.max(before.readerIndex(), before.writerIndex() - 1));
        octets(before);
        log.fault(code, sentence);
        cut(body.contentOctets(), server.plainIn);
        server.reset(code);
    }

    /** The origin ended the connection inside the body. */
    void cutByOrigin(BodyScanner body, long plainEnd) {
        String when = " after " + body.contentOctets() + " octets of content, before the response was complete";
        if (server.tlsFault().isEmpty()) {
            log.fault("origin-cut", "The origin " + server.howEnded() + " the connection" + when + ".");
        } else {
            log.fault("tls-failed", "TLS with " + server.origin() + " failed" + when + ": " + server.tlsFault() + ".");
        }
        cut(body.contentOctets(), plainEnd);
        server.close("it cut its response");
    }

    /** Ends the client leg so that the response cannot be taken for whole: where its framing does not show it, with RST. */
    private void cut(long contentOctets, long plainEnd) {
        boolean looksWhole = wouldLookWhole();
        done = true;
        log.responseIn.ended(plainEnd, contentOctets, End.CUT);
        long sentEnd = client.plainOut;
        if (client.isActive()) {
            client.write(Unpooled.EMPTY_BUFFER).addListener(f -> {
                log.responseOut.ended(sentEnd, contentOctets, End.CUT);
                if (looksWhole) {
                    client.reset("the origin cut its response");
                } else {
                    client.close("the origin cut its response");
                }
                exchange.tellIfOver();
            });
            client.flush();
        }
        exchange.responseCut();
    }

    /** Our 200 to a CONNECT. */
    void established(byte[] answer) {
        done = true;
        begin(answer, 200);
        endWith(client.write(Unpooled.wrappedBuffer(answer)), 0);
        client.flush();
    }

    /** Answers in the origin's place. @param octets head and content */
    void answer(byte[] octets, int status, boolean closes) {
        done = true;
        forwarding = closes ? Forwarding.CLOSE : Forwarding.KEEP;
        int headLength = headLength(octets);
        ByteBuf message = Unpooled.wrappedBuffer(octets);
        begin(Arrays.copyOf(octets, headLength), status);
        log.responseOut.content(message, headLength, octets.length - headLength);
        endWith(client.write(message), octets.length - headLength);
        client.flush();
    }

    private static int headLength(byte[] octets) {
        int i = 3;
        while (octets[i] != '\n' || octets[i - 2] != '\n') {
            i++;
        }
        return i + 1;
    }

    private void endWith(ChannelFuture lastWrite, long contentOctets) {
        long plainEnd = client.plainOut;
        lastWrite.addListener(written -> {
            if (written.isSuccess()) {
                log.steps.answerLastAt = WallClock.now();
            } else {
                exchange.clientLost("it had the whole response");
            }
            log.responseOut.ended(plainEnd, contentOctets, trailers, written.isSuccess() ? End.COMPLETE : End.CUT);
            exchange.tellIfOver();
        });
    }

    /** Nothing more will move: tells what was on its way as cut. */
    void abandon() {
        log.responseOut.cutIfOpen(client.plainOut, log.responseIn.contentOctets());
        if (server != null) {
            log.responseIn.cutIfOpen(server.plainIn, log.responseIn.contentOctets());
        }
    }
}
