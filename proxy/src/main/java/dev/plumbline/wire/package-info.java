/**
 * The numbers everything else is made of: addresses, sequence numbers, offsets, ranges, ids, and the maps between byte spaces.
 *
 * <pre>
 *  plaintext octets of a phase ──OffsetMap──▶ TCP payload octets (WireRange) ──▶ sequence numbers
 * </pre>
 *
 * <p>Pure: no I/O, no clock, no threads, JDK types only. Everybody may depend on this package; it depends on nobody.
 */
package dev.plumbline.wire;
