package dev.plumbline.fact;

/**
 * What the kernel says of one of our sockets ({@code TCP_INFO}, Linux {@code include/uapi/linux/tcp.h}). −1 where the
 * kernel does not say.
 *
 * @param rttMicros smoothed round-trip time
 * @param rttVarMicros its mean deviation
 * @param minRttMicros the least seen
 * @param retransmissions segments we sent again, over the life of the connection
 * @param lost segments taken for lost at this moment
 * @param congestionWindow in segments
 * @param mss our sending maximum segment size, octets
 * @param octetsAcked octets the peer acknowledged, the SYN not counted
 * @param octetsReceived octets received in order
 * @param segmentsOut all segments sent
 * @param segmentsIn all segments received
 * @param outOfOrder segments that came out of order
 */
public record TcpInfo(
        long rttMicros, long rttVarMicros, long minRttMicros, long retransmissions, long lost, long congestionWindow,
        long mss, long octetsAcked, long octetsReceived, long segmentsOut, long segmentsIn, long outOfOrder) {
}
