package dev.plumbline.correlate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.correlate.Coverage.Reason;
import dev.plumbline.wire.WireRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Range sets against sets of single octets. */
class SeenOctetsTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void piecesAreWhatSingleOctetsSay(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SeenOctets seen = new SeenOctets();
        BitSet oracle = new BitSet();
        for (int i = 0; i < 400; i++) {
            int from = random.nextInt(1500);
            int to = from + 1 + random.nextInt(random.nextInt(10) == 0 ? 300 : 12);
            List<String> pieces = new ArrayList<>();
            int[] at = {from};
            seen.add(from, to, (start, end, first) -> {
                assertThat(start).as("without holes").isEqualTo(at[0]);
                at[0] = (int) end;
                for (long octet = start; octet < end; octet++) {
                    assertThat(oracle.get((int) octet)).isNotEqualTo(first);
                }
                pieces.add(first + "");
            });
            assertThat(at[0]).isEqualTo(to);
            for (int k = 1; k < pieces.size(); k++) {
                assertThat(pieces.get(k)).as("joined").isNotEqualTo(pieces.get(k - 1));
            }
            oracle.set(from, to);
            assertSame(seen, oracle, random);
        }
    }

    private static void assertSame(SeenOctets seen, BitSet oracle, SplittableRandom random) {
        int from = random.nextInt(1900);
        int to = from + random.nextInt(60);
        assertThat(seen.covers(from, to)).isEqualTo(oracle.nextClearBit(from) >= to);
        BitSet missing = new BitSet();
        seen.missing(from, to, (a, b) -> missing.set(a.intValue(), b.intValue()));
        BitSet expected = new BitSet();
        expected.set(from, to);
        expected.andNot(oracle);
        assertThat(missing).isEqualTo(expected);
        assertThat(seen.contiguousEnd()).isEqualTo(oracle.nextClearBit(0));
        int islands = 0;
        for (int i = oracle.nextSetBit(0); i >= 0; i = oracle.nextSetBit(oracle.nextClearBit(i))) {
            islands++;
        }
        assertThat(seen.islands()).isEqualTo(islands);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatIsNotHeldIsWhatSingleOctetsSay(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        UnheldOctets unheld = new UnheldOctets(1000);
        Reason[] oracle = new Reason[1000];
        for (int i = 0; i < 500; i++) {
            int from = random.nextInt(900);
            int to = from + 1 + random.nextInt(90);
            Reason reason = random.nextInt(3) == 0 ? null : random.nextBoolean() ? Reason.SNAPPED : Reason.LIMIT;
            if (reason == null) {
                unheld.remove(from, to);
            } else {
                unheld.add(from, to, reason);
            }
            Arrays.fill(oracle, from, to, reason);
            List<UnheldOctets.Part> parts = new ArrayList<>();
            unheld.within(100, 800, parts);
            Reason[] got = new Reason[1000];
            parts.forEach(p -> Arrays.fill(got, (int) p.range().start(), (int) p.range().end(), p.reason()));
            for (int octet = 100; octet < 800; octet++) {
                assertThat(got[octet]).isEqualTo(oracle[octet]);
            }
        }
    }

    @Test
    void tooManyUnheldRangesJoinWithWhatLiesBetween() {
        UnheldOctets unheld = new UnheldOctets(2);
        unheld.add(0, 1, Reason.SNAPPED);
        unheld.add(10, 11, Reason.LIMIT);
        unheld.add(20, 21, Reason.LIMIT);
        List<UnheldOctets.Part> parts = new ArrayList<>();
        unheld.within(0, 100, parts);
        assertThat(parts).containsExactly(
                new UnheldOctets.Part(new WireRange(0, 11), Reason.SNAPPED), new UnheldOctets.Part(new WireRange(20, 21), Reason.LIMIT));
    }
}
