package dev.plumbline.correlate;

import dev.plumbline.wire.PacketId;
import java.util.ArrayList;
import java.util.List;

/**
 * The three packets a flow began with: the last SYN sent before it was answered, the last SYN+ACK before it was
 * acknowledged, and the ACK that did so (RFC 9293 §3.5).
 *
 * <p>Owned by: the recorder thread.
 */
final class HandshakeWatch {
    private long syn;
    private long synAck;
    private long ack;
    private long ackAt = -1;

    void syn(long packet) {
        if (synAck == 0) {
            syn = packet;
        }
    }

    void synAck(long packet) {
        if (ack == 0) {
            synAck = packet;
        }
    }

    /** The initiator acknowledged at least the SYN of the other side. */
    void ack(long packet, long at) {
        if (synAck != 0 && ack == 0) {
            ack = packet;
            ackAt = at;
        }
    }

    /** When it was complete, so that it could be accepted; −1 when that was not seen. */
    long ackAt() {
        return ackAt;
    }

    boolean isAnswered() {
        return synAck != 0;
    }

    List<PacketId> packets() {
        List<PacketId> out = new ArrayList<>(3);
        for (long packet : new long[] {syn, synAck, ack}) {
            if (packet != 0) {
                out.add(new PacketId(packet));
            }
        }
        return out;
    }
}
