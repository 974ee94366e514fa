package dev.plumbline.recording;

import dev.plumbline.wire.Heading;
import dev.plumbline.wire.PacketId;
import java.util.Optional;

/**
 * A connection with the times of the packets that opened and ended it, nanoseconds since 1970; −1 where there is none.
 *
 * @param synAt the last SYN before it was answered
 * @param synAckAt the answer
 * @param endAt the first packet of the close
 * @param leftBy whose FIN or RST that was; empty where it was not looked at
 * @param refusal the RST with which that side refused what came after its FIN; empty likewise
 */
record KnownConnection(ConnectionRow row, long synAt, long synAckAt, long endAt, Optional<Heading> leftBy, Optional<PacketId> refusal) {
}
