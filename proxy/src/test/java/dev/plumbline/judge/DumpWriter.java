package dev.plumbline.judge;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes made-up segments as a classic pcap file with nanoseconds: Ethernet, IPv4, TCP, payload of zeros that is not kept. */
final class DumpWriter implements AutoCloseable {
    /** Options a SYN carries: MSS, SACK permitted, window scale. */
    private static final int OPTIONS = 12;
    private static final int HEADERS = 14 + 20 + 20;
    private final OutputStream out;

    DumpWriter(Path file) throws IOException {
        out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
        ByteBuffer header = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(0xa1b23c4d).putShort((short) 2).putShort((short) 4).putLong(0).putInt(262_144).putInt(1);
        out.write(header.array());
    }

    /** @param scale the window scale a SYN offers; −1 for none */
    void segment(long at, int from, int fromPort, int to, int toPort, int seq, int ack, int flags, int window, int length, int scale) throws IOException {
        int options = (flags & 2) != 0 ? OPTIONS : 0;
        ByteBuffer record = ByteBuffer.allocate(16 + HEADERS + options);
        record.order(ByteOrder.LITTLE_ENDIAN);
        record.putInt((int) (at / 1_000_000_000L)).putInt((int) (at % 1_000_000_000L)).putInt(HEADERS + options).putInt(HEADERS + options + length);
        record.order(ByteOrder.BIG_ENDIAN);
        record.putInt(0x02000000).putShort((short) 1).putInt(0x02000000).putShort((short) 2).putShort((short) 0x0800);
        record.put((byte) 0x45).put((byte) 0).putShort((short) (40 + options + length)).putInt(0x40000000 >>> 16).put((byte) 64).put((byte) 6).putShort((short) 0);
        record.putInt(from).putInt(to);
        record.putShort((short) fromPort).putShort((short) toPort).putInt(seq).putInt(ack);
        record.put((byte) ((20 + options) / 4 << 4)).put((byte) flags).putShort((short) window).putInt(0);
        if (options > 0) {
            record.put(new byte[] {2, 4, 5, (byte) 0xb4, 4, 2});
            record.put(scale < 0 ? new byte[] {1, 1, 1, 1, 1, 0} : new byte[] {1, 3, 3, (byte) scale, 1, 1});
        }
        out.write(record.array());
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
