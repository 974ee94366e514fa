package dev.plumbline.dump.file;

/**
 * Numbers at the window's position, in the octet order of the machine that wrote the file.
 *
 * <p>Owned by: the reading thread.
 */
final class Octets {
    private final Window window;
    private boolean isLittleEndian;

    Octets(Window window) {
        this.window = window;
    }

    void littleEndian(boolean is) {
        isLittleEndian = is;
    }

    int u16(int at) {
        short value = window.buffer().getShort(window.position() + at);
        return (isLittleEndian ? Short.reverseBytes(value) : value) & 0xffff;
    }

    int i32(int at) {
        int value = window.buffer().getInt(window.position() + at);
        return isLittleEndian ? Integer.reverseBytes(value) : value;
    }

    long u32(int at) {
        return i32(at) & 0xffff_ffffL;
    }

    long i64(int at) {
        long value = window.buffer().getLong(window.position() + at);
        return isLittleEndian ? Long.reverseBytes(value) : value;
    }

    byte[] copy(int at, int length) {
        byte[] out = new byte[length];
        window.buffer().get(window.position() + at, out);
        return out;
    }
}
