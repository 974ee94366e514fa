/**
 * What the sources say: small immutable records, each written by one source and never revised. They are all that crosses
 * from the event loops and the capture threads to the recorder.
 *
 * <pre>
 *  relay   ──RelayFact──▶ ┐
 *  capture ──CaptureFact─▶├─▶ FactSink (one queue per source) ─▶ the recorder thread
 * </pre>
 *
 * <p>Times ({@code at}) are nanoseconds since 1970-01-01T00:00:00Z, from the same clock the kernel stamps packets with.
 * Facts of one source reach the recorder in the order it gave them; nothing is promised between sources.
 *
 * <p>Depends on {@code wire} alone.
 */
package dev.plumbline.fact;
