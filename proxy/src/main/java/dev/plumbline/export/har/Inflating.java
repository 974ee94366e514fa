package dev.plumbline.export.har;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Undoes the content codings that the JDK knows, gzip and deflate (RFC 9110 §8.4.1), as far as the octets go.
 *
 * <p>Not {@code GZIPInputStream}: that one calls itself once per member, and a hostile origin can send a million empty ones.
 *
 * @param octets what came out
 * @param problem why there is not more; empty when it came to its end
 */
record Inflating(byte[] octets, String problem) {
    private static final int FLAG_HEADER_CRC = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;
    private static final int TRAILER = 8;

    /** gzip (RFC 1952), any number of members. */
    static Inflating gunzip(byte[] in, int max) {
        Output out = new Output(max);
        int at = 0;
        while (at < in.length) {
            int data = dataStart(in, at);
            if (data < 0) {
                // Padding after the last member is common and harmless.
                return at > 0 ? out.ended("") : out.ended("not gzip");
            }
            int end = out.inflate(in, data, true);
            if (end < 0) {
                return out.ended(out.problem);
            }
            at = Math.min(in.length, end + TRAILER);
        }
        return out.ended(in.length == 0 ? "cut short" : "");
    }

    /** deflate: zlib (RFC 1950), or the bare deflate that some servers send instead. */
    static Inflating inflate(byte[] in, int max) {
        boolean zlib = in.length >= 2 && (in[0] & 0xf) == 8 && ((in[0] & 0xff) << 8 | in[1] & 0xff) % 31 == 0;
        Output out = new Output(max);
        return out.inflate(in, 0, !zlib) < 0 ? out.ended(out.problem) : out.ended("");
    }

    /** Where the deflate data of the member at {@code at} begins; −1 when there is no whole header. */
    private static int dataStart(byte[] in, int at) {
        if (in.length - at < 10 || (in[at] & 0xff) != 0x1f || (in[at + 1] & 0xff) != 0x8b || in[at + 2] != 8) {
            return -1;
        }
        int flags = in[at + 3];
        int next = at + 10;
        if ((flags & FLAG_EXTRA) != 0) {
            if (next + 2 > in.length) {
                return -1;
            }
            next += 2 + (in[next] & 0xff | (in[next + 1] & 0xff) << 8);
        }
        next = (flags & FLAG_NAME) != 0 ? afterZero(in, next) : next;
        next = (flags & FLAG_COMMENT) != 0 ? afterZero(in, next) : next;
        next = (flags & FLAG_HEADER_CRC) != 0 ? next + 2 : next;
        return next > in.length ? -1 : next;
    }

    private static int afterZero(byte[] in, int from) {
        int at = from;
        while (at < in.length && in[at] != 0) {
            at++;
        }
        return at + 1;
    }

    /** What has come out so far, never more than the limit. */
    private static final class Output {
        private final int max;
        private byte[] octets;
        private int length;
        private String problem = "";

        Output(int max) {
            this.max = max;
            this.octets = new byte[Math.min(max, 8192)];
        }

        Inflating ended(String how) {
            return new Inflating(Arrays.copyOf(octets, length), how);
        }

        /** @return where the data ended in {@code in}; −1 when it did not, and {@code problem} says why */
        int inflate(byte[] in, int from, boolean bare) {
            Inflater inflater = new Inflater(bare);
            try {
                inflater.setInput(in, from, in.length - from);
                while (!inflater.finished()) {
                    if (length == max) {
                        // One octet more tells an end that falls on the limit from one that lies beyond it.
                        if (inflater.inflate(new byte[1]) > 0) {
                            return stopped("decoding stopped after " + max + " octets");
                        }
                        if (inflater.finished()) {
                            break;
                        }
                    }
                    room();
                    int got = inflater.inflate(octets, length, octets.length - length);
                    length += got;
                    if (got == 0 && !inflater.finished() && (inflater.needsInput() || inflater.needsDictionary() || length == max)) {
                        return stopped("the coded content is cut short");
                    }
                }
                return in.length - inflater.getRemaining();
            } catch (DataFormatException e) {
                return stopped("the coded content is broken");
            } finally {
                inflater.end();
            }
        }

        private int stopped(String why) {
            problem = why;
            return -1;
        }

        private void room() {
            if (length == octets.length && length < max) {
                octets = Arrays.copyOf(octets, (int) Math.min(max, octets.length * 2L));
            }
        }
    }
}
