package dev.plumbline.export.pcapng;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * Gathers blocks and writes them in large pieces. Little-endian: both formats let the writer choose.
 *
 * <p>Owned by: the exporting thread.
 * <p>Limits: 1 MiB, more only for a single block that is larger.
 */
final class BlockBuffer {
    private static final int SIZE = 1 << 20;

    private final WritableByteChannel channel;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE).order(ByteOrder.LITTLE_ENDIAN);

    BlockBuffer(WritableByteChannel channel) {
        this.channel = channel;
    }

    /** Makes sure that {@code octets} can be put without a look at the room left. */
    void room(int octets) throws IOException {
        if (buffer.remaining() < octets) {
            flush();
        }
        if (buffer.capacity() < octets) {
            buffer = ByteBuffer.allocateDirect(octets).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    BlockBuffer u8(int value) {
        buffer.put((byte) value);
        return this;
    }

    BlockBuffer u16(int value) {
        buffer.putShort((short) value);
        return this;
    }

    BlockBuffer u32(int value) {
        buffer.putInt(value);
        return this;
    }

    BlockBuffer u64(long value) {
        buffer.putLong(value);
        return this;
    }

    BlockBuffer octets(byte[] octets) {
        buffer.put(octets);
        return this;
    }

    BlockBuffer octets(ByteBuffer octets) {
        buffer.put(octets);
        return this;
    }

    /** Zeros up to the next multiple of four of what {@code length} octets were put for. */
    BlockBuffer pad(int length) {
        for (int i = length; (i & 3) != 0; i++) {
            buffer.put((byte) 0);
        }
        return this;
    }

    /** An option: code, length, value, padding. */
    BlockBuffer option(int code, byte[] value) {
        return u16(code).u16(value.length).octets(value).pad(value.length);
    }

    void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    /** Octets an option of that value takes. */
    static int optionLength(int valueLength) {
        return 4 + padded(valueLength);
    }

    static int padded(int length) {
        return length + 3 & ~3;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
