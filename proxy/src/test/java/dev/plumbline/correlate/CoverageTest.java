package dev.plumbline.correlate;

import static dev.plumbline.fact.MessageKind.REQUEST;
import static dev.plumbline.fact.MessageKind.RESPONSE;
import static dev.plumbline.wire.Heading.TO_CLIENT;
import static dev.plumbline.wire.Heading.TO_SERVER;

import dev.plumbline.fact.CaptureFact.Counted;
import dev.plumbline.fact.CaptureFact.InterfaceClosed;
import dev.plumbline.fact.CaptureFact.InterfaceOpened;
import dev.plumbline.fact.FactsLost;
import dev.plumbline.fact.RelayFact.Close;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is missing, when that is said, and why. */
class CoverageTest {
    @RegisterExtension
    final Script script = new Script();
    private final Peer wire = new Peer("10.0.0.1:50000", "10.0.0.2:8080", 1000, 2000, 0);
    private final Socket c1 = Socket.client(1, wire.tuple);

    private void connected() {
        script.captures(0, "eth0", "10.0.0.2").sees(wire.handshake()).says(c1.opened(3)).hearsSomething();
    }

    @Test
    void aGapIsSaidWhenTheWatermarkIsPastTheGrace() {
        connected();
        script.sees(wire.up(10), wire.skip(TO_SERVER, 5).up(10)).says(c1.message(1, REQUEST, 0, 25, 10)).hearsNothing();
        script.silenceUntil(309).hearsNothing();
        script.silenceUntil(310).hears("c1.1 client request on c1/f1 [0,25) gaps [10,15) partial dropped by p4–p5 2+0");
    }

    @Test
    void octetsThatComeWithinTheGraceFillTheGap() {
        connected();
        script.sees(wire.up(10), wire.skip(TO_SERVER, 5).up(10)).says(c1.message(1, REQUEST, 0, 25, 10)).silenceUntil(200).hearsNothing();
        script.sees(wire.at(250).upAt(10, 5)).hears("c1.1 client request on c1/f1 [0,25) complete by p4–p6 3+0");
    }

    @Test
    void twoMessagesInRecordsThatCannotBeToldApartAreNotBothCalledComplete() {
        connected();
        script.says(c1.tls(1, 0, 0), c1.blurredRecord(1, TO_SERVER, 0, 60, 0, 40))
                .says(c1.began(1, REQUEST, 1, 0), c1.ended(1, REQUEST, 20, 5), c1.began(2, REQUEST, 1, 20), c1.ended(2, REQUEST, 40, 5)).sees(wire.up(60))
                .hears("c1.1 client request on c1/f1 [0,60) partial dropped by p4–p4 1+0", "c1.2 client request on c1/f1 [0,60) partial dropped by p4–p4 1+0");
    }

    @Test
    void anIncompleteMessageDoesNotHoldUpTheNextOne() {
        connected();
        script.says(c1.message(1, REQUEST, 0, 25, 10)).says(c1.message(2, REQUEST, 25, 30, 10)).sees(wire.upAt(25, 5)).silenceUntil(100)
                .hears("c1.2 client request on c1/f1 [25,30) complete by p4–p4 1+0");
        script.silenceUntil(3000).hears("c1.1 client request on c1/f1 [0,25) gaps [0,25) none dropped 0+0");
    }

    @Test
    void aSnappedSegmentIsSeenButNotHeld() {
        connected();
        script.sees(wire.up(10), wire.snapped(4).up(10), wire.kept().up(10)).says(c1.message(1, REQUEST, 0, 30, 10))
                .hears("c1.1 client request on c1/f1 [0,30) gaps [10,20) partial snapped by p4–p6 3+0");
    }

    @Test
    void aRepeatThatIsKeptHoldsWhatWasSnapped() {
        connected();
        script.sees(wire.snapped(4).up(10), wire.kept().upAt(0, 10)).says(c1.message(1, REQUEST, 0, 10, 10))
                .hears("c1.1 client request on c1/f1 [0,10) complete by p4–p4 1+1");
    }

    @Test
    void aSegmentThatWasNotKeptCountsAsLimit() {
        connected();
        script.sees(wire.unkept().up(10)).says(c1.message(1, REQUEST, 0, 10, 10))
                .hears("c1.1 client request on c1/f1 [0,10) gaps [0,10) none limit by p4–p4 1+0");
    }

