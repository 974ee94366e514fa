package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.correlate.Finding;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.PacketId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which flows are judged, and until when. */
class AnnotationLedgerTest {
    private static final long T0 = Traffic.T0;
    private final List<Database.Row> rows = new ArrayList<>();
    private final AnnotationLedger ledger = new AnnotationLedger(rows::add);
    private long packet;

    @Test
    void aFlowThatSpeaksOnAfterItHasLeftIsMarkedOnceHoweverManyDo() {
        int many = 5_000;
        for (int flow = 1; flow <= many; flow++) {
            seen(flow);
        }
        ledger.finish();
        rows.clear();
        for (int round = 0; round < 3; round++) {
            for (int flow = 1; flow <= many; flow++) {
                ledger.placed(++packet, flow, Heading.TO_SERVER, Sighting.FIRST, Traffic.segment(flow, Heading.TO_SERVER, 0, 1, T0), T0);
            }
        }
        assertThat(rows).hasSize(many);
    }

    @Test
    void aFlowThatHasToLeaveIsNotSaidToBeUnanswered() {
        for (int flow = 1; flow <= AnnotationLedger.MAX_LIVE; flow++) {
            seen(flow);
        }
        // The first that gets no second chance.
        FlowId leaving = new FlowId(9);
        Segment data = Traffic.segment(9, Heading.TO_SERVER, -1, 0, T0);
        ledger.placed(++packet, 9, Heading.TO_SERVER, Sighting.BARE, new Segment(T0, data.path(), data.seq(), 0, Segment.SYN, 500, 0, 0, 0, 24, 66, 66), T0);
        ledger.reached(0, T0 + 2_000_000_000L);
        seen(AnnotationLedger.MAX_LIVE + 1);
        assertThat(ledger.recent(leaving, 0, Long.MAX_VALUE)).isEmpty();
        ledger.reached(0, T0 + 20_000_000_000L);
        ledger.tick(T0 + 20_000_000_000L);
        assertThat(ledger.recent(leaving, 0, Long.MAX_VALUE)).as("had it not left, it would be said now").isEmpty();
    }

    private void seen(int flow) {
        ledger.seen(new Finding.FlowSeen(new FlowId(flow), Traffic.CLIENT_TUPLE, 1, 0, false, new PacketId(flow), T0), T0);
    }
}
