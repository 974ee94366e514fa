package dev.plumbline.relay.tls;

import java.util.List;
import java.util.Optional;

/**
 * What a TLS client says first, as it said it.
 *
 * <p>Source: RFC 8446 section 4.1.2; RFC 6066 section 3 (server name); RFC 7301 section 3.1 (ALPN).
 *
 * @param legacyVersion the version field, {@code 0x0303} for everything modern
 * @param random 32 octets in lower-case hexadecimal; the key to a connection's secrets
 * @param cipherSuites their numbers, in the client's order, GREASE included
 * @param serverName the host name asked for, octets as ISO 8859-1 and nothing checked: underscores and worse occur
 * @param alpn the application protocols offered, octets as ISO 8859-1, in the client's order
 * @param supportedVersions the numbers of the extension, empty when absent
 */
public record ClientHello(int legacyVersion, String random, List<Integer> cipherSuites, Optional<String> serverName,
        List<String> alpn, List<Integer> supportedVersions) {
    public ClientHello {
        cipherSuites = List.copyOf(cipherSuites);
        alpn = List.copyOf(alpn);
        supportedVersions = List.copyOf(supportedVersions);
    }
}
