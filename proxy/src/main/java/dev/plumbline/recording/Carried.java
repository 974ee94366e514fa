package dev.plumbline.recording;

import dev.plumbline.fact.MessageKey;
import dev.plumbline.wire.WireRange;

/**
 * A part of a message that a packet held, seen from the packet. {@link Carrier} is the same seen from the message.
 *
 * @param status of a response, otherwise 0
 * @param range the part, inside one of the message's wire ranges
 */
public record Carried(MessageKey message, int status, WireRange range) {
}
