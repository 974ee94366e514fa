package dev.plumbline.capture;

import java.nio.ByteBuffer;

/** Frames made by hand, for tests. */
final class Frames {
    static final int SOURCE_PORT = 50_000;
    static final int TARGET_PORT = 8080;

    private Frames() {
    }

    static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer out = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            out.put(part);
        }
        return out.array();
    }

    static byte[] ethernet(int etherType, byte[]... rest) {
        return join(new byte[12], u16(etherType), join(rest));
    }

    static byte[] vlan(int innerType, byte[]... rest) {
        return join(u16(7), u16(innerType), join(rest));
    }

    static byte[] ipv4(int optionOctets, int fragment, int protocol, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(20 + optionOctets + payload.length);
        out.put((byte) (0x45 + optionOctets / 4)).put((byte) 0).putShort((short) out.capacity()).putShort((short) 1).putShort((short) fragment);
        out.put((byte) 64).put((byte) protocol).putShort((short) 0).putInt(0x0a000001).putInt(0x0a000002);
        return out.put(new byte[optionOctets]).put(payload).array();
    }

    static byte[] ipv6(int next, byte[]... payload) {
        byte[] rest = join(payload);
        ByteBuffer out = ByteBuffer.allocate(40 + rest.length);
        out.putInt(0x60000000).putShort((short) rest.length).put((byte) next).put((byte) 64);
        return out.putLong(0xfd00L << 48).putLong(1).putLong(0xfd00L << 48).putLong(2).put(rest).array();
    }

    static byte[] extension(int next, int octets) {
        byte[] out = new byte[octets];
        out[0] = (byte) next;
        out[1] = (byte) (octets / 8 - 1);
        return out;
    }

    static byte[] tcp(int flags, int optionOctets, int payload) {
        return tcp(SOURCE_PORT, TARGET_PORT, flags, optionOctets, payload);
    }

    static byte[] tcp(int source, int target, int flags, int optionOctets, int payload) {
        ByteBuffer out = ByteBuffer.allocate(20 + optionOctets + payload);
        out.putShort((short) source).putShort((short) target).putInt(0xfffffff0).putInt(77);
        out.put((byte) ((20 + optionOctets) / 4 << 4)).put((byte) flags).putShort((short) 501);
        return out.array();
    }

    /** A frame with nothing special about it, from a host to itself, so that swapped ports are the way back. */
    static byte[] plain(int source, int target, int flags, int payload) {
        byte[] frame = ethernet(0x0800, ipv4(0, 0x4000, 6, tcp(source, target, flags, 0, payload)));
        frame[33] = 1;
        return frame;
    }

    static byte[] u16(int value) {
        return new byte[] {(byte) (value >>> 8), (byte) value};
    }
}
