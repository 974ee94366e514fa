package dev.plumbline.recording;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads frames out of the raw dumps, which are classic pcap files with nanoseconds:
 *
 * <pre>
 *  file    | 24 octets file header | record | record | …
 *  record  | seconds 4 | nanoseconds 4 | captured length 4 | frame length 4 | frame |
 * </pre>
 *
 * <p>Owned by: one thread at a time.
 * <p>Limits: {@value #MAX_OPEN} dumps are open at a time.
 */
final class Frames implements AutoCloseable {
    private static final int MAX_OPEN = 32;
    private static final int RECORD_HEADER = 16;
    private static final int CAPTURED_LENGTH = 8;
    private static final int MAGIC = 0xa1b2_3c4d;
    private final Path directory;
    private final Map<String, Dump> dumps = new LinkedHashMap<>(16, 0.75f, true);
    private final ByteBuffer header = ByteBuffer.allocate(RECORD_HEADER);

    /** The dump that was asked for last. Packets come in runs of the same dump. */
    private int lastCapture = -1;
    private int lastFile = -1;
    private long lastLength;

    private record Dump(FileChannel channel, ByteOrder order) {
    }

    Frames(Path directory) {
        this.directory = directory;
    }

    /** See {@link Recording#frame}. False also when a crash came between the index and the dump. */
    boolean read(PacketRow packet, ByteBuffer into) {
        if (packet.file() < 0) {
            return false;
        }
        String name = Layout.dump(packet.capture(), packet.file());
        int start = into.position();
        try {
            Dump dump = dump(name);
            header.clear();
            if (dump == null || !fill(dump.channel, header, packet.position())) {
                return false;
            }
            int length = header.order(dump.order).getInt(CAPTURED_LENGTH);
            if (length != packet.capturedLength()) {
                throw new RecordingException(name + ": captured length at " + packet.position() + ": " + length + " (expected: " + packet.capturedLength() + ")");
            }
            into.limit(start + length);
            if (!fill(dump.channel, into, packet.position() + RECORD_HEADER)) {
                return false;
            }
            into.position(start);
            return true;
        } catch (IOException e) {
            throw new RecordingException(name + ": " + PrivateFiles.reason(e), e);
        }
    }

    /** See {@link Recording#hasFrame}. */
    boolean holds(PacketRow packet) {
        if (packet.file() < 0) {
            return false;
        }
        long end = packet.position() + RECORD_HEADER + packet.capturedLength();
        if (packet.capture() != lastCapture || packet.file() != lastFile || end > lastLength) {
            // It may have grown since.
            lastLength = length(Layout.dump(packet.capture(), packet.file()));
            lastCapture = packet.capture();
            lastFile = packet.file();
        }
        return end <= lastLength;
    }

    private long length(String name) {
        try {
            Dump dump = dump(name);
            return dump == null ? 0 : dump.channel.size();
        } catch (IOException e) {
            throw new RecordingException(name + ": " + PrivateFiles.reason(e), e);
        }
    }

    @Override
    public void close() {
        dumps.values().forEach(Frames::close);
        dumps.clear();
    }

    private Dump dump(String name) throws IOException {
        Dump known = dumps.get(name);
        if (known != null) {
            return known;
        }
        Dump opened = open(name);
        if (opened == null) {
            return null;
        }
        dumps.put(name, opened);
        if (dumps.size() > MAX_OPEN) {
            Iterator<Dump> eldest = dumps.values().iterator();
            close(eldest.next());
            eldest.remove();
        }
        return opened;
    }

    /** Null when there is none, or not yet. */
    private Dump open(String name) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(directory.resolve(name), StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            return null;
        }
        ByteBuffer magic = ByteBuffer.allocate(4);
        if (!fill(channel, magic, 0)) {
            channel.close();
            return null;
        }
        int value = magic.getInt(0);
        if (value != MAGIC && Integer.reverseBytes(value) != MAGIC) {
            channel.close();
            throw new RecordingException(name + ": magic: " + Integer.toHexString(value) + " (expected: a classic pcap file with nanoseconds)");
        }
        return new Dump(channel, value == MAGIC ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    }

    private static boolean fill(FileChannel channel, ByteBuffer into, long at) throws IOException {
        long position = at;
        while (into.hasRemaining()) {
            int n = channel.read(into, position);
            if (n < 0) {
                return false;
            }
            position += n;
        }
        return true;
    }

    private static void close(Dump dump) {
        try {
            dump.channel.close();
        } catch (IOException e) {
            throw new RecordingException(PrivateFiles.reason(e), e);
        }
    }
}
