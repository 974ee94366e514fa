package dev.plumbline.relay.tls;

import java.util.List;
import java.util.Optional;

/**
 * What both sides of a TLS connection agreed on.
 *
 * @param protocol {@code TLSv1.2} or {@code TLSv1.3}
 * @param cipherSuite its IANA name
 * @param alpn the application protocol agreed on, if any
 * @param sni the server name that was asked for, as it was sent, if any
 * @param isResumed whether an earlier session was taken up again (RFC 8446 section 2.2)
 * @param peerChain the certificates that the origin sent, its own first; empty on the client leg
 */
public record TlsFacts(String protocol, String cipherSuite, Optional<String> alpn, Optional<String> sni,
        boolean isResumed, List<PeerCertificate> peerChain) {
    public TlsFacts {
        peerChain = List.copyOf(peerChain);
    }
}
