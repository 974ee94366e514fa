package dev.plumbline.ca;

import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;

/**
 * The one spelling under which a host is issued and cached: lower-case A-labels without the trailing dot, or an IP address.
 *
 * <p>Nothing here resolves a name.
 *
 * <p>Limits: 253 octets a name, 63 a label (RFC 1035 section 2.3.4, less the root's octet and length octet).
 *
 * <p>Source: RFC 5280 section 4.2.1.6, RFC 6066 section 3, RFC 5890 section 2.3.2.1.
 */
final class ServerName {

    static final int MAX_NAME_OCTETS = 253;
    static final int MAX_LABEL_OCTETS = 63;

    private final String text;
    private final byte[] address;

    private ServerName(String text, byte[] address) {
        this.text = text;
        this.address = address;
    }

    static ServerName of(String raw) throws CaException {
        // U-labels shrink or grow by a small factor; beyond this no spelling fits, and no peer may buy work by the megabyte.
        if (raw.length() > 4 * MAX_NAME_OCTETS) {
            throw CaException.host(raw, "at most " + MAX_NAME_OCTETS + " octets");
        }
        boolean bracketed = raw.length() > 2 && raw.startsWith("[") && raw.endsWith("]");
        String bare = bracketed ? raw.substring(1, raw.length() - 1) : raw;
        if (bracketed || bare.indexOf(':') >= 0) {
            return ipv6(raw, bare);
        }
        String name = aLabels(raw);
        byte[] ipv4 = ipv4(name);
        return ipv4 == null ? dns(raw, name) : new ServerName(dotted(ipv4), ipv4);
    }

    /** Whether {@link #of} works on this text with arithmetic alone; Unicode needs tables that the JDK reads from disk. */
    static boolean isAscii(String raw) {
        return raw.chars().allMatch(c -> c < 0x80);
    }

    /** The normal spelling: the cache key, and the common name where it fits. */
    String text() {
        return text;
    }

    boolean isAddress() {
        return address != null;
    }

    /** 4 or 16 octets, network order. */
    byte[] address() {
        return address.clone();
    }

    @Override
    public String toString() {
        return text;
    }

    private static String aLabels(String raw) throws CaException {
        String name = raw;
        if (!isAscii(raw)) {
            try {
                name = IDN.toASCII(raw, IDN.ALLOW_UNASSIGNED);
            } catch (RuntimeException e) {
                // Besides IllegalArgumentException the JDK's IDN lets index errors of its own through on odd labels.
                throw CaException.host(raw, "a name that IDNA can encode");
            }
        }
        String folded = name.toLowerCase(Locale.ROOT);
        return folded.endsWith(".") ? folded.substring(0, folded.length() - 1) : folded;
    }

    private static ServerName dns(String raw, String name) throws CaException {
        if (name.length() > MAX_NAME_OCTETS) {
            throw CaException.host(raw, "at most " + MAX_NAME_OCTETS + " octets");
        }
        int labelOctets = 0;
        for (int i = 0; i <= name.length(); i++) {
            if (i == name.length() || name.charAt(i) == '.') {
                if (labelOctets == 0 || labelOctets > MAX_LABEL_OCTETS) {
                    throw CaException.host(raw, "labels of 1 to " + MAX_LABEL_OCTETS + " octets");
                }
                labelOctets = 0;
            } else if (isNameOctet(name.charAt(i))) {
                labelOctets++;
            } else {
                throw CaException.host(raw, "letters, digits, hyphen, underscore and dots, or an IP address");
            }
        }
        return new ServerName(name, null);
    }

    /** RFC 5280 wants letters, digits and hyphens; underscores are alive on the web and clients accept them. No wildcards. */
    private static boolean isNameOctet(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_';
    }

    /** Four plain decimal octets, or null: the short and octal spellings of inet_aton stay names. */
    private static byte[] ipv4(String name) {
        String[] parts = name.split("\\.", -1);
        if (parts.length != 4) {
            return null;
        }
        byte[] octets = new byte[4];
        for (int i = 0; i < 4; i++) {
            String part = parts[i];
            boolean plain = !part.isEmpty() && part.length() <= 3 && part.chars().allMatch(c -> c >= '0' && c <= '9')
                    && (part.length() == 1 || part.charAt(0) != '0');
            if (!plain || Integer.parseInt(part) > 255) {
                return null;
            }
            octets[i] = (byte) Integer.parseInt(part);
        }
        return octets;
    }

    private static ServerName ipv6(String raw, String bare) throws CaException {
        int zone = bare.indexOf('%');
        String literal = zone < 0 ? bare : bare.substring(0, zone);
        if (!literal.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80 || c == ':' || c == '.')) {
            throw CaException.host(raw, "an IPv6 address");
        }
        try {
            // In brackets the JDK takes a literal or throws; it never asks a resolver.
            InetAddress parsed = InetAddress.getByName("[" + literal + "]");
            if (parsed instanceof Inet6Address) {
                return new ServerName(parsed.getHostAddress(), parsed.getAddress());
            }
            // The JDK folds IPv4-mapped addresses; a client that wrote one compares 16 octets with the certificate.
            byte[] mapped = new byte[16];
            Arrays.fill(mapped, 10, 12, (byte) 0xff);
            System.arraycopy(parsed.getAddress(), 0, mapped, 12, 4);
            return new ServerName("::ffff:" + dotted(parsed.getAddress()), mapped);
        } catch (UnknownHostException e) {
            throw CaException.host(raw, "an IPv6 address");
        }
    }

    private static String dotted(byte[] ipv4) {
        return (ipv4[0] & 0xff) + "." + (ipv4[1] & 0xff) + "." + (ipv4[2] & 0xff) + "." + (ipv4[3] & 0xff);
    }
}
