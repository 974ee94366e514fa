package dev.plumbline.judge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One direction of one connection, put together from the segments by sequence number alone: every octet, which frame showed
 * it first, and which showed it again.
 */
final class SeenWay {
    private long isn = -1;
    private byte[] octets = new byte[1 << 12];
    /** Half-open, by start; what nobody has shown is between them. */
    private final NavigableMap<Integer, Piece> first = new TreeMap<>();
    private final Set<Integer> news = new HashSet<>();
    private final List<Piece> again = new ArrayList<>();
    final List<SeenFrame> frames = new ArrayList<>();

    /** Octets [start, end) of this way in a frame. */
    record Piece(int start, int end, int frame) {
        boolean meets(int from, int to) {
            return start < to && end > from;
        }
    }

    void add(SeenFrame frame) {
        frames.add(frame.withoutOctets());
        if (frame.isSyn()) {
            isn = frame.seq();
        }
        if (frame.length() == 0) {
            return;
        }
        if (isn < 0) {
            throw new IllegalStateException("frame " + frame.number() + ": octets before a SYN was seen");
        }
        int start = (int) (frame.seq() - isn - 1);
        int end = start + frame.length();
        if (end > octets.length) {
            octets = Arrays.copyOf(octets, Math.max(end, octets.length * 2));
        }
        System.arraycopy(frame.octets(), 0, octets, start, frame.length());
        split(start, end, frame.number());
    }

    private void split(int start, int end, int frame) {
        int at = start;
        while (at < end) {
            Map.Entry<Integer, Piece> covering = first.floorEntry(at);
            if (covering != null && covering.getValue().end() > at) {
                int to = Math.min(end, covering.getValue().end());
                again.add(new Piece(at, to, frame));
                at = to;
            } else {
                Integer next = first.higherKey(at);
                int to = next == null ? end : Math.min(end, next);
                news.add(frame);
                first.put(at, new Piece(at, to, frame));
                at = to;
            }
        }
    }

    /** Whether it showed octets that no frame before it had shown. */
    boolean isNews(SeenFrame frame) {
        return news.contains(frame.number());
    }

    /** How many octets there are from the start without a hole. */
    int length() {
        int end = 0;
        for (Piece piece : first.values()) {
            if (piece.start() > end) {
                break;
            }
            end = piece.end();
        }
        return end;
    }

    byte[] octets(int start, int end) {
        return Arrays.copyOfRange(octets, start, end);
    }

    int octet(int at) {
        return octets[at] & 0xff;
    }

    /** The frames that showed some of it first, ascending. */
    List<Integer> carriers(List<int[]> ranges) {
        TreeSet<Integer> frames = new TreeSet<>();
        for (int[] range : ranges) {
            Integer from = first.floorKey(range[0]);
            first.subMap(from == null ? range[0] : from, true, range[1], false).values().stream()
                    .filter(piece -> piece.meets(range[0], range[1])).forEach(piece -> frames.add(piece.frame()));
        }
        return List.copyOf(frames);
    }

    /** The frames that showed some of it again, ascending. */
    List<Integer> repeats(List<int[]> ranges) {
        TreeSet<Integer> frames = new TreeSet<>();
        for (Piece piece : again) {
            if (ranges.stream().anyMatch(range -> piece.meets(range[0], range[1]))) {
                frames.add(piece.frame());
            }
        }
        return List.copyOf(frames);
    }
}