    @Test
    void withoutASynThereAreNoOffsets() {
        script.captures(0, "eth0", "10.0.0.2").watchPackets().sees(wire.up(10)).says(c1.opened(1)).says(c1.message(1, REQUEST, 0, 10, 10)).hears(
                "f1 10.0.0.1:50000 → 10.0.0.2:8080 #1 on 0 joined at p1", "p1 f1 to-server unplaced", "f1 is c1 client");
        script.silenceUntil(3000).hears("c1.1 client request on c1/f1 [0,10) gaps [0,10) none no-syn 0+0");
    }

    @Test
    void aSynAckAloneTellsBothInitialNumbers() {
        script.captures(0, "eth0", "10.0.0.2").sees(wire.synAck(), wire.ack(), wire.up(10), wire.down(20)).says(c1.opened(3))
                .says(c1.message(1, REQUEST, 0, 10, 10)).says(c1.message(1, RESPONSE, 0, 20, 10)).hears(
                        "f1 10.0.0.1:50000 → 10.0.0.2:8080 #1 on 0 from p1", "f1 is c1 client",
                        "c1.1 client request on c1/f1 [0,10) complete by p3–p3 1+0", "c1.1 client response on c1/f1 [0,20) complete by p4–p4 1+0");
    }

    @Test
    void withoutCaptureNothingIsWaitedFor() {
        script.captureOff().says(c1.opened(3)).says(c1.message(1, REQUEST, 0, 10, 10))
                .hears("c1.1 client request on c1 [0,10) gaps [0,10) none capture-off 0+0");
        script.says(c1.tls(1, 10, 0), c1.began(2, REQUEST, 1, 0), c1.ended(2, REQUEST, 5, 12)).hearsNothing();
        script.says(c1.record(1, TO_SERVER, 10, 40, 0, 5)).hears("c1.2 client request on c1 [10,40) gaps [10,40) none capture-off 0+0");
        script.says(c1.closed(40, 0, 20)).hears("c1 handshake [] unknown close []");
    }

    @Test
    void anInterfaceThatIsNotCapturedIsNamedAsTheReason() {
        script.captures(0, "lo", "127.0.0.1").says(c1.opened(3)).says(c1.message(1, REQUEST, 0, 10, 10)).silenceUntil(3000)
                .hears("c1.1 client request on c1 [0,10) gaps [0,10) none no-interface 0+0");
    }

    /** c1 begins and ends while the interface is gone: before its first capture has closed the reason would be another. */
    @ParameterizedTest(name = "gone from {0} ms to {1} ms: {2}")
    @CsvSource({"2, 500, no-interface", "20, 500, unbound", "1, 2, unbound"})
    void anInterfaceThatWasGoneForTheTimeIsNoneThatCouldSee(int goneAt, int backAt, String reason) {
        script.captures(0, "lo", "127.0.0.1").captures(1, "eth0", "10.0.0.2").says(new InterfaceClosed(1, "went away", Script.millis(goneAt)))
                .says(new InterfaceOpened(2, "eth0", 1, 262_144, "tcp", List.of(Script.address("10.0.0.2")), Script.millis(backAt)))
                .says(c1.opened(3)).says(c1.message(1, REQUEST, 0, 10, 10)).silenceUntil(0, 3000).silenceUntil(2, 3000).silenceUntil(3001)
                .hears("c1.1 client request on c1 [0,10) gaps [0,10) none " + reason + " 0+0");
    }

    @Test
    void aConnectionBetweenTwoOwnAddressesRunsOverLoopback() {
        script.captures(0, "eth0", "10.0.0.1", "10.0.0.2").says(c1.opened(3)).says(c1.message(1, REQUEST, 0, 10, 10)).silenceUntil(3000)
                .hears("c1.1 client request on c1 [0,10) gaps [0,10) none no-interface 0+0");
        script.captures(1, "lo", "127.0.0.1").silenceUntil(1, 3000).says(c1.message(2, REQUEST, 10, 20, 10)).silenceUntil(3001)
                .hears("c1.2 client request on c1 [10,20) gaps [10,20) none unbound 0+0");
    }

    @Test
    void whatTheSocketTookButNeverLeftIsUnsent() {
        connected();
        script.sees(wire.up(10), wire.down(1000), wire.rst(TO_SERVER)).says(c1.message(1, RESPONSE, 0, 5000, 8)).says(c1.closed(10, 5000, Close.RESET, 9)).hearsNothing();
        script.silenceUntil(2100).hears(
                "c1.1 client response on c1/f1 [0,5000) gaps [1000,5000) partial unsent by p5–p5 1+0",
                "c1 f1 handshake [p1, p2, p3] rst to-server close [p6]");
    }

