package dev.plumbline.capture;

import dev.plumbline.fact.Segment;
import dev.plumbline.fact.TcpOptions;
import dev.plumbline.wire.FourTuple;
import java.nio.ByteBuffer;

/**
 * Finds the TCP segment in a captured frame, reading the buffer it lies in and copying nothing.
 *
 * <pre>
 *  | link header, VLAN tags | IPv4 + options  or  IPv6 + extension headers | TCP + options | payload | padding |
 *                                                                          ^ transport              ^ end (by the IP header)
 * </pre>
 *
 * <p>Not segments: anything but TCP, fragments after the first, and headers that contradict themselves. Checksums are not
 * looked at: with offload the sender's are not filled in yet when the capture sees them.
 *
 * <p>Owned by: the capture thread. Units: octets; indices are into the frame. Limits: {@link #MAX_TAGS} VLAN tags,
 * {@link #MAX_EXTENSIONS} IPv6 extension headers.
 * Source: RFC 9293 §3.1, RFC 791 §3.1, RFC 8200 §4, RFC 2675 (jumbograms), IEEE 802.1Q; tcpdump.org/linktypes.html.
 */
final class FrameDecoder {
    /** What a frame turned out to be. */
    enum Outcome {
        SEGMENT,
        /** Whole, but not TCP. */
        OTHER,
        /** A fragment that is not the first: it has no TCP header. */
        LATER_FRAGMENT,
        /** Cut before the TCP header's end, or contradicting itself. */
        BROKEN
    }

    static final int MAX_TAGS = 4;
    static final int MAX_EXTENSIONS = 16;

    /** Source port to window: what a segment needs; the options behind are read in a SYN only (RFC 9293 §3.1). */
    private static final int TCP_NEEDED = 16;
    private static final int TCP = 6;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    /** The high half of an IPv4-mapped address's low word. */
    private static final long V4_MAPPED = 0x0000_ffff_0000_0000L;

    private final int linkType;
    private final PathCache paths;

    private ByteBuffer frame;
    private int base;
    private int captured;
    private int length;
    private long sourceHigh;
    private long sourceLow;
    private long targetHigh;
    private long targetLow;
    /** Where the payload of IP ends, from the IP header. */
    private int end;
    private int transport;
    private int tcpHeader;

    FrameDecoder(int linkType, PathCache paths) {
        this.linkType = linkType;
        this.paths = paths;
    }

    /**
     * Reads a frame.
     *
     * @param buffer big-endian, with at least {@code capturedLength} octets from index {@code from}
     * @param capturedLength octets of the frame that are held
     * @param frameLength octets of it on the wire, ≥ {@code capturedLength}
     */
    Outcome decode(ByteBuffer buffer, int from, int capturedLength, int frameLength) {
        frame = buffer;
        base = from;
        captured = capturedLength;
        length = frameLength;
        switch (linkType) {
            case LinkType.ETHERNET:
                return captured < 14 ? Outcome.BROKEN : byEtherType(u16(12), 14);
            case LinkType.NULL:
            case LinkType.LOOP:
                // Four octets name the address family; what follows says as much itself.
                return captured < 5 ? Outcome.BROKEN : byVersion(4);
            case LinkType.LINUX_SLL:
                return captured < 16 ? Outcome.BROKEN : byEtherType(u16(14), 16);
            case LinkType.LINUX_SLL2:
                return captured < 20 ? Outcome.BROKEN : byEtherType(u16(0), 20);
            default:
                return captured < 1 ? Outcome.BROKEN : byVersion(0);
        }
    }

    /** Whose segment the decoded frame is: sender first. */
    FourTuple path() {
        return paths.of(sourceHigh, sourceLow, targetHigh, targetLow, i32(transport));
    }

    /** The decoded segment; only after {@link Outcome#SEGMENT}. */
    Segment segment(long at, int file, long position) {
        int payload = transport + tcpHeader;
        int flags = u8(transport + 13);
        TcpOptions options = (flags & Segment.SYN) == 0 ? TcpOptions.NONE : SynOptions.read(frame, base + transport + 20, tcpHeader - 20, base + captured);
        return new Segment(
                at, path(), i32(transport + 4), i32(transport + 8), flags, u16(transport + 14),
                end - payload, Math.max(0, Math.min(end, captured) - payload), file, position, captured, length, options);
    }

    /** Index into the buffer of the decoded segment's first payload octet. */
    int payloadIndex() {
        return base + transport + tcpHeader;
    }

