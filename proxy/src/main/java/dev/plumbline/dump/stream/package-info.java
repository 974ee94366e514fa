/**
 * From segments to streams: what each side of a connection sent, in order.
 *
 * <pre>
 *  payload at an offset ─▶ Reassembly ─▶ OctetReader, which takes octets as far as it can use them
 * </pre>
 *
 * <p>Depends on {@code wire}.
 */
package dev.plumbline.dump.stream;
