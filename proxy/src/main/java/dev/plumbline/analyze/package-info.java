/**
 * What the packets mean: judgements on flows and on exchanges, each with its evidence.
 *
 * <pre>
 *  segment, its place ─▶ FlowAnalysis ─▶ Annotation …  and FlowStatistics at the end
 *  exchange, its messages, its annotations ─▶ split of its time ─▶ diagnosis
 * </pre>
 *
 * <p>Pure: no I/O, no clock, no thread. The same classes judge live on the recorder thread and afterwards over a recording.
 * Names and meanings are Wireshark's ({@code tcp.analysis.*}) wherever it has one.
 */
package dev.plumbline.analyze;
