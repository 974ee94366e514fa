package dev.plumbline.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffsetMapTest {
    private static PlainRange plain(long start, long end) {
        return new PlainRange(start, end);
    }

    private static WireRange wire(long start, long end) {
        return new WireRange(start, end);
    }

    @Test
    void anyTouchOfABlockMapsToTheWholeOfIt() {
        OffsetMap map = new OffsetMap();
        map.append(plain(0, 10), wire(5, 40));
        map.append(plain(10, 20), wire(40, 80));
        map.append(plain(20, 30), wire(100, 140));
        assertThat(map.map(plain(0, 1))).containsExactly(wire(5, 40));
        assertThat(map.map(plain(9, 10))).containsExactly(wire(5, 40));
        assertThat(map.map(plain(9, 11))).containsExactly(wire(5, 80));
        assertThat(map.map(plain(10, 10))).isEmpty();
        assertThat(map.map(plain(0, 30))).containsExactly(wire(5, 80), wire(100, 140));
        assertThat(map.map(plain(25, 99))).containsExactly(wire(100, 140));
        assertThat(map.map(plain(30, 99))).isEmpty();
    }

    @Test
    void whatDoesNotFollowIsRefused() {
        OffsetMap map = new OffsetMap();
        map.append(plain(0, 10), wire(5, 40));
        assertThatThrownBy(() -> map.append(plain(11, 12), wire(40, 50))).hasMessage("inner start: 11 (expected: 10)");
        assertThatThrownBy(() -> map.append(plain(10, 12), wire(39, 50))).hasMessage("outer start: 39 (expected: >= 40)");
        assertThatThrownBy(() -> map.append(plain(10, 10), wire(40, 50))).hasMessageContaining("neither empty");
        assertThat(map.size()).isEqualTo(1);
    }

    @Test
    void forgettingKeepsTheBlockThatIsStillPartlyWanted() {
        OffsetMap map = new OffsetMap();
        map.append(plain(0, 10), wire(0, 10));
        map.append(plain(10, 20), wire(20, 30));
        map.append(plain(20, 30), wire(40, 50));
        map.forgetBefore(15);
        assertThat(map.size()).isEqualTo(2);
        assertThat(map.map(plain(15, 30))).containsExactly(wire(20, 30), wire(40, 50));
        map.forgetBefore(30);
        assertThat(map.size()).isZero();
        assertThat(map.innerEnd()).isEqualTo(30);
        map.append(plain(30, 31), wire(50, 51));
        assertThat(map.map(plain(30, 31))).containsExactly(wire(50, 51));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void mappingAUnionIsTheUnionOfTheMapped(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        OffsetMap map = new OffsetMap();
        BitSet[] oracle = new BitSet[2_000];
        fill(map, oracle, random);
        for (int i = 0; i < 300; i++) {
            long a = random.nextInt(1_500);
            long b = a + random.nextInt(200);
            long c = b + random.nextInt(200);
            BitSet union = octets(map.map(plain(a, b)));
            union.or(octets(map.map(plain(b, c))));
            assertThat(octets(map.map(plain(a, c)))).isEqualTo(union).isEqualTo(expected(oracle, a, c));
            assertAscending(map.map(plain(a, c)));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void joiningInsideAMessageChangesNothingForTheMessage(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        OffsetMap map = new OffsetMap();
        BitSet[] oracle = new BitSet[2_000];
        fill(map, oracle, random);
        long from = random.nextInt((int) map.innerEnd());
        long to = from + random.nextInt((int) (map.innerEnd() - from) + 1);
        int before = map.size();
        map.joinInside(plain(from, to), random.nextInt(20));
        assertThat(map.size()).isLessThanOrEqualTo(before);
        assertThat(octets(map.map(plain(from, to)))).isEqualTo(expected(oracle, from, to));
        assertThat(octets(map.map(plain(0, from)))).isEqualTo(expected(oracle, 0, from));
        assertThat(octets(map.map(plain(to, map.innerEnd())))).satisfies(got -> {
            BitSet want = expected(oracle, to, map.innerEnd());
            want.andNot(got);
            assertThat(want.isEmpty()).as("nothing after it is lost").isTrue();
        });
    }

    @Test
    void joiningLeavesTheLastBlocksSingle() {
        OffsetMap map = new OffsetMap();
        for (int i = 0; i < 100; i++) {
            map.append(plain(i * 10, i * 10 + 10), wire(i * 20, i * 20 + 20));
        }
        map.joinInside(plain(5, 1000), 10);
        assertThat(map.size()).isEqualTo(12);
        assertThat(map.map(plain(0, 1))).containsExactly(wire(0, 20));
        assertThat(map.map(plain(950, 951))).containsExactly(wire(1900, 1920));
    }

    private static void fill(OffsetMap map, BitSet[] oracle, SplittableRandom random) {
        int inner = 0;
        int outer = 0;
        while (inner < 1_700) {
            int start = outer + (random.nextInt(3) == 0 ? random.nextInt(30) : 0);
            int innerEnd = inner + 1 + random.nextInt(40);
            int end = start + 1 + random.nextInt(60);
            map.append(inner, innerEnd, start, end);
            for (int i = inner; i < innerEnd; i++) {
                oracle[i] = new BitSet();
                oracle[i].set(start, end);
            }
            inner = innerEnd;
            outer = end;
        }
    }

    private static BitSet expected(BitSet[] oracle, long from, long to) {
        BitSet out = new BitSet();
        for (int i = (int) from; i < to && i < oracle.length; i++) {
            if (oracle[i] != null) {
                out.or(oracle[i]);
            }
        }
        return out;
    }

    private static BitSet octets(List<WireRange> ranges) {
        BitSet out = new BitSet();
        ranges.forEach(r -> out.set((int) r.start(), (int) r.end()));
        return out;
    }

    private static void assertAscending(List<WireRange> ranges) {
        for (int i = 1; i < ranges.size(); i++) {
            assertThat(ranges.get(i - 1).end()).isLessThan(ranges.get(i).start());
        }
    }
}
