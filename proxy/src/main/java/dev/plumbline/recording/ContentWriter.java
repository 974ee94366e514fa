package dev.plumbline.recording;

import dev.plumbline.disk.BulkFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes {@code content.dat}: chunks of message content back to back, those of different messages interleaved as they came.
 *
 * <p>Owned by: the recorder thread.
 * <p>Limits: {@value #BUFFER} octets wait in memory between two flushes.
 */
final class ContentWriter implements AutoCloseable {
    static final int BUFFER = 256 << 10;
    private final BulkFile file = new BulkFile(BUFFER);
    private final List<long[]> holes = new ArrayList<>();

    ContentWriter(Path path) throws IOException {
        file.begin(PrivateFiles.createFile(path), path);
    }

    /**
     * @return where it begins in the file
     * @throws IOException when the disk takes no more; nothing of it may be said to be there
     */
    long append(byte[] octets, int length) throws IOException {
        if (length > file.buffer().remaining()) {
            flush(false);
        }
        long at = file.end();
        int put = 0;
        while (put < length) {
            if (!file.buffer().hasRemaining()) {
                flush(false);
            }
            int some = Math.min(length - put, file.buffer().remaining());
            file.buffer().put(octets, put, some);
            put += some;
        }
        return at;
    }

    /** The file's length, what waits included. */
    long length() {
        return file.end();
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
     * @param mayWait whether there is time to wait for the disk
     * @throws IOException when the disk takes no more; then what waited is a hole of the same length, so that what
     *     follows is where it was said to be
     */
    void flush(boolean mayWait) throws IOException {
        if (!file.isWaiting()) {
            return;
        }
        long from = file.written();
        try {
            file.flush(mayWait);
        } catch (IOException e) {
            noteHole(from, file.written());
            file.skip();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        try (file) {
            flush(false);
        }
    }

    private void noteHole(long from, long to) {
        if (!holes.isEmpty() && holes.get(holes.size() - 1)[1] == from) {
            holes.get(holes.size() - 1)[1] = to;
        } else {
            holes.add(new long[] {from, to});
        }
    }
}
