package dev.plumbline.correlate;

import static dev.plumbline.wire.Heading.TO_CLIENT;
import static dev.plumbline.wire.Heading.TO_SERVER;

import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.fact.Segment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How connections begin and end on the wire. */
class EndingTest {
    @RegisterExtension
    final Script script = new Script();
    private final Peer wire = new Peer("10.0.0.1:50000", "10.0.0.2:8080", -5, -1, 0);
    private final Socket c1 = Socket.client(1, wire.tuple);

    @BeforeEach
    void connected() {
        script.captures(0, "eth0", "10.0.0.2").sees(wire.handshake()).says(c1.opened(3)).hearsSomething();
    }

    @Test
    void theResponderMayEndIt() {
        script.sees(wire.up(9), wire.down(9), wire.fin(TO_CLIENT), wire.ack(), wire.fin(TO_SERVER), wire.bare(TO_CLIENT, Segment.ACK)).says(c1.closed(9, 9, 20)).silenceUntil(300)
                .hears("c1 f1 handshake [p1, p2, p3] fin to-client close [p6, p7, p8, p9]");
    }

    @Test
    void aHalfClosedConnectionIsSettledWhenBothHalvesAre() {
        script.sees(wire.fin(TO_SERVER), wire.bare(TO_CLIENT, Segment.ACK), wire.down(5000)).silenceUntil(9000).hearsNothing();
        script.sees(wire.at(9001).fin(TO_CLIENT), wire.ack()).says(c1.closed(0, 5000, 9002)).hearsNothing();
        script.silenceUntil(9300).hears("c1 f1 handshake [p1, p2, p3] fin to-server close [p4, p5, p7, p8]");
    }

    @Test
    void aRepeatedFinIsNamedOnce() {
        script.sees(wire.fin(TO_SERVER), wire.segment(TO_SERVER, -4, 0, Segment.FIN | Segment.ACK, 0), wire.fin(TO_CLIENT), wire.ack()).says(c1.closed(0, 0, 9)).silenceUntil(300)
                .hears("c1 f1 handshake [p1, p2, p3] fin to-server close [p4, p6, p7]");
    }

    @Test
    void aResetEndsItAtOnce() {
        script.sees(wire.up(9), wire.rst(TO_CLIENT)).says(c1.closed(9, 0, Close.RESET, 6)).silenceUntil(300)
                .hears("c1 f1 handshake [p1, p2, p3] rst to-client close [p5]");
    }

    @Test
    void aResetAfterOneFinIsStillAReset() {
        script.sees(wire.fin(TO_SERVER), wire.rst(TO_CLIENT)).says(c1.closed(0, 0, Close.RESET, 6)).silenceUntil(300)
                .hears("c1 f1 handshake [p1, p2, p3] rst to-client close [p4, p5]");
    }

    @Test
    void aResetAfterBothFinsEndsNothingAnyMore() {
        script.sees(wire.fin(TO_SERVER), wire.fin(TO_CLIENT), wire.rst(TO_SERVER)).says(c1.closed(0, 0, 6)).silenceUntil(300)
                .hears("c1 f1 handshake [p1, p2, p3] fin to-server close [p4, p5, p6]");
    }

    @Test
    void textInAResetIsNotPartOfTheStream() {
        script.watchPackets().sees(wire.segment(TO_CLIENT, 0, -4, Segment.RST | Segment.ACK, 12)).hears("p4 f1 to-client @0 ack 0 bare");
        script.finish(9).hears("c1 f1 handshake [p1, p2, p3] rst to-client close [p4]");
    }

    @Test
    void anOldResetIsNone() {
        script.sees(wire.up(100), wire.bare(TO_CLIENT, Segment.ACK), wire.segment(TO_SERVER, -4, 0, Segment.RST, 0)).finish(20)
                .hears("c1 f1 handshake [p1, p2, p3] open close []");
    }

    @Test
    void aRefusedConnectionIsReset() {
        Peer refused = new Peer("10.0.0.2:40000", "10.0.0.9:443", 77, 0, 10);
        Socket c2 = Socket.server(2, 1, refused.tuple);
        script.says(c2.opened(10)).sees(refused.syn(), refused.segment(TO_CLIENT, 0, 78, Segment.RST | Segment.ACK, 0)).says(c2.closed(0, 0, Close.NOT_CONNECTED, 12)).silenceUntil(300)
                .hears("f2 10.0.0.2:40000 → 10.0.0.9:443 #1 on 0 from p4", "f2 is c2 server", "c2 f2 handshake [p4] rst to-client close [p5]");
    }

    @Test
    void aConnectionWhoseEndNobodySawIsSettledAfterTheLookBack() {
        script.says(c1.closed(0, 0, 10)).silenceUntil(29_000).hearsNothing();
        script.silenceUntil(30_011).hears("c1 f1 handshake [p1, p2, p3] unknown close []");
    }

    @Test
    void aFinWithDataEndsAfterItsData() {
        script.sees(wire.segment(TO_SERVER, -4, 0, Segment.FIN | Segment.ACK, 10)).says(c1.closed(10, 0, 5)).finish(9)
                .hears("c1 f1 handshake [p1, p2, p3] fin to-server close [p4]");
    }
}
