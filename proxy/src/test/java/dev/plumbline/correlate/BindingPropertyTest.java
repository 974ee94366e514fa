package dev.plumbline.correlate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.plumbline.correlate.Finding.FlowBound;
import dev.plumbline.correlate.Finding.FlowSeen;
import dev.plumbline.correlate.Finding.FlowUnbound;
import dev.plumbline.fact.CaptureFact.InterfaceOpened;
import dev.plumbline.fact.CaptureFact.SegmentsSeen;
import dev.plumbline.fact.Fact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ports used again and again, by a made-up world that knows which flow is which connection. */
class BindingPropertyTest {
    private static final int RUNS = 1_500;

    @ParameterizedTest
    @EnumSource(Reuse.Weather.class)
    void noConnectionIsBoundToTheFlowOfAnother(Reuse.Weather weather, TestReporter reporter) {
        int connections = 0;
        int unbound = 0;
        for (long seed = 1; seed <= RUNS; seed++) {
            List<String> dialogue = new ArrayList<>();
            Reuse world = new Reuse(seed, weather);
            Map<Integer, Long> bound = bound(world, dialogue);
            for (Reuse.Used used : world.connections()) {
                Long startedAt = bound.get(used.number());
                connections += used.isSeen() ? 1 : 0;
                unbound += used.isSeen() && startedAt == null ? 1 : 0;
                if (startedAt != null) {
                    assertThat(used.isSeen()).as("seed %d: c%d, whose packets were lost, is bound", seed, used.number()).isTrue();
                    assertThat(startedAt).as("seed %d: where the flow of c%d began", seed, used.number()).isEqualTo(used.synAt());
                }
                if (startedAt == null && used.isSeen() && weather.mostUnbound == 0) {
                    fail("seed %d: c%d has a flow, and no rival\n%s", seed, used.number(), String.join("\n", dialogue));
                }
            }
        }
        reporter.publishEntry(weather.name(), "unbound: " + unbound + " of " + connections);
        assertThat((double) unbound).as("unbound, of %d connections whose packets were seen", connections).isLessThanOrEqualTo(weather.mostUnbound * connections);
    }

    /** By connection, when the flow it ended up with began. */
    private static Map<Integer, Long> bound(Reuse world, List<String> dialogue) {
        Map<Integer, Long> began = new HashMap<>();
        Map<Integer, Long> bound = new TreeMap<>();
        Correlator correlator = new Correlator(CorrelatorLimits.defaults(), finding -> {
            if (!(finding instanceof Finding.PacketPlaced)) {
                dialogue.add("   => " + Script.text(finding));
            }
            if (finding instanceof FlowSeen seen) {
                began.put(seen.flow().number(), seen.at());
            } else if (finding instanceof FlowBound b) {
                assertThat(bound.put(b.connection().number(), began.get(b.flow().number()))).isNull();
            } else if (finding instanceof FlowUnbound b) {
                assertThat(bound.remove(b.connection().number())).isNotNull();
            }
        });
        List<Fact> facts = new ArrayList<>();
        facts.add(new InterfaceOpened(0, "lo", 1, 262_144, "tcp", List.of(Script.address("127.0.0.1")), Script.millis(-1)));
        facts.addAll(world.facts());
        facts.forEach(fact -> {
            dialogue.add(Script.text(fact));
            correlator.accept(fact);
        });
        for (long at = 0; at <= 5_000; at += 100) {
            correlator.accept(new SegmentsSeen(0, List.of(), world.end() + at * 1_000_000, world.end() + at * 1_000_000));
        }
        correlator.finish(world.end() + 40_000_000_000L);
        return bound;
    }
}
