package dev.plumbline.recording;

import dev.plumbline.wire.ConnectionId;

/** One key log line (NSS form, no line end) and the connection it belongs to. */
public record SecretRow(ConnectionId connection, String line, long at) {
}
