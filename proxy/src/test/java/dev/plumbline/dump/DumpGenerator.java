package dev.plumbline.dump;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Makes large dumps for {@code scripts/bench-import}: {@code bulk FILE OCTETS} has responses of 1 MiB in full segments,
 * {@code tiny FILE PACKETS} the same in segments of 64 octets, {@code small FILE PACKETS} keep-alive exchanges of four packets (request, ACK, response, ACK).
 *
 * <p>Owned by: one thread.
 */
final class DumpGenerator implements AutoCloseable {
    private static final int CONNECTIONS = 64;
    private static final int SEGMENT = 1448;
    private static final int TINY = 64;
    private static final int BODY = 1 << 20;
    private static final int EXCHANGES_PER_CONNECTION = 1000;

    private final FileChannel channel;
    private final ByteBuffer out = ByteBuffer.allocateDirect(8 << 20).order(ByteOrder.LITTLE_ENDIAN);
    private final byte[] payload = new byte[SEGMENT];
    private final long[] seq = new long[CONNECTIONS];
    private final long[] ack = new long[CONNECTIONS];
    private final int[] port = new int[CONNECTIONS];
    private long at = 1_700_000_000_000_000_000L;
    private long packets;
    private int ports = 1024;

    DumpGenerator(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        out.putInt(0xa1b23c4d).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0).putInt(262_144).putInt(1);
    }

    public static void main(String[] arguments) throws IOException {
        long amount = Long.parseLong(arguments[2]);
        try (DumpGenerator dump = new DumpGenerator(Path.of(arguments[1]))) {
            if (arguments[0].equals("bulk")) {
                dump.bulk(amount, Long.MAX_VALUE, SEGMENT);
            } else if (arguments[0].equals("tiny")) {
                dump.bulk(Long.MAX_VALUE, amount, TINY);
            } else {
                dump.small(amount);
            }
            System.out.println(arguments[1] + " " + dump.packets + " packets");
        }
    }

    private void bulk(long octets, long most, int segment) throws IOException {
        byte[] request = "GET /bulk HTTP/1.1\r\nHost: bench.test\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] head = ("HTTP/1.1 200 OK\r\nContent-Length: " + BODY + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        for (int c = 0; c < 8; c++) {
            open(c);
        }
        long[] left = new long[8];
        long written = 0;
        for (int c = 0; written < octets && packets < most; c = (c + 1) % 8) {
            if (left[c] == 0) {
                toServer(c, 0x18, request, request.length);
                toClient(c, 0x18, head, head.length);
                left[c] = BODY;
            }
            for (int i = 0; i < 16 && left[c] > 0; i++) {
                int length = (int) Math.min(segment, left[c]);
                toClient(c, 0x10, payload, length);
                left[c] -= length;
                written += length + 70;
                if (i % 2 == 1) {
                    toServer(c, 0x10, payload, 0);
                }
            }
        }
    }

    private void small(long wanted) throws IOException {
        byte[] request = "GET /small HTTP/1.1\r\nHost: bench.test\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] response = ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 32\r\n\r\n" + "x".repeat(32)).getBytes(StandardCharsets.US_ASCII);
        long exchanges = 0;
        while (packets < wanted) {
            for (int c = 0; c < CONNECTIONS; c++) {
                if (exchanges % EXCHANGES_PER_CONNECTION == 0) {
                    if (exchanges > 0) {
                        close(c);
                    }
                    open(c);
                }
                toServer(c, 0x18, request, request.length);
                toClient(c, 0x10, payload, 0);
                toClient(c, 0x18, response, response.length);
                toServer(c, 0x10, payload, 0);
            }
            exchanges++;
        }
    }

    private void open(int c) throws IOException {
        port[c] = ports = ports == 65_535 ? 1024 : ports + 1;
        seq[c] = ports * 77_777L;
        ack[c] = ports * 33_333L;
        toServer(c, 0x02, payload, 0);
        seq[c]++;
        toClient(c, 0x12, payload, 0);
        ack[c]++;
        toServer(c, 0x10, payload, 0);
    }

    private void close(int c) throws IOException {
        toServer(c, 0x11, payload, 0);
        seq[c]++;
        toClient(c, 0x11, payload, 0);
        ack[c]++;
        toServer(c, 0x10, payload, 0);
    }

    private void toServer(int c, int flags, byte[] octets, int length) throws IOException {
        packet(0x0a000001, 0x0a000002, port[c], 80, seq[c], ack[c], flags, octets, length);
        seq[c] += length;
    }

    private void toClient(int c, int flags, byte[] octets, int length) throws IOException {
        packet(0x0a000002, 0x0a000001, 80, port[c], ack[c], seq[c], flags, octets, length);
        ack[c] += length;
    }

    private void packet(int from, int to, int fromPort, int toPort, long s, long a, int flags, byte[] octets, int length) throws IOException {
        int frame = 14 + 20 + 20 + length;
        if (out.remaining() < frame + 16) {
            flush();
        }
        at += 2_000;
        packets++;
        out.order(ByteOrder.LITTLE_ENDIAN).putInt((int) (at / 1_000_000_000)).putInt((int) (at % 1_000_000_000)).putInt(frame).putInt(frame);
        out.order(ByteOrder.BIG_ENDIAN).putLong(0x0200_0000_0001_0200L).putInt(0x0000_0002).putShort((short) 0x0800);
        out.putShort((short) 0x4500).putShort((short) (40 + length)).putInt(0x0000_4000).putInt(0x4006_0000).putInt(from).putInt(to);
        out.putShort((short) fromPort).putShort((short) toPort).putInt((int) s).putInt((flags & 0x10) == 0 ? 0 : (int) a);
        out.putShort((short) (0x5000 | flags)).putShort((short) 0xffff).putInt(0).put(octets, 0, length);
    }

    private void flush() throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
        out.clear();
    }

    @Override
    public void close() throws IOException {
        flush();
        channel.close();
    }
}
