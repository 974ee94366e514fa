package dev.plumbline.recording;

/**
 * A connection with the times of the packets that opened and ended it, nanoseconds since 1970; −1 where there is none.
 *
 * @param synAt the last SYN before it was answered
 * @param synAckAt the answer
 * @param endAt the first packet of the close
 */
record KnownConnection(ConnectionRow row, long synAt, long synAckAt, long endAt) {
}
