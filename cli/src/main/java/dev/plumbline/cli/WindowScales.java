package dev.plumbline.cli;

import dev.plumbline.analyze.FlowStatistics;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How far the windows of flows are to be shifted.
 *
 * <p>Owned by: one thread, the recording's.
 * <p>Limits: {@value #MOST} flows are remembered; beyond, all are forgotten and asked for anew.
 * <p>Source: RFC 7323 §2.2: windows are scaled only when both SYNs offered it.
 */
final class WindowScales {
    /** A SYN was not seen. */
    static final int UNKNOWN = -1;
    private static final int MOST = 8_192;

    private final Recording recording;
    private final Map<FlowId, Scale> known = new HashMap<>();

    private record Scale(int toServer, int toClient) {
    }

    WindowScales(Recording recording) {
        this.recording = recording;
    }

    /** For the window that the packet's sender announces; {@link #UNKNOWN} when it cannot be told. */
    int shift(PacketRow packet) {
        Scale scale = known.get(packet.flow());
        if (scale == null) {
            if (known.size() >= MOST) {
                known.clear();
            }
            scale = of(recording.statistics(packet.flow()));
            known.put(packet.flow(), scale);
        }
        return packet.heading() == Heading.TO_SERVER ? scale.toServer : scale.toClient;
    }

    private static Scale of(Optional<FlowStatistics> statistics) {
        if (statistics.isEmpty() || statistics.get().synToSynAckNanos() < 0) {
            return new Scale(UNKNOWN, UNKNOWN);
        }
        int toServer = statistics.get().toServer().windowScale();
        int toClient = statistics.get().toClient().windowScale();
        return toServer < 0 || toClient < 0 ? new Scale(0, 0) : new Scale(toServer, toClient);
    }
}
