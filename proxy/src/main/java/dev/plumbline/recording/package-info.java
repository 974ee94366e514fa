/**
 * One run on disk: written by the recorder thread, read by everybody else, also while it is being written.
 *
 * <pre>
 *  DIR/recording.db        exchanges, messages, connections, flows, secrets …   SQLite
 *  DIR/packets.idx         one fixed-size record per packet, in capture order
 *  DIR/packets/K-N.pcap    raw packets, file N of capture K, both from 0, written by the capture threads
 *  DIR/content.dat         message content, back to back
 * </pre>
 *
 * <p>To write: {@link dev.plumbline.recording.Recorder}; to read: {@link dev.plumbline.recording.Recording}, and from the
 * packets' side {@link dev.plumbline.recording.CarriedWalk}; what it looks like to
 * others: {@code docs/recording.md}.
 *
 * <p>Depends on {@code wire}, {@code fact} and {@code correlate}; the only package that knows SQLite.
 */
package dev.plumbline.recording;
