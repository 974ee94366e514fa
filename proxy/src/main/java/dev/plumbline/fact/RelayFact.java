package dev.plumbline.fact;

import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.IpAddress;
import dev.plumbline.wire.Leg;
import java.util.List;
import java.util.Optional;

/**
 * What our sockets did. Every fact of one client connection, of its exchanges, and of the server-leg connections that
 * serve it comes from one source, in order.
 *
 * <p>Order kept per connection: {@code ConnectionOpened} first, {@code ConnectionClosed} last. Per message:
 * {@code MessageBegan}, {@code ContentSeen}…, {@code MessageEnded}. Per exchange: {@code ExchangeBegan} before all its
 * messages, {@code ExchangeEnded} after all of them. A TLS record's {@code RecordMoved} may come after the
 * {@code MessageEnded} of a message it carried, never after the {@code ConnectionClosed}.
 */
public sealed interface RelayFact extends Fact {
    /** When, in nanoseconds since 1970. */
    long at();

    /** @return the client-leg connection this fact belongs to */
    ConnectionId client();

    /**
     * We accepted a connection, or asked the kernel for one. Octets count from 0 in both headings; phase 0, in clear,
     * begins at offset 0 of both.
     *
     * @param id the connection
     * @param leg its leg
     * @param tuple as our socket knows it; on the server leg the local port is known before the SYN leaves
     * @param client the client connection it serves; {@code id} itself on the client leg
     * @param host on the server leg the name or literal that was asked for; empty on the client leg
     */
    record ConnectionOpened(ConnectionId id, Leg leg, FourTuple tuple, ConnectionId client, String host, long at) implements RelayFact {
    }

    /** The handshake of a server-leg connection ended well, as our socket was told. */
    record ConnectionEstablished(ConnectionId id, ConnectionId client, long at) implements RelayFact {
    }

    /**
     * Our socket is gone. The last fact of its connection.
     *
     * @param toServer payload octets that our socket took or gave in that heading. What our socket accepted for sending is
     *     counted, whether it ever reached the wire or not
     * @param toClient likewise
     * @param how who ended it, as our socket saw it
     * @param reason one line for a person; empty when there is nothing to say
     * @param tcpInfo the kernel's last word on the socket
     */
    record ConnectionClosed(
            ConnectionId id, ConnectionId client, long toServer, long toClient, Close how, String reason, Optional<TcpInfo> tcpInfo, long at)
            implements RelayFact {
    }

    /** How a connection ended as our socket saw it. The packets may know better. */
    enum Close {
        /** We closed it. */
        BY_US,
        /** The peer sent FIN first. */
        BY_PEER,
        /** The peer reset it, or an I/O error struck. */
        RESET,
        /** It was never established. */
        NOT_CONNECTED,
        /** The proxy stopped. */
        SHUTDOWN
    }

    /** A name was looked up, or could not be. {@code failure} is empty when it could. */
    record NameResolved(ConnectionId client, String host, List<IpAddress> addresses, String failure, long startedAt, long at) implements RelayFact {
    }

    /**
     * A TLS phase begins on the connection, at these wire offsets of its two headings.
     *
     * @param phase its number, from 1: phase 0 is in clear
     */
    record TlsBegan(ConnectionId id, ConnectionId client, int phase, long toServerStart, long toClientStart, long at) implements RelayFact {
    }

    /**
     * One TLS record moved.
     *
     * @param contentType RFC 8446 §5.1, as in the record's header
     * @param wireStart first octet of its header
     * @param wireEnd one past its last octet
     * @param plainStart first application octet it yielded; equal to {@code plainEnd} when it yielded none
     * @param exact false when several records had to be taken as one because we could not tell where each one's octets lie
     */
    record RecordMoved(
            ConnectionId id, ConnectionId client, int phase, Heading heading, int contentType,
            long wireStart, long wireEnd, long plainStart, long plainEnd, boolean exact, long at) implements RelayFact {
    }

