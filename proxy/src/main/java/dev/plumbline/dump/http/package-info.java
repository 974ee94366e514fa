/**
 * HTTP/1.1 as somebody else's traffic shows it: read to be described, not to be passed on. So where the relay refuses what two
 * readers could take for different things, this takes what most would (a bare LF, a field without a colon, two lengths), and
 * only stops where nobody could tell where a message ends.
 *
 * <pre>
 *  octets ─▶ HeadOctets ─▶ SeenHead ─▶ Framing ─▶ SeenBody ─▶ content, trailers, end
 * </pre>
 *
 * <p>Depends on {@code relay.http} for the words of framing. Source: RFC 9112.
 */
package dev.plumbline.dump.http;
