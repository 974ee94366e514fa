/**
 * What all exports share: which packets go into one, in which order, how Wireshark will number them, and how a file is
 * put in its place.
 *
 * <pre>
 *  Recording ─▶ Scope (which) ─▶ FrameNumbers (order, frame numbers, tcp.stream) ─▶ export.har, export.pcapng
 * </pre>
 *
 * <p>Depends on {@code wire}, {@code correlate} and the read side of {@code recording}. Below {@code export.har} and {@code export.pcapng},
 * which do not know each other; {@code export} joins them.
 */
package dev.plumbline.export.frames;
