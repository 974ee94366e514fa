/**
 * Facts in, findings out: which flow is which connection, which octets of the wire a message was, which segments carried
 * them, and what no segment shows.
 *
 * <pre>
 *  facts ─▶ Correlator ─▶ flow table ─ binder ─ record maps ─ segment index ─▶ findings
 * </pre>
 *
 * <p>Arithmetic on offsets: no payload is looked at, and time chooses one thing only, the generation of a reused 4-tuple.
 * Pure: no I/O, no thread, no clock, no logging. Any interleaving of the sources, each in its own order, ends in the same findings.
 *
 * <p>Depends on {@code wire} and {@code fact}.
 */
package dev.plumbline.correlate;
