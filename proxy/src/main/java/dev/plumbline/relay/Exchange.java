package dev.plumbline.relay;

import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.fact.RelayFact.ExchangeBegan;
import dev.plumbline.fact.RelayFact.ExchangeEnded;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.RelayFact.RoleChanged;
import dev.plumbline.fact.RelayFact.SocketSampled;
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
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Leg;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import java.util.Arrays;

/**
 * One request and its responses on their way through both legs: passes them on as they come, and tells of it.
 *
 * <pre>
 *            requestHead  requestOctets*  requestComplete
 *  ClientLeg ───────────────────────────────────────────▶ ServerLeg
 *            ◀───────────────────────────────────────────
 *            responseHead* responseOctets*  responseComplete | serverEnded
 * </pre>
 *
 * <p>Both directions go on at once: a response may begin before the request has ended. Nothing is sent twice.
 *
 * <p>Owned by: the client connection's event loop.
 */
final class Exchange {
    private static final byte[] NONE = new byte[0];

    private final ExchangeId id;
    private final ClientLeg client;
    private final Services services;
    private final Steps steps = new Steps();
    private final MessageLog requestIn;
    private final MessageLog requestOut;
    private final MessageLog responseIn;
    private final MessageLog responseOut;
    private RequestHead request;
    private ServerLeg server;
    private ResponseHead response;
    private Forwarding forwarding = Forwarding.KEEP;
    private boolean staysAtServer;
    private byte[] requestTrailers = NONE;
    private byte[] responseTrailers = NONE;
    private int interims;
    private boolean requestDone;
    private boolean responseBegun;
    private boolean responseDone;
    private boolean finished;
    private boolean answeredByProxy;
    private boolean told;
    private String failure = "";
    private String faultCode = "";

    Exchange(ExchangeId id, ClientLeg client, Services services) {
        this.id = id;
        this.client = client;
        this.services = services;
        int cap = services.options().contentCap();
        requestIn = new MessageLog(client.facts, new MessageKey(id, Leg.CLIENT, MessageKind.REQUEST), cap);
        requestOut = new MessageLog(client.facts, new MessageKey(id, Leg.SERVER, MessageKind.REQUEST), 0);
        responseIn = new MessageLog(client.facts, new MessageKey(id, Leg.SERVER, MessageKind.RESPONSE), cap);
        responseOut = new MessageLog(client.facts, new MessageKey(id, Leg.CLIENT, MessageKind.RESPONSE), cap);
    }

    ExchangeId id() {
        return id;
    }

    MessageLog log(MessageKey key) {
        return new MessageLog(client.facts, key, 0);
    }

    RequestHead request() {
        return request;
    }

    void requestHead(RequestHead head, String scheme, String authority, String target, Role role, long plainStart, long firstAt) {
        request = head;
        steps.requestFirstAt = firstAt;
        client.facts.accept(new ExchangeBegan(id, head.method(), scheme, authority, target, role, firstAt));
        requestIn.began(client.id(), client.phase, plainStart, head.octets(), 0, firstAt);
        if (Framing.ofRequest(head).equals(Framing.NONE)) {
            requestReceived(0);
        }
    }

    private void requestReceived(long contentOctets) {
        requestDone = true;
        steps.requestLastAt = WallClock.now();
        requestIn.ended(client.plainIn, contentOctets, requestTrailers, End.COMPLETE);
    }

    boolean isRequestDone() {
        return requestDone;
    }

    /** What came is no request. */
    void requestRefused(Malformed malformed, byte[] received, String scheme, String authority, long plainStart, long firstAt) {
        steps.requestFirstAt = firstAt;
        client.facts.accept(new ExchangeBegan(id, "", scheme, authority, "", Role.MESSAGE, firstAt));
        requestIn.began(client.id(), client.phase, plainStart, received, 0, firstAt);
        requestIn.ended(client.plainIn, 0, End.CUT);
        fail(ErrorResponse.ofRequest(malformed));
    }

