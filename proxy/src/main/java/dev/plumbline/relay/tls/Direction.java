package dev.plumbline.relay.tls;

/** Which way octets pass through one channel, seen from that channel. */
public enum Direction {
    INBOUND,
    OUTBOUND
}
