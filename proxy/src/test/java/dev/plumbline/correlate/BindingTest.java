package dev.plumbline.correlate;

import static dev.plumbline.fact.MessageKind.REQUEST;
import static dev.plumbline.fact.MessageKind.RESPONSE;
import static dev.plumbline.wire.Heading.TO_CLIENT;
import static dev.plumbline.wire.Heading.TO_SERVER;

import dev.plumbline.fact.Segment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which flow is which connection: generations, interfaces, both legs. */
class BindingTest {
    private static final String US = "10.0.0.1:40000";
    private static final String ORIGIN = "10.0.0.9:443";

    @RegisterExtension
    final Script script = new Script();
    private final Peer one = new Peer(US, ORIGIN, 1000, 2000, 0);
    private final Peer two = new Peer(US, ORIGIN, 900_000, 700_000, 100);

    @BeforeEach
    void captures() {
        script.captures(0, "eth0", "10.0.0.1");
    }

    @Test
    void aReusedPortIsANewGeneration() {
        Socket c2 = Socket.server(2, 1, one.tuple);
        Socket c3 = Socket.server(3, 1, one.tuple);
        script.says(c2.opened(0)).sees(one.handshake()).sees(one.up(10), one.fin(TO_SERVER), one.fin(TO_CLIENT), one.ack())
                .says(c2.message(1, REQUEST, 0, 10, 4)).says(c2.closed(10, 0, 6)).hears(
                        "f1 10.0.0.1:40000 → 10.0.0.9:443 #1 on 0 from p1", "f1 is c2 server", "c1.1 server request on c2/f1 [0,10) complete by p4–p4 1+0");
        script.says(c3.opened(100)).sees(two.handshake()).sees(two.up(20)).says(c3.message(2, REQUEST, 0, 20, 104)).silenceUntil(105).hears(
                "f2 10.0.0.1:40000 → 10.0.0.9:443 #2 on 0 from p8", "f2 is c3 server", "c1.2 server request on c3/f2 [0,20) complete by p11–p11 1+0");
        script.silenceUntil(400).hears("c2 f1 handshake [p1, p2, p3] fin to-server close [p5, p6, p7]");
    }

    @Test
    void aRefusedAttemptOnTheSamePortIsNoRivalOfWhatWasAccepted() {
        Peer refused = new Peer("10.0.0.9:40000", "10.0.0.1:8080", 1_000, 2_000, 0);
        Peer accepted = new Peer("10.0.0.9:40000", "10.0.0.1:8080", 900_000, 700_000, 10);
        Socket c1 = Socket.client(1, accepted.tuple);
        Segment syn = refused.syn();
        Segment rst = refused.rst(TO_CLIENT);
        Segment refusal = new Segment(rst.at(), rst.path(), 0, 1_001, Segment.RST | Segment.ACK, 0, 0, 0, 0, 0, 54, 54);
        script.sees(syn, refusal).sees(accepted.handshake()).sees(accepted.up(10)).hearsSomething();
        script.says(c1.opened(14)).says(c1.message(1, REQUEST, 0, 10, 15)).silenceUntil(15).hears(
                "f2 is c1 client", "c1.1 client request on c1/f2 [0,10) complete by p6–p6 1+0");
    }

    @Test
    void lateFactsFindTheirGenerationByTime() {
        script.sees(one.handshake()).sees(one.up(10), one.fin(TO_SERVER), one.fin(TO_CLIENT), one.ack()).sees(two.handshake()).sees(two.up(20)).hearsSomething();
        Socket c2 = Socket.server(2, 1, one.tuple);
        Socket c3 = Socket.server(3, 1, one.tuple);
        script.says(c2.opened(0)).says(c2.message(1, REQUEST, 0, 10, 4)).says(c2.closed(10, 0, 6)).says(c3.opened(100)).says(c3.message(2, REQUEST, 0, 20, 104)).silenceUntil(105).hears(
                "f1 is c2 server", "c1.1 server request on c2/f1 [0,10) complete by p4–p4 1+0",
                "f2 is c3 server", "c1.2 server request on c3/f2 [0,20) complete by p11–p11 1+0");
    }

