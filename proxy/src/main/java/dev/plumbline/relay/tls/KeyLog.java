package dev.plumbline.relay.tls;

/**
 * Receives one connection's TLS secrets as they come into being.
 *
 * <p>Owned by: the channel's event loop, which makes every call, each before the first octet that the secret protects
 * is passed on.
 * <br>Source: the SSLKEYLOGFILE format, one line without line end: {@code LABEL client-random secret}, in hexadecimal.
 */
@FunctionalInterface
public interface KeyLog {
    /** For connections whose secrets nobody wants. */
    KeyLog NONE = line -> { };

    void line(String line);
}
