package dev.plumbline.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.CaptureFact;
import dev.plumbline.fact.DiskBudget;
import dev.plumbline.fact.Fact;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.FourTuple;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One capture over a ring, a disk and a clock in the test's hand. */
class CaptureTest {
    private static final long SECOND = 1_000_000_000;

    @TempDir
    Path directory;

    private final Ring ring = new Ring();
    private final Recorded recorded = new Recorded();
    private final List<RawDump> dumps = new ArrayList<>();
    private long clock = 1_000 * SECOND;
    private long nanoTime;
    private final Claims claims = new Claims(() -> nanoTime);

    @Test
    void aBatchIsInTheFileWhenItIsHandedOver() throws Exception {
        Capture capture = capture(narrow(), (use, octets) -> true, RawDump::createOwnerOnly, RawDump.FILE_LIMIT);
        ring.add(clock, 1, 8080, Segment.SYN, 0);
        ring.add(clock, 8080, 1, Segment.ACK, 40_000);
        assertThat(capture.visit()).isTrue();
        assertThat(recorded.segments()).hasSize(2);
        checkFiles();
        capture.close("stopped");
    }

    @Test
    void aLossIsToldBeforeTheWatermarkThatIsPastIt() throws Exception {
        Capture capture = capture(narrow(), (use, octets) -> true, RawDump::createOwnerOnly, RawDump.FILE_LIMIT);
        capture.visit();
        clock += SECOND / 10;
        ring.dropped = 3;
        ring.add(clock, 1, 8080, Segment.ACK, 10);
        capture.visit();
        clock += SECOND / 10;
        capture.visit();
        assertThat(recorded.facts().stream().map(CaptureTest::brief)).containsExactly("0 segments", "3 dropped", "1 segments", "0 segments");
        capture.close("stopped");
    }

    private static String brief(Fact fact) {
        return fact instanceof CaptureFact.Counted c ? c.dropped() + " dropped"
                : fact instanceof CaptureFact.SegmentsSeen s ? s.segments().size() + " segments" : fact.toString();
    }

    @Test
    void whicheverWriteFailsNoRecordIsTornAndNoSegmentNamesALostOne() throws Exception {
        for (int n = 0; n < 40; n++) {
            int failing = n;
            fresh(n);
            FlakyDisk disk = new FlakyDisk(write -> write == failing, "No space left on device");
            Capture capture = capture(narrow(), (use, octets) -> true, disk, 100_000);
            for (int visit = 0; visit < 12; visit++) {
                for (int i = 0; i < 5; i++) {
                    ring.add(clock, i + 1, 8080, Segment.ACK, i * 6_000);
                }
                capture.visit();
                nanoTime += SECOND;
                clock += SECOND;
            }
            capture.close("stopped");
            assertThat(recorded.segments()).as("write %d", n).hasSize(60);
            checkFiles();
            assertThat(recorded.segments().stream().filter(s -> s.file() < 0).count()).as("write %d", n).isBetween(1L, 30L);
            assertThat(recorded.all(CaptureFact.KeepingChanged.class)).extracting(CaptureFact.KeepingChanged::reason).containsExactly("disk full", "");
        }
    }

    @Test
    void aDiskThatNeverWorksLeavesNoFileAndIsTriedLessAndLess() throws Exception {
        FlakyDisk disk = new FlakyDisk(write -> true, "Input/output error");
        Capture capture = capture(narrow(), (use, octets) -> true, disk, RawDump.FILE_LIMIT);
        for (int i = 0; i < 300; i++) {
            ring.add(clock, 1, 8080, Segment.ACK, 10);
            capture.visit();
            nanoTime += SECOND;
        }
        capture.close("stopped");
        assertThat(recorded.segments()).hasSize(300).allMatch(s -> s.file() == -1 && s.position() == -1);
        assertThat(disk.writes).isLessThan(12);
        assertThat(directory.toFile().list()).isEmpty();
        assertThat(recorded.all(CaptureFact.KeepingChanged.class)).extracting(CaptureFact.KeepingChanged::reason)
                .containsExactly("disk error: Input/output error");
    }

    @Test
    void atTheLimitKeepingStopsAndSeeingGoesOn() throws Exception {
        long[] left = {70_000};
        DiskBudget budget = (use, octets) -> {
            boolean isGiven = use == DiskBudget.Use.PACKETS && octets <= left[0];
            left[0] -= isGiven ? octets : 0;
            return isGiven;
        };
        Capture capture = capture(narrow(), budget, RawDump::createOwnerOnly, RawDump.FILE_LIMIT);
        for (int i = 0; i < 20; i++) {
            ring.add(clock + i, 1, 8080, Segment.ACK, 8_000);
        }
        capture.visit();
        capture.close("stopped");
        assertThat(recorded.segments()).hasSize(20);
        List<Fact> facts = recorded.facts();
        int change = facts.indexOf(recorded.all(CaptureFact.KeepingChanged.class).get(0));
        assertThat(segmentsIn(facts.subList(0, change))).hasSize(8).allMatch(s -> s.file() == 0);
        assertThat(segmentsIn(facts.subList(change, facts.size()))).hasSize(12).allMatch(s -> s.file() == -1);
        checkFiles();
    }

