package dev.plumbline.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.Segment;
import dev.plumbline.wire.Heading;
import org.junit.jupiter.api.Test;

/** How connections come about, fail, and are cut. */
class OpeningTest {
    @Test
    void aRstInAnswerToTheSynRefuses() {
        new Dialogue()
                .at(0).syn(Dialogue.SCALED)
                .at(3).flags(Heading.TO_CLIENT, -1, 0, Segment.RST | Segment.ACK).says("connect-refused p2 p1 3 ms");
    }

    @Test
    void whereTheClientAcknowledgedASynThatWasNotSeenARstRefusesNothing() {
        new Dialogue()
                .at(0).syn(Dialogue.SCALED)
                .at(2).client(0, 0).client(0, 100)
                .at(4).serverAwaits(100).flags(Heading.TO_CLIENT, 0, 0, Segment.RST | Segment.ACK).says("reset p4 p3");
    }

    @Test
    void aSynThatNobodyAnswersIsToldAtTheEnd() {
        new Dialogue()
                .at(0).syn(Dialogue.SCALED)
                .at(1000).syn(Dialogue.SCALED).says("retransmission p2 p1 1000 ms")
                .at(3000).syn(Dialogue.SCALED).says("retransmission p3 p1 3000 ms")
                .at(5000).ends().says("connect-unanswered p3 p1 3000 ms");
    }

    @Test
    void aSynJustSentIsNotYetUnanswered() {
        new Dialogue().at(0).syn(Dialogue.SCALED).at(900).ends().says("");
    }

    @Test
    void whoResetsIsTold() {
        Dialogue.opened()
                .at(3).client(0, 100)
                .at(4).serverAwaits(100).flags(Heading.TO_CLIENT, 0, 0, Segment.RST | Segment.ACK).says("reset p5 p4")
                .at(5).flags(Heading.TO_CLIENT, 0, 0, Segment.RST).says("");
    }

    @Test
    void aRstFromASideThatHasClosedIsNoNewsButTheEnd() {
        Dialogue talk = Dialogue.opened()
                .at(3).flags(Heading.TO_SERVER, 0, 0, Segment.FIN | Segment.ACK).says("")
                .at(4).serverAwaits(1).server(0, 100).says("")
                .at(5).flags(Heading.TO_SERVER, 1, 0, Segment.RST).says("");
        assertThat(talk.analysis.isOver()).isTrue();
    }

    @Test
    void aRstFromBeforeWhatWasAcknowledgedEndsNothing() {
        Dialogue.opened()
                .at(3).client(0, 100).at(4).serverAwaits(100).server(0, 0)
                .at(5).flags(Heading.TO_SERVER, 10, 0, Segment.RST).says("");
    }

    @Test
    void theSamePortsAgainAreTold() {
        new Dialogue(2, 5, 6, 10).at(0).syn(Dialogue.SCALED).says("reused-ports p1").at(1).synAck(Dialogue.SCALED).says("");
    }

    @Test
    void theHandshakeIsTimedFromTheSynThatWasAnswered() {
        Dialogue talk = new Dialogue().at(0).syn(Dialogue.SCALED).at(1000).syn(Dialogue.SCALED).at(1030).synAck(Dialogue.SCALED).at(1031).client(0, 0);
        FlowStatistics statistics = talk.analysis.statistics();
        assertThat(statistics.synToSynAckNanos()).isEqualTo(30_000_000);
        assertThat(statistics.synAckToAckNanos()).isEqualTo(1_000_000);
        assertThat(statistics.handshakeNanos()).isEqualTo(31_000_000);
        assertThat(statistics.toServer().options()).isEqualTo(Dialogue.SCALED);
    }

    @Test
    void whereTheAnswerWasLostItIsTimedFromTheSynThatCameAgain() {
        Dialogue talk = new Dialogue().at(0).syn(Dialogue.SCALED).at(1).synAck(Dialogue.SCALED)
                .at(1000).syn(Dialogue.SCALED).at(1002).synAck(Dialogue.SCALED).at(1032).client(0, 0);
        FlowStatistics statistics = talk.analysis.statistics();
        assertThat(statistics.synToSynAckNanos()).isEqualTo(2_000_000);
        assertThat(statistics.synAckToAckNanos()).isEqualTo(30_000_000);
        // Overtaken is what comes within the round trip of 32 ms, as Wireshark has it, and not within a second.
        talk.client(0, 100).at(1040).client(200, 100).at(1060).client(100, 50).at(1090).client(150, 20).says("retransmission p3 1000 ms; retransmission p4 p2 1001 ms; "
                + "lost-segment [100,200) p7 p6 8 ms; out-of-order [100,150) p8 p7 20 ms; retransmission [150,170) p9 50 ms");
    }

    @Test
    void anAnswerThatComesAgainByItselfDoesNotMakeTheFirstLate() {
        FlowStatistics statistics = new Dialogue().at(0).syn(Dialogue.SCALED).at(1).synAck(Dialogue.SCALED).at(1001).synAck(Dialogue.SCALED)
                .at(1031).client(0, 0).analysis.statistics();
        assertThat(statistics.synToSynAckNanos()).isEqualTo(1_000_000);
        assertThat(statistics.synAckToAckNanos()).isEqualTo(30_000_000);
    }

    @Test
    void whatWasNotSeenIsNotZero() {
        FlowStatistics statistics = new Dialogue().at(0).client(0, 10).analysis.statistics();
        assertThat(statistics.handshakeNanos()).isEqualTo(-1);
        assertThat(statistics.toServer().rttMinNanos()).isEqualTo(-1);
        assertThat(statistics.toServer().rttMeanNanos()).isEqualTo(-1);
        assertThat(statistics.toServer().mss()).isEqualTo(-1);
        assertThat(statistics.toServer().windowScale()).isEqualTo(-1);
    }

    @Test
    void aSynOfAnotherConnectionIsTakenNoNoticeOf() {
        Dialogue talk = Dialogue.opened().at(3).client(0, 100);
        FlowStatistics before = talk.analysis.statistics();
        talk.flags(Heading.TO_SERVER, 77_777, 0, Segment.SYN).says("");
        assertThat(talk.analysis.statistics()).isEqualTo(before);
    }
}
