package dev.plumbline.recording;

import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.PacketId;
import java.nio.ByteBuffer;

/**
 * One record of {@code packets.idx}. Network octet order; packet pN lies at octet 64 + (N − 1) × 64.
 *
 * <pre>
 *   0        4        8        12       16       20       24       28
 *  +--------+--------+--------+--------+--------+--------+--------+
 *  | at              | offset          | ackOffset       | posit- …   0
 *  +--------+--------+--------+--------+--------+--------+--------+
 *  … ion    | flow   | payload| capt'd | frame  |cap|file|win|f|s|    28
 *  +--------+--------+--------+--------+--------+--------+--------+
 *  | seq    | ack    |                                                56
 *  +--------+--------+
 *
 *  at 8, offset 8, ackOffset 8, position 8, flow 4, payloadLength 4, capturedLength 4, frameLength 4,
 *  capture 2, file 2 (0xffff: not kept), window 2, flags 1, state 1,
 *  seq 4 and ack 4 as in the header: what offsets leave out where no SYN was seen
 *
 *  state   7 6 5 4 3 2 1 0
 *          P - - - s s s h     P present, sss the sighting's ordinal, h the heading's ordinal
 * </pre>
 *
 * <p>A record without its P bit is a hole: the packet's record was lost on its way to the disk.
 *
 * <p>The file begins with 64 octets: the eight of {@code PLUMBIDX}, version 4, record length 4, the rest zero.
 */
final class PacketRecord {
    static final int HEADER_LENGTH = 64;
    static final int LENGTH = 64;
    static final int VERSION = 2;
    static final long MAGIC = 0x504c_554d_4249_4458L;
    private static final int FLOW = 32;
    private static final int STATE = 55;
    private static final int PRESENT = 0x80;
    private static final int NOT_KEPT = 0xffff;
    private static final Sighting[] SIGHTINGS = Sighting.values();
    private static final Heading[] HEADINGS = Heading.values();

    private PacketRecord() {
    }

    static void writeHeader(ByteBuffer to) {
        to.putLong(MAGIC).putInt(VERSION).putInt(LENGTH).put(new byte[HEADER_LENGTH - 16]);
    }

    static long positionOf(long packet) {
        return HEADER_LENGTH + (packet - 1) * LENGTH;
    }

    static void write(
            int capture, FlowId flow, Heading heading, long offset, long ackOffset, Sighting sighting, Segment segment, ByteBuffer to) {
        to.putLong(segment.at());
        to.putLong(offset);
        to.putLong(ackOffset);
        to.putLong(segment.position());
        to.putInt(flow.number());
        to.putInt(segment.payloadLength());
        to.putInt(segment.capturedLength());
        to.putInt(segment.frameLength());
        to.putShort((short) capture);
        to.putShort((short) (segment.file() < 0 ? NOT_KEPT : segment.file()));
        to.putShort((short) segment.window());
        to.put((byte) segment.flags());
        to.put((byte) (PRESENT | sighting.ordinal() << 1 | heading.ordinal()));
        to.putInt(segment.seq());
        to.putInt(segment.ack());
    }

    static boolean isPresent(ByteBuffer from, int at) {
        return (from.get(at + STATE) & PRESENT) != 0;
    }

    static int flowOf(ByteBuffer from, int at) {
        return from.getInt(at + FLOW);
    }

    static Heading headingOf(ByteBuffer from, int at) {
        return HEADINGS[from.get(at + STATE) & 1];
    }

    /** @throws RecordingException when the record makes no sense */
    static PacketRow read(long packet, ByteBuffer from, int at) {
        int state = from.get(at + STATE);
        int sighting = state >> 1 & 7;
        int flow = flowOf(from, at);
        if (sighting >= SIGHTINGS.length || flow < 1) {
            throw new RecordingException("packets.idx: p" + packet + " is damaged");
        }
        int file = from.getShort(at + 50) & 0xffff;
        return new PacketRow(
                new PacketId(packet), from.getShort(at + 48) & 0xffff, new FlowId(flow), HEADINGS[state & 1], from.getLong(at),
                from.getLong(at + 8), from.getLong(at + 16), from.get(at + 54) & 0xff, from.getShort(at + 52) & 0xffff,
                from.getInt(at + 36), SIGHTINGS[sighting], file == NOT_KEPT ? -1 : file, from.getLong(at + 24),
                from.getInt(at + 40), from.getInt(at + 44), from.getInt(at + 56), from.getInt(at + 60));
    }
}
