package dev.plumbline.wire;

import java.net.InetSocketAddress;

/** One end of a TCP connection: address and port (RFC 9293 §3.3.1 calls it a socket). */
public record Endpoint(IpAddress address, int port) {
    public Endpoint {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0..65535)");
        }
    }

    /** @param address resolved; an unresolved one is our bug */
    public static Endpoint of(InetSocketAddress address) {
        return new Endpoint(IpAddress.of(address.getAddress()), address.getPort());
    }

    public InetSocketAddress toSocketAddress() {
        return new InetSocketAddress(address.toInetAddress(), port);
    }

    /** {@code 127.0.0.1:80} or {@code [::1]:80}. */
    @Override
    public String toString() {
        return address.isV4() ? address + ":" + port : "[" + address + "]:" + port;
    }

    // Written out: the ones made by the compiler are linked at run time, which costs each start milliseconds and each look-up a call.
    @Override
    public boolean equals(Object object) {
        return object instanceof Endpoint other && port == other.port && address.equals(other.address);
    }

    @Override
    public int hashCode() {
        return 31 * address.hashCode() + port;
    }
}
