/**
 * Reads the files that others captured packets into: classic pcap and pcapng, forward only, so that a pipe will do.
 *
 * <pre>
 *  file or pipe ─▶ Window ─▶ ClassicPcap │ Pcapng ─▶ one packet at a time, where it lies in the window
 *                                             └────▶ DumpInterface, TLS key logs, counts
 * </pre>
 *
 * <p>A damaged file gives what comes before the damage, and {@link dev.plumbline.dump.file.Dump#damage} says the rest. Memory does not grow with the file.
 *
 * <p>Uses the JDK alone.
 */
package dev.plumbline.dump.file;
