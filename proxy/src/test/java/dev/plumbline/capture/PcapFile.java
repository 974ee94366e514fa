package dev.plumbline.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A classic pcap file read back, for tests; throws when it is torn. */
record PcapFile(int linkType, int snapLength, List<Record> records) {
    record Record(long position, long at, int frameLength, byte[] frame) {
    }

    static PcapFile read(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        if (in.getInt() != 0xa1b23c4d || in.getShort() != 2 || in.getShort() != 4 || in.getLong() != 0) {
            throw new IOException(file + ": not a nanosecond pcap file");
        }
        int snapLength = in.getInt();
        int linkType = in.getInt();
        List<Record> records = new ArrayList<>();
        while (in.hasRemaining()) {
            long position = in.position();
            long at = in.getInt() * 1_000_000_000L + in.getInt();
            byte[] frame = new byte[in.getInt()];
            int frameLength = in.getInt();
            in.get(frame);
            records.add(new Record(position, at, frameLength, frame));
        }
        return new PcapFile(linkType, snapLength, records);
    }
}
