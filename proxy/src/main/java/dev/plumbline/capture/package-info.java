/**
 * Reads packets off the interfaces with libpcap, writes each into a raw dump and says what TCP segment it was.
 *
 * <pre>
 *  interface ─▶ kernel ring ─▶ PacketSource ─▶ FrameDecoder ─▶ [LookBack] ─▶ RawDump (packets/K-N.pcap)
 *                              (one thread per interface: Capture)      └──▶ SegmentsSeen, with a watermark
 * </pre>
 *
 * <p>Depends on {@code wire} and {@code fact}; the only package that knows Pcap4J.
 */
package dev.plumbline.capture;
