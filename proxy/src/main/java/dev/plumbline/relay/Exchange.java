package dev.plumbline.relay;

import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.relay.http.BodyScanner;
import dev.plumbline.relay.http.ErrorResponse;
import dev.plumbline.wire.ExchangeId;

/**
 * One request and its responses on their way through both legs. Both ways go on at once: a response may begin before the
 * request has ended. Nothing is sent twice.
 *
 * <pre>
 *  ClientLeg ──▶ RequestPath  ──▶ ServerLeg
 *            ◀── ResponsePath ◀──
 * </pre>
 *
 * <p>Here is what concerns both ways: failures, who may go on to the next exchange, and when all has been told.
 *
 * <p>Owned by: the client connection's event loop.
 */
final class Exchange {
    private final ClientLeg client;
    private final boolean samples;
    private final Room room;
    private final Room.Share share;
    private final ExchangeLog log;
    private final RequestPath request;
    private final ResponsePath response;
    private ServerLeg server;
    /** The legs have been let go. */
    private boolean finished;

    Exchange(ExchangeId id, ClientLeg client, Services services) {
        this.client = client;
        this.samples = services.options().sampleSockets();
        this.room = services.room();
        this.share = room.share();
        this.log = new ExchangeLog(id, client.facts, services.options().contentCap());
        this.request = new RequestPath(this, client, log);
        this.response = new ResponsePath(this, client, log);
    }

    ExchangeLog log() {
        return log;
    }

    RequestPath request() {
        return request;
    }

    ResponsePath response() {
        return response;
    }

    /** Whether there is room for it and its request's head. */
    boolean hasRoomToBegin(int headOctets) {
        return share.holds(Room.EXCHANGE) && share.keeps(headOctets);
    }

    /** Whether there is room for one more head, or trailer section; then it has that room until it is over. */
    boolean hasRoomFor(int octets) {
        return share.keeps(octets);
    }

    Failure noRoom() {
        return room.failure();
    }

    /** Whether the origin has no more to say to it; also where there was no client left to be told. */
    boolean isAnswered() {
        return finished || response.isDone();
    }

    /**
     * Whether an end of the client leg in order would now pass for the end of its response.
     *
     * @param hasUnsent whether octets wait that the client has not taken: behind them may be the RST of a cut
     */
    boolean wouldLookWhole(boolean hasUnsent) {
        return response.wouldLookWhole() || isAnswered() && hasUnsent;
    }

    /** Goes on with this server leg. */
    void attach(ServerLeg leg) {
        server = leg;
        response.attach(leg);
        leg.begin(this);
        request.attach(leg);
    }

    /** The first exchange of a server leg gets the time that opening it took. */
    void openedFor(Dial.Steps dial, long tlsStartAt, long tlsEndAt) {
        log.steps.dial = dial;
        log.steps.tlsStartAt = tlsStartAt;
        log.steps.tlsEndAt = tlsEndAt;
    }

    /** No server leg could be had. */
    void openedNothing(Failure why, Dial.Steps dial) {
        log.steps.dial = dial;
        fail(why);
    }

    /** A failure before the response began: the client gets an answer of ours. */
    void fail(Failure why) {
        ErrorResponse answer = ErrorResponse.of(why.status(), why.code(), why.sentence());
        if (request.head() != null && request.head().isMethod("HEAD")) {
            answer = answer.withoutContent();
        }
        fail(request.keepsConnection() ? answer : answer.closing());
    }

    void fail(ErrorResponse answer) {
        log.fault(answer.code(), answer.sentence());
        answer(answer.octets(), answer.status(), answer.closes());
    }

    /** Answers in the origin's place. @param octets head and content */
    void answer(byte[] octets, int status, boolean closes) {
        log.answeredByProxy();
        log.requestIn.cutIfOpen(client.plainIn, log.requestIn.contentOctets());
        if (client.isActive()) {
            response.answer(octets, status, closes);
            finish();
        } else {
            finished = true;
            tellIfOver();
        }
    }

    /** The origin failed before its response began. */
    void serverFault(Failure why) {
        server.reset(why.code());
        request.abandon();
        fail(why);
    }

    void requestBroken(ErrorResponse answer) {
        if (response.hasBegun()) {
            log.fault(answer.code(), answer.sentence());
            client.reset("the request broke while its response was on its way");
        } else {
            fail(answer);
        }
    }

