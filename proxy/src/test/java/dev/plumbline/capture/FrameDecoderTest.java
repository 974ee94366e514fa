package dev.plumbline.capture;

import static dev.plumbline.capture.Frames.ethernet;
import static dev.plumbline.capture.Frames.extension;
import static dev.plumbline.capture.Frames.ipv4;
import static dev.plumbline.capture.Frames.ipv6;
import static dev.plumbline.capture.Frames.join;
import static dev.plumbline.capture.Frames.tcp;
import static dev.plumbline.capture.Frames.u16;
import static dev.plumbline.capture.Frames.vlan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.capture.FrameDecoder.Outcome;
import dev.plumbline.fact.Segment;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrameDecoderTest {
    private static final byte[] TCP = tcp(Segment.PSH | Segment.ACK, 12, 100);

    record Case(String name, int linkType, byte[] frame, Outcome outcome, String sender) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        byte[] v4 = ipv4(0, 0x4000, 6, TCP);
        byte[] v6 = ipv6(6, TCP);
        String four = "10.0.0.1:50000";
        String six = "[fd00::1]:50000";
        return Stream.of(
                new Case("Ethernet, IPv4", LinkType.ETHERNET, ethernet(0x0800, v4), Outcome.SEGMENT, four),
                new Case("Ethernet, IPv6", LinkType.ETHERNET, ethernet(0x86dd, v6), Outcome.SEGMENT, six),
                new Case("VLAN", LinkType.ETHERNET, ethernet(0x8100, vlan(0x0800, v4)), Outcome.SEGMENT, four),
                new Case("QinQ", LinkType.ETHERNET, ethernet(0x88a8, vlan(0x8100, vlan(0x86dd, v6))), Outcome.SEGMENT, six),
                new Case("raw IPv4", LinkType.RAW_IP, v4, Outcome.SEGMENT, four),
                new Case("raw IPv6", LinkType.RAW_IP, v6, Outcome.SEGMENT, six),
                new Case("SLL", LinkType.LINUX_SLL, join(new byte[14], u16(0x0800), v4), Outcome.SEGMENT, four),
                new Case("SLL2", LinkType.LINUX_SLL2, join(u16(0x86dd), new byte[18], v6), Outcome.SEGMENT, six),
                new Case("IPv4 options", LinkType.ETHERNET, ethernet(0x0800, ipv4(40, 0, 6, TCP)), Outcome.SEGMENT, four),
                new Case("first fragment", LinkType.ETHERNET, ethernet(0x0800, ipv4(0, 0x2000, 6, TCP)), Outcome.SEGMENT, four),
                new Case("later fragment", LinkType.ETHERNET, ethernet(0x0800, ipv4(0, 0x2001, 6, TCP)), Outcome.LATER_FRAGMENT, ""),
                new Case("Ethernet padding", LinkType.ETHERNET, ethernet(0x0800, v4, new byte[33]), Outcome.SEGMENT, four),
                new Case("hop-by-hop, destination options, routing", LinkType.ETHERNET,
                        ethernet(0x86dd, ipv6(0, extension(60, 8), extension(43, 16), extension(6, 24), TCP)), Outcome.SEGMENT, six),
                new Case("IPv6 first fragment", LinkType.RAW_IP, ipv6(44, new byte[] {6, 0, 0, 1, 0, 0, 0, 9}, TCP), Outcome.SEGMENT, six),
                new Case("IPv6 later fragment", LinkType.RAW_IP, ipv6(44, new byte[] {6, 0, 0, 8, 0, 0, 0, 9}, TCP), Outcome.LATER_FRAGMENT, ""),
                new Case("authentication header", LinkType.RAW_IP, ipv6(51, new byte[] {6, 1}, new byte[10], TCP), Outcome.SEGMENT, six),
                new Case("IPv4 length 0 of BIG TCP", LinkType.ETHERNET, ethernet(0x0800, without(v4, 2)), Outcome.SEGMENT, four),
                new Case("IPv6 length 0 of BIG TCP", LinkType.ETHERNET, ethernet(0x86dd, without(v6, 4)), Outcome.SEGMENT, six),
                new Case("UDP", LinkType.ETHERNET, ethernet(0x0800, ipv4(0, 0, 17, TCP)), Outcome.OTHER, ""),
                new Case("ICMPv6", LinkType.ETHERNET, ethernet(0x86dd, ipv6(58, TCP)), Outcome.OTHER, ""),
                new Case("ARP", LinkType.ETHERNET, ethernet(0x0806, new byte[28]), Outcome.OTHER, ""),
                new Case("header longer than the packet", LinkType.RAW_IP, ipv4(0, 0, 6, with(tcp(0, 0, 0), 12, 0xf0)), Outcome.BROKEN, ""),
                new Case("TCP header of 16 octets", LinkType.RAW_IP, ipv4(0, 0, 6, with(TCP, 12, 0x40)), Outcome.BROKEN, ""),
                new Case("IPv4 header of 16 octets", LinkType.RAW_IP, with(v4, 0, 0x44), Outcome.BROKEN, ""),
                new Case("packet longer than the frame", LinkType.RAW_IP, with(v4, 2, 0x40), Outcome.BROKEN, ""),
                new Case("five VLAN tags", LinkType.ETHERNET,
                        ethernet(0x8100, vlan(0x8100, vlan(0x8100, vlan(0x8100, vlan(0x8100, vlan(0x0800, v4)))))), Outcome.BROKEN, ""));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void eachKindOfFrameIsWhatItIs(Case it) {
        FrameDecoder decoder = new FrameDecoder(it.linkType(), new PathCache());
        assertThat(decoder.decode(ByteBuffer.wrap(it.frame()), 0, it.frame().length, it.frame().length)).isEqualTo(it.outcome());
        if (it.outcome() == Outcome.SEGMENT) {
            Segment segment = decoder.segment(5, 1, 2);
            assertThat(segment.path().initiator()).hasToString(it.sender());
            assertThat(segment.path().responder().port()).isEqualTo(Frames.TARGET_PORT);
            assertThat(segment.payloadLength()).isEqualTo(100);
            assertThat(segment.capturedPayload()).isEqualTo(100);
            assertThat(segment).extracting(Segment::seq, Segment::ack, Segment::flags, Segment::window)
                    .containsExactly(0xfffffff0, 77, Segment.PSH | Segment.ACK, 501);
            assertThat(segment.frameLength()).isEqualTo(it.frame().length);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aFrameCutAnywhereIsTheSameSegmentWithLessPayloadOrBroken(Case it) {
        FrameDecoder decoder = new FrameDecoder(it.linkType(), new PathCache());
        boolean wasSegment = false;
        for (int cut = 0; cut <= it.frame().length; cut++) {
            // Nothing behind the cut may be looked at: a smaller buffer would throw.
            ByteBuffer held = ByteBuffer.wrap(java.util.Arrays.copyOf(it.frame(), cut));
            Outcome outcome = decoder.decode(held, 0, cut, it.frame().length);
            if (outcome == Outcome.SEGMENT) {
                wasSegment = true;
                assertThat(decoder.segment(0, 0, 0).payloadLength()).isEqualTo(100);
                assertThat(decoder.segment(0, 0, 0).capturedPayload()).isBetween(Math.max(0, cut - (it.frame().length - 100)), 100);
            } else {
                assertThat(wasSegment).as("cut at %d after it was a segment already", cut).isFalse();
                assertThat(outcome).isIn(Outcome.BROKEN, it.outcome());
            }
        }
        assertThat(wasSegment).isEqualTo(it.outcome() == Outcome.SEGMENT);
    }

    @Test
    void damagedFramesNeverThrowAndNeverClaimMoreThanTheFrameHolds() {
        long seed = 20261122;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Case[] all = cases().toArray(Case[]::new);
        PathCache paths = new PathCache();
        for (int i = 0; i < 200_000; i++) {
            Case it = all[random.nextInt(all.length)];
            byte[] frame = java.util.Arrays.copyOf(it.frame(), random.nextInt(it.frame().length + 1));
            for (int n = random.nextInt(4); n > 0 && frame.length > 0; n--) {
                frame[random.nextInt(Math.min(frame.length, 60))] = (byte) random.nextInt();
            }
            int length = frame.length + random.nextInt(3) * random.nextInt(70_000);
            FrameDecoder decoder = new FrameDecoder(it.linkType(), paths);
            if (decoder.decode(ByteBuffer.wrap(frame), 0, frame.length, length) == Outcome.SEGMENT) {
                Segment segment = decoder.segment(0, 0, 0);
                assertThat(segment.capturedPayload()).as("seed %d, frame %d", seed, i).isBetween(0, segment.payloadLength());
                assertThat(segment.payloadLength()).isLessThanOrEqualTo(length);
            }
        }
    }

    @Test
    void aFrameInTheMiddleOfABufferIsDecodedThere() {
        byte[] frame = Frames.plain(1, 2, Segment.SYN, 0);
        FrameDecoder decoder = new FrameDecoder(LinkType.ETHERNET, new PathCache());
        assertThat(decoder.decode(ByteBuffer.wrap(join(new byte[9], frame)), 9, frame.length, frame.length)).isEqualTo(Outcome.SEGMENT);
        assertThat(decoder.path()).hasToString("10.0.0.1:1 → 10.0.0.1:2");
    }

    @Test
    void onePathIsOneInstanceAndTheCacheDoesNotGrow() {
        PathCache paths = new PathCache();
        assertThat(paths.of(1, 2, 3, 4, 5)).isSameAs(paths.of(1, 2, 3, 4, 5)).isNotEqualTo(paths.of(1, 2, 3, 4, 6));
        for (int i = 0; i < 20 * PathCache.SLOTS; i++) {
            assertThat(paths.of(0, i, 0, -i, i)).isEqualTo(new PathCacheOracle(i).path());
        }
    }

    /** The same path, made without a cache. */
    private record PathCacheOracle(int i) {
        dev.plumbline.wire.FourTuple path() {
            return new dev.plumbline.wire.FourTuple(
                    new dev.plumbline.wire.Endpoint(new dev.plumbline.wire.IpAddress(0, i), i >>> 16),
                    new dev.plumbline.wire.Endpoint(new dev.plumbline.wire.IpAddress(0, -i), i & 0xffff));
        }
    }

    private static byte[] with(byte[] frame, int at, int octet) {
        byte[] out = frame.clone();
        out[at] = (byte) octet;
        return out;
    }

    private static byte[] without(byte[] packet, int lengthAt) {
        return with(with(packet, lengthAt, 0), lengthAt + 1, 0);
    }
}
