package dev.plumbline.dump.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * The part of a file that is in memory: what is read is read forward, and never twice.
 *
 * <pre>
 *  file     …  | done | ▶ unread ~~~~~~~~~~~~ | not in memory yet …
 *              0      position             limit  ≤ {@link #OCTETS}
 * </pre>
 *
 * <p>Owned by: the reading thread. Limits: {@link #OCTETS} octets of memory; nothing longer can be held at once.
 */
final class Window {
    static final int OCTETS = 4 << 20;

    private final ReadableByteChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(OCTETS).limit(0);
    /** Where in the file the buffer begins. */
    private long start;
    private boolean isAtEnd;

    Window(ReadableByteChannel channel) {
        this.channel = channel;
    }

    /** Whether {@code octets} unread ones are in memory; false when the file ends before. */
    boolean has(int octets) throws IOException {
        return buffer.remaining() >= octets || fill(octets);
    }

    /** Octets unread in memory. */
    int held() {
        return buffer.remaining();
    }

    /** Big-endian; absolute access from {@link #position} on. Valid until the next {@link #has}. */
    ByteBuffer buffer() {
        return buffer;
    }

    /** Where in {@link #buffer} the next unread octet is. */
    int position() {
        return buffer.position();
    }

    /** Where in the file the next unread octet is. */
    long at() {
        return start + buffer.position();
    }

    /** Goes over {@code octets}, in memory or not; false when the file ends before. */
    boolean skip(long octets) throws IOException {
        long left = octets;
        while (left > buffer.remaining()) {
            left -= buffer.remaining();
            buffer.position(buffer.limit());
            if (!fill(1)) {
                return false;
            }
        }
        buffer.position(buffer.position() + (int) left);
        return true;
    }

    private boolean fill(int octets) throws IOException {
        if (octets > OCTETS) {
            throw new IllegalArgumentException("octets: " + octets + " (expected: <= " + OCTETS + ")");
        }
        start += buffer.position();
        buffer.compact();
        while (!isAtEnd && buffer.position() < octets) {
            isAtEnd = channel.read(buffer) < 0;
        }
        buffer.flip();
        return buffer.remaining() >= octets;
    }
}
