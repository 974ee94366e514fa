/**
 * One run on disk: written by the recorder thread, read by everybody else, also while it is being written.
 *
 * <pre>
 *  DIR/recording.db        exchanges, messages, connections, flows, secrets …   SQLite
 *  DIR/packets.idx         one fixed-size record per packet, in capture order
 *  DIR/packets/IF-N.pcap   raw packets, one series of files per interface, written by the capture threads
 *  DIR/content.dat         message content, back to back
 * </pre>
 *
 * <p>Depends on {@code wire}, {@code fact}, {@code correlate} and {@code analyze}; the only package that knows SQLite.
 */
package dev.plumbline.recording;
