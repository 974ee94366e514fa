package dev.plumbline.relay.http;

/** The grammar of IPv6 addresses in text (RFC 4291 2.2, RFC 3986 3.2.2), without zone identifiers. */
final class Ipv6Literal {

    private static final int GROUPS = 8;

    private Ipv6Literal() {
    }

    static boolean isValid(byte[] octets, int from, int to) {
        int groups = 0;
        boolean isCompressed = false;
        int i = from;
        if (startsWith(octets, i, to, "::")) {
            isCompressed = true;
            i += 2;
        }
        while (i < to) {
            int digits = hexDigits(octets, i, to);
            int next = i + digits;
            if (next < to && octets[next] == '.') {
                groups += 2;
                return isIpv4(octets, i, to) && fits(groups, isCompressed);
            }
            groups++;
            if (digits == 0 || digits > 4 || next < to && octets[next] != ':' || next + 1 == to) {
                return false;
            }
            i = next + 1;
            if (i < to && octets[i] == ':') {
                if (isCompressed) {
                    return false;
                }
                isCompressed = true;
                i++;
            }
        }
        return fits(groups, isCompressed);
    }

    /** "::" stands for one group at least. */
    private static boolean fits(int groups, boolean isCompressed) {
        return isCompressed ? groups < GROUPS : groups == GROUPS;
    }

    private static boolean startsWith(byte[] octets, int from, int to, String text) {
        return to - from >= text.length() && Octets.equalsIgnoreCase(octets, from, from + text.length(), text);
    }

    private static int hexDigits(byte[] octets, int from, int to) {
        int i = from;
        while (i < to && Octets.hex(octets[i]) >= 0) {
            i++;
        }
        return i - from;
    }

    private static boolean isIpv4(byte[] octets, int from, int to) {
        int part = 0;
        int digits = 0;
        int value = 0;
        for (int i = from; i < to; i++) {
            if (octets[i] == '.') {
                if (digits == 0 || ++part > 3) {
                    return false;
                }
                digits = 0;
                value = 0;
            } else if (!Octets.isDigit(octets[i]) || ++digits > 3 || (value = value * 10 + octets[i] - '0') > 255) {
                return false;
            }
        }
        return part == 3 && digits > 0;
    }
}
