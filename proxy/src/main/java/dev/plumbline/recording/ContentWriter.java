package dev.plumbline.recording;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes {@code content.dat}: chunks of message content back to back, those of different messages interleaved as they came.
 *
 * <p>Owned by: the recorder thread.
 */
final class ContentWriter implements AutoCloseable {
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(256 << 10);
    private final List<long[]> holes = new ArrayList<>();
    private long flushed;

    ContentWriter(Path file) throws IOException {
        channel = PrivateFiles.createFile(file);
    }

    /** @return where it begins in the file */
    long append(byte[] octets, int length) throws IOException {
        if (length > buffer.remaining()) {
            flush();
        }
        long at = flushed + buffer.position();
        if (length > buffer.capacity()) {
            flushed = writeAll(ByteBuffer.wrap(octets, 0, length), flushed);
        } else {
            buffer.put(octets, 0, length);
        }
        return at;
    }

    /** The file's length, what waits included. */
    long length() {
        return flushed + buffer.position();
    }

    /** Whether these octets are there: not so where the disk took no more. */
    boolean holds(long position, long length) {
        for (long[] hole : holes) {
            if (position < hole[1] && hole[0] < position + length) {
                return false;
            }
        }
        return true;
    }

    /**
     * @throws IOException when the disk takes no more; then what waited is a hole of the same length, so that what
     *     follows is where it was said to be
     */
    void flush() throws IOException {
        if (buffer.position() == 0) {
            return;
        }
        buffer.flip();
        int length = buffer.remaining();
        try {
            writeAll(buffer, flushed);
        } catch (IOException e) {
            noteHole(length);
            throw e;
        } finally {
            flushed += length;
            buffer.clear();
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            flush();
        }
    }

    private void noteHole(int length) {
        if (!holes.isEmpty() && holes.get(holes.size() - 1)[1] == flushed) {
            holes.get(holes.size() - 1)[1] += length;
        } else {
            holes.add(new long[] {flushed, flushed + length});
        }
    }

    private long writeAll(ByteBuffer from, long at) throws IOException {
        long position = at;
        while (from.hasRemaining()) {
            position += channel.write(from, position);
        }
        return position;
    }
}
