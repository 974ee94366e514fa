package dev.plumbline.relay;

/**
 * Where a request goes.
 *
 * @param host name or address literal, without brackets
 * @param port 1..65535
 * @param isSecure whether TLS is spoken there
 */
record Origin(String host, int port, boolean isSecure) {
    /** As in a URL: brackets around IPv6, the port left out where it is the scheme's own. */
    String authority() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (isSecure ? 443 : 80) ? name : name + ":" + port;
    }

    String scheme() {
        return isSecure ? "https" : "http";
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
