package dev.plumbline.export.pcapng;

import dev.plumbline.recording.PacketRow;
import dev.plumbline.recording.Recording;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads frames into one buffer that grows to the largest of them.
 *
 * <p>Owned by: the exporting thread.
 */
final class FrameReader {
    private final Recording recording;
    private ByteBuffer buffer = ByteBuffer.allocate(64 << 10);

    FrameReader(Recording recording) {
        this.recording = recording;
    }

    /** The frame, good until the next call; empty when it cannot be read any more. */
    Optional<ByteBuffer> read(PacketRow row) {
        if (buffer.capacity() < row.capturedLength()) {
            buffer = ByteBuffer.allocate(row.capturedLength());
        }
        buffer.clear();
        return recording.frame(row, buffer) ? Optional.of(buffer) : Optional.empty();
    }
}
