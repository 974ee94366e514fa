package dev.plumbline.cli;

import dev.plumbline.correlate.Coverage.Reason;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.PacketId;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Which packets of a recording are wanted.
 *
 * @param flows of these alone; of all when empty
 * @param first the first that counts; beyond {@code last} when there is none
 * @param whyNone what to say when there is none
 */
record PacketScope(Set<FlowId> flows, long first, long last, String whyNone) {
    PacketScope {
        flows = Set.copyOf(flows);
    }

    static PacketScope all(Recording recording) {
        String captureOff = recording.summary().captureOff();
        return new PacketScope(Set.of(), 1, recording.summary().packets(), "no packets in " + recording.directory() + (captureOff.isEmpty() ? "" : ": " + captureOff));
    }

    /** @throws CommandException when the recording has nothing of that name */
    static PacketScope of(Recording recording, Named named) {
        if (named.exchange().isPresent()) {
            return exchange(recording, Named.exchange(recording, named.exchange().get()));
        }
        if (named.flow().isPresent()) {
            return flow(recording, Named.flow(recording, named.flow().get()).id());
        }
        var connection = Named.connection(recording, named.connection().orElseThrow());
        return connection.flow().map(flow -> flow(recording, flow))
                .orElseGet(() -> new PacketScope(Set.of(), 1, 0, "no packets of " + connection.id() + ": no flow could be told to be this connection"));
    }

    private static PacketScope flow(Recording recording, FlowId id) {
        long first = recording.flow(id).map(flow -> flow.firstPacket().number()).orElse(1L);
        return new PacketScope(Set.of(id), first, recording.summary().packets(), "no packets of " + id);
    }

    /** The flows of its messages, from the first packet that carried some of it to the last one that did, for the first time or again. */
    private static PacketScope exchange(Recording recording, ExchangeRow row) {
        long first = Long.MAX_VALUE;
        long last = 0;
        for (MessageRow message : row.messages()) {
            first = Math.min(first, message.firstPacket().map(PacketId::number).orElse(Long.MAX_VALUE));
            last = Math.max(last, lastOf(recording, message));
        }
        Set<FlowId> flows = row.messages().stream().flatMap(message -> message.flow().stream()).collect(Collectors.toSet());
        String why = row.messages().stream().flatMap(message -> message.reason().stream()).findFirst().map(Reason::word).orElse("none carried it");
        return last == 0 ? new PacketScope(Set.of(), 1, 0, "no packets of " + row.id() + ": " + why) : new PacketScope(flows, first, last, "");
    }

    /** The last packet that carried some of it, first or again; 0 when none did. */
    static long lastOf(Recording recording, MessageRow message) {
        // Not from the row: repeats that came after its coverage was settled are not counted there.
        long[] latest = {message.lastPacket().map(PacketId::number).orElse(0L)};
        recording.carriers(message, carrier -> latest[0] = Math.max(latest[0], carrier.packet().id().number()));
        return latest[0];
    }

    void each(Recording recording, Consumer<PacketRow> packet) {
        if (last >= first) {
            recording.packets(new PacketId(first), new PacketId(last), row -> flows.isEmpty() || flows.contains(row.flow()), packet);
        }
    }
}