    ContentSink requestContent() {
        return new ContentSink() {
            @Override
            public void content(ByteBuf buffer, int index, int length) {
                requestIn.content(buffer, index, length);
            }

            @Override
            public void trailers(Trailers trailers) {
                requestTrailers = trailers.octets();
            }
        };
    }

    /** Sends the head to the origin; content follows. */
    void attach(ServerLeg leg) {
        server = leg;
        leg.begin(this);
        byte[] head = (request.upgrade().isPresent() ? Forwarding.UPGRADE : Forwarding.KEEP).of(request);
        steps.sendStartAt = WallClock.now();
        requestOut.began(leg.id(), leg.phase, leg.plainOut, head, 0, steps.sendStartAt);
        ByteBuf octets = Unpooled.wrappedBuffer(head);
        if (requestDone) {
            requestSent(leg.write(octets), 0);
        } else {
            leg.writeAndForget(octets);
        }
        leg.flush();
        leg.pump();
    }

    /** The first exchange of a leg gets the time that opening it took. */
    void openedFor(Dial.Steps dial, long tlsStartAt, long tlsEndAt) {
        steps.dial = dial;
        steps.tlsStartAt = tlsStartAt;
        steps.tlsEndAt = tlsEndAt;
    }

    void requestOctets(ByteBuf octets) {
        if (server.isActive()) {
            server.writeAndForget(octets);
        } else {
            octets.release();
        }
    }

    /** The last octets of a request with content. */
    void requestComplete(BodyScanner body, ByteBuf last) {
        requestReceived(body.contentOctets());
        if (server.isActive()) {
            requestSent(server.write(last), body.contentOctets());
            server.flush();
        } else {
            last.release();
        }
        if (responseDone) {
            finish();
        }
    }

    private void requestSent(ChannelFuture lastWrite, long contentOctets) {
        long plainEnd = server.plainOut;
        lastWrite.addListener(written -> {
            steps.sendEndAt = WallClock.now();
            requestOut.ended(plainEnd, contentOctets, requestTrailers, written.isSuccess() ? End.COMPLETE : End.CUT);
            tellIfOver();
        });
    }

    /** The client's body broke the rules: what was forwarded of it must not look whole to the origin. */
    void requestBroken(BodyScanner body, ByteBuf before, Malformed malformed) {
        requestOctets(before);
        requestIn.ended(client.plainIn, body.contentOctets(), End.CUT);
        cutRequest("the client's request broke off: " + malformed.sentence());
        if (responseBegun) {
            fault("bad-request", "The request's content is not HTTP as it should be: " + malformed.sentence() + ".");
            client.reset("the request broke while its response was on its way");
        } else {
            fail(ErrorResponse.ofRequest(malformed));
        }
    }

    boolean isClientReady() {
        return client.isActive() && client.isWritable();
    }

    void flushClient() {
        if (client.isActive()) {
            client.flush();
        }
    }

    void pumpClient() {
        client.pump();
    }

    ContentSink responseContent() {
        return new ContentSink() {
            @Override
            public void content(ByteBuf buffer, int index, int length) {
                responseIn.content(buffer, index, length);
                if (forwarding.unchunks() && client.isActive()) {
                    client.writeAndForget(buffer.retainedSlice(index, length));
                }
            }

            @Override
            public void trailers(Trailers trailers) {
                responseTrailers = trailers.octets();
            }
        };
    }

    void responseHead(ResponseHead head, long plainStart, long firstAt) {
        if (head.isInterim()) {
            interim(head, plainStart, firstAt);
            return;
        }
        if (head.status() == 101 && (request.upgrade().isEmpty() || !requestDone)) {
            responseIn.began(server.id(), server.phase, plainStart, head.octets(), 101, firstAt);
            responseIn.ended(server.plainIn, 0, End.CUT);
            serverFault(new Failure(502, "unasked-upgrade", "The origin switched protocols though nobody had asked it to."));
            return;
        }
        response = head;
        Framing framing = Framing.ofResponse(head, request);
        forwarding = Forwarding.toClient(request, head, framing);
        if (!requestDone && !head.keepsConnection()) {
            forwarding = forwarding.closing();
        }
        staysAtServer = Persistence.serverLegStays(request, head, framing);
        steps.responseFirstAt = firstAt;
        responseIn.began(server.id(), server.phase, plainStart, head.octets(), head.status(), firstAt);
        byte[] octets = forwarding.of(head);
        beginAnswer(octets, head.status());
        if (head.status() == 101) {
            upgrade(client.write(Unpooled.wrappedBuffer(octets)));
        } else {
            client.writeAndForget(Unpooled.wrappedBuffer(octets));
            server.expectBody(framing);
        }
    }

