package dev.plumbline.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IP address as 128 bits. An IPv4 address is kept IPv4-mapped (RFC 4291 §2.5.5.2), so that both spellings of one
 * address are equal; scope ids are dropped.
 *
 * @param high the first eight octets, network order
 * @param low the last eight octets, network order
 */
public record IpAddress(long high, long low) {
    private static final long V4_PREFIX = 0x0000_ffff_0000_0000L;

    public static IpAddress v4(int bits) {
        return new IpAddress(0, V4_PREFIX | (bits & 0xffff_ffffL));
    }

    public static IpAddress of(InetAddress address) {
        return of(address.getAddress());
    }

    /** @param octets 4 or 16 octets in network order */
    public static IpAddress of(byte[] octets) {
        if (octets.length == 4) {
            return v4((int) number(octets, 0, 4));
        }
        if (octets.length == 16) {
            return new IpAddress(number(octets, 0, 8), number(octets, 8, 8));
        }
        throw new IllegalArgumentException("address: " + octets.length + " octets (expected: 4 or 16)");
    }

    public boolean isV4() {
        return high == 0 && (low & 0xffff_ffff_0000_0000L) == V4_PREFIX;
    }

    public boolean isLoopback() {
        return isV4() ? (low >>> 24 & 0xff) == 127 : high == 0 && low == 1;
    }

    /** 0.0.0.0 or ::. */
    public boolean isUnspecified() {
        return high == 0 && (low == 0 || low == V4_PREFIX);
    }

    /** 4 octets for an IPv4 address, otherwise 16. */
    public byte[] octets() {
        byte[] out = new byte[isV4() ? 4 : 16];
        for (int i = out.length - 1, shift = 0; i >= 0; i--, shift += 8) {
            out[i] = (byte) (shift < 64 ? low >>> shift : high >>> (shift - 64));
        }
        return out;
    }

    public InetAddress toInetAddress() {
        try {
            return InetAddress.getByAddress(octets());
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 octets are always an address", e);
        }
    }

    /** RFC 5952 for IPv6, dotted quad for IPv4. */
    @Override
    public String toString() {
        if (isV4()) {
            return (low >>> 24 & 0xff) + "." + (low >>> 16 & 0xff) + "." + (low >>> 8 & 0xff) + "." + (low & 0xff);
        }
        int[] best = longestZeroRun();
        StringBuilder out = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == best[0] && best[1] > 1) {
                out.append("::");
                i += best[1] - 1;
            } else {
                if (out.length() > 0 && out.charAt(out.length() - 1) != ':') {
                    out.append(':');
                }
                out.append(Integer.toHexString(group(i)));
            }
        }
        return out.toString();
    }

    private int group(int i) {
        return (int) ((i < 4 ? high >>> (48 - 16 * i) : low >>> (48 - 16 * (i - 4))) & 0xffff);
    }

    private int[] longestZeroRun() {
        int[] best = {-1, 0};
        for (int i = 0; i < 8; i++) {
            int n = 0;
            while (i + n < 8 && group(i + n) == 0) {
                n++;
            }
            if (n > best[1]) {
                best = new int[] {i, n};
            }
            i += n;
        }
        return best;
    }

    private static long number(byte[] octets, int from, int count) {
        long n = 0;
        for (int i = from; i < from + count; i++) {
            n = n << 8 | octets[i] & 0xff;
        }
        return n;
    }

    // Written out: the ones made by the compiler are linked at run time, which costs each start milliseconds and each look-up a call.
    @Override
    public boolean equals(Object object) {
        return object instanceof IpAddress other && high == other.high && low == other.low;
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(high) + Long.hashCode(low);
    }
}