    private Outcome byEtherType(int type, int at) {
        int etherType = type;
        int next = at;
        for (int tags = 0; isTag(etherType); tags++) {
            if (tags == MAX_TAGS || captured < next + 4) {
                return Outcome.BROKEN;
            }
            etherType = u16(next + 2);
            next += 4;
        }
        if (etherType != ETHERTYPE_IPV4 && etherType != ETHERTYPE_IPV6) {
            return Outcome.OTHER;
        }
        if (captured <= next) {
            return Outcome.BROKEN;
        }
        return etherType == ETHERTYPE_IPV4 ? ipv4(next) : ipv6(next);
    }

    /** 802.1Q, 802.1ad, and the value QinQ used before there was a standard. */
    private static boolean isTag(int etherType) {
        return etherType == 0x8100 || etherType == 0x88a8 || etherType == 0x9100;
    }

    private Outcome byVersion(int ip) {
        switch (u8(ip) >>> 4) {
            case 4:
                return ipv4(ip);
            case 6:
                return ipv6(ip);
            default:
                return Outcome.OTHER;
        }
    }

    private Outcome ipv4(int ip) {
        if (captured < ip + 20) {
            return Outcome.BROKEN;
        }
        int header = (u8(ip) & 0xf) * 4;
        int total = u16(ip + 2);
        if (u8(ip) >>> 4 != 4 || header < 20) {
            return Outcome.BROKEN;
        }
        if (u8(ip + 9) != TCP) {
            return Outcome.OTHER;
        }
        if ((u16(ip + 6) & 0x1fff) != 0) {
            return Outcome.LATER_FRAGMENT;
        }
        // Linux leaves 0 where the true length does not fit into 16 bits (BIG TCP): then only the frame knows it.
        end = total == 0 ? length : ip + total;
        sourceHigh = 0;
        sourceLow = V4_MAPPED | i32(ip + 12) & 0xffff_ffffL;
        targetHigh = 0;
        targetLow = V4_MAPPED | i32(ip + 16) & 0xffff_ffffL;
        return tcp(ip + header);
    }

    private Outcome ipv6(int ip) {
        if (captured < ip + 40 || u8(ip) >>> 4 != 6) {
            return Outcome.BROKEN;
        }
        int payload = u16(ip + 4);
        // 0 means a jumbogram (RFC 2675 §3), with its option or, from Linux, without: the frame has the same length in either case.
        end = payload == 0 ? length : ip + 40 + payload;
        sourceHigh = i64(ip + 8);
        sourceLow = i64(ip + 16);
        targetHigh = i64(ip + 24);
        targetLow = i64(ip + 32);
        return extensions(u8(ip + 6), ip + 40);
    }

    /** Walks the chain of extension headers (RFC 8200 §4.1). */
    private Outcome extensions(int first, int from) {
        int kind = first;
        int at = from;
        for (int n = 0; kind != TCP; n++) {
            if (!isExtension(kind)) {
                return Outcome.OTHER;
            }
            if (n == MAX_EXTENSIONS || captured < at + 8) {
                return Outcome.BROKEN;
            }
            if (kind == 44 && (u16(at + 2) & 0xfff8) != 0) {
                return Outcome.LATER_FRAGMENT;
            }
            int octets = kind == 44 ? 8 : kind == 51 ? (u8(at + 1) + 2) * 4 : (u8(at + 1) + 1) * 8;
            kind = u8(at);
            at += octets;
        }
        return tcp(at);
    }

    /** Hop-by-hop, routing, fragment, authentication, destination options, mobility. */
    private static boolean isExtension(int kind) {
        return kind == 0 || kind == 43 || kind == 44 || kind == 51 || kind == 60 || kind == 135;
    }

    private Outcome tcp(int at) {
        if (captured < at + TCP_NEEDED) {
            return Outcome.BROKEN;
        }
        transport = at;
        tcpHeader = (u8(at + 12) >>> 4) * 4;
        // A packet that claims to be longer than the frame that brought it would be thrown away by its receiver as well.
        return tcpHeader < 20 || at + tcpHeader > end || end > length ? Outcome.BROKEN : Outcome.SEGMENT;
    }

    private int u8(int at) {
        return frame.get(base + at) & 0xff;
    }

    private int u16(int at) {
        return frame.getShort(base + at) & 0xffff;
    }

    private int i32(int at) {
        return frame.getInt(base + at);
    }

    private long i64(int at) {
        return frame.getLong(base + at);
    }
}