    private void beginAnswer(byte[] head, int status) {
        responseBegun = true;
        steps.answerFirstAt = WallClock.now();
        responseOut.began(client.id(), client.phase, client.plainOut, head, status, steps.answerFirstAt);
    }

    /** RFC 9110 §15.2: passed on at once, whatever the client expects; the final response is still to come. */
    private void interim(ResponseHead head, long plainStart, long firstAt) {
        if (++interims > ServerLimits.INTERIM_RESPONSES) {
            serverFault(new Failure(502, "too-many-interim", "The origin sent more than " + ServerLimits.INTERIM_RESPONSES + " interim responses."));
            return;
        }
        MessageLog in = log(new MessageKey(id, Leg.SERVER, MessageKind.INTERIM, interims - 1));
        MessageLog out = log(new MessageKey(id, Leg.CLIENT, MessageKind.INTERIM, interims - 1));
        in.began(server.id(), server.phase, plainStart, head.octets(), head.status(), firstAt);
        in.ended(server.plainIn, 0, End.COMPLETE);
        if (request.minorVersion() == 0 || !client.isActive()) {
            return; // RFC 9110 §15.2: a 1.0 client knows no interim responses.
        }
        byte[] octets = Forwarding.KEEP.of(head);
        out.began(client.id(), client.phase, client.plainOut, octets, head.status(), WallClock.now());
        ChannelFuture written = client.write(Unpooled.wrappedBuffer(octets));
        long plainEnd = client.plainOut;
        client.flush();
        written.addListener(f -> out.ended(plainEnd, 0, f.isSuccess() ? End.COMPLETE : End.CUT));
    }

    private void upgrade(ChannelFuture headWritten) {
        responseDone = true;
        responseIn.ended(server.plainIn, 0, End.COMPLETE);
        endAnswerWith(headWritten, 0);
        client.flush();
        becomeTunnel("");
        new Tunnel(this, client, server).open();
    }

    void responseOctets(ByteBuf octets) {
        if (forwarding.unchunks() || !client.isActive()) {
            octets.release();
        } else {
            client.writeAndForget(octets);
        }
    }

    void responseComplete(BodyScanner body, ByteBuf last) {
        responseDone = true;
        steps.responseLastAt = WallClock.now();
        responseIn.ended(server.plainIn, body.contentOctets(), responseTrailers, End.COMPLETE);
        ByteBuf octets = last;
        if (forwarding.unchunks()) {
            last.release();
            octets = Unpooled.EMPTY_BUFFER;
        }
        endAnswerWith(client.write(octets), body.contentOctets());
        flushClient();
        if (requestDone) {
            finish();
        } else if (!staysAtServer) {
            cutRequest("the origin answered before the request was complete and would not take the rest");
            finish();
        }
    }

    private void endAnswerWith(ChannelFuture lastWrite, long contentOctets) {
        long plainEnd = client.plainOut;
        lastWrite.addListener(written -> {
            steps.answerLastAt = WallClock.now();
            if (!written.isSuccess()) {
                fault("client-gone", "The client closed the connection before it had the whole response.");
            }
            responseOut.ended(plainEnd, contentOctets, responseTrailers, written.isSuccess() ? End.COMPLETE : End.CUT);
            tellIfOver();
        });
    }

