package dev.plumbline.recording;

import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Writes {@code packets.idx}. A packet has its place by its number, so what was lost to a full disk leaves a hole and
 * nothing else moves.
 *
 * <p>Owned by: the recorder thread.
 * <p>Limits: {@value #RECORDS} records wait in memory between two flushes.
 */
final class PacketIndexWriter implements AutoCloseable {
    static final int RECORDS = 4096;
    private final FileChannel channel;
    private final ByteBuffer buffer;
    private long firstWaiting = 1;
    private int waiting;
    private long lost;
    private long end = PacketRecord.HEADER_LENGTH;

    PacketIndexWriter(Path file) throws IOException {
        channel = PrivateFiles.createFile(file);
        buffer = ByteBuffer.allocateDirect(RECORDS * PacketRecord.LENGTH);
        PacketRecord.writeHeader(buffer);
        writeAll(0);
    }

    /** @throws IOException when the disk takes no more; the records that waited are lost and counted */
    void put(
            long packet, int capture, FlowId flow, Heading heading, long offset, long ackOffset, Sighting sighting, Segment segment)
            throws IOException {
        if (packet != firstWaiting + waiting) {
            flush();
            firstWaiting = packet;
        }
        PacketRecord.write(capture, flow, heading, offset, ackOffset, sighting, segment, buffer);
        if (++waiting == RECORDS) {
            flush();
        }
    }

    /** Gives what waits to the operating system, where a crash of ours no longer reaches it. */
    void flush() throws IOException {
        if (waiting == 0) {
            return;
        }
        long at = PacketRecord.positionOf(firstWaiting);
        int records = waiting;
        firstWaiting += records;
        waiting = 0;
        try {
            writeAll(at);
        } catch (IOException e) {
            lost += records;
            throw e;
        }
    }

    /** Forgets what waits: it may not be written any more. */
    void discard() {
        lost += waiting;
        firstWaiting += waiting;
        waiting = 0;
        buffer.clear();
    }

    /** Records that did not reach the disk. */
    long lost() {
        return lost;
    }

    /** The file's length. */
    long length() {
        return end;
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            flush();
        }
    }

    private void writeAll(long at) throws IOException {
        buffer.flip();
        try {
            long position = at;
            while (buffer.hasRemaining()) {
                position += channel.write(buffer, position);
                end = Math.max(end, position);
            }
        } finally {
            buffer.clear();
        }
    }
}