    @Test
    void lateGenerationsFindTheirConnectionByTime() {
        Socket c2 = Socket.server(2, 1, one.tuple);
        Socket c3 = Socket.server(3, 1, one.tuple);
        script.says(c2.opened(0)).says(c2.message(1, REQUEST, 0, 10, 4)).says(c2.closed(10, 0, 6)).says(c3.opened(100)).says(c3.message(2, REQUEST, 0, 20, 104)).hearsNothing();
        script.sees(one.handshake()).sees(one.up(10), one.fin(TO_SERVER), one.fin(TO_CLIENT), one.ack()).sees(two.handshake()).sees(two.up(20)).silenceUntil(105).hears(
                "f1 10.0.0.1:40000 → 10.0.0.9:443 #1 on 0 from p1", "f1 is c2 server", "c1.1 server request on c2/f1 [0,10) complete by p4–p4 1+0",
                "f2 10.0.0.1:40000 → 10.0.0.9:443 #2 on 0 from p8", "f2 is c3 server", "c1.2 server request on c3/f2 [0,20) complete by p11–p11 1+0");
    }

    @Test
    void generationsTooCloseInTimeAreToldApartByOctetCounts() {
        Peer next = new Peer(US, ORIGIN, 900_000, 700_000, 12);
        script.sees(one.handshake()).sees(one.up(10), one.fin(TO_SERVER), one.fin(TO_CLIENT), one.ack());
        script.sees(next.handshake()).sees(next.up(20), next.fin(TO_SERVER), next.fin(TO_CLIENT), next.ack()).hearsSomething();
        Socket c2 = Socket.server(2, 1, one.tuple);
        script.says(c2.opened(-1)).says(c2.message(1, REQUEST, 0, 20, 15)).hearsNothing();
        script.says(c2.closed(20, 0, 18)).silenceUntil(300).hears(
                "f2 is c2 server", "c1.1 server request on c2/f2 [0,20) complete by p11–p11 1+0", "c2 f2 handshake [p8, p9, p10] fin to-server close [p12, p13, p14]");
    }

    @Test
    void doubtMeansUnbound() {
        Peer next = new Peer(US, ORIGIN, 900_000, 700_000, 12);
        script.sees(one.handshake()).sees(one.up(10), one.fin(TO_SERVER), one.fin(TO_CLIENT), one.ack());
        script.sees(next.handshake()).sees(next.up(10), next.fin(TO_SERVER), next.fin(TO_CLIENT), next.ack()).hearsSomething();
        Socket c2 = Socket.server(2, 1, one.tuple);
        script.says(c2.opened(-1)).says(c2.message(1, REQUEST, 0, 10, 15)).says(c2.closed(10, 0, 18)).silenceUntil(5000).hears(
                "c1.1 server request on c2 [0,10) gaps [0,10) none unbound 0+0", "c2 handshake [] unknown close []");
    }

    @Test
    void countsThatContradictTakeABindingBack() {
        Socket c2 = Socket.server(2, 1, one.tuple);
        script.says(c2.opened(0)).sees(one.handshake()).sees(one.up(10), one.fin(TO_SERVER), one.fin(TO_CLIENT), one.ack()).hearsSomething();
        script.says(c2.closed(7, 0, 8)).hears("f1 is not c2 server").silenceUntil(5000).hears("c2 handshake [] unknown close []");
    }

    @Test
    void theNextUserOfAPortMaySpeakBeforeTheLastOneIsHeardToClose() {
        Socket c2 = Socket.server(2, 1, one.tuple);
        Socket c4 = Socket.server(4, 3, one.tuple);
        script.says(c2.opened(0)).sees(one.handshake()).sees(one.up(10), one.fin(TO_SERVER), one.fin(TO_CLIENT), one.ack()).sees(two.handshake()).sees(two.up(20)).hearsSomething();
        script.says(c4.opened(100)).says(c4.message(1, REQUEST, 0, 20, 104)).says(c2.message(1, REQUEST, 0, 10, 4)).says(c2.closed(10, 0, 6)).hears("c1.1 server request on c2/f1 [0,10) complete by p4–p4 1+0");
        script.silenceUntil(105).hears("f2 is c4 server", "c3.1 server request on c4/f2 [0,20) complete by p11–p11 1+0");
        script.silenceUntil(400).hears("c2 f1 handshake [p1, p2, p3] fin to-server close [p5, p6, p7]");
    }

