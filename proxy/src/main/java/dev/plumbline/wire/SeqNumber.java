package dev.plumbline.wire;

/**
 * A TCP sequence number: 32 bits, modulo 2^32 (RFC 9293 §3.4). Deliberately not {@link Comparable}: a circle has no
 * order. Unwrap to a 64-bit offset once, at the border, and compare those.
 *
 * @param bits the number as it stands in the header, reinterpreted as signed
 */
public record SeqNumber(int bits) {
    public SeqNumber plus(long octets) {
        return new SeqNumber(bits + (int) octets);
    }

    /** The signed distance from {@code other} to this, −2^31 ≤ d &lt; 2^31: right when the two are less than 2 GiB apart. */
    public int minus(SeqNumber other) {
        return bits - other.bits;
    }

    /**
     * The stream offset this number means, chosen nearest to {@code near}.
     *
     * @param initial the initial sequence number (of the SYN); offset 0 is the octet after it
     * @param near an offset known to be less than 2^31 octets away
     * @return may be −1 for the SYN itself or a keep-alive probe on an idle connection
     */
    public long offset(SeqNumber initial, long near) {
        return offset(bits, initial.bits, near);
    }

    /** {@link #offset(SeqNumber, long)} of numbers as they stand in the header, for those who do it for every segment. */
    public static long offset(int bits, int initialBits, long near) {
        return near + (bits - (initialBits + 1 + (int) near));
    }

    @Override
    public String toString() {
        return Integer.toUnsignedString(bits);
    }
}
