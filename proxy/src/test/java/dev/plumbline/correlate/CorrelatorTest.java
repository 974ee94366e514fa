package dev.plumbline.correlate;

import static dev.plumbline.fact.MessageKind.REQUEST;
import static dev.plumbline.fact.MessageKind.RESPONSE;
import static dev.plumbline.fact.MessageKind.TUNNEL_TO_SERVER;
import static dev.plumbline.wire.Heading.TO_CLIENT;
import static dev.plumbline.wire.Heading.TO_SERVER;

import dev.plumbline.fact.CaptureFact.SegmentsSeen;
import dev.plumbline.fact.Segment;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Messages and the segments that carried them. */
class CorrelatorTest {
    private static final String CLIENT = "127.0.0.1:50000";
    private static final String PROXY = "127.0.0.1:8080";

    @RegisterExtension
    final Script script = new Script();
    private final Peer wire = new Peer(CLIENT, PROXY, 1000, 2000, 0);
    private final Socket c1 = Socket.client(1, wire.tuple);

    @BeforeEach
    void capturesLoopback() {
        script.captures(0, "lo", "127.0.0.1", "::1");
    }

    private void connected() {
        script.sees(wire.handshake()).says(c1.opened(3)).hears("f1 127.0.0.1:50000 → 127.0.0.1:8080 #1 on 0 from p1", "f1 is c1 client");
    }

    @Test
    void aFlowBindsWhenItsPacketsComeFirst() {
        script.sees(wire.syn()).hears("f1 127.0.0.1:50000 → 127.0.0.1:8080 #1 on 0 from p1");
        script.says(c1.opened(1)).hears("f1 is c1 client");
    }

    @Test
    void aFlowBindsWhenItsSocketSpeaksFirst() {
        script.says(c1.opened(1)).hearsNothing();
        script.sees(wire.syn()).hears("f1 127.0.0.1:50000 → 127.0.0.1:8080 #1 on 0 from p1", "f1 is c1 client");
    }

    @Test
    void everyPacketFindsItsPlace() {
        script.watchPackets().sees(wire.handshake()).hears(
                "f1 127.0.0.1:50000 → 127.0.0.1:8080 #1 on 0 from p1",
                "p1 f1 to-server @-1 ack -1 bare",
                "p2 f1 to-client @-1 ack 0 bare",
                "p3 f1 to-server @0 ack 0 bare");
        script.sees(wire.up(100), wire.down(50), wire.upAt(0, 100)).hears(
                "p4 f1 to-server @0 ack 0 first",
                "p5 f1 to-client @0 ack 100 first",
                "p6 f1 to-server @0 ack 50 repeat");
    }

    /** RFC 7413: what the SYN brought is acknowledged with it. */
    @Test
    void aSynAckThatAcknowledgesOctetsOfTheSynAnswersIt() {
        script.watchPackets().sees(wire.segment(TO_SERVER, 1000, 0, Segment.SYN, 20), wire.segment(TO_CLIENT, 2000, 1021, Segment.SYN | Segment.ACK, 0)).hears(
                "f1 127.0.0.1:50000 → 127.0.0.1:8080 #1 on 0 from p1",
                "p1 f1 to-server @0 ack -1 first",
                "p2 f1 to-client @-1 ack 20 bare");
        script.sees(wire.segment(TO_CLIENT, 2000, 1022, Segment.SYN | Segment.ACK, 0)).hears("p3 f1 to-client unplaced");
    }

    @Test
    void aRequestAndItsResponseAreCoveredAsSoonAsAllIsKnown() {
        connected();
        script.sees(wire.up(100)).says(c1.message(1, REQUEST, 0, 100, 4))
                .hears("c1.1 client request on c1/f1 [0,100) complete by p4–p4 1+0");
        script.says(c1.message(1, RESPONSE, 0, 300, 4)).hearsNothing();
        script.sees(wire.down(200)).hearsNothing();
        script.sees(wire.down(100)).hears("c1.1 client response on c1/f1 [0,300) complete by p5–p6 2+0");
    }

