package dev.plumbline.export.frames;

import dev.plumbline.fact.Segment;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.IpAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Counts TCP streams as Wireshark does in a file ({@code tcp.stream}): in the order of their first frames; a SYN on a
 * tuple that already has a stream opens a new one when its sequence number is not the one that stream began with in that
 * direction. So a retransmitted SYN opens none, and a generation whose SYN is not in the file opens none either.
 *
 * <p>Owned by: the exporting thread. Shown every packet in frame order.
 * <p>Limits: some 250 octets per tuple of the recording.
 */
final class TcpStreams {
    private static final int NONE = -1;

    /** By flow number: which tuple it uses, whether its initiator is the greater endpoint, its stream. */
    private int[] keys = new int[64];
    private boolean[] swapped = new boolean[64];
    private int[] streams = new int[64];
    /** By key: the stream now open, and per direction the flow whose packet set the base sequence number (0: none yet). */
    private final int[] open;
    private final int[][] bases;
    private int count;

    TcpStreams(Recording recording) {
        Map<FourTuple, Integer> known = new HashMap<>();
        Arrays.fill(keys, NONE);
        recording.flows(flow -> {
            boolean swap = compare(flow.tuple().initiator(), flow.tuple().responder()) > 0;
            FourTuple canonical = swap ? flow.tuple().reversed() : flow.tuple();
            put(flow.id().number(), known.computeIfAbsent(canonical, tuple -> known.size()), swap);
        });
        open = new int[known.size()];
        bases = new int[2][known.size()];
        Arrays.fill(open, NONE);
        Arrays.fill(streams, NONE);
    }

    void see(PacketRow packet) {
        int flow = packet.flow().number();
        int key = flow < keys.length ? keys[flow] : NONE;
        if (key == NONE) {
            throw new ExportException("packet " + packet.id() + " is of flow " + packet.flow() + ", which the recording does not know");
        }
        int[] base = bases[(packet.heading() == Heading.TO_SERVER) == swapped[flow] ? 1 : 0];
        boolean bareSyn = (packet.flags() & (Segment.SYN | Segment.ACK)) == Segment.SYN;
        if (open[key] == NONE || bareSyn && base[key] != 0 && base[key] != flow) {
            open[key] = count++;
            bases[0][key] = 0;
            bases[1][key] = 0;
        }
        if (base[key] == 0) {
            base[key] = flow;
        }
        if (streams[flow] == NONE) {
            streams[flow] = open[key];
        }
    }

    OptionalInt of(FlowId flow) {
        return flow.number() < streams.length && streams[flow.number()] != NONE ? OptionalInt.of(streams[flow.number()]) : OptionalInt.empty();
    }

    private void put(int flow, int key, boolean swap) {
        if (flow >= keys.length) {
            int before = keys.length;
            int room = Math.max(flow + 1, before * 2);
            keys = Arrays.copyOf(keys, room);
            Arrays.fill(keys, before, room, NONE);
            swapped = Arrays.copyOf(swapped, room);
            streams = Arrays.copyOf(streams, room);
        }
        keys[flow] = key;
        swapped[flow] = swap;
    }

    private static int compare(Endpoint a, Endpoint b) {
        IpAddress left = a.address();
        IpAddress right = b.address();
        if (left.high() != right.high()) {
            return Long.compare(left.high(), right.high());
        }
        return left.low() != right.low() ? Long.compare(left.low(), right.low()) : Integer.compare(a.port(), b.port());
    }
}
