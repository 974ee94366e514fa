package dev.plumbline.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.wire.PacketId;
import org.junit.jupiter.api.Test;

/** Keep-alives, acknowledgements held back, round-trip times. */
class AcknowledgementTest {
    @Test
    void aKeepAliveAndItsAnswer() {
        Dialogue.opened()
                .at(3).client(0, 100)
                .at(4).serverAwaits(100).server(0, 0).says("")
                .at(60_000).client(99, 0).says("keep-alive p6 p4")
                .at(60_001).server(0, 0).says("keep-alive-ack p7 p6 1 ms");
    }

    @Test
    void aKeepAliveWithAnOctetOfGarbageIsNoRetransmission() {
        Dialogue.opened()
                .at(3).client(0, 100)
                .at(4).serverAwaits(100).server(0, 0)
                .at(60_000).client(99, 1).says("keep-alive p6 p4");
    }

    @Test
    void anAcknowledgementHeldBackKeepsTheSenderWaiting() {
        Dialogue.opened()
                .at(3).client(0, 100).says("")
                .at(43).serverAwaits(100).server(0, 0).says("")
                .at(44).client(100, 50).says("delayed-ack p5 p4 p6 40 ms");
    }

    @Test
    void anAcknowledgementThatNobodyWaitsForIsNotTold() {
        Dialogue.opened()
                .at(3).client(0, 100)
                .at(43).serverAwaits(100).server(0, 0)
                .at(90).client(100, 50).says("");
    }

    @Test
    void anAnswerIsWhatWasWaitedFor() {
        Dialogue.opened()
                .at(3).client(0, 100)
                .at(43).serverAwaits(100).server(0, 500)
                .at(44).clientAwaits(500).client(100, 50).says("");
    }

    /** The one who waits is a way off: what it says next takes a round trip from the acknowledgement that we saw leave. */
    @Test
    void aSenderFarAwayGoesOnARoundTripLater() {
        Dialogue farServer = new Dialogue().at(0).syn(Dialogue.SCALED).at(20).synAck(Dialogue.SCALED).at(20).client(0, 0).says("");
        farServer.at(21).client(0, 50).at(41).serverAwaits(50).server(0, 100).says("")
                .at(82).clientAwaits(100).client(50, 0).says("")
                .at(102).server(100, 50).says("delayed-ack p6 p5 p7 41 ms");
    }

    @Test
    void oneFarAwayThatGoesOnSoonerWasNotWaiting() {
        Dialogue farServer = new Dialogue().at(0).syn(Dialogue.SCALED).at(20).synAck(Dialogue.SCALED).at(20).client(0, 0).says("");
        farServer.at(21).client(0, 50).at(41).serverAwaits(50).server(0, 100).says("")
                .at(82).clientAwaits(100).client(50, 0).says("")
                .at(90).server(100, 50).says("");
    }

    @Test
    void oneNearbyThatGoesOnLaterWasNotWaiting() {
        new Dialogue().at(0).syn(Dialogue.SCALED).at(100).synAck(Dialogue.SCALED).at(100).client(0, 0).says("")
                .at(110).client(0, 100).says("")
                .at(260).serverAwaits(100).server(0, 0).says("")
                .at(320).client(100, 50).says("");
    }

    @Test
    void aLongWayIsNoDelay() {
        new Dialogue().at(0).syn(Dialogue.SCALED).at(100).synAck(Dialogue.SCALED).at(101).client(0, 0).says("")
                .at(110).client(0, 100)
                .at(212).serverAwaits(100).server(0, 0)
                .at(213).client(100, 50).says("");
    }

    @Test
    void aRoundTripEndsWithTheAcknowledgementOfASegmentsEnd() {
        Dialogue talk = Dialogue.opened().at(10).client(0, 100).at(13).serverAwaits(100).server(0, 0);
        assertThat(talk.measures().rttNanos()).isEqualTo(3_000_000);
        assertThat(talk.measures().acknowledges()).contains(new PacketId(4));
        talk.at(14).client(100, 100).at(15).serverAwaits(150).server(0, 0);
        assertThat(talk.measures().rttNanos()).isEqualTo(-1);
        assertThat(talk.measures().acknowledges()).isEmpty();
    }

    @Test
    void whatWasSentTwiceIsNoSampleOfTheRoundTrip() {
        Dialogue talk = Dialogue.opened().at(10).client(0, 100).at(250).client(0, 100).at(251).serverAwaits(100).server(0, 0);
        FlowStatistics.Side side = talk.analysis.statistics().toServer();
        assertThat(side.rttSamples()).isEqualTo(1).as("that of the SYN");
        assertThat(side.rttMaxNanos()).isEqualTo(1_000_000);
        assertThat(side.retransmissions()).isEqualTo(1);
        assertThat(side.retransmittedOctets()).isEqualTo(100);
        assertThat(side.octets()).isEqualTo(100);
    }

    @Test
    void inFlightIsWhatIsNotAcknowledged() {
        Dialogue talk = Dialogue.opened().at(10).client(0, 100);
        assertThat(talk.measures().inFlight()).isEqualTo(100);
        assertThat(talk.client(100, 200).measures().inFlight()).isEqualTo(300);
        assertThat(talk.serverAwaits(150).server(0, 0).measures().inFlight()).isEqualTo(-1);
        assertThat(talk.client(300, 10).measures().inFlight()).isEqualTo(160);
        assertThat(talk.analysis.statistics().toServer().maxInFlight()).isEqualTo(300);
        assertThat(talk.client(400, 10).measures().inFlight()).as("behind a hole").isEqualTo(-1);
    }
}