    void requestComplete() {
        if (response.isDone()) {
            finish();
        }
    }

    void responseComplete() {
        if (request.isReceived()) {
            finish();
        } else if (!response.staysAtServer()) {
            request.cut("the origin answered before the request was complete and would not take the rest");
            finish();
        }
    }

    void responseCut() {
        finished = true;
        request.abandon();
        tellIfOver();
    }

    /** @param body the scanner, when a final response's body was on its way; otherwise null */
    void serverEnded(BodyScanner body, long plainEnd) {
        if (finished) {
            return;
        }
        if (response.isDone()) {
            request.cut("the origin closed the connection before it had the whole request");
            finish();
        } else if (body != null) {
            response.cutByOrigin(body, plainEnd);
        } else {
            int octets = server.tellCutHead();
            if (!server.tlsFault().isEmpty()) {
                serverFault(Failure.badGateway("tls-failed", "TLS with " + server.origin() + " failed after the handshake: " + server.tlsFault()
                        + ". The request was not sent again, because the origin may have acted on it."));
                return;
            }
            String when = octets == 0 ? "without a response" : "inside the head of its response, after " + octets + " octets";
            serverFault(Failure.badGateway("origin-" + server.howEnded(), server.origin() + " " + server.howEnded()
                    + " the connection " + when + ". The request was not sent again, because the origin may have acted on it."));
        }
    }

    /** Our 200 to a CONNECT. The exchange stays open until it shows what the tunnel is. */
    void established(byte[] answer, ServerLeg leg) {
        server = leg;
        log.answeredByProxy();
        response.established(answer);
    }

    /** The CONNECT failed at what it was for. */
    void connectFailed(String code, String sentence) {
        log.fault(code, sentence);
        connectOver();
    }

    /** The CONNECT has done what it was for; or failed at it, then it is an entry of its own. */
    void connectOver() {
        if (finished) {
            return;
        }
        if (log.hasFault()) {
            becomeTunnel("");
        }
        finished = true;
        tellIfOver();
    }

    void upgraded() {
        becomeTunnel("");
        new Tunnel(this, client, server).open();
    }

    void becomeTunnel(String sni) {
        log.roleChanged(Role.TUNNEL, sni);
    }

    void tunnelOver() {
        finished = true;
        tellIfOver();
    }

    /** The client is gone; so is what was done for it. */
    void clientGone() {
        if (!finished) {
            finished = true;
            // A client that has its answer may go without sending the rest of what was answered (RFC 9112 §9.5).
            if (!response.isDone()) {
                clientLost("the exchange was complete");
            }
            request.abandon();
        }
        response.abandon();
        tellIfOver();
    }

    /** @param when what it did not live to see */
    void clientLost(String when) {
        if (client.tap.isShuttingDown()) {
            log.fault("proxy-stopped", "The proxy was stopped before " + when + ".");
        } else {
            log.fault("client-gone", "The client closed the connection before " + when + ".");
        }
    }

    /** Nothing more is to be passed on: the legs may go on to the next exchange. */
    private void finish() {
        if (finished) {
            return;
        }
        finished = true;
        if (!request.isReceived()) {
            request.abandon();
        }
        if (server != null && server.isActive()) {
            server.release();
            if (!response.staysAtServer() || !request.isReceived() || log.isAnsweredByProxy()) {
                server.closeAfterWrites("the exchange ended the connection");
            }
        }
        client.exchangeFinished(!response.closesClient() && request.isReceived(), request.isReceived());
        tellIfOver();
    }

    /** Told once nothing is left to be said of any of its messages. */
    void tellIfOver() {
        if (!finished || log.hasOpenMessages() || log.hasEnded()) {
            return;
        }
        if (samples) {
            log.sample(client, client.id());
            if (server != null) {
                log.sample(server, client.id());
            }
        }
        log.ended();
        request.letGo();
        share.giveUp();
    }

    boolean isClientReady() {
        return client.isActive() && client.isWritable();
    }

    boolean isServerReady() {
        return server != null && server.isActive() && server.isWritable();
    }

    void flushClient() {
        if (client.isActive()) {
            client.flush();
        }
    }

    void flushServer() {
        if (server != null && server.isActive()) {
            server.flush();
        }
    }

    void pumpClient() {
        client.pump();
    }

    void pumpServer() {
        if (server != null) {
            server.pump();
        }
    }
}