    /** The origin's head is no response. */
    void responseRefused(Malformed malformed, byte[] received, long plainStart, long firstAt) {
        responseIn.began(server.id(), server.phase, plainStart, received, 0, firstAt);
        responseIn.ended(plainStart + received.length, 0, End.CUT);
        ErrorResponse answer = ErrorResponse.ofResponse(malformed);
        serverFault(new Failure(answer.status(), answer.code(), answer.sentence()));
    }

    /** The origin's body broke the rules after it began. */
    void responseBroken(BodyScanner body, ByteBuf before, String why) {
        responseOctets(before);
        responseIn.ended(server.plainIn, body.contentOctets(), End.CUT);
        fault("bad-response", "The origin's response broke off: " + why + ".");
        server.reset("its response is not HTTP as it should be");
        cutAnswer(body.contentOctets());
    }

    /** @param body the scanner, when a final response's body was on its way; otherwise null */
    void serverEnded(BodyScanner body, long plainEnd) {
        if (finished) {
            return;
        }
        if (responseDone) {
            cutRequest("the origin closed the connection before it had the whole request");
            finish();
        } else if (body != null) {
            responseIn.ended(plainEnd, body.contentOctets(), End.CUT);
            fault("origin-cut", "The origin " + (server.tap.hasPeerClosed() ? "closed" : "reset") + " the connection after "
                    + body.contentOctets() + " octets of content, before the response was complete.");
            server.close("it cut its response");
            cutAnswer(body.contentOctets());
        } else {
            serverFault(Failure.badGateway(server.tap.hasPeerClosed() ? "origin-closed" : "origin-reset",
                    server.origin() + (server.tap.hasPeerClosed() ? " closed" : " reset") + " the connection without a response."
                            + " The request was not sent again, because the origin may have acted on it."));
        }
    }

    /** A failure before the response began: the client gets an answer of ours. */
    void fail(Failure why) {
        fault(why.code(), why.sentence());
        ErrorResponse answer = ErrorResponse.of(why.status(), why.code(), why.sentence());
        if (request != null && request.isMethod("HEAD")) {
            answer = answer.withoutContent();
        }
        boolean keeps = requestDone && request != null && request.keepsConnection() && request.minorVersion() > 0;
        answer(keeps ? answer : answer.closing());
    }

    private void fail(ErrorResponse answer) {
        fault(answer.code(), answer.sentence());
        answer(answer);
    }

    void openedNothing(Failure why, Dial.Steps dial) {
        steps.dial = dial;
        fail(why);
    }

    private void answer(ErrorResponse answer) {
        answer(answer.octets(), answer.status(), answer.closes());
    }

    /** Answers in the origin's place. @param octets head and content */
    void answer(byte[] octets, int status, boolean closes) {
        answeredByProxy = true;
        responseDone = true;
        forwarding = closes ? Forwarding.CLOSE : Forwarding.KEEP;
        requestIn.cutIfOpen(client.plainIn);
        if (!client.isActive()) {
            finished = true;
            tellIfOver();
            return;
        }
        int headLength = headLength(octets);
        ByteBuf message = Unpooled.wrappedBuffer(octets);
        beginAnswer(Arrays.copyOf(octets, headLength), status);
        responseOut.content(message, headLength, octets.length - headLength);
        endAnswerWith(client.write(message), octets.length - headLength);
        client.flush();
        finish();
    }

    private static int headLength(byte[] octets) {
        int i = 3;
        while (octets[i] != '\n' || octets[i - 2] != '\n') {
            i++;
        }
        return i + 1;
    }

    private void serverFault(Failure why) {
        server.reset(why.code());
        requestOut.cutIfOpen(server.plainOut);
        fail(why);
    }

    /** What the origin got of the request must not look whole to it. */
    private void cutRequest(String why) {
        if (!requestDone && server != null) {
            requestOut.ended(server.plainOut, 0, End.CUT);
            server.reset(why);
        }
    }

