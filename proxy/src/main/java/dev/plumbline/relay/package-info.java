/**
 * The traffic: accepts clients, reads what they ask, dials origins, and passes octets on both ways, while telling facts
 * of all it does.
 *
 * <pre>
 *            client leg                                   server leg
 *  ConnectionTap ─ [TLS] ─ ClientLeg ◀── Exchange ──▶ ServerLeg ─ [TLS] ─ ConnectionTap
 *                                │
 *                              Dial ─ Resolver
 * </pre>
 *
 * <p>Everything of one client connection, its server legs included, lives on one event loop and is told to that loop's
 * {@code FactSink}. Nothing here waits. Reading is pulled: a leg is read when the other side has taken what was read before.
 *
 * <p>Depends on {@code wire}, {@code fact} and {@code ca}; never on {@code capture} or {@code recording}.
 */
package dev.plumbline.relay;
