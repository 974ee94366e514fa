package dev.plumbline.export.frames;

import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.PacketId;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The packets of one export in the order they are written, and the numbers Wireshark will give them: frames from 1, TCP
 * streams from 0.
 *
 * <p>Ordered by timestamp, and in capture order where that decides nothing or where one capture's timestamps step back.
 *
 * <p>Owned by: the exporting thread.
 * <p>Limits: 12 octets per packet of the export, 30 while it is made, and 4 per flow; at most 2^31 − 1 packets.
 */
public final class FrameNumbers {
    /** Packet ids of the export, ascending. */
    private int[] ids = new int[1024];
    private int count;
    /** By position in {@code ids}: the frame number. */
    private final int[] frames;
    /** By frame number − 1: the position in {@code ids}. */
    private final int[] order;
    private final BitSet captures = new BitSet();
    private final TcpStreams streams;
    private int[] repeats = new int[64];
    private final Recording recording;

    private FrameNumbers(Recording recording, Scope scope, Predicate<PacketRow> missing, Progress progress) {
        this.recording = recording;
        long last = recording.summary().packets();
        if (last > Integer.MAX_VALUE) {
            throw new ExportException("the recording holds " + last + " packets (expected: at most " + Integer.MAX_VALUE + ")");
        }
        FrameOrder merge = new FrameOrder();
        if (last > 0) {
            recording.packets(new PacketId(1), new PacketId(last), row -> scope.takes(row) && !missing.test(row), row -> {
                add(row);
                merge.add(row.capture(), row.at());
            });
        }
        ids = Arrays.copyOf(ids, count);
        order = merge.merge();
        frames = new int[count];
        for (int i = 0; i < count; i++) {
            frames[order[i]] = i + 1;
        }
        streams = new TcpStreams(recording);
        long[] seen = {0};
        forEach(row -> {
            streams.see(row);
            if ((++seen[0] & 0xffff) == 0) {
                progress.at("numbering", seen[0], count);
            }
        });
        progress.at("numbering", count, count);
    }

    public static FrameNumbers of(Recording recording, Scope scope, Progress progress) {
        return new FrameNumbers(recording, scope, row -> false, progress);
    }

    /** @param missing packets the index has but whose frames cannot be read; they are left out */
    public static FrameNumbers of(Recording recording, Scope scope, Predicate<PacketRow> missing, Progress progress) {
        return new FrameNumbers(recording, scope, missing, progress);
    }

    /** How many frames the export has. */
    public int count() {
        return count;
    }

    /** The packet's frame number, from 1; 0 when it is not in the export. */
    public int frame(PacketId packet) {
        if (packet.number() > Integer.MAX_VALUE) {
            return 0;
        }
        int at = Arrays.binarySearch(ids, (int) packet.number());
        return at < 0 ? 0 : frames[at];
    }

    /** The frame numbers of those of the packets that are in the export, ascending, each once. */
    public int[] frames(Collection<PacketId> packets) {
        return ascending(packets.stream().mapToInt(this::frame));
    }

    /** Frame numbers ascending, each once; without the 0 of packets that are not in the export. */
    public static int[] ascending(IntStream frames) {
        return frames.filter(frame -> frame > 0).sorted().distinct().toArray();
    }

    /** The number of the TCP stream the flow belongs to; empty when none of its packets is in the export. */
    public OptionalInt tcpStream(FlowId flow) {
        return streams.of(flow);
    }

    /** How many of the flow's packets repeat payload that had been seen. */
    public int repeats(FlowId flow) {
        return flow.number() < repeats.length ? repeats[flow.number()] : 0;
    }

    /** The captures that packets of the export come from. */
    public BitSet captures() {
        return (BitSet) captures.clone();
    }

    /** Hands over the packets in the order of their frame numbers. */
    public void forEach(Consumer<PacketRow> each) {
        RowWindow rows = new RowWindow(recording);
        for (int i = 0; i < count; i++) {
            each.accept(rows.row(ids[order[i]]));
        }
    }

    private void add(PacketRow row) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, Math.addExact(count, count >> 1));
        }
        ids[count++] = (int) row.id().number();
        captures.set(row.capture());
        if (row.sighting() == Sighting.REPEAT || row.sighting() == Sighting.MIXED) {
            int flow = row.flow().number();
            if (flow >= repeats.length) {
                repeats = Arrays.copyOf(repeats, Math.max(flow + 1, repeats.length * 2));
            }
            repeats[flow]++;
        }
    }
}
