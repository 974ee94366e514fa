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

    private final ConnectionLog log;
    private final int phase;
    private final boolean secured;
    private final Readings readings;
    private final TunnelVerdict verdict;
    private Reading chosen;
    private boolean isOpaque;
    /** What the client said, before it was enough. */
    private byte[] first = {};
    private long firstOffset;
    private long firstAt;
    private boolean serverSpokeFirst;

    Detector(ConnectionLog log, int phase, boolean secured, Readings readings, TunnelVerdict verdict) {
        this.log = log;
        this.phase = phase;
        this.secured = secured;
        this.readings = readings;
        this.verdict = verdict;
    }

    @Override
    public int octets(Heading heading, long offset, ByteBuffer from, int index, int length, long at) {
        if (chosen != null) {
            return chosen.octets(heading, offset, from, index, length, at);
        }
        if (isOpaque) {
            return length;
        }
        if (heading == Heading.TO_CLIENT) {
            serverSpokeFirst |= first.length == 0;
            return 0;
        }
        int before = first.length;
        byte[] seen = Arrays.copyOf(first, Math.min(LONGEST_LINE, before + length));
        from.get(index, seen, before, seen.length - before);
        if (before == 0) {
            firstOffset = offset;
            firstAt = at;
        }
        decide(seen, at);
        if (chosen == null) {
            first = isOpaque ? new byte[0] : seen;
            return isOpaque ? length : seen.length - before;
        }
        if (before > 0) {
            chosen.octets(heading, firstOffset, ByteBuffer.wrap(first), 0, before, firstAt);
        }
        first = new byte[0];
        return chosen.octets(heading, offset, from, index, length, at);
    }

    @Override
    public void gap(Heading heading, long offset, long length, long at) {
        if (chosen != null) {
            chosen.gap(heading, offset, length, at);
        } else {
            opaque(Unread.GAP, length + " octets at the beginning of the stream are not in the dump", at);
        }
    }

    @Override
    public void full(Heading heading) {
        if (chosen != null) {
            chosen.full(heading);
        } else if (heading == Heading.TO_CLIENT && serverSpokeFirst) {
            opaque(Unread.NOT_HTTP, "not HTTP/1 nor TLS: the origin spoke first", firstAt);
        }
    }

    @Override
    public void end(Heading heading, long at) {
        if (chosen != null) {
            chosen.end(heading, at);
        }
    }

    @Override
    public void close(String why, long at) {
        if (chosen != null) {
            chosen.close(why, at);
        } else if (serverSpokeFirst && first.length == 0) {
            opaque(Unread.NOT_HTTP, "not HTTP/1 nor TLS: the origin spoke first", at);
        } else if (first.length > 0) {
            opaque(Unread.CUT, "too little was sent to tell what it is: " + why, at);
        } else {
            opaque(Unread.NO_PAYLOAD, "carried nothing", at);
        }
    }

    @Override
    public long memory() {
        return first.length + (chosen == null ? 0 : chosen.memory());
    }

    private void decide(byte[] seen, long at) {
        if (!secured && seen[0] == 0x16) {
            if (seen.length >= TLS_NEEDED && seen[1] == 3 && seen[5] == 1) {
                chosen = new TlsReader(log, phase + 1, readings, verdict);
            } else if (seen.length >= TLS_NEEDED) {
                opaque(Unread.NOT_HTTP, "not HTTP/1 nor TLS: it begins with " + shown(seen), at);
            }
            return;
        }
        // Some clients send an empty line before a request (RFC 9112 2.2).
        int start = 0;
        while (start < seen.length && (seen[start] == '\r' || seen[start] == '\n')) {
            start++;
        }
        int end = start;
        while (end < seen.length && seen[end] != '\n') {
            end++;
        }
        String line = new String(seen, start, end - start, StandardCharsets.ISO_8859_1);
        if (line.stripTrailing().equals(PREFACE)) {
            opaque(Unread.HTTP2, "HTTP/2, which is not read yet", at);
        } else if (end < seen.length && SeenHead.request((line + "\n\n").getBytes(StandardCharsets.ISO_8859_1)).isPresent()) {
            chosen = new HttpReader(log, phase, secured, this::tunnelled);
            verdict.isRead("", at);
        } else if (end < seen.length || end == LONGEST_LINE || !SeenHead.mayBeginRequest(line)) {
            opaque(Unread.NOT_HTTP, "not HTTP/1 nor TLS: it begins with " + shown(seen), at);
        }
    }

    /** TLS inside of TLS is not followed. */
    private Reading tunnelled(TunnelVerdict inside) {
        return secured ? new Detector(log, phase, true, readings, inside) : readings.inClear(log, inside);
    }

    private void opaque(Unread why, String reason, long at) {
        if (!isOpaque) {
            isOpaque = true;
            verdict.isOpaque(why, reason, "", at);
        }
    }

    private static String shown(byte[] seen) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < Math.min(SHOWN, seen.length); i++) {
            out.append(seen[i] >= ' ' && seen[i] < 0x7f ? Character.toString(seen[i]) : String.format("\\x%02x", seen[i]));
        }
        return '"' + out.toString() + '"';
    }
}
