package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.correlate.Finding;
import dev.plumbline.correlate.Finding.Sighting;
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
        ledger.finish(T0);
        rows.clear();
        for (int round = 0; round < 3; round++) {
            for (int flow = 1; flow <= many; flow++) {
                ledger.placed(++packet, flow, Heading.TO_SERVER, Sighting.FIRST, Traffic.segment(flow, Heading.TO_SERVER, 0, 1, T0), T0);
            }
        }
        assertThat(rows).hasSize(many);
    }

    private void seen(int flow) {
        ledger.seen(new Finding.FlowSeen(new FlowId(flow), Traffic.CLIENT_TUPLE, 1, 0, false, new PacketId(flow), T0), T0);
    }
}
