package dev.plumbline.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.IpAddress;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What the segments cost of which nothing is said, as nearly all are. {@code -Dcost.rounds=200} measures longer and prints. */
class FlowAnalysisCostTest {
    private static final int ROUNDS = Integer.getInteger("cost.rounds", 20);
    private static final int EXCHANGES = 20_000;
    private static final FourTuple PATH = new FourTuple(new Endpoint(new IpAddress(0, 1), 40_000), new Endpoint(new IpAddress(0, 2), 80));

    @Test
    void anUneventfulSegmentCostsNoObject() {
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Segment[] segments = exchanges();
        long[] best = {Long.MAX_VALUE, Long.MAX_VALUE};
        for (int round = 0; round < ROUNDS; round++) {
            FlowAnalysis analysis = new FlowAnalysis(Dialogue.FLOW, 1, a -> {
                throw new AssertionError(a);
            });
            long octets = thread.getCurrentThreadAllocatedBytes();
            long nanos = thread.getCurrentThreadCpuTime();
            for (int i = 0; i < segments.length; i++) {
                analysis.take(i + 1, segments[i].path() == PATH ? Heading.TO_SERVER : Heading.TO_CLIENT, segments[i]);
            }
            best[0] = Math.min(best[0], thread.getCurrentThreadCpuTime() - nanos);
            best[1] = Math.min(best[1], thread.getCurrentThreadAllocatedBytes() - octets);
            assertThat(analysis.statistics().toServer().rttSamples()).isPositive();
        }
        if (ROUNDS > 20) {
            System.out.printf("%.1f ns of CPU and %.3f octets a segment, best of %d rounds%n",
                    (double) best[0] / segments.length, (double) best[1] / segments.length, ROUNDS);
        }
        assertThat(best[1]).as("octets allocated for %d segments", segments.length).isLessThan(segments.length / 10);
    }

    /** A request of 400 octets, its answer of three segments, and two acknowledgements, again and again. */
    private static Segment[] exchanges() {
        Segment[] all = new Segment[EXCHANGES * 6];
        FourTuple back = PATH.reversed();
        int n = 0;
        for (int i = 0; i < EXCHANGES; i++) {
            long at = 1_000_000L * (i + 1);
            int up = 400 * i;
            int down = 4_096 * i;
            all[n++] = segment(at, PATH, up, down, 400);
            all[n++] = segment(at + 1_000, back, down, up + 400, 1_448);
            all[n++] = segment(at + 2_000, back, down + 1_448, up + 400, 1_448);
            all[n++] = segment(at + 3_000, back, down + 2_896, up + 400, 1_200);
            all[n++] = segment(at + 4_000, PATH, up + 400, down + 2_896, 0);
            all[n++] = segment(at + 5_000, PATH, up + 400, down + 4_096, 0);
        }
        return all;
    }

    private static Segment segment(long at, FourTuple path, int seq, int ack, int length) {
        return new Segment(at, path, seq + 1, ack + 1, Segment.ACK, 500, length, length, 0, 0, 66, 66);
    }
}
