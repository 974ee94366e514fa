package dev.plumbline.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.Segment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The small parts a capture is made of. */
class CapturePartsTest {
    private long nanoTime;
    private final Claims claims = new Claims(() -> nanoTime);

    @Test
    void aLookBackThatIsFullDecidesTheOldestEarlyAndKeepsFramesIntact() {
        List<byte[]> kept = new ArrayList<>();
        LookBack lookBack = new LookBack(claims::holds, (segment, frames, from) -> {
            byte[] copy = new byte[segment.capturedLength()];
            frames.get(from, copy);
            kept.add(copy);
        }, 10_000);
        FrameDecoder decoder = new FrameDecoder(LinkType.ETHERNET, new PathCache());
        List<byte[]> ours = new ArrayList<>();
        claims.claim(CaptureTest.path(500, 443));
        for (int i = 0; i < 1_000; i++) {
            boolean isOurs = i % 3 == 0;
            byte[] frame = Frames.plain(isOurs ? 500 : 1 + i % 7, 443, Segment.ACK, 10 + i * 37 % 900);
            frame[frame.length - 1] = (byte) i;
            decoder.decode(ByteBuffer.wrap(frame), 0, frame.length, frame.length);
            lookBack.offer(decoder.segment(i, -1, -1), ByteBuffer.wrap(frame));
            if (isOurs) {
                ours.add(frame);
            }
        }
        lookBack.drain();
        assertThat(kept).containsExactlyElementsOf(ours);
    }

    @Test
    void aClaimOutlivesItsReleaseByTheLingerAndTakesNoRoomAfterwards() {
        claims.claim(CaptureTest.path(1, 2));
        claims.claim(CaptureTest.path(1, 2));
        claims.release(CaptureTest.path(1, 2));
        nanoTime += Claims.LINGER_NANOS;
        assertThat(claims.holds(CaptureTest.path(2, 1).reversed())).as("held twice, released once").isTrue();
        claims.release(CaptureTest.path(1, 2));
        nanoTime += Claims.LINGER_NANOS - 1;
        assertThat(claims.holds(CaptureTest.path(1, 2).reversed())).isTrue();
        nanoTime++;
        assertThat(claims.holds(CaptureTest.path(1, 2))).isFalse();
        claims.release(CaptureTest.path(8, 9));
        assertThat(claims.size()).isZero();
    }

    @Test
    void theFilterSaysPortsAndNeverDirections() {
        CaptureFilter filter = new CaptureFilter(new TreeSet<>(Set.of(8443, 8080)), new PortRange(59000, 60999), new TreeSet<>(Set.of(8081)), false);
        assertThat(filter.text()).isEqualTo("tcp and (port 8080 or port 8443 or portrange 59000-60999) and not port 8081");
        assertThat(filter.widened().text()).isEqualTo("tcp and not port 8081");
        assertThat(filter.listeningOn(80).text()).startsWith("tcp and (port 80 or port 8080");
    }

    @Test
    void ringsNeverTakeMoreThanTheirBudget() {
        MemoryBudget rings = new MemoryBudget(CaptureOptions.RING_BUDGET);
        long all = 0;
        int first = rings.take(32 << 20);
        for (int ring = first; ring > 0; ring = rings.take(16 << 20)) {
            all += ring;
            assertThat(ring).isGreaterThanOrEqualTo(MemoryBudget.LEAST);
        }
        assertThat(first).isEqualTo(32 << 20);
        assertThat(all).isLessThanOrEqualTo(CaptureOptions.RING_BUDGET);
        rings.giveBack(first);
        assertThat(rings.take(8 << 20)).isEqualTo(8 << 20);
    }
}
