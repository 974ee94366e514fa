package dev.plumbline.fact;

/**
 * What a SYN offers in its options. Only a SYN says these things, so all other segments share {@link #NONE}.
 *
 * @param mss maximum segment size (RFC 9293 §3.7.1); −1 when it was not offered
 * @param windowScale shift count (RFC 7323 §2.2), at most 14; −1 when it was not offered
 * @param sackPermitted selective acknowledgements may be sent (RFC 2018 §2)
 * @param timestamps timestamps will be sent (RFC 7323 §3.2)
 * @param whole whether all options were captured; otherwise what is missing here may have been offered all the same
 */
public record TcpOptions(int mss, int windowScale, boolean sackPermitted, boolean timestamps, boolean whole) {
    /** Nothing offered; also of every segment that is no SYN. */
    public static final TcpOptions NONE = new TcpOptions(-1, -1, false, false, true);
    /** RFC 7323 §2.3: larger ones mean this. */
    public static final int LARGEST_SCALE = 14;
}
