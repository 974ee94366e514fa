package dev.plumbline.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.Segment;
import dev.plumbline.wire.Heading;
import org.junit.jupiter.api.Test;

/** Segments that stand beyond what was awaited, or behind. */
class LossTest {
    @Test
    void whatGoesWellIsNotTalkedAbout() {
        Dialogue.opened()
                .at(3).client(0, 100).says("")
                .at(4).serverAwaits(100).server(0, 1460).says("")
                .at(5).server(1460, 1460).says("")
                .at(6).clientAwaits(2920).client(100, 0).says("");
    }

    @Test
    void octetsSentAgainAfterATimeoutAreARetransmissionOfTheirFirstPacket() {
        Dialogue.opened()
                .at(3).client(0, 100).says("")
                .at(204).client(0, 100).says("retransmission [0,100) p5 p4 201 ms");
    }

    @Test
    void whatHadBeenAcknowledgedIsSentAgainInVain() {
        Dialogue.opened()
                .at(3).client(0, 100)
                .at(4).serverAwaits(100).server(0, 0).says("")
                .at(210).client(0, 100).says("spurious-retransmission [0,100) p6 p5");
    }

    @Test
    void afterTwoDuplicatesTheOctetsAskedForAreAFastRetransmission() {
        Dialogue.opened()
                .at(10).client(0, 100).client(100, 100).client(200, 100).client(300, 100).says("")
                .at(20).serverAwaits(100).server(0, 0).says("")
                .at(21).server(0, 0).says("duplicate-ack p9 p8")
                .at(22).server(0, 0).says("duplicate-ack p10 p8")
                .at(30).client(100, 100).says("fast-retransmission [100,200) p11 p5 20 ms");
    }

    @Test
    void oneDuplicateDoesNotMakeItFast() {
        Dialogue.opened()
                .at(10).client(0, 100).client(100, 100).client(200, 100)
                .at(20).serverAwaits(100).server(0, 0)
                .at(21).server(0, 0).says("duplicate-ack p8 p7")
                .at(30).client(100, 100).says("retransmission [100,200) p9 p5 20 ms");
    }

    @Test
    void lateAfterTheDuplicatesItIsNotFast() {
        Dialogue.opened()
                .at(10).client(0, 100).client(100, 100).client(200, 100)
                .at(20).serverAwaits(100).server(0, 0).server(0, 0).server(0, 0).says("duplicate-ack p8 p7; duplicate-ack p9 p7")
                .at(40).client(100, 100).says("retransmission [100,200) p10 p5 30 ms");
    }

    @Test
    void aHoleIsToldAndWhatFillsItSoonWasOvertaken() {
        Dialogue.opened()
                .at(10).client(0, 100).says("")
                .at(11).client(200, 100).says("lost-segment [100,200) p5 p4 1 ms")
                .at(12).client(100, 100).says("out-of-order [100,200) p6 p5 1 ms");
    }

    @Test
    void whatFillsTheHoleLaterThanARoundTripIsARetransmission() {
        Dialogue.opened()
                .at(10).client(0, 100)
                .at(11).client(200, 100).says("lost-segment [100,200) p5 p4 1 ms")
                .at(14).client(100, 100).says("retransmission [100,200) p6 3 ms");
    }

    @Test
    void whatIsAcknowledgedUnseenIsToldOnce() {
        Dialogue.opened()
                .at(3).client(0, 100)
                .at(4).serverAwaits(300).server(0, 0).says("acked-unseen-segment p5 p4")
                .at(5).serverAwaits(400).server(0, 0).says("")
                .at(6).client(400, 100).says("lost-segment [100,400) p7 p4 3 ms");
    }

    @Test
    void aSynSentAgainIsARetransmission() {
        new Dialogue()
                .at(0).syn(Dialogue.SCALED).says("")
                .at(1000).syn(Dialogue.SCALED).says("retransmission p2 p1 1000 ms")
                .at(1001).synAck(Dialogue.SCALED).says("");
    }

    @Test
    void aFinSentAgainIsARetransmission() {
        Dialogue.opened()
                .at(3).flags(Heading.TO_SERVER, 0, 0, Segment.FIN | Segment.ACK).says("")
                .at(204).flags(Heading.TO_SERVER, 0, 0, Segment.FIN | Segment.ACK).says("retransmission p5 p4 201 ms");
    }

    @Test
    void withoutASynTheFirstOctetSeenIsTheFirst() {
        new Dialogue()
                .at(3).client(5_000, 100).says("")
                .at(204).client(5_000, 100).says("retransmission [0,100) p2 p1 201 ms");
    }

    @Test
    void theOctetsOfASuperSegmentAreSentAgainOneSegmentAtATime() {
        Dialogue.opened()
                .at(3).client(0, 64_000).says("window-full [0,64000) p4 p2")
                .at(204).client(1460, 1460).says("retransmission [1460,2920) p5 p4 201 ms");
    }

    @Test
    void offsetsGoOnWhereSequenceNumbersWrap() {
        Dialogue talk = Dialogue.opened().at(3);
        long gib = 1L << 30;
        for (int i = 0; i < 20; i++) {
            talk.server(i * gib, (int) gib).clientAwaits((i + 1) * gib).client(0, 0);
        }
        talk.said.clear();
        assertThat(talk.analysis.statistics().toClient().octets()).isEqualTo(20 * gib);
        talk.at(4).server(20 * gib, 100).at(300).server(20 * gib, 100);
        assertThat(talk.said).hasSize(1).allSatisfy(a -> {
            assertThat(a.code()).isEqualTo(AnnotationCode.RETRANSMISSION);
            assertThat(a.range().orElseThrow().start()).isEqualTo(20 * gib);
        });
    }
}
