package dev.plumbline.recording;

import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.PacketId;

/**
 * One packet as the index has it: all that a list of segments needs, without the frame.
 *
 * @param at the capture's timestamp, nanoseconds since 1970
 * @param heading {@code TO_SERVER} when the flow's initiator sent it
 * @param offset stream offset of its first payload octet; −1 for the SYN
 * @param ackOffset stream offset its sender awaits in the other heading; −1 when there is none
 * @param flags as in the TCP header
 * @param window as in the TCP header, not scaled
 * @param payloadLength octets of TCP payload on the wire
 * @param file which dump of its capture holds it; −1 when the packet was not kept
 * @param position where in that dump its record begins
 * @param capturedLength octets of the frame kept
 * @param frameLength octets of the frame on the wire
 * @param seq sequence number, 32 bits as in the TCP header
 * @param ack acknowledgement number, 32 bits; meaningless without the ACK flag
 */
public record PacketRow(
        PacketId id, int capture, FlowId flow, Heading heading, long at, long offset, long ackOffset, int flags, int window,
        int payloadLength, Sighting sighting, int file, long position, int capturedLength, int frameLength, int seq, int ack) {
}
