package dev.plumbline.export.pcapng;

import dev.plumbline.export.frames.FrameNumbers;
import dev.plumbline.export.frames.Progress;
import dev.plumbline.recording.InterfaceRow;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.recording.Recording;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes a classic pcap file with nanosecond timestamps, for tools that do not read pcapng. It has one link type: where
 * the interfaces differ the link headers are cut off and raw IP is written.
 *
 * <p>Owned by: the exporting thread.
 * <p>Limits: one buffer of 1 MiB and the largest frame. Timestamps end in the year 2106 (32-bit seconds).
 * <p>Source: draft-ietf-opsawg-pcap, LINKTYPE_RAW.
 */
public final class PcapWriter {
    private static final int MAGIC_NANOSECONDS = 0xA1B23C4D;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int DEFAULT_SNAP_LENGTH = 262_144;

    private final Recording recording;
    private final FrameNumbers frames;
    private final Interfaces interfaces;
    private final BlockBuffer out;

    public PcapWriter(Recording recording, FrameNumbers frames, WritableByteChannel channel) {
        this.recording = recording;
        this.frames = frames;
        this.interfaces = Interfaces.of(recording, frames);
        this.out = new BlockBuffer(channel);
    }

    /** Whether link headers are cut off because the interfaces' link types differ. */
    public boolean isRawIp() {
        return !interfaces.haveOneLinkType();
    }

    /** Writes the whole file. */
    public Written write(Progress progress) throws IOException {
        int linkType = isRawIp() ? LinkHeader.RAW : interfaces.rows().stream().findFirst().map(InterfaceRow::linkType).orElse(LinkHeader.RAW);
        int snapLength = interfaces.rows().stream().mapToInt(InterfaceRow::snapLength).max().orElse(DEFAULT_SNAP_LENGTH);
        out.room(24);
        out.u32(MAGIC_NANOSECONDS).u16(2).u16(4).u32(0).u32(0).u32(snapLength).u32(linkType);
        List<Long> missing = new ArrayList<>();
        long[] skipped = {0};
        int[] frame = {0};
        FrameReader reader = new FrameReader(recording);
        frames.forEach(row -> {
            Optional<ByteBuffer> octets = reader.read(row);
            if (octets.isEmpty()) {
                missing.add(row.id().number());
            } else if (!packet(row, octets.get())) {
                skipped[0]++;
            }
            if ((++frame[0] & 0xfff) == 0 || frame[0] == frames.count()) {
                progress.at("pcap", frame[0], frames.count());
            }
        });
        out.flush();
        return new Written(frames.count() - missing.size() - skipped[0], 0, missing, skipped[0]);
    }

    private boolean packet(PacketRow row, ByteBuffer octets) {
        int cut = 0;
        if (isRawIp()) {
            cut = LinkHeader.length(interfaces.rows().get(interfaces.indexOf(row.capture())).linkType(), octets);
            if (cut < 0) {
                return false;
            }
        }
        octets.position(octets.position() + cut);
        int captured = octets.remaining();
        int length = row.frameLength() - cut;
        PcapngWriter.unchecked(() -> {
            out.room(16 + captured);
            out.u32((int) (row.at() / NANOS_PER_SECOND)).u32((int) (row.at() % NANOS_PER_SECOND)).u32(captured).u32(length).octets(octets);
        });
        return true;
    }
}
