package dev.plumbline.relay;

import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.Timing;
import dev.plumbline.relay.http.BodyScanner;
import dev.plumbline.relay.http.ContentSink;
import dev.plumbline.relay.http.ErrorResponse;
import dev.plumbline.relay.http.Forwarding;
import dev.plumbline.relay.http.Framing;
import dev.plumbline.relay.http.RequestHead;
import dev.plumbline.relay.http.Trailers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import java.util.Arrays;

/**
 * A request on its way from the client leg to the server leg.
 *
 * <pre>
 *  head ─▶ (server leg opened) ─▶ attach ─▶ octets* ─▶ complete
 * </pre>
 *
 * <p>Owned by: the client connection's event loop.
 */
final class RequestPath implements ContentSink {
    private static final byte[] NONE = new byte[0];
    /** What the record gets of a head that there is no room for. */
    private static final int KEPT_WITHOUT_ROOM = 1024;

    private final Exchange exchange;
    private final ClientLeg client;
    private final ExchangeLog log;
    private RequestHead head;
    private ServerLeg server;
    private byte[] trailers = NONE;
    private boolean received;

    RequestPath(Exchange exchange, ClientLeg client, ExchangeLog log) {
        this.exchange = exchange;
        this.client = client;
        this.log = log;
    }

    /** A head came; see {@link dev.plumbline.fact.RelayFact.ExchangeBegan} for what it asks for. */
    void head(RequestHead request, String scheme, String authority, String target, Role role, long plainStart, long firstAt) {
        head = request;
        log.began(request.method(), scheme, authority, target, role, firstAt);
        log.requestIn.began(client.id(), client.phase, plainStart, request.octets(), 0, firstAt);
        if (Framing.ofRequest(request).length() == 0) {
            received(0);
        }
    }

    /** What came is no request, or not one in time. */
    void refused(byte[] octets, String scheme, String authority, long plainStart, long firstAt, ErrorResponse answer) {
        log.began("", scheme, authority, "", Role.MESSAGE, firstAt);
        byte[] kept = exchange.hasRoomToBegin(octets.length) ? octets : Arrays.copyOf(octets, Math.min(octets.length, KEPT_WITHOUT_ROOM));
        log.requestIn.began(client.id(), client.phase, plainStart, kept, 0, firstAt);
        exchange.fail(answer);
    }

    /** The exchange is over. What it was may be known for as long as its connection; its octets are no longer counted. */
    void letGo() {
        head = null;
        trailers = NONE;
    }

    /** Present from {@link #head} on until it is over; null when what came was no request. */
    RequestHead head() {
        return head;
    }

    /** Whether the client has sent all of it. */
    boolean isReceived() {
        return received;
    }

    /** Of a request that {@link RequestHead#expectsContinue}: whether the client has sent none of its content. */
    boolean isWithoutContentYet() {
        return log.steps.contentFirstAt == Timing.NEVER;
    }

    boolean keepsConnection() {
        return received && head != null && head.keepsConnection() && head.minorVersion() > 0;
    }

    /** Sends the head to the origin; content follows as it comes. */
    void attach(ServerLeg leg) {
        server = leg;
        byte[] forwarded = (head.upgrade().isPresent() ? Forwarding.UPGRADE : Forwarding.toServer(head)).of(head);
        log.steps.sendStartAt = WallClock.now();
        log.requestOut.began(leg.id(), leg.phase, leg.plainOut, forwarded, 0, log.steps.sendStartAt);
        if (received) {
            sent(leg.write(Unpooled.wrappedBuffer(forwarded)), 0);
        } else {
            leg.writeAndForget(Unpooled.wrappedBuffer(forwarded));
        }
        leg.flush();
        leg.pump();
    }

    @Override
    public void content(ByteBuf buffer, int index, int length) {
        if (log.steps.contentFirstAt == Timing.NEVER && head != null && head.expectsContinue()) {
            log.steps.contentFirstAt = WallClock.now();
        }
        log.requestIn.content(buffer, index, length);
    }

    @Override
    public void trailers(Trailers section) {
        trailers = section.octets();
        exchange.hasRoomFor(trailers.length);
    }

    void octets(ByteBuf octets) {
        if (server.isActive()) {
            server.writeAndForget(octets);
        } else {
            octets.release();
        }
    }

    /** The last octets of a request with content. */
    void complete(BodyScanner body, ByteBuf last) {
        received(body.contentOctets());
        if (server.isActive()) {
            sent(server.write(last), body.contentOctets());
            server.flush();
        } else {
            last.release();
        }
        exchange.requestComplete();
    }

    /** The content broke the rules, or there is no room for what it holds: what was forwarded of it must not look whole to the origin. */
    void broken(BodyScanner body, ByteBuf before, ErrorResponse answer) {
        octets(before);
        log.requestIn.ended(client.plainIn, body.contentOctets(), End.CUT);
        cut("the client's request broke off: " + answer.code());
        exchange.requestBroken(answer);
    }

    /** What the origin got must not look whole to it. Nothing happens to a request that is complete. */
    void cut(String why) {
        if (!received && server != null) {
            log.requestOut.cutIfOpen(server.plainOut, log.requestIn.contentOctets());
            server.reset(why);
        }
    }

    /** Nothing more will move: tells what was on its way as cut. */
    void abandon() {
        log.requestIn.cutIfOpen(client.plainIn, log.requestIn.contentOctets());
        if (server != null) {
            log.requestOut.cutIfOpen(server.plainOut, log.requestIn.contentOctets());
        }
    }

    private void received(long contentOctets) {
        received = true;
        log.steps.requestLastAt = WallClock.now();
        log.requestIn.ended(client.plainIn, contentOctets, trailers, End.COMPLETE);
    }

    private void sent(ChannelFuture lastWrite, long contentOctets) {
        long plainEnd = server.plainOut;
        lastWrite.addListener(written -> {
            if (written.isSuccess()) {
                log.steps.sendEndAt = WallClock.now();
            }
            log.requestOut.ended(plainEnd, contentOctets, trailers, written.isSuccess() ? End.COMPLETE : End.CUT);
            exchange.tellIfOver();
        });
    }
}
