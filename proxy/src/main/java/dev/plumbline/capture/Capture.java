package dev.plumbline.capture;

import dev.plumbline.fact.CaptureFact;
import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.FourTuple;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * One open interface: visits the ring, keeps each packet, and says what was seen. Everything but waiting: that is {@link CaptureThread}'s.
 *
 * <pre>
 *  visit = packets until the ring is empty or the visit has its fill
 *          → Counted when packets were dropped or a second has passed → flush the dump → SegmentsSeen with the watermark
 * </pre>
 *
 * <p>What a handed-over segment refers to is in the file: a crash loses nothing that was said.
 *
 * <p>Owned by: the capture thread. Limits: {@link #BATCH} segments a batch.
 */
final class Capture {
    static final int BATCH = 1024;
    /** A visit ends after this many octets, so that watermark and batches go on under bulk traffic. */
    static final long VISIT_OCTETS = 8 << 20;
    /** How often an idle interface says that it is idle. */
    static final long IDLE_NANOS = 50_000_000;
    static final long COUNT_NANOS = 1_000_000_000;
    /** How often the counts are looked at: a loss is told before anybody gives up waiting for what was lost. */
    static final long LOOK_AT_COUNTS_NANOS = 50_000_000;

    private final int number;
    private final PacketSource source;
    private final FactSink sink;
    private final RawDump dump;
    private final Claims claims;
    private final LongSupplier wallClock;
    /** Asked once, when the filter becomes wide. */
    private final IntSupplier lookBackOctets;
    private final FrameDecoder decoder;
    private final Watermark watermark = new Watermark();

    private CaptureFilter filter;
    /** Absent while the filter is narrow: then all that passes it is kept. */
    private LookBack lookBack;
    private List<Segment> batch = new ArrayList<>(BATCH);
    private String saidReason = "";
    private long saidAt;
    private long saidWatermark;
    private long countedAt;
    private long lookedAtCountsAt;
    private long saidDrops;
    private long undecodable;
    /** Whether the last visit emptied the ring: then there is time to wait for the disk. */
    private boolean hasCaughtUp;

    Capture(
            int number, PacketSource source, FactSink sink, RawDump dump, Claims claims, CaptureFilter filter, LongSupplier wallClock, IntSupplier lookBackOctets) {
        this.number = number;
        this.source = source;
        this.sink = sink;
        this.dump = dump;
        this.claims = claims;
        this.wallClock = wallClock;
        this.lookBackOctets = lookBackOctets;
        this.decoder = new FrameDecoder(source.linkType(), new PathCache());
        countedAt = wallClock.getAsLong();
        watch(filter);
    }

    /** Sets another filter on the handle. Packets seen so far are judged as they were. */
    void filter(CaptureFilter wanted) throws CaptureFailure {
        source.filter(wanted.text());
        watch(wanted);
        sink.accept(new CaptureFact.FilterChanged(number, wanted.text(), wallClock.getAsLong()));
    }

    /**
     * Visits the ring once.
     *
     * @return whether there were packets
     */
    boolean visit() throws CaptureFailure {
        long began = wallClock.getAsLong();
        boolean isEmpty = false;
        hasCaughtUp = false;
        int packets = 0;
        long last = 0;
        for (long octets = 0; packets < BATCH && octets < VISIT_OCTETS; packets++) {
            if (!source.next()) {
                isEmpty = true;
                break;
            }
            last = source.at();
            octets += source.capturedLength();
            watermark.packet(last);
            packet(last);
        }
        if (lookBack != null) {
            lookBack.settle(wallClock.getAsLong());
        }
        hasCaughtUp = isEmpty;
        if (isEmpty) {
            watermark.emptied(began);
        } else {
            watermark.unfinished(last);
        }
        say(began);
        return packets > 0;
    }

    /** Says the last there is to say. Nothing may be called after it. */
    void close(String reason) {
        if (lookBack != null) {
            lookBack.drain();
        }
        try {
            handOver();
            say(source.counts());
        } catch (CaptureFailure e) {
            // A dead handle has no counts any more; the last ones said stand.
        } finally {
            source.close();
            dump.close();
            sink.accept(new CaptureFact.InterfaceClosed(number, reason, wallClock.getAsLong()));
        }
    }

    /** Packets that passed the filter and were no segment: fragments, broken headers. */
    long undecodable() {
        return undecodable;
    }

    /** Packets that came after the watermark had passed them. */
    long late() {
        return watermark.late();
    }

    private void watch(CaptureFilter wanted) {
        filter = wanted;
        if (wanted.isWide() && lookBack == null) {
            lookBack = new LookBack(this::isOurs, this::keep, lookBackOctets.getAsInt());
        }
    }

    private boolean isOurs(FourTuple path) {
        return filter.listensOn(path.responder().port()) || filter.listensOn(path.initiator().port()) || claims.holds(path);
    }

    private void packet(long at) {
        ByteBuffer frame = source.frame();
        int captured = source.capturedLength();
        int length = source.frameLength();
        if (decoder.decode(frame, 0, captured, length) != FrameDecoder.Outcome.SEGMENT) {
            undecodable++;
        } else if (lookBack != null) {
            lookBack.offer(decoder.segment(at, -1, -1), frame);
        } else {
            long position = dump.keep(at, frame, 0, captured, length);
            noticeKeeping();
            add(decoder.segment(at, position < 0 ? -1 : dump.file(), position));
        }
    }

    private void keep(Segment held, ByteBuffer frames, int from) {
        long position = dump.keep(held.at(), frames, from, held.capturedLength(), held.frameLength());
        noticeKeeping();
        add(placed(held, position < 0 ? -1 : dump.file(), position));
    }

    private void add(Segment segment) {
        if (batch.size() == BATCH) {
            handOver();
        }
        batch.add(segment);
    }

    /** What was kept until now is handed over first, so that the change stands where it belongs. */
    private void noticeKeeping() {
        if (!dump.reason().equals(saidReason)) {
            handOver();
        }
    }

    private void say(long now) throws CaptureFailure {
        // First the losses: who reads a watermark knows then what is missing before it.
        if (Math.abs(now - lookedAtCountsAt) >= LOOK_AT_COUNTS_NANOS) {
            lookedAtCountsAt = now;
            lookAtCounts(now);
        }
        if (!batch.isEmpty() || Math.abs(now - saidAt) >= IDLE_NANOS) {
            saidAt = now;
            handOver();
        }
    }

    private void handOver() {
        dump.flush(hasCaughtUp);
        String reason = dump.reason();
        if (!reason.isEmpty()) {
            batch.replaceAll(segment -> dump.isLost(segment.file(), segment.position()) ? placed(segment, -1, -1) : segment);
        }
        long now = wallClock.getAsLong();
        sink.accept(new CaptureFact.SegmentsSeen(number, Collections.unmodifiableList(batch), seenUpTo(), now));
        batch = new ArrayList<>(batch.isEmpty() ? 0 : BATCH);
        if (!reason.equals(saidReason)) {
            saidReason = reason;
            sink.accept(new CaptureFact.KeepingChanged(number, reason, now));
        }
    }

    /** The watermark, but never past a packet that is held back: processors disagree about time, hence the guard there too. */
    private long seenUpTo() {
        long now = lookBack == null ? watermark.value() : Math.min(watermark.value(), lookBack.oldest() - watermark.guard());
        if (now > saidWatermark || saidWatermark - now > Watermark.CLOCK_STEP_NANOS) {
            saidWatermark = now;
        }
        return saidWatermark;
    }

    private void lookAtCounts(long now) throws CaptureFailure {
        PacketSource.Counts counts = source.counts();
        if (counts.dropped() + counts.droppedByInterface() != saidDrops || Math.abs(now - countedAt) >= COUNT_NANOS) {
            countedAt = now;
            say(counts);
        }
    }

    private void say(PacketSource.Counts counts) {
        saidDrops = counts.dropped() + counts.droppedByInterface();
        sink.accept(new CaptureFact.Counted(number, counts.received(), counts.dropped(), counts.droppedByInterface(), wallClock.getAsLong()));
    }

    private static Segment placed(Segment s, int file, long position) {
        return new Segment(
                s.at(), s.path(), s.seq(), s.ack(), s.flags(), s.window(), s.payloadLength(), s.capturedPayload(), file, position,
                s.capturedLength(), s.frameLength(), s.options());
    }
}
