package dev.plumbline.dump.file;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Builds dumps octet by octet, in either octet order, and reads what a {@link Dump} makes of them. */
final class Files {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteOrder order;

    Files(ByteOrder order) {
        this.order = order;
    }

    static byte[] pcap(ByteOrder order, int magic, int linkType, byte[]... frames) {
        Files file = new Files(order);
        file.put(buffer(order, 24).putInt(magic).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0).putInt(65_535).putInt(linkType));
        for (int i = 0; i < frames.length; i++) {
            file.put(buffer(order, 16).putInt(1000 + i).putInt(250).putInt(frames[i].length).putInt(frames[i].length + i));
            file.out.writeBytes(frames[i]);
        }
        return file.octets();
    }

    Files section() {
        return block(0x0a0d0d0a, buffer(order, 16).putInt(0x1a2b3c4d).putShort((short) 1).putShort((short) 0).putLong(-1).array());
    }

    Files describe(int linkType, int snapLength, byte[]... options) {
        byte[] head = buffer(order, 8).putShort((short) linkType).putShort((short) 0).putInt(snapLength).array();
        return block(1, joined(head, joined(options)));
    }

    byte[] option(int code, byte... value) {
        byte[] padded = new byte[value.length + 3 & ~3];
        System.arraycopy(value, 0, padded, 0, value.length);
        return joined(buffer(order, 4).putShort((short) code).putShort((short) value.length).array(), padded);
    }

    byte[] option64(int code, long value) {
        return option(code, buffer(order, 8).putLong(value).array());
    }

    Files packet(int in, long ticks, byte... frame) {
        return block(6, joined(
                buffer(order, 20).putInt(in).putInt((int) (ticks >>> 32)).putInt((int) ticks).putInt(frame.length).putInt(frame.length).array(), frame));
    }

    Files oldPacket(int in, long ticks, byte... frame) {
        return block(2, joined(buffer(order, 20).putShort((short) in).putShort((short) 0).putInt((int) (ticks >>> 32)).putInt((int) ticks)
                .putInt(frame.length).putInt(frame.length).array(), frame));
    }

    Files simplePacket(byte... frame) {
        return block(3, joined(buffer(order, 4).putInt(frame.length).array(), frame));
    }

    Files secrets(String text) {
        byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
        return block(10, joined(buffer(order, 8).putInt(0x544c534b).putInt(octets.length).array(), octets));
    }

    Files statistics(int in, byte[]... options) {
        return block(5, joined(buffer(order, 12).putInt(in).putInt(0).putInt(0).array(), joined(options)));
    }

    Files block(int type, byte[] body) {
        int length = 12 + (body.length + 3 & ~3);
        put(buffer(order, 8).putInt(type).putInt(length));
        out.writeBytes(body);
        out.writeBytes(new byte[length - 12 - body.length]);
        put(buffer(order, 4).putInt(length));
        return this;
    }

    byte[] octets() {
        return out.toByteArray();
    }

    private void put(ByteBuffer buffer) {
        out.writeBytes(buffer.array());
    }

    private static ByteBuffer buffer(ByteOrder order, int octets) {
        return ByteBuffer.allocate(octets).order(order);
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** What was read of a file: {@code interface@nanos:captured/onWire=first octets}, and what the file said beside. */
    record Seen(List<String> packets, List<String> keyLogs, String damage, List<String> remarks, List<InterfaceCounts> counts) {
    }

    static Seen read(byte[] file) {
        List<String> packets = new ArrayList<>();
        List<String> keyLogs = new ArrayList<>();
        try (Dump dump = Dump.open(Channels.newChannel(new ByteArrayInputStream(file)), "test", log -> keyLogs.add(new String(log, StandardCharsets.US_ASCII)))) {
            while (dump.next()) {
                StringBuilder octets = new StringBuilder();
                for (int i = 0; i < Math.min(4, dump.capturedLength()); i++) {
                    octets.append(String.format("%02x", dump.buffer().get(dump.frame() + i)));
                }
                // Every octet it says is there can be read.
                if (dump.capturedLength() > 0) {
                    dump.buffer().get(dump.frame() + dump.capturedLength() - 1);
                }
                packets.add(dump.interfaceNumber() + "@" + dump.at() + ":" + dump.capturedLength() + "/" + dump.frameLength() + "=" + octets);
            }
            return new Seen(packets, keyLogs, dump.damage(), dump.remarks(), dump.counts());
        }
    }
}
