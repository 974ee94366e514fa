/**
 * Makes a recording from a dump that others captured: the same recording as a run of the proxy leaves, so that everything
 * that reads one reads it too.
 *
 * <pre>
 *  dump.file ─▶ packets ─▶ capture (decode, keep) ─▶ recording (correlate: which flow, which offset)
 *                                                          │ placed payload
 *                                                          ▼
 *                          dump.stream ─▶ Detector ─▶ HttpReader │ TlsReader ─▶ HttpReader │ TunnelReader
 *                                                          │ facts, as the relay would have told them
 *                                                          ▼
 *                                                       recording
 * </pre>
 *
 * <p>A dump knows no proxy: each flow is one connection of one leg, {@code CLIENT}, between a client and whom it spoke to.
 * What cannot be read is said on the connection's row, in its reason; nothing is guessed.
 *
 * <p>Depends on {@code recording}, {@code capture}, {@code relay.http}, and the packages below it.
 */
package dev.plumbline.dump;
