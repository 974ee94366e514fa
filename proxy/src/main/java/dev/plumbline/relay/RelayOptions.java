package dev.plumbline.relay;

import dev.plumbline.wire.Endpoint;
import java.util.List;

/**
 * How a relay behaves.
 *
 * @param listen where clients connect; port 0 asks for a free one
 * @param loops event loops
 * @param ownPorts other listeners of this process, such as the inspector: never reached through the proxy
 * @param passthrough hosts whose TLS is carried unread
 * @param contentCap octets of a message's content that are told to the record
 * @param sampleSockets whether the kernel is asked about the sockets at the end of every exchange, because no packets will tell
 * @param portRangeExhausted called, on an event loop, before a server leg is opened outside {@link LocalPorts}: a capture
 *     filter has to be widened for it to be seen
 * @param timeouts how long is waited for what
 */
public record RelayOptions(
        Endpoint listen, int loops, List<Endpoint> ownPorts, Passthrough passthrough, int contentCap, boolean sampleSockets,
        Runnable portRangeExhausted, Timeouts timeouts) {
    public RelayOptions {
        ownPorts = List.copyOf(ownPorts);
        if (loops < 1) {
            throw new IllegalArgumentException("loops: " + loops + " (expected: >= 1)");
        }
    }

    /** First and last local port of the server legs. */
    public static final int FIRST_LOCAL_PORT = LocalPorts.FIRST;
    public static final int LAST_LOCAL_PORT = LocalPorts.LAST;

    /**
     * How long is waited, in milliseconds. A response may take for ever: this is a tool for looking at slow ones.
     *
     * @param connect for an origin's address to answer the SYN
     * @param nextAddress for one address before the next is tried beside it (RFC 8305 §5)
     * @param tlsHandshake for either peer to finish it
     * @param head for a request's head to come whole once its first octet came
     * @param idle for the next request on a connection that is kept
     * @param drain for a client to stop sending after a final answer
     */
    public record Timeouts(int connect, int nextAddress, int tlsHandshake, int head, int idle, int drain) {
        public static final Timeouts DEFAULTS = new Timeouts(10_000, 250, 15_000, 60_000, 600_000, 2_000);
    }
}