    /** The last octet seen to leave is at 4 ms, the RST at 5 ms. */
    @ParameterizedTest(name = "dropped between {0} ms and {1} ms: {2}")
    @CsvSource({"1, 3, unsent", "1, 12, dropped", "5, 1005, dropped", "6, 8, unsent"})
    void whatMayHaveBeenDroppedIsNotCalledUnsent(long from, long to, String reason) {
        connected();
        script.sees(wire.up(10), wire.down(1000), wire.rst(TO_SERVER)).says(c1.message(1, RESPONSE, 0, 5000, 8)).says(c1.closed(10, 5000, Close.RESET, 9));
        script.says(counted(0, from), counted(3, to), counted(3, to + 1000)).silenceUntil(2100).hears(
                "c1.1 client response on c1/f1 [0,5000) gaps [1000,5000) partial " + reason + " by p5–p5 1+0",
                "c1 f1 handshake [p1, p2, p3] rst to-server close [p6]");
    }

    /** No packet shows the end, which our socket told of at 9 ms. */
    @ParameterizedTest(name = "dropped between {0} ms and {1} ms: {2}")
    @CsvSource({"1, 3, unsent", "8, 1008, dropped", "10, 1010, unsent"})
    void whatMayHaveBeenDroppedWithTheEndOfItsConnectionIsNotCalledUnsent(long from, long to, String reason) {
        connected();
        script.sees(wire.up(10), wire.down(1000)).says(c1.message(1, RESPONSE, 0, 5000, 8)).says(c1.closed(10, 5000, Close.RESET, 9));
        script.says(counted(0, from), counted(3, to)).silenceUntil(31_000).hears(
                "c1.1 client response on c1/f1 [0,5000) gaps [1000,5000) partial " + reason + " by p5–p5 1+0",
                "c1 f1 handshake [p1, p2, p3] unknown close []");
    }

    @Test
    void whatWasLostOnItsWayFromTheCaptureIsNotCalledUnsent() {
        connected();
        script.sees(wire.up(10), wire.down(1000)).says(new FactsLost("capture-eth0", 3, Script.millis(6))).sees(wire.rst(TO_SERVER))
                .says(c1.message(1, RESPONSE, 0, 5000, 8)).says(c1.closed(10, 5000, Close.RESET, 9));
        script.silenceUntil(2100).hears(
                "c1.1 client response on c1/f1 [0,5000) gaps [1000,5000) partial dropped by p5–p5 1+0",
                "c1 f1 handshake [p1, p2, p3] rst to-server close [p6]");
    }

    @Test
    void whatAnotherInterfaceDroppedIsNoneOfAFlowsBusiness() {
        connected();
        script.captures(1, "lo", "127.0.0.1").says(new Counted(1, 9, 9, 0, Script.millis(5)));
        script.sees(wire.up(10), wire.down(1000), wire.rst(TO_SERVER)).says(c1.message(1, RESPONSE, 0, 5000, 8)).says(c1.closed(10, 5000, Close.RESET, 9));
        script.silenceUntil(1, 2100).silenceUntil(2300).hears(
                "c1.1 client response on c1/f1 [0,5000) gaps [1000,5000) partial unsent by p5–p5 1+0",
                "c1 f1 handshake [p1, p2, p3] rst to-server close [p6]");
    }

    private static Counted counted(long dropped, long millis) {
        return new Counted(0, 100, dropped, 0, Script.millis(millis));
    }

    @Test
    void aSlowReceiverIsNoGap() {
        connected();
        script.sees(wire.down(1000)).says(c1.message(1, RESPONSE, 0, 2000, 8)).silenceUntil(60_000).hearsNothing();
        script.sees(wire.at(70_000).down(1000)).hears("c1.1 client response on c1/f1 [0,2000) complete by p4–p5 2+0");
    }

    @Test
    void whatWasAcknowledgedUnseenWasDropped() {
        connected();
        script.sees(wire.down(1000), wire.skip(TO_CLIENT, 1000).ack()).says(c1.message(1, RESPONSE, 0, 2000, 8)).silenceUntil(3000)
                .hears("c1.1 client response on c1/f1 [0,2000) gaps [1000,2000) partial dropped by p4–p4 1+0");
    }

    @Test
    void anInterfaceThatWentAwayAndCameBackLeavesALabelledHole() {
        connected();
        script.sees(wire.up(10)).says(new InterfaceClosed(0, "gone", Script.millis(20)));
        script.says(c1.message(1, REQUEST, 0, 20, 50)).hears("c1.1 client request on c1/f1 [0,20) gaps [10,20) partial capture-off by p4–p4 1+0");
        script.captures(1, "eth0", "10.0.0.2").sees(1, wire.at(60).skip(TO_SERVER, 10).up(10)).says(c1.message(2, REQUEST, 20, 30, 70))
                .hears("c1.2 client request on c1/f1 [20,30) complete by p5–p5 1+0");
    }

