package dev.plumbline.judge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What came from the responder of one TCP stream, as tshark tells it: how far there is no gap, and how many responses it read. */
final class SeenAnswers {
    private static final int ACK = 16;
    private static final int SYN = 2;

    private record Octets(long start, long end) {
    }

    private final List<Octets> segments = new ArrayList<>();
    private long initial = -1;
    private int responder = -1;
    private int responses;

    void add(SeenFrame frame) {
        if ((frame.flags() & (SYN | ACK)) == (SYN | ACK)) {
            initial = frame.seq();
            responder = frame.sourcePort();
        } else if (frame.sourcePort() == responder && frame.length() > 0) {
            long start = frame.seq() - initial - 1 & 0xffff_ffffL;
            segments.add(new Octets(start, start + frame.length()));
        }
        responses += frame.responses().size();
    }

    int responses() {
        return responses;
    }

    /** One past the last octet that has all those before it; 0 when the SYN+ACK is missing. */
    long contiguousEnd() {
        long end = 0;
        segments.sort(Comparator.comparingLong(Octets::start));
        for (Octets each : segments) {
            if (each.start > end) {
                break;
            }
            end = Math.max(end, each.end);
        }
        return end;
    }

    long lastEnd() {
        return segments.stream().mapToLong(Octets::end).max().orElse(0);
    }
}
