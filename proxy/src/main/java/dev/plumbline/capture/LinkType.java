package dev.plumbline.capture;

import java.util.Map;

/** The link types we can decode, as LINKTYPE_ values. Source: the registry at tcpdump.org/linktypes.html. */
final class LinkType {
    /** BSD loopback: the address family in the octet order of whoever captured. */
    static final int NULL = 0;
    static final int ETHERNET = 1;
    static final int RAW_IP = 101;
    /** OpenBSD loopback: the address family in network order. */
    static final int LOOP = 108;
    static final int LINUX_SLL = 113;
    static final int IPV4 = 228;
    static final int IPV6 = 229;
    static final int LINUX_SLL2 = 276;

    /** What libpcap calls raw IP on a live handle on Linux (DLT_RAW); files say 101, but for some. */
    private static final int DLT_RAW = 12;
    /** The same on OpenBSD. */
    private static final int DLT_RAW_OPENBSD = 14;

    private static final Map<Integer, String> NAMES = Map.of(
            NULL, "loopback", LOOP, "OpenBSD loopback", ETHERNET, "Ethernet", RAW_IP, "raw IP", LINUX_SLL, "Linux cooked", IPV4, "raw IPv4", IPV6, "raw IPv6", LINUX_SLL2, "Linux cooked v2");

    private LinkType() {
    }

    static int ofDlt(int dlt) {
        return dlt == DLT_RAW || dlt == DLT_RAW_OPENBSD ? RAW_IP : dlt;
    }

    static boolean isKnown(int linkType) {
        return NAMES.containsKey(linkType);
    }

    static String name(int linkType) {
        return NAMES.getOrDefault(linkType, "link type " + linkType);
    }
}
