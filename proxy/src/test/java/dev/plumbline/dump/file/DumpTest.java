package dev.plumbline.dump.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.dump.file.Files.Seen;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DumpTest {
    private static final byte[] ONE = {1, 2, 3, 4, 5};
    private static final byte[] TWO = {6, 7};

    static Stream<ByteOrder> orders() {
        return Stream.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN);
    }

    @ParameterizedTest
    @MethodSource("orders")
    void classicPcapIsReadInBothOctetOrdersAndBothUnitsOfTime(ByteOrder order) {
        assertThat(Files.read(Files.pcap(order, 0xa1b2c3d4, 1, ONE, TWO)).packets())
                .containsExactly("0@1000000250000:5/5=01020304", "0@1001000250000:2/3=0607");
        assertThat(Files.read(Files.pcap(order, 0xa1b23c4d, 1, ONE, TWO)).packets())
                .containsExactly("0@1000000000250:5/5=01020304", "0@1001000000250:2/3=0607");
    }

    @ParameterizedTest
    @MethodSource("orders")
    void pcapngIsReadInBothOctetOrders(ByteOrder order) {
        Files file = new Files(order);
        file.section().describe(1, 0, file.option(2, "eth0".getBytes(StandardCharsets.UTF_8)), file.option(9, (byte) 9))
                .describe(101, 96).packet(0, 1234, ONE).packet(1, 5, TWO).oldPacket(0, 77, TWO);
        assertThat(Files.read(file.octets()).packets()).containsExactly("0@1234:5/5=01020304", "1@5000:2/2=0607", "0@77:2/2=0607");
    }

    @Test
    void timesAreCountedAsTheInterfaceSays() {
        assertThat(new Ticks(6, 0).nanos(1_500_000)).isEqualTo(1_500_000_000L);
        assertThat(new Ticks(3, 0).nanos(7)).isEqualTo(7_000_000L);
        assertThat(new Ticks(12, 0).nanos(7_999)).isEqualTo(7);
        assertThat(new Ticks(0x80 | 10, 0).nanos(1024 + 512)).isEqualTo(1_500_000_000L);
        assertThat(new Ticks(0x80 | 40, 0).nanos(3L << 39)).isEqualTo(1_500_000_000L);
        assertThat(new Ticks(0x80, 0).nanos(3)).isEqualTo(3_000_000_000L);
        assertThat(new Ticks(9, 10).nanos(5)).isEqualTo(10_000_000_005L);
        assertThat(new Ticks(9, -10).nanos(15_000_000_000L)).isEqualTo(5_000_000_000L);
    }

    @Test
    void noTimeOverflows() {
        for (int resolution = 0; resolution < 256; resolution++) {
            for (long ticks : new long[] {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32}) {
                for (long offset : new long[] {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
                    assertThat(new Ticks(resolution, offset).nanos(ticks)).as("%d %d %d", resolution, ticks, offset).isBetween(0L, Long.MAX_VALUE / 2);
                }
            }
        }
    }

    @Test
    void keyLogsComeBeforeThePacketsBehindThem() {
        Files file = new Files(ByteOrder.LITTLE_ENDIAN);
        byte[] octets = file.section().secrets("CLIENT_RANDOM a b\n").describe(1, 0).packet(0, 1, ONE).secrets("again\n").octets();
        assertThat(Files.read(octets).keyLogs()).containsExactly("CLIENT_RANDOM a b\n", "again\n");
    }

    @Test
    void blocksOfOtherKindsAreGoneOver() {
        Files file = new Files(ByteOrder.BIG_ENDIAN);
        byte[] octets = file.section().describe(1, 0).block(4, new byte[40]).block(0x0bad, new byte[0]).block(0x80000001, new byte[7]).packet(0, 1, ONE).octets();
        assertThat(Files.read(octets).packets()).containsExactly("0@1000:5/5=01020304");
    }

    @Test
    void eachSectionHasItsOwnOctetOrderAndInterfaces() {
        byte[] first = new Files(ByteOrder.BIG_ENDIAN).section().describe(1, 0).packet(0, 1, ONE).octets();
        byte[] second = new Files(ByteOrder.LITTLE_ENDIAN).section().describe(113, 0).packet(0, 2, TWO).packet(1, 3, TWO).octets();
        Seen seen = Files.read(Files.joined(first, second));
        assertThat(seen.packets()).containsExactly("0@1000:5/5=01020304", "1@2000:2/2=0607");
        assertThat(seen.remarks()).containsExactly("1 packets of an interface that the file does not describe left out");
    }

    @Test
    void aPacketWithoutATimeHasThatOfTheOneBefore() {
        byte[] octets = new Files(ByteOrder.BIG_ENDIAN).section().describe(1, 3).packet(0, 9, ONE).simplePacket(ONE).octets();
        Seen seen = Files.read(octets);
        assertThat(seen.packets()).containsExactly("0@9000:5/5=01020304", "0@9000:3/5=010203");
        assertThat(seen.remarks()).containsExactly("1 packets without a time of their own: given that of the packet before");
    }

    @Test
    void interfacesAreKeptUpToTheLimit() {
        for (int count : new int[] {Dump.MAX_INTERFACES - 1, Dump.MAX_INTERFACES, Dump.MAX_INTERFACES + 1}) {
            Files file = new Files(ByteOrder.BIG_ENDIAN).section();
            for (int i = 0; i < count; i++) {
                file.describe(1, 0);
            }
            Seen seen = Files.read(file.packet(0, 1, ONE).packet(count - 1, 1, ONE).packet(count, 1, ONE).octets());
            boolean isCrowded = count > Dump.MAX_INTERFACES;
            assertThat(seen.packets()).hasSize(isCrowded ? 1 : 2);
            String unknown = "1 packets of an interface that the file does not describe left out";
            assertThat(seen.remarks()).isEqualTo(isCrowded ? List.of(unknown, "1 packets of interfaces beyond the 4096th of the file left out") : List.of(unknown));
        }
    }

    @Test
    void ofALongNameItsBeginningIsKept() {
        for (int length : new int[] {255, 256, 257, 60_000}) {
            for (String letter : List.of("a", "é", "𝄞")) {
                String name = letter.repeat(letter.equals("a") ? length : Math.min(length, 16_000));
                Files file = new Files(ByteOrder.LITTLE_ENDIAN);
                byte[] octets = file.section().describe(1, 0, file.option(2, name.getBytes(StandardCharsets.UTF_8))).packet(0, 1, ONE).octets();
                try (Dump dump = Dump.open(Channels.newChannel(new ByteArrayInputStream(octets)), "test", log -> { })) {
                    assertThat(dump.next()).isTrue();
                    assertThat(dump.interfaceAt(0).name()).isEqualTo(length <= Options.LONGEST_TEXT ? name : letter.repeat(Options.LONGEST_TEXT) + "…");
                }
            }
        }
    }

    @Test
    void theLastCountOfAnInterfaceStands() {
        Files file = new Files(ByteOrder.LITTLE_ENDIAN);
        byte[] octets = file.section().describe(1, 0).statistics(0, file.option64(4, 7)).statistics(0, file.option64(6, 9), file.option64(7, 2)).octets();
        assertThat(Files.read(octets).counts()).containsExactly(new InterfaceCounts(0, 9, 2, -1));
    }

    @Test
    void aFileCutAnywhereGivesTheWholePacketsBeforeTheCut() {
        for (byte[] whole : examples()) {
            List<String> all = Files.read(whole).packets();
            for (int length = 28; length < whole.length; length++) {
                Seen seen = Files.read(Arrays.copyOf(whole, length));
                assertThat(seen.packets()).isEqualTo(all.subList(0, seen.packets().size()));
                // A cut between two records or blocks cannot be seen.
                assertThat(seen.damage().isEmpty() || seen.damage().startsWith("ends in the middle of")).as(seen.damage()).isTrue();
            }
        }
    }

    @Test
    void aFrameLongerThanAnyoneKeepsEndsTheFile() {
        byte[] octets = Files.pcap(ByteOrder.BIG_ENDIAN, 0xa1b2c3d4, 1, ONE, TWO);
        octets[24 + 16 + 5 + 8] = 0x7f;
        Seen seen = Files.read(octets);
        assertThat(seen.packets()).hasSize(1);
        assertThat(seen.damage()).isEqualTo("is damaged at octet 45, after packet 1: a frame of 2130706434 octets (expected: at most 262144)");
    }

    @Test
    void framesAreReadUpToTheLimit() {
        for (int length : new int[] {Dump.MAX_FRAME - 1, Dump.MAX_FRAME}) {
            assertThat(Files.read(Files.pcap(ByteOrder.BIG_ENDIAN, 0xa1b2c3d4, 1, new byte[length])).packets()).hasSize(1);
            assertThat(Files.read(new Files(ByteOrder.BIG_ENDIAN).section().describe(1, 0).packet(0, 1, new byte[length]).octets()).packets()).hasSize(1);
        }
        assertThat(Files.read(Files.pcap(ByteOrder.BIG_ENDIAN, 0xa1b2c3d4, 1, new byte[Dump.MAX_FRAME + 1])).packets()).isEmpty();
        byte[] cut = new Files(ByteOrder.BIG_ENDIAN).section().describe(1, 0).packet(0, 1, new byte[Dump.MAX_FRAME + 1]).packet(0, 2, ONE).octets();
        assertThat(Files.read(cut).packets()).containsExactly("0@1000:262144/262145=00000000", "0@2000:5/5=01020304");
    }

    @Test
    void blocksThatDoNotFitIntoMemoryAreGoneOver() {
        byte[] octets = new Files(ByteOrder.BIG_ENDIAN).section().describe(1, 0).block(10, new byte[Window.OCTETS]).packet(0, 2, ONE).octets();
        Seen seen = Files.read(octets);
        assertThat(seen.packets()).containsExactly("0@2000:5/5=01020304");
        assertThat(seen.remarks()).containsExactly("1 blocks of more than 4 MiB gone over");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1f8b0800|gzip -dc", "28b52ffd|zstd -dc", "a1b2cd34|modified pcap", "34cdb2a1|modified pcap", "47455420|begins with 0x47455420"})
    void whatIsNoDumpIsRefusedByName(String example) {
        byte[] octets = java.util.HexFormat.of().parseHex(example.split("\\|")[0]);
        assertThatThrownBy(() -> Files.read(octets)).isInstanceOf(DumpException.class).hasMessageContaining(example.split("\\|")[1]);
    }

    @Test
    void anEmptyFileADirectoryAndNoFileAreOneLineEach(@TempDir Path directory) {
        assertThatThrownBy(() -> Files.read(new byte[0])).hasMessage("expected a pcap or pcapng file, test is empty");
        assertThatThrownBy(() -> Dump.open(directory, log -> { })).hasMessage("expected a pcap or pcapng file, " + directory + " is a directory");
        assertThatThrownBy(() -> Dump.open(directory.resolve("none"), log -> { }))
                .hasMessage("expected a pcap or pcapng file, " + directory.resolve("none") + " does not exist");
    }

    /** Whatever is in the file, it is read to some end, and no octet is looked for where none is. */
    @Test
    void mutationsOfRealFilesNeitherFailNorHang() {
        long seed = 20261123;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<byte[]> examples = examples();
        for (int i = 0; i < 20_000; i++) {
            byte[] file = examples.get(random.nextInt(examples.size())).clone();
            for (int n = random.nextInt(1, 5); n > 0; n--) {
                int at = random.nextInt(file.length);
                switch (random.nextInt(3)) {
                    case 0 -> file[at] = (byte) random.nextInt();
                    case 1 -> file[at] ^= (byte) (1 << random.nextInt(8));
                    default -> Arrays.fill(file, at, Math.min(file.length, at + 4), (byte) (random.nextBoolean() ? 0xff : 0));
                }
            }
            try {
                assertThat(Files.read(Arrays.copyOf(file, random.nextInt(4, file.length + 1))).packets()).as("seed %d, file %d", seed, i).hasSizeLessThan(100);
            } catch (DumpException refused) {
                assertThat(refused).as("seed %d, file %d", seed, i).hasMessageStartingWith("expected");
            }
        }
    }

    private static List<byte[]> examples() {
        Files big = new Files(ByteOrder.BIG_ENDIAN);
        Files little = new Files(ByteOrder.LITTLE_ENDIAN);
        return List.of(
                Files.pcap(ByteOrder.BIG_ENDIAN, 0xa1b2c3d4, 1, ONE, TWO, new byte[60]),
                Files.pcap(ByteOrder.LITTLE_ENDIAN, 0xa1b23c4d, 1, TWO, ONE),
                big.section().describe(1, 0, big.option(2, (byte) 'a'), big.option(9, (byte) 0x8a), big.option64(14, 5)).secrets("x y z\n")
                        .packet(0, 1, ONE).simplePacket(TWO).oldPacket(0, 7, ONE).statistics(0, big.option64(4, 1)).octets(),
                little.section().describe(113, 9).packet(0, 1, TWO).block(4, new byte[9]).packet(0, 3, ONE).octets());
    }

    @Test
    void aFileThatMayNotBeOpenedIsToldSo() {
        assertThat(DumpException.why(new AccessDeniedException("/tmp/web.pcap"))).isEqualTo("permission denied");
        assertThat(DumpException.why(new IOException("Input/output error"))).isEqualTo("Input/output error");
    }
}
