package dev.plumbline.export.frames;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Merges the packets of several captures by time. Packets of one capture stay in the order the kernel gave them, also
 * where their timestamps do not: that order is what TCP analysis rests on.
 *
 * <p>A packet counts as late as the latest one before it in its capture; those times ascend within each capture, so
 * merging the captures is all that is left to do.
 *
 * <p>Owned by: the exporting thread.
 * <p>Limits: 16 octets per packet while it works.
 */
final class FrameOrder {
    /** One capture: the index of its next packet not merged yet, of its last one, and the time of the latest. */
    private static final class Lane {
        private int head;
        private int tail;
        private long latest;

        Lane(int head, long latest) {
            this.head = head;
            this.tail = head;
            this.latest = latest;
        }

        int head() {
            return head;
        }
    }

    private final Map<Integer, Lane> lanes = new HashMap<>();
    private long[] times = new long[1024];
    private int[] next = new int[1024];
    private int size;
    private boolean ascending = true;

    /** Takes the next packet in capture order. */
    void add(int capture, long at) {
        if (size == times.length) {
            int room = Math.addExact(size, Math.max(1, size >> 1));
            times = Arrays.copyOf(times, room);
            next = Arrays.copyOf(next, room);
        }
        Lane lane = lanes.get(capture);
        if (lane == null) {
            lane = new Lane(size, at);
            lanes.put(capture, lane);
        } else {
            next[lane.tail] = size;
            lane.tail = size;
            lane.latest = Math.max(lane.latest, at);
        }
        next[size] = -1;
        times[size] = lane.latest;
        ascending &= size == 0 || times[size - 1] <= lane.latest;
        size++;
    }

    /** @return by position in the export, from 0: which of the added packets stands there */
    int[] merge() {
        int[] order = new int[size];
        if (ascending) {
            Arrays.setAll(order, i -> i);
            return order;
        }
        PriorityQueue<Lane> heads = new PriorityQueue<>(Comparator.<Lane>comparingLong(lane -> times[lane.head]).thenComparingInt(Lane::head));
        heads.addAll(lanes.values());
        for (int i = 0; i < size; i++) {
            Lane lane = heads.remove();
            order[i] = lane.head;
            lane.head = next[lane.head];
            if (lane.head >= 0) {
                heads.add(lane);
            }
        }
        return order;
    }
}