    /**
     * A TLS handshake ended.
     *
     * @param version {@code TLSv1.3}
     * @param cipher the suite's IANA name
     * @param alpn empty when none was agreed
     * @param sni the name asked for; empty when none was
     * @param resumed whether a session was resumed; empty when we cannot know
     * @param peerCertificate a line on the peer's certificate; empty on the client leg and when there is none
     * @param failure empty when the handshake succeeded; otherwise who refused what, in one line. Then the other texts may be empty
     */
    record TlsEstablished(
            ConnectionId id, ConnectionId client, int phase, String version, String cipher, String alpn, String sni,
            Optional<Boolean> resumed, String peerCertificate, String failure, long startedAt, long at) implements RelayFact {
    }

    /** One line of a TLS key log in NSS form, without the line end. */
    record TlsSecret(ConnectionId id, ConnectionId client, String line, long at) implements RelayFact {
    }

    /**
     * A request's first octet came on the client leg, and its head is read.
     *
     * @param method as sent; empty when the head could not be read
     * @param scheme {@code http} or {@code https}; for a CONNECT {@code http}
     * @param authority host and port asked for, {@code example.com:8443}; the port is left out where it is the scheme's own
     * @param target the request target in origin form, or as sent where it has another
     * @param role what kind of exchange this is
     * @param at the request's first octet
     */
    record ExchangeBegan(ExchangeId exchange, String method, String scheme, String authority, String target, Role role, long at) implements RelayFact {
        @Override
        public ConnectionId client() {
            return exchange.client();
        }
    }

    /** What an exchange is for. */
    enum Role {
        /** A request and its response. */
        MESSAGE,
        /** A CONNECT whose tunnel we read into: its exchanges follow. Left out of counts and of HAR. */
        INTERCEPTED_CONNECT,
        /** A CONNECT or an upgrade whose octets we carry unread: an entry of its own. */
        TUNNEL
    }

    /** It turned out that the exchange is of another role than it began with. */
    record RoleChanged(ExchangeId exchange, Role role, String sni, long at) implements RelayFact {
        @Override
        public ConnectionId client() {
            return exchange.client();
        }
    }

    /**
     * A message's head has been read whole on its way in, or handed over whole on its way out. For the two tunnel kinds: the first octet moved.
     *
     * @param connection the connection that carries it
     * @param phase the phase of that connection its offsets count in
     * @param plainStart its first octet
     * @param head its head as it is on this leg, through the blank line; empty for tunnel kinds. Nobody changes the array
     * @param status of a response; 0 for a request or a tunnel
     * @param firstAt its first octet read, or given to the socket
     */
    record MessageBegan(MessageKey message, ConnectionId connection, int phase, long plainStart, byte[] head, int status, long firstAt, long at) implements RelayFact {
        @Override
        public ConnectionId client() {
            return message.exchange().client();
        }
    }

    /**
     * Octets of a message's content, transfer coding removed, content coding left. Reported on the leg it came in on, and
     * only up to the cap.
     */
    record ContentSeen(MessageKey message, byte[] octets, long at) implements RelayFact {
        @Override
        public ConnectionId client() {
            return message.exchange().client();
        }
    }

    /**
     * A message ended on one leg.
     *
     * @param plainEnd one past its last octet, trailers and framing included
     * @param contentLength octets of content without transfer coding
     * @param trailers the trailer section as sent, through its blank line; empty when there is none
     * @param end whether it is whole
     * @param lastAt its last octet read, or accepted by the socket
     */
    record MessageEnded(MessageKey message, long plainEnd, long contentLength, byte[] trailers, End end, long lastAt) implements RelayFact {
        @Override
        public long at() {
            return lastAt;
        }

        @Override
        public ConnectionId client() {
            return message.exchange().client();
        }
    }

    /** Whether a message is whole. */
    enum End {
        COMPLETE,
        /** It stopped before its end. */
        CUT
    }

    /**
     * Nothing more will be said of this exchange.
     *
     * @param failure empty when all went well; otherwise a line saying who failed and how
     * @param faultCode a word for programs, such as {@code origin-refused}; empty when all went well
     * @param answeredByProxy whether the response the client got was made by us
     * @param timing when its steps happened
     */
    record ExchangeEnded(ExchangeId exchange, String failure, String faultCode, boolean answeredByProxy, Timing timing, long at) implements RelayFact {
        @Override
        public ConnectionId client() {
            return exchange.client();
        }
    }

    /** The kernel's word on a socket while it lives, taken at the end of an exchange. */
    record SocketSampled(ConnectionId id, ConnectionId client, TcpInfo tcpInfo, long at) implements RelayFact {
    }
}