    @Test
    void filesAreRolledAtTheirLimitWithWholeRecords() throws Exception {
        Capture capture = capture(narrow(), (use, octets) -> true, RawDump::createOwnerOnly, 50_000);
        for (int i = 0; i < 30; i++) {
            ring.add(clock, 1, 8080, Segment.ACK, i * 1_000);
        }
        capture.visit();
        capture.close("stopped");
        assertThat(directory.toFile().listFiles()).hasSizeGreaterThan(8).allMatch(file -> file.length() <= 50_000);
        assertThat(recorded.segments()).hasSize(30).allMatch(s -> s.file() >= 0);
        checkFiles();
    }

    @Test
    void anotherFilterIsToldInItsOwnWords() throws Exception {
        Capture capture = capture(narrow(), (use, octets) -> true, RawDump::createOwnerOnly, RawDump.FILE_LIMIT);
        capture.filter(narrow().listeningOn(9090));
        assertThat(recorded.all(CaptureFact.FilterChanged.class))
                .containsExactly(new CaptureFact.FilterChanged(7, "tcp and (port 8080 or port 9090 or portrange 1-9)", clock));
    }

    @Test
    void batchesAreBounded() throws Exception {
        Capture capture = capture(narrow(), (use, octets) -> true, RawDump::createOwnerOnly, RawDump.FILE_LIMIT);
        for (int i = 0; i < 5_000; i++) {
            ring.add(clock + i, 1, 8080, Segment.ACK, 10);
        }
        while (capture.visit()) {
            assertThat(recorded.segments()).isNotEmpty();
        }
        assertThat(recorded.all(CaptureFact.SegmentsSeen.class)).allMatch(seen -> seen.segments().size() <= Capture.BATCH);
        assertThat(recorded.segments()).extracting(Segment::at).hasSize(5_000).isSorted();
    }

    @Test
    void theWatermarkFollowsTheClockWhenIdleAndTheLastPacketWhenBusy() throws Exception {
        Capture capture = capture(narrow(), (use, octets) -> true, RawDump::createOwnerOnly, RawDump.FILE_LIMIT);
        capture.visit();
        assertThat(lastWatermark()).isEqualTo(clock - Watermark.FIRST_GUARD_NANOS);
        int said = recorded.all(CaptureFact.SegmentsSeen.class).size();
        clock += Capture.IDLE_NANOS / 2;
        capture.visit();
        assertThat(recorded.all(CaptureFact.SegmentsSeen.class)).hasSize(said);
        clock += 10 * SECOND;
        for (int i = 0; i <= Capture.BATCH; i++) {
            ring.add(clock - SECOND + i, 1, 8080, Segment.ACK, 0);
        }
        capture.visit();
        assertThat(lastWatermark()).isEqualTo(clock - SECOND + Capture.BATCH - 1 - Watermark.FIRST_GUARD_NANOS);
        capture.visit();
        assertThat(lastWatermark()).isEqualTo(clock - Watermark.FIRST_GUARD_NANOS);
    }

    @Test
    void aLatePacketIsCountedGivenAndWidensTheGuard() throws Exception {
        Capture capture = capture(narrow(), (use, octets) -> true, RawDump::createOwnerOnly, RawDump.FILE_LIMIT);
        capture.visit();
        ring.add(clock - SECOND / 10, 1, 8080, Segment.ACK, 0);
        capture.visit();
        clock += SECOND;
        capture.visit();
        assertThat(capture.late()).isEqualTo(1);
        assertThat(recorded.segments()).hasSize(1);
        assertThat(lastWatermark()).isEqualTo(clock - 2 * Watermark.FIRST_GUARD_NANOS);
    }

    @Test
    void aClockSetBackTakesTheWatermarkWithIt() throws Exception {
        Capture capture = capture(narrow(), (use, octets) -> true, RawDump::createOwnerOnly, RawDump.FILE_LIMIT);
        capture.visit();
        clock -= 100 * SECOND;
        capture.visit();
        assertThat(lastWatermark()).isEqualTo(clock - Watermark.FIRST_GUARD_NANOS);
        assertThat(capture.late()).isZero();
    }

    @Test
    void whatIsNoSegmentIsCountedAndNotKept() throws Exception {
        Capture capture = capture(narrow(), (use, octets) -> true, RawDump::createOwnerOnly, RawDump.FILE_LIMIT);
        ring.frames.add(new Ring.Frame(clock, new byte[60]));
        capture.visit();
        capture.close("stopped");
        assertThat(capture.undecodable()).isEqualTo(1);
        assertThat(directory.toFile().list()).isEmpty();
        assertThat(recorded.facts().get(recorded.facts().size() - 1)).isInstanceOf(CaptureFact.InterfaceClosed.class);
        assertThat(recorded.all(CaptureFact.Counted.class)).hasSize(1);
        assertThat(ring.isClosed).isTrue();
    }

