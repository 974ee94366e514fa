package dev.plumbline.recording;

import dev.plumbline.correlate.Coverage;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.PlainRange;
import dev.plumbline.wire.WireRange;
import java.util.List;
import java.util.Optional;

/**
 * One message on one leg as recorded.
 *
 * @param phase the phase of its connection that {@code plain} counts in
 * @param plain its octets; the end is what is known so far while {@code end} is empty
 * @param head as on this leg, through the blank line; empty for tunnel kinds
 * @param trailers the trailer section; empty when there is none
 * @param status of a response, otherwise 0
 * @param contentLength octets of content without transfer coding
 * @param storedContent octets of it that the recording keeps (on the leg the message came in on)
 * @param contentPosition where they begin in the content file; −1 when none are kept
 * @param end empty while it goes on
 * @param firstAt its first octet at our socket, nanoseconds since 1970
 * @param lastAt its last octet; −1 while it goes on
 * @param flow the flow its evidence comes from
 * @param ranges see {@link dev.plumbline.correlate.Finding.MessageCovered}, from here on
 */
public record MessageRow(
        MessageKey key, ConnectionId connection, int phase, PlainRange plain, byte[] head, byte[] trailers, int status,
        long contentLength, long storedContent, long contentPosition, Optional<End> end, long firstAt, long lastAt,
        Optional<FlowId> flow, List<WireRange> ranges, List<WireRange> gaps, Coverage coverage, Optional<Coverage.Reason> reason,
        Optional<PacketId> firstPacket, Optional<PacketId> lastPacket, int segments, int repeats, long packetsFirstAt, long packetsLastAt) {
    public MessageRow {
        ranges = List.copyOf(ranges);
        gaps = List.copyOf(gaps);
    }

    /** How many octets it has, known so far; −1 while none of them was counted. */
    public long octets() {
        return counted(plain.length());
    }

    /** The same of its content. */
    public long contentOctets() {
        return counted(contentLength);
    }

    private long counted(long octets) {
        return end.isEmpty() && octets == 0 ? -1 : octets;
    }

    /** Whether the recording keeps less of the content than there was. */
    public boolean isContentCut() {
        return storedContent < contentLength;
    }
}
