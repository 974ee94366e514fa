package dev.plumbline.correlate;

import static dev.plumbline.fact.MessageKind.REQUEST;
import static dev.plumbline.wire.Heading.TO_CLIENT;
import static dev.plumbline.wire.Heading.TO_SERVER;

import dev.plumbline.fact.Segment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections that follow each other on one port within milliseconds: their order says which flow is whose. */
class ReusedPortTest {
    private static final String THEM = "10.0.0.9:40000";
    private static final String US = "10.0.0.1:8080";

    @RegisterExtension
    final Script script = new Script();
    private final Peer one = new Peer(THEM, US, 1000, 2000, 0);
    private final Peer two = new Peer(THEM, US, 900_000, 700_000, 10);
    private final Socket c1 = Socket.client(1, one.tuple);
    private final Socket c2 = Socket.client(2, one.tuple);

    @BeforeEach
    void captures() {
        script.captures(0, "eth0", "10.0.0.1");
    }

    private static Segment[] closing(Peer peer) {
        return new Segment[] {peer.fin(TO_CLIENT), peer.fin(TO_SERVER), peer.bare(TO_CLIENT, Segment.ACK)};
    }

    @Test
    void twoThatAreHeardOfBeforeTheirPacketsAreToldApartThoughOneStaysOpen() {
        script.says(c1.opened(2)).says(c1.message(1, REQUEST, 0, 10, 3)).says(c1.closed(10, 0, 8)).says(c2.opened(14)).hearsNothing();
        script.sees(one.handshake()).hears("f1 10.0.0.9:40000 → 10.0.0.1:8080 #1 on 0 from p1");
        script.sees(one.up(10)).sees(closing(one)).hears("f1 is c1 client", "c1.1 client request on c1/f1 [0,10) complete by p4–p4 1+0");
        script.sees(two.handshake()).silenceUntil(14).hears("f2 10.0.0.9:40000 → 10.0.0.1:8080 #2 on 0 from p8", "f2 is c2 client");
        script.silenceUntil(300).hears("c1 f1 handshake [p1, p2, p3] fin to-client close [p5, p6, p7]");
    }

    @Test
    void twoThatAreAcceptedTogetherAreToldApartByTheirOrder() {
        // The first one was reset while it waited to be accepted.
        script.sees(one.handshake()).sees(one.up(10), one.rst(TO_SERVER)).sees(two.handshake()).sees(two.up(10)).hearsSomething();
        script.says(c1.opened(300)).says(c1.message(1, REQUEST, 0, 10, 301)).says(c2.opened(300)).says(c2.message(1, REQUEST, 0, 10, 301)).hearsNothing();
        script.silenceUntil(500).hears(
                "f1 is c1 client", "f2 is c2 client", "c1.1 client request on c1/f1 [0,10) complete by p4–p4 1+0", "c2.1 client request on c2/f2 [0,10) complete by p9–p9 1+0");
    }

    @Test
    void oneWhoseFlowNobodySawDoesNotTakeTheNextOnes() {
        script.says(c1.opened(2)).says(c1.message(1, REQUEST, 0, 10, 5)).says(c1.closed(10, 0, 8)).says(c2.opened(14)).hearsNothing();
        script.sees(two.handshake()).silenceUntil(14).hears("f1 10.0.0.9:40000 → 10.0.0.1:8080 #1 on 0 from p1", "f1 is c2 client");
        script.silenceUntil(400).hears("c1.1 client request on c1 [0,10) gaps [0,10) none unbound 0+0", "c1 handshake [] unknown close []");
    }

    @Test
    void whereOneFlowIsMissingAndEitherCouldBeTheOtherNeitherIs() {
        // Accepted late and together: the packets of one of them were lost, and they are alike.
        script.sees(two.handshake()).sees(two.up(10), two.rst(TO_SERVER)).hearsSomething();
        script.says(c1.opened(300)).says(c2.opened(300)).says(c1.closed(10, 0, 301)).says(c2.closed(10, 0, 301));
        script.silenceUntil(5000).hears(
                "c1 handshake [] unknown close []", "c2 handshake [] unknown close []");
    }

    @Test
    void whereOneFlowIsMissingCountsTellWhoseTheOtherIs() {
        script.sees(two.handshake()).sees(two.up(10), two.rst(TO_SERVER)).hearsSomething();
        script.says(c1.opened(300)).says(c2.opened(300)).says(c1.closed(11, 0, 301)).says(c2.message(1, REQUEST, 0, 10, 301)).hearsNothing();
        script.silenceUntil(500).hears("f1 is c2 client", "c2.1 client request on c2/f1 [0,10) complete by p4–p4 1+0");
        script.says(c2.closed(10, 0, 501)).silenceUntil(5000).hears("c1 handshake [] unknown close []", "c2 f1 handshake [p1, p2, p3] rst to-server close [p5]");
    }
}
