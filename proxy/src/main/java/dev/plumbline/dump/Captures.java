package dev.plumbline.dump;

import dev.plumbline.capture.DumpedInterface;
import dev.plumbline.dump.file.Dump;
import dev.plumbline.dump.file.DumpInterface;
import dev.plumbline.dump.file.InterfaceCounts;
import dev.plumbline.fact.CaptureFact;
import dev.plumbline.recording.ImportRecorder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The interfaces of a dump as captures of the recording. Where a program was stopped and started again into one file, the
 * same interface stays one capture.
 *
 * <p>Owned by: the importing thread.
 * <p>Limits: {@link #MOST} captures; packets of the interfaces beyond are left out and counted.
 */
final class Captures {
    static final int MOST = 64;
    private static final long BEAT_NANOS = 1_000_000_000L;

    /** One capture, and what was left out of it. */
    private static final class Entry {
        private final int number;
        private final DumpedInterface frames;
        private String keeping = "";
        private long unknown;
        /** By the file's own word, −1 where it says nothing. */
        private long received = -1;
        private long dropped = -1;
        private long droppedByInterface = -1;

        Entry(int number, DumpedInterface frames) {
            this.number = number;
            this.frames = frames;
        }

        /** Each section of the file counts anew. */
        void count(InterfaceCounts more) {
            received = sum(received, more.received());
            dropped = sum(dropped, more.dropped());
            droppedByInterface = sum(droppedByInterface, more.droppedByInterface());
        }

        Optional<CaptureFact> counted(long at) {
            boolean isCounted = received >= 0 || dropped >= 0 || droppedByInterface >= 0;
            return isCounted ? Optional.of(new CaptureFact.Counted(number, received, dropped, droppedByInterface, at)) : Optional.empty();
        }

        /** What one section says where the other says nothing. */
        private static long sum(long one, long other) {
            return one < 0 || other < 0 ? Math.max(one, other) : one + other;
        }
    }

    private record Likeness(int inSection, String name, int linkType, int snapLength) {
    }

    private final Dump dump;
    private final ImportRecorder recorder;
    private final Map<Likeness, Entry> entries = new LinkedHashMap<>();
    private final Map<Integer, Entry> byInterface = new HashMap<>();
    private Entry latest;
    private int latestInterface = -1;
    private long crowded;
    private long beatAt;

    Captures(Dump dump, ImportRecorder recorder) {
        this.dump = dump;
        this.recorder = recorder;
    }

    /** The capture that the dump's packet is of; null when the packet has to be left out. */
    DumpedInterface of(Dump packet) {
        if (packet.interfaceNumber() != latestInterface) {
            latestInterface = packet.interfaceNumber();
            latest = byInterface.containsKey(latestInterface) ? byInterface.get(latestInterface) : entry(packet.interfaceAt(latestInterface), packet.at());
        }
        if (latest == null) {
            crowded++;
            return null;
        }
        if (!latest.frames.isKnown()) {
            latest.unknown++;
            return null;
        }
        return latest.frames;
    }

    /** The number of the capture asked for last. */
    int number() {
        return latest.number;
    }

    /** Says when packets are no longer kept, or are again; and now and then, to captures without packets, what time it is. */
    void keeping(long at) {
        if (!latest.frames.reason().equals(latest.keeping)) {
            latest.keeping = latest.frames.reason();
            recorder.accept(new CaptureFact.KeepingChanged(latest.number, latest.keeping, at));
        }
        if (entries.size() > 1 && Math.abs(at - beatAt) >= BEAT_NANOS) {
            beatAt = at;
            for (Entry entry : entries.values()) {
                if (entry != latest && entry.frames.isKnown()) {
                    recorder.accept(new CaptureFact.SegmentsSeen(entry.number, List.of(), at, at));
                }
            }
        }
    }

    void close(long at) {
        for (InterfaceCounts counts : dump.counts()) {
            Entry entry = byInterface.get(counts.number());
            if (entry != null) {
                entry.count(counts);
            }
        }
        for (Entry entry : entries.values()) {
            entry.frames.close();
            if (entry.frames.isKnown()) {
                entry.counted(at).ifPresent(recorder::accept);
                recorder.accept(new CaptureFact.InterfaceClosed(entry.number, "the dump ends", at));
            }
        }
    }

    long segments() {
        return entries.values().stream().mapToLong(entry -> entry.frames.segments()).sum();
    }

    /** Packets that are not in the recording, by why. */
    Map<String, Long> leftOut() {
        Map<String, Long> out = new LinkedHashMap<>();
        entries.forEach((like, entry) -> {
            count(out, "not TCP over IP", entry.frames.others());
            count(out, "later fragments of IP packets", entry.frames.laterFragments());
            count(out, "cut or broken headers", entry.frames.broken());
            count(out, DumpedInterface.nameOf(like.linkType) + ", which cannot be decoded", entry.unknown);
        });
        count(out, "interfaces beyond the " + MOST + "th", crowded);
        return out;
    }

    List<String> remarks() {
        List<String> out = new ArrayList<>();
        entries.values().stream().map(entry -> entry.keeping).filter(reason -> !reason.isEmpty()).findFirst()
                .ifPresent(reason -> out.add("packets are not kept any more: " + reason));
        for (InterfaceCounts counts : dump.counts()) {
            long lost = Math.max(0, counts.dropped()) + Math.max(0, counts.droppedByInterface());
            if (lost > 0) {
                out.add(lost + " packets were dropped while the dump was made");
            }
        }
        return out;
    }

    private static void count(Map<String, Long> to, String why, long count) {
        if (count > 0) {
            to.merge(why, count, Long::sum);
        }
    }

    private Entry entry(DumpInterface described, long at) {
        Likeness like = new Likeness(described.inSection(), described.name(), described.linkType(), described.snapLength());
        Entry entry = entries.get(like);
        if (entry == null && entries.size() < MOST) {
            int number = entries.size();
            entry = new Entry(number, new DumpedInterface(recorder.packetsDirectory(), number, described.linkType(), described.snapLength(), recorder.budget()));
            entries.put(like, entry);
            if (entry.frames.isKnown()) {
                recorder.at(at);
                recorder.accept(new CaptureFact.InterfaceOpened(
                        number, described.name().isEmpty() ? "dump" : described.name(), DumpedInterface.linkTypeKept(described.linkType()),
                        described.snapLength(), described.filter(), List.of(), at));
            }
        }
        byInterface.put(described.number(), entry);
        return entry;
    }
}
