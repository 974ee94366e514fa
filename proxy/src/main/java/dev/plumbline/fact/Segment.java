package dev.plumbline.fact;

import dev.plumbline.wire.FourTuple;

/**
 * One TCP segment as it was captured. With segmentation offload it can be far larger than what crossed the wire.
 *
 * @param at the capture's timestamp, nanoseconds since 1970
 * @param path sender as initiator, receiver as responder: of this segment, not of its connection. Instances are shared
 * @param seq sequence number, 32 bits as in the header
 * @param ack acknowledgement number, 32 bits; meaningless without the ACK flag
 * @param flags the eight flag bits, CWR first: {@code 0x02} SYN, {@code 0x10} ACK … (RFC 9293 §3.1)
 * @param window as in the header, not scaled
 * @param payloadLength TCP payload octets the segment had on the wire
 * @param capturedPayload how many of them the capture kept; less than {@code payloadLength} when snapped
 * @param file which raw dump of its interface holds it, from 0; −1 when the packet was not kept
 * @param position where its packet record begins there, octets
 * @param capturedLength octets of the frame in the dump
 * @param frameLength octets of the frame on the wire
 * @param options what a SYN offers; {@link TcpOptions#NONE} for all others
 */
public record Segment(
        long at, FourTuple path, int seq, int ack, int flags, int window, int payloadLength, int capturedPayload,
        int file, long position, int capturedLength, int frameLength, TcpOptions options) {
    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int PSH = 0x08;
    public static final int ACK = 0x10;
    public static final int URG = 0x20;

    /** One that offers nothing. */
    public Segment(
            long at, FourTuple path, int seq, int ack, int flags, int window, int payloadLength, int capturedPayload,
            int file, long position, int capturedLength, int frameLength) {
        this(at, path, seq, ack, flags, window, payloadLength, capturedPayload, file, position, capturedLength, frameLength, TcpOptions.NONE);
    }

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }
}
