package dev.plumbline.recording;

import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * How to record.
 *
 * @param creator name and version of the program, for the record
 * @param maxOctets the size the directory may grow to, ≥ {@link #MIN_MAX_OCTETS}
 * @param contentCap octets of content kept of one message; the true size is always kept
 * @param clock nanoseconds since 1970, the clock the kernel stamps packets with
 */
public record RecorderOptions(String creator, long maxOctets, int contentCap, LongSupplier clock) {
    /** 4 GiB: hours of browsing, and small enough for any disk. */
    public static final long DEFAULT_MAX_OCTETS = 4L << 30;
    /** 16 MiB: below it the account alone would not fit. */
    public static final long MIN_MAX_OCTETS = 16L << 20;
    /** 1 MiB. */
    public static final int DEFAULT_CONTENT_CAP = 1 << 20;

    public RecorderOptions {
        if (maxOctets < MIN_MAX_OCTETS) {
            throw new RecordingException("recording size: " + maxOctets + " octets (expected: >= " + MIN_MAX_OCTETS + ")");
        }
        if (contentCap < 0) {
            throw new RecordingException("content cap: " + contentCap + " octets (expected: >= 0)");
        }
    }

    public static RecorderOptions of(String creator) {
        return new RecorderOptions(creator, DEFAULT_MAX_OCTETS, DEFAULT_CONTENT_CAP, RecorderOptions::wallClock);
    }

    public RecorderOptions withMaxOctets(long octets) {
        return new RecorderOptions(creator, octets, contentCap, clock);
    }

    public RecorderOptions withContentCap(int octets) {
        return new RecorderOptions(creator, maxOctets, octets, clock);
    }

    private static long wallClock() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
