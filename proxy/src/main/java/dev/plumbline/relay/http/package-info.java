/**
 * The HTTP/1.1 message engine of the relay: strict reading, forwarding of the raw octets.
 *
 * <pre>
 *   octets of one heading ──▶ HeadParser ──▶ RequestHead / ResponseHead ──▶ Forwarding ──▶ octets for the other leg
 *                                                  │
 *                                                  ▼
 *                                               Framing ──▶ BodyScanner ──▶ how many octets belong, and which are content
 * </pre>
 *
 * <p>A general codec turns a message into objects and the objects into octets again. Whitespace, folding and the form of
 * each line are lost on the way, the exact place of a message in its stream has to be reconstructed, and every line costs
 * two objects. A relay needs the opposite: the octets of a head, kept once, are what the record shows and what the other
 * leg receives; only hop-by-hop fields change. Bodies are never copied or framed anew: chunked framing is validated while
 * it passes through.
 *
 * <p>Strictness is the defence against request smuggling: whatever two implementations could read differently is refused
 * ({@link dev.plumbline.relay.http.Fault} is the list), so that what the record says is what the other side understood.
 *
 * <p>Nothing here is added in the relay's name: no {@code Via}, no {@code Forwarded}. A debugging proxy that changes what
 * it shows would be asked, rightly, which of the two is the bug (RFC 9110 7.6.3 wants {@code Via} from proxies that are
 * part of the deployment). Version digits pass as they came for the same reason: an HTTP/1.0 client stays one towards
 * the origin.
 *
 * <p>Allowed dependencies: {@code io.netty.buffer.ByteBuf} and the JDK. Everything mutable belongs to the event loop of
 * its connection. No buffer is retained or released here.
 */
package dev.plumbline.relay.http;