    @Test
    void aWideCaptureKeepsTheOrderAndHoldsTheWatermarkUntilItIsDecided() throws Exception {
        Capture capture = capture(narrow().widened(), (use, octets) -> true, RawDump::createOwnerOnly, RawDump.FILE_LIMIT);
        ring.add(clock, 11, 443, Segment.SYN, 0);
        ring.add(clock + 1, 12, 443, Segment.SYN, 0);
        ring.add(clock + 2, 13, 8080, Segment.SYN, 0);
        long first = clock;
        capture.visit();
        assertThat(recorded.segments()).isEmpty();
        claims.claim(path(12, 443));
        clock += SECOND / 2;
        capture.visit();
        assertThat(recorded.segments()).isEmpty();
        assertThat(lastWatermark()).isLessThan(first);
        clock += SECOND;
        capture.visit();
        assertThat(recorded.segments()).extracting(s -> s.path().initiator().port()).containsExactly(12, 13);
        assertThat(lastWatermark()).isEqualTo(clock - Watermark.FIRST_GUARD_NANOS);
        ring.add(clock, 443, 11, Segment.ACK, 10);
        ring.add(clock, 443, 12, Segment.ACK, 10);
        capture.visit();
        assertThat(recorded.segments()).as("a path found foreign delays nobody").hasSize(3);
        checkFiles();
    }

    @Test
    void aForeignPathThatOpensAgainMayBeOurs() throws Exception {
        Capture capture = capture(narrow().widened(), (use, octets) -> true, RawDump::createOwnerOnly, RawDump.FILE_LIMIT);
        ring.add(clock, 11, 443, Segment.ACK, 0);
        capture.visit();
        clock += 2 * SECOND;
        capture.visit();
        ring.add(clock, 11, 443, Segment.SYN, 0);
        capture.visit();
        claims.claim(path(11, 443));
        capture.visit();
        assertThat(recorded.segments()).extracting(Segment::flags).containsExactly(Segment.SYN);
    }

    /** Every kept segment's record is whole and its own; every record has its segment. */
    private void checkFiles() throws IOException {
        dumps.forEach(dump -> dump.flush(true));
        long kept = recorded.segments().stream().filter(s -> s.file() >= 0).count();
        long found = 0;
        for (File file : directory.toFile().listFiles()) {
            int number = Integer.parseInt(file.getName().replaceAll("^7-(\\d+)\\.pcap$", "$1"));
            List<Segment> of = recorded.segments().stream().filter(s -> s.file() == number).collect(Collectors.toList());
            PcapFile read = PcapFile.read(file.toPath());
            assertThat(read.records()).extracting(PcapFile.Record::position).isEqualTo(of.stream().map(Segment::position).collect(Collectors.toList()));
            assertThat(read.records()).extracting(PcapFile.Record::at).isEqualTo(of.stream().map(Segment::at).collect(Collectors.toList()));
            assertThat(read.records()).extracting(r -> r.frame().length).isEqualTo(of.stream().map(Segment::capturedLength).collect(Collectors.toList()));
            found += read.records().size();
        }
        assertThat(found).isEqualTo(kept);
    }

    private void fresh(int n) throws IOException {
        directory = java.nio.file.Files.createDirectory(directory.resolveSibling(directory.getFileName() + "-" + n));
        recorded.clear();
        dumps.clear();
        ring.isClosed = false;
    }

    private Capture capture(CaptureFilter filter, DiskBudget budget, RawDump.Opener opener, long fileLimit) {
        RawDump dump = new RawDump(directory, 7, LinkType.ETHERNET, 262144, budget, opener, () -> nanoTime, fileLimit);
        dumps.add(dump);
        return new Capture(7, ring, recorded, dump, claims, filter, () -> clock, () -> LookBack.OCTETS);
    }

    private static CaptureFilter narrow() {
        return new CaptureFilter(new java.util.TreeSet<>(Set.of(8080)), new PortRange(1, 9), new java.util.TreeSet<>(), false);
    }

    static FourTuple path(int from, int to) {
        byte[] frame = Frames.plain(from, to, 0, 0);
        FrameDecoder decoder = new FrameDecoder(LinkType.ETHERNET, new PathCache());
        decoder.decode(ByteBuffer.wrap(frame), 0, frame.length, frame.length);
        return decoder.path();
    }

    private static List<Segment> segmentsIn(List<Fact> facts) {
        return facts.stream().filter(CaptureFact.SegmentsSeen.class::isInstance).map(CaptureFact.SegmentsSeen.class::cast)
                .flatMap(seen -> seen.segments().stream()).collect(Collectors.toList());
    }

    private long lastWatermark() {
        List<CaptureFact.SegmentsSeen> seen = recorded.all(CaptureFact.SegmentsSeen.class);
        return seen.get(seen.size() - 1).watermark();
    }
}