    @Test
    void aThreadHeldUpAfterTheConnectStillFindsItsFlow() {
        Socket c2 = Socket.server(2, 1, one.tuple);
        script.sees(one.handshake()).says(c2.opened(400)).says(c2.message(1, REQUEST, 0, 10, 401)).hears("f1 10.0.0.1:40000 → 10.0.0.9:443 #1 on 0 from p1");
        script.sees(one.at(400).up(10)).hearsNothing();
        script.silenceUntil(600).hears("f1 is c2 server", "c1.1 server request on c2/f1 [0,10) complete by p4–p4 1+0");
    }

    @Test
    void whatBeganBeforeTheConnectIsNotIt() {
        Peer next = new Peer(US, ORIGIN, 900_000, 700_000, 12);
        Socket c2 = Socket.server(2, 1, one.tuple);
        script.sees(one.handshake()).sees(one.up(10), one.fin(TO_SERVER), one.fin(TO_CLIENT), one.ack()).says(c2.opened(11)).hears("f1 10.0.0.1:40000 → 10.0.0.9:443 #1 on 0 from p1");
        script.sees(next.handshake()).silenceUntil(16).hears("f2 10.0.0.1:40000 → 10.0.0.9:443 #2 on 0 from p8", "f2 is c2 server");
    }

    @Test
    void aFlowThatHadEndedBeforeTheConnectIsAnother() {
        Socket c2 = Socket.server(2, 1, one.tuple);
        script.sees(one.handshake()).sees(one.up(10), one.rst(TO_CLIENT)).says(c2.opened(400)).says(c2.message(1, REQUEST, 0, 10, 401)).silenceUntil(3000).hears(
                "f1 10.0.0.1:40000 → 10.0.0.9:443 #1 on 0 from p1", "c1.1 server request on c2 [0,10) gaps [0,10) none unbound 0+0");
    }

    @Test
    void aRepeatedSynIsTheSameFlow() {
        script.watchPackets().sees(one.syn(), one.syn(), one.synAck(), one.ack()).hears(
                "f1 10.0.0.1:40000 → 10.0.0.9:443 #1 on 0 from p1", "p1 f1 to-server @-1 ack -1 bare", "p2 f1 to-server @-1 ack -1 bare",
                "p3 f1 to-client @-1 ack 0 bare", "p4 f1 to-server @0 ack 0 bare");
        Socket c2 = Socket.server(2, 1, one.tuple);
        script.says(c2.opened(0)).finish(10).hears("f1 is c2 server", "c2 f1 handshake [p2, p3, p4] open close []");
    }

    @Test
    void aStraySynDoesNotEndALivingFlow() {
        script.sees(one.handshake()).watchPackets().hearsSomething();
        script.sees(one.segment(TO_SERVER, 77_777, 0, Segment.SYN, 0), one.up(5)).hears("p4 f1 to-server unplaced", "p5 f1 to-server @0 ack 0 first");
    }

    @Test
    void aStraySynThatIsAnsweredIsANewGeneration() {
        Peer next = new Peer(US, ORIGIN, 900_000, 700_000, 10);
        script.sees(one.handshake()).hearsSomething();
        script.watchPackets().sees(next.syn(), next.synAck(), next.up(5)).hears(
                "p4 f1 to-server unplaced", "f2 10.0.0.1:40000 → 10.0.0.9:443 #2 on 0 from p5", "p5 f2 to-client @-1 ack 0 bare", "p6 f2 to-server @0 ack 0 first");
    }