    private void cutAnswer(long contentOctets) {
        boolean isVisible = response != null && !forwarding.unchunks() && (response.isChunked() || response.contentLength() >= 0);
        long plainEnd = client.plainOut;
        responseDone = true;
        if (client.isActive()) {
            client.write(Unpooled.EMPTY_BUFFER).addListener(f -> {
                responseOut.ended(plainEnd, contentOctets, End.CUT);
                if (isVisible) {
                    client.close("the origin cut its response");
                } else {
                    client.reset("the origin cut its response");
                }
            });
            client.flush();
        }
        finished = true;
        tellIfOver();
    }

    /** The client is gone; so is what was done for it. */
    void clientGone() {
        requestIn.cutIfOpen(client.plainIn);
        responseOut.cutIfOpen(client.plainOut);
        if (server != null && !finished) {
            requestOut.cutIfOpen(server.plainOut);
            responseIn.cutIfOpen(server.plainIn);
        }
        if (!finished) {
            finished = true;
            fault("client-gone", "The client closed the connection before the exchange was complete.");
        }
        tellIfOver();
    }

    /** Our 200 to a CONNECT. The exchange stays open until it shows what the tunnel is. */
    void established(byte[] head, ServerLeg leg) {
        server = leg;
        answeredByProxy = true;
        responseDone = true;
        beginAnswer(head, 200);
        endAnswerWith(client.write(Unpooled.wrappedBuffer(head)), 0);
        client.flush();
    }

    /** The CONNECT has done what it was for, or failed at it; then it is an entry of its own. */
    void connectOver(String code, String sentence) {
        if (!sentence.isEmpty()) {
            fault(code, sentence);
            becomeTunnel("");
        }
        finished = true;
        tellIfOver();
    }

    void becomeTunnel(String sni) {
        client.facts.accept(new RoleChanged(id, Role.TUNNEL, sni, WallClock.now()));
    }

    void requestTooSlow(byte[] received, long plainStart, long firstAt, String sentence) {
        steps.requestFirstAt = firstAt;
        client.facts.accept(new ExchangeBegan(id, "", "http", "", "", Role.MESSAGE, firstAt));
        requestIn.began(client.id(), client.phase, plainStart, received, 0, firstAt);
        fail(new Failure(408, "request-timeout", sentence));
    }

    boolean isServerReady() {
        return server != null && server.isActive() && server.isWritable();
    }

    void flushServer() {
        if (server != null && server.isActive()) {
            server.flush();
        }
    }

    void pumpServer() {
        if (server != null) {
            server.pump();
        }
    }

    void tunnelOver(String why) {
        finished = true;
        if (!why.isEmpty()) {
            fault("tunnel-cut", why);
        }
        tellIfOver();
    }

    /** Both messages are done with as far as passing them on goes: the legs may go on to the next. */
    private void finish() {
        if (finished) {
            return;
        }
        finished = true;
        if (server != null && server.isActive()) {
            if (staysAtServer && requestDone && !answeredByProxy) {
                server.release();
            } else {
                server.release();
                server.closeAfterWrites("the exchange ended the connection");
            }
        }
        client.exchangeFinished(forwarding.persist() != Persist.CLOSE && requestDone, requestDone);
        tellIfOver();
    }

    private void fault(String code, String sentence) {
        if (failure.isEmpty()) {
            faultCode = code;
            failure = sentence;
        }
    }

    /** Told once nothing is left to be said of any of its messages. */
    private void tellIfOver() {
        boolean open = requestIn.isOpen() || requestOut.isOpen() || responseIn.isOpen() || responseOut.isOpen();
        if (told || open || !finished) {
            return;
        }
        told = true;
        if (services.options().sampleSockets()) {
            sample(client);
            if (server != null) {
                sample(server);
            }
        }
        client.facts.accept(new ExchangeEnded(id, failure, faultCode, answeredByProxy, steps.timing(), WallClock.now()));
    }

    private void sample(HttpLeg leg) {
        SocketInfo.of(leg.ctx.channel()).ifPresent(info ->
                client.facts.accept(new SocketSampled(leg.id(), client.id(), info, WallClock.now())));
    }
}
