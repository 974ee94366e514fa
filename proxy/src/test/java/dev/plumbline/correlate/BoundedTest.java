package dev.plumbline.correlate;

import static dev.plumbline.fact.MessageKind.REQUEST;
import static dev.plumbline.fact.MessageKind.RESPONSE;
import static dev.plumbline.wire.Heading.TO_CLIENT;
import static dev.plumbline.wire.Heading.TO_SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.correlate.Finding.MessageCovered;
import dev.plumbline.fact.CaptureFact.SegmentsSeen;
import dev.plumbline.fact.Fact;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.PlainRange;
import dev.plumbline.wire.WireRange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Memory has a cap, and reaching it is told, never thrown. */
class BoundedTest {
    private static final CorrelatorLimits DEFAULTS = CorrelatorLimits.defaults();
    private final List<Finding> said = new ArrayList<>();
    private final Peer wire = new Peer("127.0.0.1:50000", "127.0.0.1:8080", 1, 2, 0);
    private final Socket c1 = Socket.client(1, wire.tuple);

    private static CorrelatorLimits limits(int islands, int carriers, int flows) {
        return new CorrelatorLimits(
                DEFAULTS.gapGraceNanos(), DEFAULTS.settleGraceNanos(), DEFAULTS.lookBackNanos(), DEFAULTS.endedLookBackNanos(), DEFAULTS.boundLookBackNanos(),
                DEFAULTS.contestNanos(), DEFAULTS.slackNanos(), DEFAULTS.synToAcceptNanos(), DEFAULTS.connectToSynNanos(), islands, carriers, DEFAULTS.allCarriers(), DEFAULTS.waiting(), flows);
    }

    private Correlator correlator(CorrelatorLimits limits) {
        return new Correlator(limits, f -> {
            if (!(f instanceof Finding.PacketPlaced || f instanceof Finding.PieceSeen)) {
                said.add(f);
            }
        });
    }

    private static Fact seen(Segment... segments) {
        long last = segments[segments.length - 1].at();
        return new SegmentsSeen(0, List.of(segments), last, last);
    }

    private static Fact silence(long millis) {
        return new SegmentsSeen(0, List.of(), Script.millis(millis), Script.millis(millis));
    }