    @Test
    void theSamePacketOnASecondInterfaceIsNoRepeat() {
        Peer again = new Peer(US, ORIGIN, 1000, 2000, 0);
        script.captures(1, "br0", "10.0.0.1").watchPackets().sees(0, one.syn()).sees(1, again.handshake()).sees(0, one.synAck(), one.ack(), one.up(10)).sees(1, again.up(10)).hears(
                "f1 10.0.0.1:40000 → 10.0.0.9:443 #1 on 0 from p1", "p1 f1 to-server @-1 ack -1 bare",
                "p2 f1 to-server elsewhere", "p3 f1 to-client elsewhere", "p4 f1 to-server elsewhere",
                "p5 f1 to-client @-1 ack 0 bare", "p6 f1 to-server @0 ack 0 bare", "p7 f1 to-server @0 ack 0 first", "p8 f1 to-server elsewhere");
        Socket c2 = Socket.server(2, 1, one.tuple);
        script.says(c2.opened(0)).says(c2.message(1, REQUEST, 0, 10, 5)).hears("f1 is c2 server", "c1.1 server request on c2/f1 [0,10) complete by p7–p7 1+0");
    }

    @Test
    void anInterfaceThatIsAheadBeginsTheNextGenerationWithoutDisturbingTheLast() {
        Peer oneAgain = new Peer(US, ORIGIN, 1000, 2000, 0);
        Peer twoAgain = new Peer(US, ORIGIN, 900_000, 700_000, 100);
        script.captures(1, "br0", "10.0.0.1").sees(0, one.handshake()).sees(1, oneAgain.handshake()).sees(1, oneAgain.fin(TO_SERVER), oneAgain.fin(TO_CLIENT), oneAgain.ack());
        script.hears("f1 10.0.0.1:40000 → 10.0.0.9:443 #1 on 0 from p1");
        script.sees(1, twoAgain.handshake()).hears("f2 10.0.0.1:40000 → 10.0.0.9:443 #2 on 1 from p10");
        script.watchPackets().sees(0, one.up(10), one.fin(TO_SERVER), one.fin(TO_CLIENT), one.ack()).sees(0, two.handshake()).hears(
                "p13 f1 to-server @0 ack 0 first", "p14 f1 to-server @10 ack 0 bare", "p15 f1 to-client @0 ack 11 bare", "p16 f1 to-server @11 ack 1 bare",
                "p17 f2 to-server elsewhere", "p18 f2 to-client elsewhere", "p19 f2 to-server elsewhere");
    }

    @Test
    void aFlowChainedToOurselvesBindsOnBothLegs() {
        Socket c2 = Socket.server(2, 1, one.tuple);
        Socket c3 = Socket.client(3, one.tuple);
        script.says(c2.opened(0)).sees(one.handshake()).says(c3.opened(2)).hears(
                "f1 10.0.0.1:40000 → 10.0.0.9:443 #1 on 0 from p1", "f1 is c2 server", "f1 is c3 client");
        script.says(c2.message(1, REQUEST, 0, 10, 5)).says(c3.message(1, REQUEST, 0, 10, 5)).sees(one.up(10)).says(c3.message(1, RESPONSE, 0, 4, 6)).sees(one.down(4))
                .says(c2.message(1, RESPONSE, 0, 4, 7)).hears(
                        "c3.1 client request on c3/f1 [0,10) complete by p4–p4 1+0", "c1.1 server request on c2/f1 [0,10) complete by p4–p4 1+0",
                        "c3.1 client response on c3/f1 [0,4) complete by p5–p5 1+0", "c1.1 server response on c2/f1 [0,4) complete by p5–p5 1+0");
    }

    @Test
    void aSelfConnectionAndASimultaneousOpenHarmNobody() {
        Peer self = new Peer(US, US, 5, 6, 0);
        script.sees(self.handshake()).sees(self.up(10)).hearsSomething();
        script.sees(two.syn(), two.segment(TO_CLIENT, 700_000, 0, Segment.SYN, 0), two.synAck(), two.up(10)).hearsSomething();
    }
}
