package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.correlate.Coverage;
import dev.plumbline.correlate.Finding.Ending;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.PlainRange;
import dev.plumbline.wire.WireRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Client connection c1 is flow f1; c2 and c3 serve it as f2 and f3; f9 is foreign. */
class CarriedWalkTest {
    private static final byte[] NONE = {};
    private static final Map<Integer, Leg> LEGS = Map.of(1, Leg.CLIENT, 2, Leg.SERVER, 3, Leg.SERVER);

    private final Map<ExchangeId, ExchangeRow> exchanges = new HashMap<>();
    private final long[] reads = {0};
    private long packets;

    private CarriedWalk walk(int mostSpans) {
        return new CarriedWalk(new CarriedWalk.LookUp(
                id -> Optional.of(new FlowRow(id, Traffic.CLIENT_TUPLE, 1, 0, true, new PacketId(1), 0,
                        LEGS.containsKey(id.number()) ? List.of(new ConnectionId(id.number())) : List.of())),
                id -> Optional.of(new ConnectionRow(id, LEGS.get(id.number()), Traffic.CLIENT_TUPLE, new ConnectionId(1), "", 0, 0, -1, Optional.empty(), "",
                        -1, -1, List.of(), Optional.of(new FlowId(id.number())), List.of(), Ending.OPEN, Optional.empty(), List.of(), Optional.empty())),
                id -> {
                    reads[0]++;
                    return Optional.ofNullable(exchanges.get(id));
                }), mostSpans);
    }

    private void exchange(int index, long beganAt, MessageRow... messages) {
        ExchangeId id = new ExchangeId(new ConnectionId(1), index);
        exchanges.put(id, new ExchangeRow(id, Role.MESSAGE, "GET", "http", "h", "/", 200, Optional.empty(), "", true, "", "", false, beganAt, beganAt,
                Optional.empty(), List.of(messages)));
    }

    private static MessageRow message(int index, int flow, MessageKind kind, WireRange... ranges) {
        MessageKey key = new MessageKey(new ExchangeId(new ConnectionId(1), index), LEGS.get(flow), kind);
        return new MessageRow(key, new ConnectionId(flow), 0, new PlainRange(0, 1), NONE, NONE, 0, 0, 0, -1, Optional.empty(), 0, 0,
                Optional.of(new FlowId(flow)), List.of(ranges), List.of(), Coverage.COMPLETE, Optional.empty(), Optional.empty(), Optional.empty(), 1, 0, 0, 0);
    }

    private PacketRow packet(int flow, Heading heading, long at, long offset, int length, Sighting sighting) {
        return new PacketRow(new PacketId(++packets), 0, new FlowId(flow), heading, at, offset, 0, 0x10, 1, length, sighting, 0, 0, 0, 0, 0, 0);
    }

    private static List<String> words(List<Carried> carried) {
        return carried.stream().map(part -> part.message() + " " + part.range()).toList();
    }

    @Test
    void oneSegmentNamesEveryMessageItHoldsInTheOrderOfItsOctets() {
        exchange(1, 50, message(1, 1, MessageKind.REQUEST, new WireRange(0, 10)));
        exchange(2, 90, message(2, 1, MessageKind.REQUEST, new WireRange(10, 15), new WireRange(18, 20)));
        exchange(3, 95, message(3, 1, MessageKind.REQUEST, new WireRange(20, 40)));
        CarriedWalk walk = walk(100);
        // Pipelined requests are on the wire before their exchanges begin.
        assertThat(words(walk.of(packet(1, Heading.TO_SERVER, 1, 5, 20, Sighting.FIRST)))).containsExactly(
                "c1.1 client request [5,10)", "c1.2 client request [10,15)", "c1.2 client request [18,20)", "c1.3 client request [20,25)");
        assertThat(words(walk.of(packet(1, Heading.TO_SERVER, 2, 0, 5, Sighting.REPEAT)))).containsExactly("c1.1 client request [0,5)");
    }

