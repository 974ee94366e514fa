package dev.plumbline.dump;

import dev.plumbline.dump.http.SeenHead;
import dev.plumbline.wire.Heading;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds out what a stream holds by the first octets of its client, and hands it to who can read that. Until then what the
 * origin says waits; a stream in which the origin speaks first is none that can be read.
 *
 * <p>Owned by: the importing thread. Limits: a first line of {@link #LONGEST_LINE} octets.
 */
final class Detector implements Reading {
    private static final int LONGEST_LINE = 64 << 10;
    private static final String PREFACE = "PRI * HTTP/2.0";
    private static final int TLS_NEEDED = 6;
    /** Names a protocol that is known by its first words. */
    private static final int SHOWN = 24;
    /** Enough of a line to see that it is none that can be read. */
    private static final int TELLING = 64;
    private static final byte[] NONE = {};

    private final ConnectionLog log;
    private final int phase;
    private final boolean secured;
    private final Readings readings;
    private final TunnelVerdict verdict;
    private Reading chosen;
    private boolean isOpaque;
    /** What the client said, before it was enough: {@code 0 ≤ lineStart ≤ scanned ≤ length ≤ first.length}. */
    private byte[] first = NONE;
    private int length;
    /** Where the first line begins that is not empty. */
    private int lineStart;
    /** No line ends before. */
    private int scanned;
    private long firstOffset;
    private long firstAt;
    private boolean serverSpokeFirst;
    /** When what the server said was last refused, to be offered again; −1 before. */
    private long serverWaitedAt = -1;

    Detector(ConnectionLog log, int phase, boolean secured, Readings readings, TunnelVerdict verdict) {
        this.log = log;
        this.phase = phase;
        this.secured = secured;
        this.readings = readings;
        this.verdict = verdict;
    }

    @Override
    public int octets(Heading heading, long offset, ByteBuffer from, int index, int count, long at) {
        if (chosen != null) {
            return chosen.octets(heading, offset, from, index, count, at);
        }
        if (isOpaque) {
            return count;
        }
        if (heading == Heading.TO_CLIENT) {
            serverSpokeFirst |= length == 0;
            serverWaitedAt = at;
            return 0;
        }
        int before = length;
        if (before == 0) {
            firstOffset = offset;
            firstAt = at;
        }
        int taken = keep(from, index, count);
        decide(at);
        if (chosen == null) {
            return isOpaque ? count : taken;
        }
        byte[] said = forget();
        if (before > 0) {
            chosen.octets(heading, firstOffset, ByteBuffer.wrap(said), 0, before, firstAt);
        }
        return chosen.octets(heading, offset, from, index, count, at);
    }

    @Override
    public void gap(Heading heading, long offset, long octets, long at) {
        if (chosen != null) {
            chosen.gap(heading, offset, octets, at);
        } else {
            opaque(Unread.GAP, octets + " octets at the beginning of the stream are not in the dump", at);
        }
    }

    @Override
    public void full(Heading heading) {
        if (chosen != null) {
            chosen.full(heading);
        } else if (heading == Heading.TO_CLIENT && serverWaitedAt >= 0) {
            opaque(Unread.NOT_HTTP, "not HTTP/1 nor TLS: " + whoSpoke(), serverWaitedAt);
        }
    }

    /** A line that could still become one that can be read is cut then. */
    @Override
    public void last(Heading heading) {
        if (chosen != null) {
            chosen.last(heading);
        } else if (length == 0) {
            full(heading);
        } else if (heading == Heading.TO_CLIENT && serverWaitedAt >= 0) {
            opaque(Unread.CUT, "too little was sent to tell what it is: it begins with " + shown(), serverWaitedAt);
        }
    }

    private String whoSpoke() {
        return length == 0 ? "the origin spoke first" : "it begins with " + shown() + ", and the origin speaks before that line ends";
    }

    @Override
    public void end(Heading heading, long at) {
        if (chosen != null) {
            chosen.end(heading, at);
        }
    }

    @Override
    public void close(Closing closing, long at) {
        if (chosen != null) {
            chosen.close(closing, at);
        } else if (serverSpokeFirst && length == 0) {
            opaque(Unread.NOT_HTTP, "not HTTP/1 nor TLS: the origin spoke first", at);
        } else if (length > 0) {
            opaque(Unread.CUT, "too little was sent to tell what it is: " + closing.why(), at);
        } else {
            opaque(Unread.NO_PAYLOAD, "carried nothing", at);
        }
    }

    @Override
    public long memory() {
        return first.length + (chosen == null ? 0 : chosen.memory());
    }

    private int keep(ByteBuffer from, int index, int count) {
        int part = Math.min(count, LONGEST_LINE - length);
        if (length + part > first.length) {
            first = Arrays.copyOf(first, length == 0 ? part : Math.min(LONGEST_LINE, Math.max(length + part, 2 * length)));
        }
        from.get(index, first, length, part);
        length += part;
        return part;
    }

    private byte[] forget() {
        byte[] said = first;
        first = NONE;
        length = 0;
        return said;
    }

    private void decide(long at) {
        if (!secured && first[0] == 0x16) {
            if (length >= TLS_NEEDED && first[1] == 3 && first[5] == 1) {
                chosen = new TlsReader(log, phase + 1, readings, verdict);
            } else if (length >= TLS_NEEDED) {
                notHttp(at);
            }
            return;
        }
        scan();
        boolean isWhole = scanned < length;
        String line = text(lineStart, isWhole ? scanned : Math.min(scanned, lineStart + TELLING));
        if (line.stripTrailing().equals(PREFACE)) {
            opaque(Unread.HTTP2, "HTTP/2, which is not read yet", at);
        } else if (isWhole && SeenHead.request((line + "\n\n").getBytes(StandardCharsets.ISO_8859_1)).isPresent()) {
            chosen = new HttpReader(log, phase, secured, this::tunnelled);
            verdict.isRead("", at);
        } else if (isWhole || length == LONGEST_LINE || !SeenHead.mayBeginRequest(line)) {
            notHttp(at);
        }
    }

    /** Looks for the end of the first line, where it was not looked for yet. */
    private void scan() {
        // Some clients send an empty line before a request (RFC 9112 2.2).
        while (lineStart == scanned && scanned < length && (first[scanned] == '\r' || first[scanned] == '\n')) {
            scanned++;
            lineStart++;
        }
        while (scanned < length && first[scanned] != '\n') {
            scanned++;
        }
    }

    private String text(int from, int to) {
        return new String(first, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** TLS inside of TLS is not followed. */
    private Reading tunnelled(TunnelVerdict inside) {
        return secured ? new Detector(log, phase, true, readings, inside) : readings.inClear(log, inside);
    }

    private void notHttp(long at) {
        opaque(Unread.NOT_HTTP, "not HTTP/1 nor TLS: it begins with " + shown(), at);
    }

    private void opaque(Unread why, String reason, long at) {
        if (!isOpaque) {
            isOpaque = true;
            forget();
            verdict.isOpaque(why, reason, "", at);
        }
    }

    private String shown() {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < Math.min(SHOWN, length); i++) {
            out.append(first[i] >= ' ' && first[i] < 0x7f ? Character.toString(first[i]) : String.format("\\x%02x", first[i]));
        }
        return '"' + out.toString() + '"';
    }
}
