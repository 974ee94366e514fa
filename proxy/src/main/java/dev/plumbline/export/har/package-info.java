/**
 * HAR 1.2 with our fields beside it.
 *
 * <pre>
 *  ExchangeRow ─▶ EntryWriter ─ request, response, timings (Head, Cookies, Content, Phases)
 *                             └ _tcp per leg (TcpWriter, FrameNumbers)
 * </pre>
 *
 * <p>What peers wrote is shown as it came where HAR has a place for it, and never makes the file invalid.
 *
 * <p>Depends on {@code export.frames}, {@code wire}, {@code fact}, {@code correlate} and the read side of {@code recording};
 * JSON by Jackson's streaming core.
 */
package dev.plumbline.export.har;
