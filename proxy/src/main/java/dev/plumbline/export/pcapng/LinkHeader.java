package dev.plumbline.export.pcapng;

import java.nio.ByteBuffer;

/** Finds where the IP packet begins in a frame, by link type (LINKTYPE_ values of tcpdump.org/linktypes.html). */
final class LinkHeader {
    static final int RAW = 101;

    private static final int NULL = 0;
    private static final int ETHERNET = 1;
    private static final int LOOP = 108;
    private static final int LINUX_SLL = 113;
    private static final int IPV4 = 228;
    private static final int IPV6 = 229;
    private static final int LINUX_SLL2 = 276;
    private static final int TYPE_IPV4 = 0x0800;
    private static final int TYPE_IPV6 = 0x86DD;
    private static final int TYPE_VLAN = 0x8100;
    private static final int TYPE_SERVICE_VLAN = 0x88A8;

    private LinkHeader() {
    }

    /** Octets of the link header; −1 when the frame holds no IP packet or its link type is not known. */
    static int length(int linkType, ByteBuffer frame) {
        return switch (linkType) {
            case RAW, IPV4, IPV6 -> ifIp(frame, 0);
            case NULL, LOOP -> ifIp(frame, 4);
            case ETHERNET -> tagged(frame, 12);
            case LINUX_SLL -> tagged(frame, 14);
            case LINUX_SLL2 -> isIpType(frame, 0) ? ifIp(frame, 20) : -1;
            default -> -1;
        };
    }

    /** @param at where the EtherType stands; VLAN tags (IEEE 802.1Q) may come before the one that counts */
    private static int tagged(ByteBuffer frame, int at) {
        int type = at;
        while (isType(frame, type, TYPE_VLAN) || isType(frame, type, TYPE_SERVICE_VLAN)) {
            type += 4;
        }
        return isIpType(frame, type) ? ifIp(frame, type + 2) : -1;
    }

    private static boolean isIpType(ByteBuffer frame, int at) {
        return isType(frame, at, TYPE_IPV4) || isType(frame, at, TYPE_IPV6);
    }

    private static boolean isType(ByteBuffer frame, int at, int type) {
        return frame.remaining() >= at + 2 && (frame.getShort(frame.position() + at) & 0xffff) == type;
    }

    private static int ifIp(ByteBuffer frame, int at) {
        if (frame.remaining() <= at) {
            return -1;
        }
        int version = frame.get(frame.position() + at) >> 4 & 0xf;
        return version == 4 || version == 6 ? at : -1;
    }
}
