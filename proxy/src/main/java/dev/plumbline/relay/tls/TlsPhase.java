package dev.plumbline.relay.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;

/**
 * One TLS phase of a connection: its three handlers, its two maps from plaintext to wire, and its counters.
 *
 * <p>Owned by: the channel's event loop, installation included.
 * <br>Units: octets; see {@link RecordListener} for the origins.
 * <br>Limits: an {@code SslHandler} with a delegated-task executor of its own would break the inbound map; the handlers
 * of {@link ServerTls} and {@link OriginTls} have none.
 */
public final class TlsPhase {
    private final TlsEnd end;
    private final RecordListener listener;
    private final RecordSplitter splitter;
    private final SealedRecords sealed = new SealedRecords();
    private ChannelHandlerContext splitterContext;
    private String topName;
    private Sealing sealing = new Sealing(true, Sealing.UNKNOWN);
    private int flushDepth;
    private long plainIn;
    private long plainInMapped;
    private boolean plainInStrayed;
    private long plainOut;
    private long plainOutSettled;
    private long recordsIn;
    private long recordsOut;
    private long unsealed;
    private long inexactFlushes;

    private TlsPhase(TlsEnd end, long inStart, long outStart, RecordListener listener) {
        this.end = end;
        this.listener = listener;
        this.splitter = new RecordSplitter(this, inStart, outStart);
    }

    /**
     * Puts TLS into a pipeline; the handshake begins at once.
     *
     * @param afterHandler the handler nearest to the socket that stays below TLS, or the empty string for none
     * @param inStart the wire offset of the next inbound octet that TLS has not seen: of {@code leftovers}' first
     * @param outStart the wire offset of the next outbound octet
     * @param leftovers octets read already, a peeked ClientHello for instance; taken over and passed through first
     */
    public static TlsPhase install(ChannelPipeline pipeline, String afterHandler, TlsEnd end, long inStart,
            long outStart, RecordListener listener, ByteBuf leftovers) {
        TlsPhase phase = new TlsPhase(end, inStart, outStart, listener);
        if (afterHandler.isEmpty()) {
            pipeline.addFirst(phase.splitter);
        } else {
            pipeline.addAfter(afterHandler, null, phase.splitter);
        }
        phase.splitterContext = pipeline.context(phase.splitter);
        String below = phase.splitterContext.name();
        PlainTap tap = new PlainTap(phase);
        pipeline.addAfter(below, null, tap);
        phase.topName = pipeline.context(tap).name();
        // Last, because a client says hello as soon as it is added.
        pipeline.addAfter(below, null, end.handler());
        end.installed();
        if (leftovers.isReadable()) {
            phase.splitter.channelRead(phase.splitterContext, leftovers);
            phase.splitterContext.fireChannelReadComplete();
        } else {
            leftovers.release();
        }
        return phase;
    }

    public SslHandler handler() {
        return end.handler();
    }

    /** The name of the topmost handler of this phase; what reads plaintext goes after it. */
    public String topHandlerName() {
        return topName;
    }

    /**
     * Sends close_notify and leaves the connection open for what the peer still has to say (RFC 8446 section 6.1). To
     * be used instead of the SslHandler's own method, so that the alert is told from the data before it.
     */
    public ChannelFuture closeOutbound() {
        settle();
        return end.handler().closeOutbound();
    }

    /**
     * From here on what comes is passed up as it came, sealed, and no record is told: for who is only to be rid of it. After its
     * own close_notify BoringSSL may take such data for a breach of its shutdown, and end the connection on the spot.
     */
    public void stopOpening() {
        splitter.passTo(splitterContext.pipeline().context(topName));
    }

    /** Octets of plaintext received. */
    public long plainIn() {
        return plainIn;
    }

    /** Octets of plaintext passed to be sealed. */
    public long plainOut() {
        return plainOut;
    }

    /** The wire offset behind the last octet received. */
    public long wireIn() {
        return splitter.inboundOffset();
    }

    /** The wire offset behind the last octet passed down. */
    public long wireOut() {
        return splitter.outboundOffset();
    }

    public long recordsIn() {
        return recordsIn;
    }

    public long recordsOut() {
        return recordsOut;
    }

    /** Octets of plaintext that were flushed and that TLS refused to seal, being closed. */
    public long unsealed() {
        return unsealed;
    }

    /** Flushes whose records could not be told apart; zero unless the cipher is CBC or we have a bug. */
    public long inexactFlushes() {
        return inexactFlushes;
    }

    void plainRead(int octets) {
        plainIn += octets;
    }

    /** Just before a record's last octets go to the SslHandler. */
    void beforeOpening() {
        plainInStrayed = plainIn != plainInMapped;
    }

    /** The SslHandler has had the whole record. */
    void opened(int type, long wireStart, long wireEnd) {
        recordsIn++;
        long from = plainInMapped;
        plainInMapped = plainIn;
        end.afterRecord();
        listener.record(Direction.INBOUND, type, wireStart, wireEnd, from, plainIn, !plainInStrayed);
    }

    void plainWritten(int octets) {
        plainOut += octets;
    }

    void beginFlush() {
        flushDepth++;
    }

    void endFlush() {
        if (flushDepth == 1) {
            settle();
        }
        flushDepth--;
    }

    /** A record left the SslHandler. */
    void sealed(int type, long wireStart, int length) {
        recordsOut++;
        if (flushDepth > 0) {
            sealed.add(type, wireStart, length);
            return;
        }
        // Outside a flush the SslHandler holds no plaintext, so this is its own: handshake, alert, KeyUpdate.
        end.afterRecord();
        listener.record(Direction.OUTBOUND, type, wireStart, wireStart + RecordFramer.HEADER + length,
                plainOutSettled, plainOutSettled, true);
    }

    /** Attributes what was flushed so far; whatever is sealed next belongs to no plaintext before it. */
    void settle() {
        long plain = plainOut - plainOutSettled;
        long from = plainOutSettled;
        plainOutSettled = plainOut;
        if (sealed.isEmpty()) {
            unsealed += plain;
        } else if (!sealed.settle(sealing, plain, from, listener)) {
            inexactFlushes++;
        }
    }

    /** Sends what is sealed already, without asking the SslHandler, which would seal an empty record. */
    void flushWire() {
        splitterContext.flush();
    }

    void established() {
        sealing = end.sealing();
        end.afterRecord();
    }

    void alertInClear(int description) {
        end.alertInClear(description);
    }

    void notRecords(Direction direction, long wireStart) {
        listener.notRecords(direction, wireStart);
    }

    void cut(Direction direction, long wireStart, long wireEnd) {
        listener.cut(direction, wireStart, wireEnd);
    }
}
