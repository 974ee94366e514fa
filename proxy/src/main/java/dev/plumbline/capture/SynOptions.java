package dev.plumbline.capture;

import dev.plumbline.fact.TcpOptions;
import java.nio.ByteBuffer;

/**
 * Reads what a SYN offers.
 *
 * <pre>
 *  | kind | length | value … |   or   | 1 (no operation) |   or   | 0 (end of list) |
 * </pre>
 *
 * <p>An option that contradicts its length ends the list, as it does for receivers: what came before counts.
 *
 * <p>Source: RFC 9293 §3.1 and §3.2, RFC 7323 §2.2 and §3.2, RFC 2018 §2.
 */
final class SynOptions {
    private static final int END = 0;
    private static final int NO_OPERATION = 1;
    private static final int MSS = 2;
    private static final int WINDOW_SCALE = 3;
    private static final int SACK_PERMITTED = 4;
    private static final int TIMESTAMPS = 8;

    private SynOptions() {
    }

    /**
     * @param from index of the first option
     * @param length octets of options, by the header
     * @param capturedEnd index of the first octet that was not captured
     */
    static TcpOptions read(ByteBuffer frame, int from, int length, int capturedEnd) {
        int end = Math.min(from + length, capturedEnd);
        int mss = -1;
        int scale = -1;
        boolean sack = false;
        boolean timestamps = false;
        int at = from;
        while (at < end && frame.get(at) != END) {
            int kind = frame.get(at) & 0xff;
            if (kind == NO_OPERATION) {
                at++;
                continue;
            }
            int octets = at + 1 < end ? frame.get(at + 1) & 0xff : 0;
            if (octets < 2 || at + octets > end) {
                break;
            }
            if (kind == MSS && octets == 4) {
                mss = frame.getShort(at + 2) & 0xffff;
            } else if (kind == WINDOW_SCALE && octets == 3) {
                scale = Math.min(frame.get(at + 2) & 0xff, TcpOptions.LARGEST_SCALE);
            } else if (kind == SACK_PERMITTED && octets == 2) {
                sack = true;
            } else if (kind == TIMESTAMPS && octets == 10) {
                timestamps = true;
            }
            at += octets;
        }
        return new TcpOptions(mss, scale, sack, timestamps, from + length <= capturedEnd);
    }
}
