package dev.plumbline.recording;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.List;

/**
 * The content of one message, from its parts in {@code content.dat}.
 *
 * <p>Owned by: one thread at a time.
 */
final class ContentStream extends InputStream {
    private final FileChannel channel;
    private final Iterator<long[]> extents;
    private long position;
    private long remaining;

    /** @param extents position and length of each part, in order */
    ContentStream(Path file, List<long[]> extents) throws IOException {
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        this.extents = extents.iterator();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        while (remaining == 0) {
            if (!extents.hasNext()) {
                return -1;
            }
            long[] next = extents.next();
            position = next[0];
            remaining = next[1];
        }
        int n = channel.read(ByteBuffer.wrap(to, offset, (int) Math.min(length, remaining)), position);
        if (n < 0) {
            throw new EOFException("content.dat ends at " + position + " (expected: " + remaining + " octets more)");
        }
        position += n;
        remaining -= n;
        return n;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
