/**
 * The command line: picocli commands, exit codes, console rendering.
 *
 * <pre>
 *  Main ─▶ Cli ─▶ a Command ─▶ Core (the proxy, recordings, exports, devices)
 *                    │
 *                    └─▶ Console (streams) + Look (escaping, colour, width)
 * </pre>
 *
 * <p>Thin on purpose: it checks what was typed, calls the core, and says what came. Nothing is computed here that a
 * recording should know. Every text that came from traffic passes {@link dev.plumbline.cli.Escaper} or the JSON writer.
 *
 * <p>May use every other package; nobody uses it. The only package that knows picocli. Start-up counts: option models are
 * built by hand, without annotations, and only for the command that runs.
 */
package dev.plumbline.cli;
