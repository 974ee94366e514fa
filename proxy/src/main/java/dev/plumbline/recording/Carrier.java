package dev.plumbline.recording;

import dev.plumbline.wire.WireRange;

/**
 * Evidence: this packet carried this part of a message.
 *
 * @param range the part, inside one of the message's wire ranges
 * @param repeat false for the first sighting of these octets, true when they had been seen before
 */
public record Carrier(PacketRow packet, WireRange range, boolean repeat) {
}
