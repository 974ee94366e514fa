package dev.plumbline.dump.file;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;

/**
 * A classic pcap file.
 *
 * <pre>
 *  file     | magic | 2 | 4 | – | – | snap length | FCS bits, link type |     24 octets, then records
 *  record   | seconds | fraction | captured length | frame length | frame    16 octets + captured length
 * </pre>
 *
 * <p>Owned by: the reading thread. Source: draft-ietf-opsawg-pcap.
 */
final class ClassicPcap extends Dump {
    private static final int HEADER = 24;
    private static final int RECORD = 16;

    private final int nanosPerUnit;

    private ClassicPcap(Window window, ReadableByteChannel channel, int nanosPerUnit) {
        super(window, channel);
        this.nanosPerUnit = nanosPerUnit;
    }

    static ClassicPcap open(Window window, ReadableByteChannel channel, String name) throws IOException {
        if (!window.has(HEADER)) {
            throw new DumpException("expected a pcap file, " + name + " ends within its header of " + HEADER + " octets");
        }
        int magic = window.buffer().getInt(window.position());
        boolean isLittle = magic != Format.MICROSECONDS && magic != Format.NANOSECONDS;
        boolean isNano = magic == Format.NANOSECONDS || Integer.reverseBytes(magic) == Format.NANOSECONDS;
        ClassicPcap dump = new ClassicPcap(window, channel, isNano ? 1 : 1000);
        dump.octets.littleEndian(isLittle);
        if (dump.octets.u16(4) != 2) {
            throw new DumpException("expected pcap of version 2, " + name + " has version " + dump.octets.u16(4) + "." + dump.octets.u16(6));
        }
        // The upper 16 bits tell of frame check sequences; frames come with theirs, and IP knows its own length.
        dump.add(0, "", dump.octets.i32(20) & 0xffff, dump.octets.u32(16), "");
        window.skip(HEADER);
        return dump;
    }

    @Override
    boolean read() throws IOException {
        if (frame > 0) {
            window.skip(RECORD + (long) capturedLength);
        }
        if (!window.has(RECORD)) {
            frame = 0;
            return window.held() > 0 && cut("a record's header");
        }
        long captured = octets.u32(8);
        if (captured > MAX_FRAME) {
            frame = 0;
            return damaged("is damaged at octet " + window.at() + ", after packet " + packets + ": a frame of " + captured
                    + " octets (expected: at most " + MAX_FRAME + ")");
        }
        if (!window.has(RECORD + (int) captured)) {
            frame = 0;
            return cut("a packet");
        }
        at = octets.u32(0) * 1_000_000_000L + octets.u32(4) * nanosPerUnit;
        frameAt(RECORD, (int) captured, octets.u32(12));
        return true;
    }
}
