/**
 * Makes files to take away from a recording: HAR, pcapng, classic pcap, key log. One export writes any of them together,
 * so that the frame numbers of its HAR are those of its pcapng.
 *
 * <pre>
 *  Export ─▶ export.frames (which packets, which numbers) ─▶ export.pcapng, export.har
 * </pre>
 *
 * <p>Depends on the three packages below it and on the read side of {@code recording}.
 */
package dev.plumbline.export;
