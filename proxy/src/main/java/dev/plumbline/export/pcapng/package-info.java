/**
 * Packet files: pcapng with secrets and comments, classic pcap, and the key log.
 *
 * <pre>
 *  SHB │ IDB per interface │ DSB … │ EPB, EPB, … in the order of FrameNumbers │ ISB per interface
 * </pre>
 *
 * <p>Every packet is one that was captured, as it was captured. No block stands before the packets that Wireshark would
 * count as a frame.
 *
 * <p>Depends on {@code export.frames}, {@code wire}, {@code fact} and the read side of {@code recording}.
 */
package dev.plumbline.export.pcapng;