    @Test
    void allFactsMayComeBeforeAllPackets() {
        script.says(c1.opened(3)).says(c1.message(1, REQUEST, 0, 10, 5)).says(c1.message(2, REQUEST, 10, 20, 5)).says(c1.closed(20, 0, 6)).hearsNothing();
        script.sees(wire.handshake()).hears("f1 127.0.0.1:50000 → 127.0.0.1:8080 #1 on 0 from p1", "f1 is c1 client");
        script.sees(wire.up(20)).hears(
                "c1.1 client request on c1/f1 [0,10) complete by p4–p4 1+0",
                "c1.2 client request on c1/f1 [10,20) complete by p4–p4 1+0");
        script.sees(wire.fin(TO_SERVER), wire.fin(TO_CLIENT), wire.ack()).hearsNothing();
        script.silenceUntil(300).hears("c1 f1 handshake [p1, p2, p3] fin to-server close [p5, p6, p7]");
    }

    @Test
    void allPacketsMayComeBeforeAllFacts() {
        script.sees(wire.handshake()).sees(wire.up(10), wire.up(10)).sees(wire.fin(TO_SERVER), wire.fin(TO_CLIENT), wire.ack()).silenceUntil(900)
                .hears("f1 127.0.0.1:50000 → 127.0.0.1:8080 #1 on 0 from p1");
        script.says(c1.opened(3)).says(c1.message(1, REQUEST, 0, 15, 5)).says(c1.message(2, REQUEST, 15, 20, 5)).says(c1.closed(20, 0, 6)).hears(
                "f1 is c1 client",
                "c1.1 client request on c1/f1 [0,15) complete by p4–p5 2+0",
                "c1.2 client request on c1/f1 [15,20) complete by p5–p5 1+0",
                "c1 f1 handshake [p1, p2, p3] fin to-server close [p6, p7, p8]");
    }

    @Test
    void pipelinedMessagesShareASegment() {
        connected();
        script.sees(wire.up(70), wire.up(80)).says(c1.message(1, REQUEST, 0, 50, 5)).says(c1.message(2, REQUEST, 50, 100, 5)).says(c1.message(3, REQUEST, 100, 150, 5)).hears(
                "c1.1 client request on c1/f1 [0,50) complete by p4–p4 1+0",
                "c1.2 client request on c1/f1 [50,100) complete by p4–p5 2+0",
                "c1.3 client request on c1/f1 [100,150) complete by p5–p5 1+0");
    }

    @Test
    void oneMessageTakesThousandsOfSegments() {
        connected();
        script.says(c1.began(1, RESPONSE, 0, 0));
        for (int i = 0; i < 20_000; i++) {
            script.sees(wire.down(1448));
        }
        script.says(c1.ended(1, RESPONSE, 20_000L * 1448 - 10, 20_100))
                .hears("c1.1 client response on c1/f1 [0,28959990) complete by p4–p20003 20000+0");
        script.says(c1.message(2, RESPONSE, 20_000L * 1448 - 10, 20_000L * 1448, 20_100))
                .hears("c1.2 client response on c1/f1 [28959990,28960000) complete by p20003–p20003 1+0");
    }

    @Test
    void recordsLieAcrossSegmentsAndSegmentsAcrossRecords() {
        connected();
        script.says(c1.tls(1, 0, 0), c1.record(1, TO_SERVER, 0, 200, 0, 0), c1.record(1, TO_SERVER, 200, 322, 0, 100), c1.began(1, REQUEST, 1, 0),
                c1.ended(1, REQUEST, 250, 9)).hearsNothing();
        script.sees(wire.up(150), wire.up(100), wire.up(300)).hearsNothing();
        script.says(c1.record(1, TO_SERVER, 322, 494, 100, 250)).hears("c1.1 client request on c1/f1 [200,494) complete by p5–p6 2+0");
        script.says(c1.record(1, TO_SERVER, 494, 520, 250, 254), c1.record(1, TO_SERVER, 520, 550, 254, 260), c1.began(2, REQUEST, 1, 250), c1.ended(2, REQUEST, 260, 9))
                .hears("c1.2 client request on c1/f1 [494,550) complete by p6–p6 1+0");
    }

