package dev.plumbline.recording;

import dev.plumbline.wire.ExchangeId;

/**
 * One exchange in the story of its connection.
 *
 * @param nth its place, from 1; intercepted CONNECTs not counted
 * @param beganAt its first octet on this connection: of the request as it came in, or as it was sent
 * @param endedAt the last octet of its response on this connection, or its end; −1 while it goes on
 * @param idleNanos how long the connection had carried nothing when it began; since its opening for the first, 0 when the one before had not ended
 */
public record ConnectionUse(ExchangeId exchange, int nth, long beganAt, long endedAt, long idleNanos) {
}