    @Test
    void octetsOfNoMessageAndForeignFlowsCarryNothing() {
        exchange(1, 0, message(1, 1, MessageKind.REQUEST, new WireRange(100, 110)));
        CarriedWalk walk = walk(100);
        assertThat(walk.of(packet(1, Heading.TO_SERVER, 1, 0, 100, Sighting.FIRST))).isEmpty();
        assertThat(walk.of(packet(1, Heading.TO_SERVER, 1, 110, 24, Sighting.FIRST))).isEmpty();
        assertThat(walk.of(packet(1, Heading.TO_SERVER, 1, 100, 0, Sighting.BARE))).isEmpty();
        assertThat(walk.of(packet(1, Heading.TO_SERVER, 1, 100, 5, Sighting.UNPLACED))).isEmpty();
        assertThat(walk.of(packet(1, Heading.TO_SERVER, 1, 100, 5, Sighting.ELSEWHERE))).isEmpty();
        assertThat(walk.of(packet(9, Heading.TO_SERVER, 1, 100, 5, Sighting.FIRST))).isEmpty();
        assertThat(walk.flow(new FlowId(9)).isForeign()).isTrue();
        assertThat(walk.flow(new FlowId(2)).uses()).containsExactly(new BoundFlow.Use(new ConnectionId(2), new ConnectionId(1), Leg.SERVER));
    }

    @Test
    void aHoleAmongTheExchangesDoesNotHideThoseBehindIt() {
        exchange(5, 0, message(5, 1, MessageKind.REQUEST, new WireRange(0, 10)));
        assertThat(walk(100).of(packet(1, Heading.TO_SERVER, 1, 0, 10, Sighting.FIRST))).hasSize(1);
    }

    /** The slow answer is to hold every packet against every message. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whateverTheLimitsTheAnswerIsThatOfLookingThroughEverything(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<Integer, Long> at = new HashMap<>();
        List<MessageRow> all = new ArrayList<>();
        for (int index = 1; index <= 60; index++) {
            int server = 2 + random.nextInt(2);
            List<MessageRow> messages = new ArrayList<>();
            for (int flow : new int[] {1, server}) {
                for (MessageKind kind : new MessageKind[] {MessageKind.REQUEST, MessageKind.RESPONSE}) {
                    long start = at.getOrDefault(flow * 2 + kind.heading().ordinal(), 0L) + random.nextInt(3);
                    long end = start + 1 + random.nextInt(20);
                    at.put(flow * 2 + kind.heading().ordinal(), end);
                    messages.add(message(index, flow, kind, new WireRange(start, end)));
                }
            }
            all.addAll(messages);
            exchange(index, 0, messages.toArray(MessageRow[]::new));
        }
        CarriedWalk walk = walk(1 + random.nextInt(40));
        for (int i = 0; i < 400; i++) {
            Heading heading = Heading.values()[random.nextInt(2)];
            PacketRow packet = packet(1 + random.nextInt(3), heading, 1, random.nextInt(700), 1 + random.nextInt(60), Sighting.FIRST);
            List<String> expected = new ArrayList<>();
            long end = packet.offset() + packet.payloadLength();
            for (MessageRow row : all) {
                WireRange range = row.ranges().get(0);
                if (row.flow().get().equals(packet.flow()) && row.key().kind().heading() == heading && range.start() < end && range.end() > packet.offset()) {
                    expected.add(row.key() + " " + new WireRange(Math.max(range.start(), packet.offset()), Math.min(range.end(), end)));
                }
            }
            assertThat(words(walk.of(packet))).as("seed %d, packet %s", seed, packet).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void alongTheWireEachExchangeIsReadOnce() {
        for (int index = 1; index <= 1000; index++) {
            long start = index * 10L;
            exchange(index, index * 10_000_000_000L, message(index, 1, MessageKind.REQUEST, new WireRange(start, start + 10)),
                    message(index, 1, MessageKind.RESPONSE, new WireRange(start, start + 10)),
                    message(index, 2, MessageKind.REQUEST, new WireRange(start, start + 10)));
        }
        CarriedWalk walk = walk(16);
        for (int index = 1; index <= 1000; index++) {
            for (int flow : new int[] {1, 2}) {
                assertThat(walk.of(packet(flow, Heading.TO_SERVER, index * 10_000_000_000L, index * 10L, 10, Sighting.FIRST))).hasSize(1);
            }
            // Octets of TLS alone, such as a session ticket: no reason to read the whole connection.
            assertThat(walk.of(packet(3, Heading.TO_CLIENT, index * 10_000_000_000L, index, 1, Sighting.FIRST))).isEmpty();
        }
        assertThat(reads[0]).isLessThanOrEqualTo(1000 + 65);
    }
}