    private MessageCovered onlyMessage() {
        List<MessageCovered> all = said.stream().filter(MessageCovered.class::isInstance).map(MessageCovered.class::cast).toList();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    @Test
    void whenPacketsAreDroppedWholesaleNobodyWaitsLongForThem() {
        int waiting = DEFAULTS.waiting();
        Correlator correlator = correlator(DEFAULTS);
        correlator.accept(seen(wire.handshake()));
        correlator.accept(c1.opened(3));
        for (int i = 0; i < waiting + 100; i++) {
            for (Fact fact : c1.message(i + 1, REQUEST, i, i + 1, 10)) {
                correlator.accept(fact);
            }
        }
        correlator.accept(silence(50));
        assertThat(said.stream().filter(MessageCovered.class::isInstance)).hasSize(100);
        correlator.accept(silence(400));
        assertThat(said.stream().filter(MessageCovered.class::isInstance)).hasSize(waiting + 100);
    }

    /** Islands of five octets with five missing between them, then the oldest hole's octets: what is said of all. */
    private String islands(int islands) {
        List<String> late = new ArrayList<>();
        Correlator correlator = new Correlator(limits(8, 64, 8), f -> {
            if (f instanceof Finding.PacketPlaced placed) {
                late.add(Script.text(placed).replaceFirst("^p[0-9]+ f1 ", ""));
            } else {
                said.add(f);
            }
        });
        correlator.accept(seen(wire.handshake()));
        correlator.accept(c1.opened(3));
        for (int i = 0; i < islands; i++) {
            correlator.accept(seen(wire.upAt(i * 10L, 5)));
        }
        correlator.accept(seen(wire.upAt(5, 5)));
        for (Fact fact : c1.message(1, REQUEST, 0, islands * 10L - 5, 20)) {
            correlator.accept(fact);
        }
        correlator.accept(silence(3000));
        return late.get(late.size() - 1) + "; " + Script.text(onlyMessage()).replaceFirst(".* on c1/f1 ", "");
    }

    @Test
    void whereNothingIsCapturedNobodyWaits() {
        Correlator correlator = correlator(DEFAULTS);
        correlator.captureOff();
        for (int i = 1; i <= 100; i++) {
            Socket socket = Socket.client(i, wire.tuple);
            correlator.accept(socket.opened(i));
            for (Fact fact : socket.message(1, REQUEST, 0, 10, i)) {
                correlator.accept(fact);
            }
            correlator.accept(socket.closed(10, 0, i));
        }
        assertThat(said).hasSize(200);
        assertThat(correlator.remembered()).isZero();
    }

    @Test
    void withOneIslandLessThanTheMostALateOctetFillsItsHole() {
        assertThat(islands(7)).isEqualTo(
                "to-server @5 ack 0 first; [0,65) gaps [15,20) [25,30) [35,40) [45,50) [55,60) partial dropped by p4–p11 8+0");
    }

    @Test
    void withTheMostIslandsALateOctetFillsItsHole() {
        assertThat(islands(8)).isEqualTo(
                "to-server @5 ack 0 first; [0,75) gaps [15,20) [25,30) [35,40) [45,50) [55,60) [65,70) partial dropped by p4–p12 9+0");
    }

    @Test
    void withOneIslandTooManyTheOldestHoleIsGivenUpAndNeverCalledARepeat() {
        assertThat(islands(9)).isEqualTo(
                "to-server unplaced; [0,85) gaps [5,10) [15,20) [25,30) [35,40) [45,50) [55,60) [65,70) [75,80) partial limit by p4–p12 9+0");
    }

    @Test
    void aSegmentThatReachesIntoAHoleGivenUpIsToldWithoutWhatLiesInIt() {
        List<String> placed = new ArrayList<>();
        Correlator correlator = new Correlator(limits(2, 64, 8), f -> placed.add(Script.text(f)));
        correlator.accept(seen(wire.handshake()));
        for (long at : new long[] {0, 10, 20}) {
            correlator.accept(seen(wire.upAt(at, 5)));
        }
        placed.clear();
        correlator.accept(seen(wire.upAt(2, 15)));
        assertThat(placed).containsExactly("p7 f1 to-server @2 ack 0 mixed", "p7 [2,5) repeat", "p7 [10,15) repeat", "p7 [15,17) first");
    }

    @Test
    void countsStayExactWhileFactsLagLessThanHalfTheLog() {
        Correlator correlator = correlator(limits(16, 64, 8));
        correlator.accept(seen(wire.handshake()));
        correlator.accept(c1.opened(3));
        for (int i = 0; i < 3000; i++) {
            if (i % 100 == 0) {
                correlator.accept(c1.began(i / 100 + 1, RESPONSE, 0, i * 10L));
            }
            correlator.accept(seen(wire.down(10)));
            if (i % 7 == 0) {
                correlator.accept(seen(wire.downAt(i * 10L, 10)));
            }
            if (i % 100 == 99) {
                correlator.accept(c1.ended(i / 100 + 1, RESPONSE, i * 10L + 10, 5000));
            }
        }
        List<MessageCovered> all = said.stream().filter(MessageCovered.class::isInstance).map(MessageCovered.class::cast).toList();
        assertThat(all).hasSize(30).allMatch(m -> m.coverage() == Coverage.COMPLETE && m.segments() == 100 && (m.repeats() == 14 || m.repeats() == 15));
    }

    @Test
    void runsEndAtTheBordersOfMessagesThatStillWait() {
        Correlator correlator = correlator(limits(16, 64, 8));
        correlator.accept(seen(wire.handshake()));
        correlator.accept(c1.opened(3));
        correlator.accept(c1.began(1, RESPONSE, 0, 0));
        for (int i = 1; i < 50; i++) {
            correlator.accept(seen(wire.downAt(i * 10L, 10)));
        }
        correlator.accept(c1.ended(1, RESPONSE, 500, 100));
        correlator.accept(c1.began(2, RESPONSE, 0, 500));
        for (int i = 50; i < 300; i++) {
            correlator.accept(seen(wire.downAt(i * 10L, 10)));
        }
        correlator.accept(c1.ended(2, RESPONSE, 3000, 400));
        correlator.accept(silence(410));
        correlator.accept(seen(wire.downAt(0, 10)));
        assertThat(said.stream().filter(MessageCovered.class::isInstance).map(Script::text)).containsExactlyInAnyOrder(
                "c1.1 client response on c1/f1 [0,500) complete by p4–p303 50+0", "c1.2 client response on c1/f1 [500,3000) complete by p53–p302 250+0");
    }

    @Test
    void countsAreUpperBoundsWhenFactsLagMore() {
        Correlator correlator = correlator(limits(16, 64, 8));
        correlator.accept(seen(wire.handshake()));
        for (int i = 0; i < 3000; i++) {
            correlator.accept(seen(wire.down(10)));
        }
        correlator.accept(c1.opened(3));
        for (Fact fact : c1.message(1, RESPONSE, 0, 10_000, 5000)) {
            correlator.accept(fact);
        }
        MessageCovered message = onlyMessage();
        assertThat(message.coverage()).isEqualTo(Coverage.COMPLETE);
        assertThat(message.segments()).isBetween(1000, 3000);
        assertThat(message.firstPacket().orElseThrow().number()).isEqualTo(4);
        assertThat(message.lastPacket().orElseThrow().number()).isGreaterThanOrEqualTo(1003);
    }

    @Test
    void anEndlessTlsMessageKeepsItsMapFlat() {
        Phase phase = Phase.tls(0);
        for (int i = 0; i < 200_000; i++) {
            phase.add(i * 120L, i * 120L + 120, i * 100L, i * 100L + 100);
            phase.keepFlat(0, 0);
        }
        assertThat(phase.records()).isLessThan(2_100);
        assertThat(phase.map(new PlainRange(0, 20_000_000))).containsExactly(new WireRange(0, 24_000_000));
    }

    @Test
    void foreignFlowsAreForgottenAfterTheLookBack() {
        Correlator correlator = correlator(DEFAULTS);
        for (int i = 0; i < 1000; i++) {
            Peer foreign = new Peer("10.1.0.1:" + (10_000 + i), "10.2.0.1:80", i, i, i);
            correlator.accept(seen(foreign.syn(), foreign.synAck(), foreign.up(10)));
        }
        assertThat(correlator.remembered()).isEqualTo(1000);
        correlator.accept(silence(40_000));
        assertThat(correlator.remembered()).isZero();
        assertThat(correlator.carriersRemembered()).isZero();
    }

    @Test
    void theOldestUnclaimedFlowsGoWhenThereAreTooMany() {
        Correlator correlator = correlator(limits(16, 64, 80));
        correlator.accept(seen(wire.handshake()));
        correlator.accept(c1.opened(3));
        for (int i = 0; i < 5000; i++) {
            correlator.accept(seen(new Peer("10.1.0.1:" + (10_000 + i), "10.2.0.1:80", i, i, 5).syn()));
        }
        assertThat(correlator.remembered()).isLessThan(100);
        correlator.accept(seen(wire.at(10).up(10)));
        for (Fact fact : c1.message(1, REQUEST, 0, 10, 11)) {
            correlator.accept(fact);
        }
        assertThat(onlyMessage().coverage()).isEqualTo(Coverage.COMPLETE);
    }

    /** A connection of 500 ms with all its packets, on one port for all. */
    private void onePort(Correlator correlator, int id, long at) {
        Peer peer = new Peer("127.0.0.1:50000", "127.0.0.1:8080", id * 1_000_000, id * 3_000_000, at);
        Socket socket = Socket.client(id, peer.tuple);
        correlator.accept(seen(peer.handshake()));
        correlator.accept(socket.opened(at + 3));
        correlator.accept(seen(peer.at(at + 500).fin(TO_SERVER), peer.fin(TO_CLIENT), peer.ack()));
        correlator.accept(socket.closed(0, 0, at + 504));
    }

    @Test
    void onAPortThatIsAlwaysInUseConnectionsWithoutPacketsAreForgotten() {
        Correlator correlator = correlator(DEFAULTS);
        for (int i = 0; i < 300; i++) {
            long at = i * 2_000L;
            onePort(correlator, 2 * i + 1, at);
            Socket unseen = Socket.client(2 * i + 2, wire.tuple);
            correlator.accept(unseen.opened(at + 1_000));
            correlator.accept(silence(at + 1_400));
            correlator.accept(unseen.closed(0, 0, at + 1_500));
            correlator.accept(silence(at + 1_900));
        }
        assertThat(said.stream().filter(f -> f instanceof Finding.ConnectionSettled s && s.flow().isEmpty())).hasSizeGreaterThan(290);
        assertThat(correlator.rivalsRemembered()).as("connections of the last half minute").isBetween(15, 40);
    }

    @Test
    void aConnectionThatWaitsForItsEndIsNotAlignedAnewWhileNothingIsTold() {
        Correlator correlator = correlator(DEFAULTS);
        onePort(correlator, 1, 0);
        Peer peer = new Peer("127.0.0.1:50000", "127.0.0.1:8080", 7, 9, 600);
        Socket socket = Socket.client(2, peer.tuple);
        correlator.accept(seen(peer.handshake()));
        correlator.accept(socket.opened(603));
        correlator.accept(socket.closed(0, 0, 700));
        correlator.accept(silence(1_500));
        long before = correlator.alignments();
        for (int i = 0; i < 2_500; i++) {
            correlator.accept(silence(1_500 + i * 10L));
        }
        assertThat(said.stream().filter(Finding.ConnectionSettled.class::isInstance)).as("the second one still waits for its FIN").hasSize(1);
        assertThat(correlator.alignments() - before).isLessThan(10);
    }

    @Test
    void aLongRunOfShortConnectionsLeavesNothingBehind() {
        Correlator correlator = correlator(DEFAULTS);
        for (int i = 0; i < 3000; i++) {
            Peer peer = new Peer("127.0.0.1:" + (20_000 + i % 1000), "127.0.0.1:8080", i * 77, i * 99, i * 100L);
            Socket socket = Socket.client(i + 1, peer.tuple);
            correlator.accept(seen(peer.handshake()));
            correlator.accept(socket.opened(i * 100L + 3));
            correlator.accept(seen(peer.up(10), peer.down(20), peer.fin(TO_SERVER), peer.fin(TO_CLIENT), peer.ack()));
            for (Fact fact : socket.message(1, REQUEST, 0, 10, i * 100L + 4)) {
                correlator.accept(fact);
            }
            for (Fact fact : socket.message(1, RESPONSE, 0, 20, i * 100L + 5)) {
                correlator.accept(fact);
            }
            correlator.accept(socket.closed(10, 20, i * 100L + 8));
            assertThat(correlator.remembered()).isLessThan(300);
        }
        correlator.accept(silence(400_000));
        assertThat(correlator.remembered()).isZero();
        assertThat(correlator.carriersRemembered()).isZero();
        assertThat(said.stream().filter(f -> f instanceof MessageCovered m && m.coverage() == Coverage.COMPLETE)).hasSize(6000);
        assertThat(said.stream().filter(f -> f instanceof Finding.ConnectionSettled s && s.how() == Finding.Ending.FIN && s.handshake().size() == 3)).hasSize(3000);
        assertThat(said.stream().filter(f -> f instanceof Finding.FlowSeen s && s.generation() == 3)).hasSize(1000);
    }
}
