package dev.plumbline.disk;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that is appended to, and its buffer. After {@link #flush} all that was put is in the file for every reader, and a
 * crash of ours does not reach it.
 *
 * <pre>
 *  file    |■■■■■■■■|■■■■■■■■|■■■      ■ written
 *  buffer                    |■■■▒▒▒▒▒▒|▒▒▒▒▒▒▒▒|▒▒      ▒ put since the last flush
 *                            base  tail                      base is at the border of a block; 0 ≤ tail &lt; block
 * </pre>
 *
 * <p>Whole blocks, when there are {@link #WORTH} octets of them, go past the page cache: such a file grows by gigabytes that
 * nobody reads soon, and each fresh page costs more than what is copied into it. What is left of a block goes through the page
 * cache, and is written again with the rest of its block. Where the file system cannot do that, where it fails or is slower
 * than {@link #SLOW_NANOS}, everything goes through the page cache, until the next {@link #begin}.
 *
 * <p>Owned by: one thread. Units: octets.
 */
public final class BulkFile implements AutoCloseable {
    /** Fewer octets are not worth the wait for the disk. */
    static final int WORTH = 128 << 10;
    /** A page is the largest block the file systems of Linux have. */
    static final int BLOCK = 4096;
    /** A disk that takes this long for one buffer needs the page cache to even out what comes. */
    static final long SLOW_NANOS = 10_000_000;

    private final ByteBuffer buffer;
    private FileChannel file;
    /** Absent (null) when all goes through the page cache. */
    private FileChannel direct;
    private long base;
    private int tail;

    /** @param capacity a multiple of {@link #BLOCK}; what is put between two calls of {@link #flush} must fit with a block to spare */
    public BulkFile(int capacity) {
        if (capacity < 2 * BLOCK || capacity % BLOCK != 0) {
            throw new IllegalArgumentException("capacity: " + capacity + " (expected: a multiple of " + BLOCK + ", two at least)");
        }
        buffer = ByteBuffer.allocateDirect(capacity + BLOCK).alignedSlice(BLOCK).slice(0, capacity).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Goes on with another file, an empty one; what was put and not flushed is forgotten. */
    public void begin(FileChannel empty, Path path) {
        file = empty;
        direct = openDirect(path);
        base = 0;
        tail = 0;
        buffer.clear();
    }

    /** Where octets are put. Its position moves on; its limit and what lies before the position are not the caller's. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Where in the file the next octet put will be. */
    public long end() {
        return base + buffer.position();
    }

    /** How much of the file is written. */
    public long written() {
        return base + tail;
    }

    /** Whether something was put since the last flush. */
    public boolean isWaiting() {
        return buffer.position() > tail;
    }

    /**
     * Brings what was put into the file. After a failure the file may hold any part of it.
     *
     * @param mayWait whether there is time to wait for the disk; who lags behind has none, and the page cache takes all at once
     */
    public void flush(boolean mayWait) throws IOException {
        int until = buffer.position();
        int whole = until - until % BLOCK;
        int from = tail;
        if (mayWait && direct != null && whole >= WORTH && writeDirect(whole)) {
            from = whole;
            file.position(base + whole);
        }
        try {
            buffer.limit(until).position(from);
            while (buffer.hasRemaining()) {
                file.write(buffer);
            }
        } finally {
            keepTail(whole, until);
        }
    }

    /** Counts what was put and could not be written as if it were in the file: what comes next has its place behind it. */
    public void skip() throws IOException {
        file.position(written());
    }

    /** Cuts the file to {@code size}. Only {@link #begin} or {@link #close} may follow. */
    public void truncate(long size) throws IOException {
        file.truncate(size);
    }

    @Override
    public void close() throws IOException {
        closeDirect();
        file.close();
    }

    private void keepTail(int whole, int until) {
        base += whole;
        tail = until - whole;
        buffer.limit(until).position(whole);
        buffer.compact();
    }

    private boolean writeDirect(int whole) {
        long began = System.nanoTime();
        try {
            ByteBuffer blocks = buffer.slice(0, whole);
            while (blocks.hasRemaining()) {
                direct.write(blocks, base + blocks.position());
            }
        } catch (IOException e) {
            // Full, or it takes no such writes after all: the other way says which.
            closeDirect();
            return false;
        }
        if (System.nanoTime() - began > SLOW_NANOS) {
            closeDirect();
        }
        return true;
    }

    private void closeDirect() {
        FileChannel closing = direct;
        direct = null;
        try {
            if (closing != null) {
                closing.close();
            }
        } catch (IOException e) {
            // All that it wrote was written when its writes returned.
        }
    }

    private static FileChannel openDirect(Path path) {
        try {
            return FileChannel.open(path, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT);
        } catch (IOException | UnsupportedOperationException e) {
            return null;
        }
    }
}