    @Test
    void recordsThatCarryNothingAreNotPartOfAMessage() {
        connected();
        script.says(c1.tls(1, 0, 0), c1.began(1, REQUEST, 1, 0), c1.record(1, TO_SERVER, 0, 50, 0, 28), c1.record(1, TO_SERVER, 50, 90, 28, 28),
                c1.record(1, TO_SERVER, 90, 140, 28, 56), c1.ended(1, REQUEST, 56, 9));
        script.sees(wire.up(50), wire.up(40), wire.up(50)).hears("c1.1 client request on c1/f1 [0,50) [90,140) complete by p4–p6 2+0");
    }

    @Test
    void aConnectAndItsTlsPhaseShareAConnection() {
        connected();
        script.sees(wire.up(80), wire.down(40), wire.up(500), wire.down(900), wire.up(150));
        script.says(c1.message(1, REQUEST, 0, 80, 5)).says(c1.message(1, RESPONSE, 0, 40, 5)).hears(
                "c1.1 client request on c1/f1 [0,80) complete by p4–p4 1+0", "c1.1 client response on c1/f1 [0,40) complete by p5–p5 1+0");
        script.says(c1.tls(1, 80, 40), c1.record(1, TO_SERVER, 80, 580, 0, 0), c1.record(1, TO_CLIENT, 40, 940, 0, 0),
                c1.record(1, TO_SERVER, 580, 730, 0, 128), c1.began(2, REQUEST, 1, 0), c1.ended(2, REQUEST, 128, 9))
                .hears("c1.2 client request on c1/f1 [580,730) complete by p8–p8 1+0");
    }

    @Test
    void aRetransmittedSegmentIsARepeat() {
        connected();
        script.sees(wire.down(100), wire.downAt(0, 100), wire.down(100)).says(c1.message(1, RESPONSE, 0, 200, 9))
                .hears("c1.1 client response on c1/f1 [0,200) complete by p4–p6 2+1");
    }

    @Test
    void aPartlyNewSegmentIsToldInPieces() {
        connected();
        script.watchPackets().sees(wire.upAt(0, 10), wire.upAt(20, 10), wire.upAt(5, 30)).hears(
                "p4 f1 to-server @0 ack 0 first",
                "p5 f1 to-server @20 ack 0 first",
                "p6 f1 to-server @5 ack 0 mixed",
                "p6 [5,10) repeat",
                "p6 [10,20) first",
                "p6 [20,30) repeat",
                "p6 [30,35) first");
        script.says(c1.message(1, REQUEST, 0, 10, 5)).says(c1.message(2, REQUEST, 10, 35, 5)).hears(
                "c1.1 client request on c1/f1 [0,10) complete by p4–p4 1+1", "c1.2 client request on c1/f1 [10,35) complete by p5–p6 2+1");
    }

    @Test
    void reorderedSegmentsAreAllFirstSightings() {
        connected();
        script.sees(wire.upAt(200, 100), wire.upAt(0, 100)).says(c1.message(1, REQUEST, 0, 300, 9)).hearsNothing();
        script.sees(wire.upAt(100, 100)).hears("c1.1 client request on c1/f1 [0,300) complete by p4–p6 3+0");
    }

