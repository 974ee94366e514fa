package dev.plumbline.capture;

import dev.plumbline.fact.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The TCP segments in a classic pcap file with nanoseconds, decoded as a live capture decodes them. */
public final class DumpSegments {
    private DumpSegments() {
    }

    @FunctionalInterface
    public interface Each {
        /** @param frame its number in the file, from 1 */
        void segment(int frame, Segment segment);
    }

    public static void read(Path file, Each each) throws IOException {
        PcapFile pcap = PcapFile.read(file);
        FrameDecoder decoder = new FrameDecoder(pcap.linkType(), new PathCache());
        int frame = 0;
        for (PcapFile.Record record : pcap.records()) {
            frame++;
            ByteBuffer octets = ByteBuffer.wrap(record.frame());
            if (decoder.decode(octets, 0, record.frame().length, record.frameLength()) == FrameDecoder.Outcome.SEGMENT) {
                each.segment(frame, decoder.segment(record.at(), 0, record.position()));
            }
        }
    }
}