    @Test
    void lostRelayFactsMakeLaterMessagesPartial() {
        connected();
        script.sees(wire.up(10), wire.up(10)).says(c1.message(1, REQUEST, 0, 10, 10)).hearsSomething();
        script.says(new FactsLost("relay-0", 3, Script.millis(10))).says(c1.message(2, REQUEST, 10, 20, 12))
                .hears("c1.2 client request on c1/f1 [10,20) partial dropped by p5–p5 1+0");
    }

    @Test
    void aConnectionWhoseCloseWasLostIsSettledAfterItsFlow() {
        connected();
        script.says(new FactsLost("relay-0", 3, Script.millis(10))).sees(wire.fin(TO_SERVER), wire.fin(TO_CLIENT), wire.ack()).silenceUntil(29_000).hearsNothing();
        script.silenceUntil(31_000).hears("c1 f1 handshake [p1, p2, p3] fin to-server close [p4, p5, p6]");
    }

    @Test
    void lostCaptureFactsAreGapsAndNothingMore() {
        connected();
        script.says(new FactsLost("capture-eth0", 3, Script.millis(3))).sees(wire.up(10)).says(c1.message(1, REQUEST, 0, 10, 10))
                .hears("c1.1 client request on c1/f1 [0,10) complete by p4–p4 1+0");
    }

    @Test
    void aLostRecordIsMappedToAllThatLiesBetweenItsNeighbours() {
        connected();
        script.sees(wire.up(150)).says(c1.tls(1, 0, 0), c1.began(1, REQUEST, 1, 0), c1.record(1, TO_SERVER, 0, 50, 0, 28), new FactsLost("relay-0", 1, Script.millis(5)),
                c1.record(1, TO_SERVER, 100, 150, 56, 84), c1.ended(1, REQUEST, 84, 9))
                .hears("c1.1 client request on c1/f1 [0,150) gaps [50,100) partial dropped by p4–p4 1+0");
    }

    @Test
    void recordsThatContradictThoseBeforeLeaveTheRestUnknown() {
        connected();
        script.sees(wire.up(150)).says(c1.tls(1, 0, 0), c1.began(1, REQUEST, 1, 0), c1.record(1, TO_SERVER, 0, 50, 0, 28), c1.record(1, TO_SERVER, 10, 60, 28, 56),
                c1.ended(1, REQUEST, 56, 9)).hears("c1.1 client request on c1/f1 [0,50) partial dropped by p4–p4 1+0");
    }

    @Test
    void plaintextThatNeverBecameARecordIsUnsent() {
        connected();
        script.sees(wire.down(50), wire.rst(TO_SERVER)).says(c1.tls(1, 0, 0), c1.began(1, RESPONSE, 1, 0), c1.record(1, TO_CLIENT, 0, 50, 0, 28),
                c1.ended(1, RESPONSE, 100, 9), c1.closed(0, 50, 10)).hearsNothing();
        script.silenceUntil(2100).hears("c1.1 client response on c1/f1 [0,50) partial unsent by p4–p4 1+0", "c1 f1 handshake [p1, p2, p3] rst to-server close [p5]");
    }

    @Test
    void aMessageOnAConnectionNobodyOpenedIsNotCovered() {
        script.captures(0, "eth0", "10.0.0.2").says(c1.message(1, REQUEST, 0, 10, 10)).hears("c1.1 client request on c1 [] none dropped 0+0");
    }

    @Test
    void aClockSetBackDelaysNoVerdictForLong() {
        connected();
        script.sees(wire.at(900_000).up(10)).says(c1.message(1, REQUEST, 0, 20, 900_001)).hearsNothing();
        script.silenceUntil(1_000).hearsNothing();
        script.silenceUntil(3_100).hears("c1.1 client request on c1/f1 [0,20) gaps [10,20) partial dropped by p4–p4 1+0");
    }

    @Test
    void theEndOfTheRunSettlesEverything() {
        connected();
        script.sees(wire.up(10), wire.down(10)).says(c1.message(1, REQUEST, 0, 20, 6)).says(c1.message(1, RESPONSE, 0, 20, 6)).hearsNothing();
        script.finish(10).hears(
                "c1.1 client request on c1/f1 [0,20) gaps [10,20) partial dropped by p4–p4 1+0",
                "c1.1 client response on c1/f1 [0,20) gaps [10,20) partial unsent by p5–p5 1+0",
                "c1 f1 handshake [p1, p2, p3] open close []");
        script.finish(11).hearsNothing();
    }
}