    @Test
    void anOffloadedSuperSegmentCarriesManyMessages() {
        connected();
        script.sees(wire.up(65_483)).says(c1.message(1, REQUEST, 0, 30_000, 9)).says(c1.message(2, REQUEST, 30_000, 65_483, 9)).hears(
                "c1.1 client request on c1/f1 [0,30000) complete by p4–p4 1+0", "c1.2 client request on c1/f1 [30000,65483) complete by p4–p4 1+0");
    }

    @Test
    void aMessageOfNoOctetsIsComplete() {
        connected();
        script.says(c1.message(1, TUNNEL_TO_SERVER, 0, 0, 5)).hears("c1.1 client tunnel-to-server on c1/f1 [] complete 0+0");
    }

    @Test
    void aMessageThatNeverEndsIsNotSpokenOf() {
        connected();
        script.says(c1.began(1, REQUEST, 0, 0)).sees(wire.up(10), wire.rst(TO_SERVER)).says(c1.closed(10, 0, 9)).silenceUntil(300)
                .hears("c1 f1 handshake [p1, p2, p3] rst to-server close [p5]");
    }

    @Test
    void keepAliveProbesCoverNothing() {
        connected();
        script.watchPackets().sees(wire.upAt(-1, 1), wire.up(10), wire.upAt(9, 1)).hears(
                "p4 f1 to-server @-1 ack 0 repeat", "p5 f1 to-server @0 ack 0 first", "p6 f1 to-server @9 ack 0 repeat");
        script.says(c1.message(1, REQUEST, 0, 10, 9)).hears("c1.1 client request on c1/f1 [0,10) complete by p5–p5 1+1");
    }

    @Test
    void garbageInAKeepAliveDoesNotFillAGap() {
        connected();
        script.sees(wire.upAt(0, 9)).sees(wire.skip(TO_SERVER, 1).bare(TO_CLIENT, 0x10), wire.upAt(9, 1));
        script.says(c1.message(1, REQUEST, 0, 10, 9)).hearsNothing();
        script.silenceUntil(3000).hears("c1.1 client request on c1/f1 [0,10) gaps [9,10) partial dropped by p4–p4 1+0");
    }

    @Test
    void aBlindlyInjectedSegmentChangesNothing() {
        connected();
        script.sees(wire.up(10)).watchPackets();
        script.sees(wire.segment(TO_SERVER, 1001 + (1 << 30) + 10, 2001, 0x10, 50), wire.segment(TO_CLIENT, 2001 - (1 << 30), 1011, 0x04, 0)).hears(
                "p5 f1 to-server unplaced", "p6 f1 to-client unplaced");
        script.sees(wire.up(10)).says(c1.message(1, REQUEST, 0, 20, 9)).hears(
                "p7 f1 to-server @10 ack 0 first", "c1.1 client request on c1/f1 [0,20) complete by p4–p7 2+0");
    }

    @Test
    void offsetsGoOnBeyondFourGiB() {
        connected();
        long offset = 0;
        for (int i = 0; i < 5_000; i++) {
            script.says(new SegmentsSeen(0, List.of(wire.down(1_000_000)), Script.millis(3), Script.millis(3)));
            offset += 1_000_000;
        }
        script.says(c1.message(1, RESPONSE, offset - 10, offset + 10, 9)).sees(wire.at(5).down(10))
                .hears("c1.1 client response on c1/f1 [4999999990,5000000010) complete by p5003–p5004 2+0");
    }

    @Test
    void aFastOpenCarriesItsRequestInTheSyn() {
        script.watchPackets().sees(wire.segment(TO_SERVER, 1000, 0, 0x02, 40), wire.synAck()).says(c1.opened(3)).hears(
                "f1 127.0.0.1:50000 → 127.0.0.1:8080 #1 on 0 from p1", "p1 f1 to-server @0 ack -1 first", "p2 f1 to-client @-1 ack 0 bare", "f1 is c1 client");
        script.says(c1.message(1, REQUEST, 0, 40, 3)).hears("c1.1 client request on c1/f1 [0,40) complete by p1–p1 1+0");
    }
}
