package dev.plumbline.export.har;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.Timing;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PhasesTest {
    private static final long NO = Timing.NEVER;

    record Case(String name, Timing timing, String expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Case[] cases() {
        return new Case[] {
            new Case("all steps", new Timing(100, 110, 120, 130, 140, 150, 150, 170, 180, 190, 200, 210, 201, 215, NO), "blocked 45 dns 10 connect 30 ssl 20 send 10 wait 10 receive 10 = 115 ns total"),
            new Case("a reused leg in clear", new Timing(100, 110, NO, NO, NO, NO, NO, NO, 105, 110, 150, 160, 151, 160, NO), "blocked 5 dns -1 connect -1 ssl -1 send 5 wait 40 receive 10 = 60 ns total"),
            new Case("the response begins before the request ends", new Timing(100, 180, NO, NO, NO, NO, NO, NO, 110, 180, 150, 190, 151, 200, NO), "blocked 20 dns -1 connect -1 ssl -1 send 40 wait 0 receive 40 = 100 ns total"),
            new Case("the response ends before the request does", new Timing(100, 190, NO, NO, NO, NO, NO, NO, 110, 190, 120, 130, 121, 131, NO), "blocked 11 dns -1 connect -1 ssl -1 send 10 wait 0 receive 10 = 31 ns total"),
            new Case("connected ahead of the request", new Timing(100, 110, 10, 20, 20, 40, 40, 90, 110, 120, 150, 160, 151, 160, NO), "blocked 10 dns -1 connect -1 ssl -1 send 10 wait 30 receive 10 = 60 ns total"),
            new Case("connecting when the request came", new Timing(100, 110, 10, 20, 20, 140, 140, 150, 150, 150, 150, 160, 151, 160, NO), "blocked 0 dns -1 connect 50 ssl 10 send 0 wait 0 receive 10 = 60 ns total"),
            new Case("refused by the origin", new Timing(100, 110, 110, 120, 120, NO, NO, NO, NO, NO, NO, NO, 150, 160, NO), "blocked 20 dns 10 connect 30 ssl -1 send 0 wait 0 receive 0 = 60 ns total"),
            new Case("refused by us", new Timing(100, 110, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, 120, 130, NO), "blocked 30 dns -1 connect -1 ssl -1 send 0 wait 0 receive 0 = 30 ns total"),
            new Case("the origin never answered", new Timing(100, 110, NO, NO, NO, NO, NO, NO, 110, 120, NO, NO, 920, 930, NO), "blocked 20 dns -1 connect -1 ssl -1 send 10 wait 800 receive 0 = 830 ns total"),
            new Case("the client left during the response", new Timing(100, 110, NO, NO, NO, NO, NO, NO, 110, 120, 130, NO, 131, NO, NO), "blocked 10 dns -1 connect -1 ssl -1 send 10 wait 10 receive 170 = 200 ns total"),
            new Case("nothing is known", new Timing(NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO), "blocked 200 dns -1 connect -1 ssl -1 send 0 wait 0 receive 0 = 200 ns total"),
        };
    }

    @ParameterizedTest
    @MethodSource("cases")
    void phasesFollowOneAnother(Case c) {
        assertThat(text(Phases.of(c.timing(), 100, 300))).isEqualTo(c.expected());
    }

    @Test
    void whatWentThroughATunnelIsReceived() {
        Timing connect = new Timing(100, 110, 110, 120, 120, 150, NO, NO, NO, NO, NO, NO, 155, 160, NO);
        assertThat(text(Phases.ofTunnel(connect, 100, 300))).isEqualTo("blocked 20 dns 10 connect 30 ssl -1 send 0 wait 0 receive 140 = 200 ns total");
        Timing upgrade = new Timing(100, 110, NO, NO, NO, NO, NO, NO, 105, 110, 150, 160, 151, 160, NO);
        assertThat(text(Phases.ofTunnel(upgrade, 100, 300))).isEqualTo("blocked 5 dns -1 connect -1 ssl -1 send 5 wait 40 receive 150 = 200 ns total");
        assertThat(text(Phases.ofTunnel(upgrade, 100, -1))).as("while it goes on").isEqualTo(text(Phases.of(upgrade, 100, -1)));
    }

    @Test
    void anyTimingAddsUpToFirstToLastOctetWithoutNegatives() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(42);
        for (int i = 0; i < 20_000; i++) {
            long[] t = new long[14];
            for (int k = 0; k < t.length; k++) {
                t[k] = random.nextInt(4) == 0 ? NO : 1000 + random.nextInt(100);
            }
            Timing timing = new Timing(t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], t[9], t[10], t[11], t[12], t[13], NO);
            Phases phases = Phases.of(timing, 1050, 1060);
            assertThat(phases.blocked()).as(timing.toString()).isNotNegative();
            assertThat(Math.min(phases.send(), Math.min(phases.waiting(), phases.receive()))).as(timing.toString()).isNotNegative();
            assertThat(phases.ssl()).as(timing.toString()).isLessThanOrEqualTo(phases.connect()).isGreaterThanOrEqualTo(-1);
            if (t[0] != NO && t[13] != NO) {
                assertThat(phases.total()).as(timing.toString()).isEqualTo(Math.max(0, t[13] - t[0]));
            }
        }
    }

    private static String text(Phases p) {
        return "blocked " + p.blocked() + " dns " + p.dns() + " connect " + p.connect() + " ssl " + p.ssl() + " send " + p.send() + " wait " + p.waiting()
                + " receive " + p.receive() + " = " + p.total() + " ns total";
    }
}
